"""What is different between two versions: nothing for equal ones, and everything that an author did."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from surveys import Answered, Ending, Option, Section, Survey, editing, load, parse, text
from surveys.differences import Change, Difference, Mark, differences, moved, vanished, word_by_word
from surveys.texts import Text
from tests.surveys import small

OLD = load("survivors")


def in_english(words: Text) -> Text:
    """The ordinary English of a text alone."""
    return text(words.read("en").words)


def reworded(words: Text, new: str) -> Text:
    """A text with other ordinary English, and its other versions as they are."""
    kept = {(each.language, each.variant): each.words for each in words.versions}
    return Text.of(kept | {("en", ""): new})


def found(new: Survey) -> list[tuple[str, str]]:
    return [(str(each.change), each.where) for each in differences(OLD, new)]


def one(new: Survey) -> Difference:
    (only,) = differences(OLD, new)
    return only


@small.unhurried
@given(small.surveys())
def test_a_survey_does_not_differ_from_itself(survey: Survey) -> None:
    assert differences(survey, survey) == ()
    assert vanished(survey, survey) == ()


@small.unhurried
@given(st.text("ab c", max_size=30), st.text("ab c", max_size=30))
def test_the_pieces_of_two_texts_make_up_both(before: str, after: str) -> None:
    pieces = word_by_word(before, after)
    for gone, whole in ((Mark.ADDED, before), (Mark.REMOVED, after)):
        words = [word for piece in pieces if piece.mark is not gone for word in piece.words.split()]
        assert words == whole.split()


def test_changed_words_are_told_word_by_word() -> None:
    asked = OLD.question("did_well")
    difference = one(
        editing.put_question(OLD, replace(asked, text=reworded(asked.text, "What did the service do well?")))
    )
    assert (difference.change, difference.what) == (Change.WORDS, "text (en)")
    assert [(str(piece.mark), piece.words) for piece in difference.pieces] == [
        ("same", "What did"),
        ("removed", "it"),
        ("added", "the service"),
        ("same", "do well?"),
    ]


def test_each_language_and_variant_is_compared_by_itself() -> None:
    part = editing.section(OLD, "getting_support")
    plain = editing.put_section(OLD, replace(part, title=in_english(part.title)))
    both = Text.of({("en", ""): "Getting support", ("cy", ""): "Cael cymorth", ("en", "easy"): "Help"})
    whats = [each.what for each in differences(plain, editing.put_section(plain, replace(part, title=both)))]
    assert whats == ["title (cy)", "title (en, easy read)"]


def test_added_removed_and_moved_parts_are_told() -> None:
    new = editing.add_section(OLD, Section(id="more", title=text("More")))
    assert found(new) == [("added", "more")]
    assert found(editing.remove_question(OLD, "missing")) == [("removed", "missing")]
    assert found(editing.move_question(OLD, "missing", -10)) == [("moved", "missing")]
    assert found(editing.move_section(OLD, "about", -6)) == [("moved", "about")]
    assert found(editing.remove_option(OLD, "looked", "thought")) == [("removed", "looked.thought")]
    assert found(editing.move_option(OLD, "looked", "no", -1))[0][0] == "moved"
    assert found(editing.remove_ending(OLD, "under_18")) == [("removed", "under_18")]
    assert found(editing.add_ending(OLD, Ending(id="late", title=text("Late")))) == [("added", "late")]


def test_a_question_in_another_part_says_from_where_to_where() -> None:
    difference = one(editing.place_question(OLD, "missing", "anything_else"))
    assert (difference.before, difference.after) == ("What good looks like", "Anything else")


def test_a_changed_rule_is_told_in_words() -> None:
    difference = one(editing.put_rule(OLD, "experience", Answered(question="looked")))
    assert difference.change is Change.RULE
    assert difference.before.startswith("if “Have you ever looked")
    assert difference.after == "if “Have you ever looked for support from a service?” has an answer"


def test_changed_settings_and_kinds_are_told() -> None:
    asked = OLD.question("about_age")
    told = one(editing.put_question(OLD, replace(asked, sensitive=True)))
    assert (told.what, told.before, told.after) == ("sensitive", "no", "yes")
    whats = [
        each.what for each in differences(OLD, editing.put_question(OLD, editing.as_kind(asked, "number")))
    ]
    assert whats[0] == "kind"


def test_ids_that_are_gone_are_named_since_answers_keep_them() -> None:
    new = editing.remove_option(editing.remove_question(OLD, "missing"), "looked", "thought")
    assert vanished(OLD, new) == ("looked.thought", "missing")
    assert vanished(OLD, editing.place_question(OLD, "missing", "about")) == ()
    assert vanished(OLD, editing.add_option(OLD, "looked", Option(id="new", text=text("New")))) == ()


def test_of_many_that_stand_elsewhere_as_few_as_possible_are_called_moved() -> None:
    assert moved(["a", "b", "c", "d"], ["d", "a", "b", "c"]) == {"d"}
    assert moved(["a", "b"], ["b", "x"]) == frozenset()


@small.unhurried
@given(st.data())
def test_what_was_added_one_way_is_removed_the_other_way(data: st.DataObject) -> None:
    old, new = data.draw(small.surveys()), data.draw(small.surveys())
    there = {each.where for each in differences(old, new) if each.change is Change.ADDED}
    back = {each.where for each in differences(new, old) if each.change is Change.REMOVED}
    assert there == back


def test_the_small_survey_differs_from_what_it_is_not() -> None:
    assert differences(parse(small.SMALL), OLD)
