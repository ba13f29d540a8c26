"""What a question can do on the page (features 9, 10, 13, 16 to 20), walked without script."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask import Flask

import surveys
from surveys.advice import Rule, advise
from tests.builders import make_team
from tests.visitor import Visitor

SOURCE = """
id = "kinds"
strand = "survivors"
base = "en"
languages = ["en"]
reviewed = ["en"]
title = "Kinds of questions"
reassurance = ["You do not need to describe what happened to you."]

[[sections]]
id = "part"
title = "A part"

[[sections.questions]]
id = "one"
kind = "choice"
text = "Which one?"
options = [
  { id = "a", text = "First" },
  { id = "b", text = "In another way (you can say how)", detail = true },
]

[[sections.questions]]
id = "many"
kind = "choices"
text = "Which ones?"
options = [
  { id = "c", text = "Third" },
  { id = "d", text = "Fourth" },
  { id = "e", text = "In another way (you can say how)", detail = true },
  { id = "none", text = "None of these", exclusive = true },
]

[[sections.questions]]
id = "mark"
kind = "scale"
text = "How much?"
label_low = "Nothing"
label_high = "All"
thirds = ["Little", "Some", "Much"]
cannot_rate = "I do not know enough"

[[sections.questions]]
id = "words"
kind = "free_text"
text = "What else?"
max_length = 20

[[sections]]
id = "after"
title = "Another part"
when = { and = [{ question = "many", any_in = ["c", "d"] }, { not = { question = "one", equals = "b" } }] }

[[sections.questions]]
id = "more"
kind = "free_text"
text = "And then?"
"""
ALL = {
    "one": "b",
    "one.b": "by boat",
    "many": ["c", "e"],
    "many.e": "by night",
    "mark": "7",
    "words": "Calm.",
}


@pytest.fixture
def asked(app: Flask) -> Visitor:
    """A visitor on the page with one question of each kind."""
    team = make_team(app, source=SOURCE)
    team.session.rollback()
    visitor = Visitor(app.test_client())
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    return visitor


def shown(visitor: Visitor) -> dict[str, list[str]]:
    """What the page would send if nobody touched it."""
    found: dict[str, list[str]] = {}
    for field in visitor.page.select("main input[checked]"):
        found.setdefault(str(field["name"]), []).append(str(field["value"]))
    for box in visitor.page.select("main textarea"):
        if typed := box.get_text().removeprefix("\n"):
            found[str(box["name"])] = [typed]
    return found


def test_each_kind_of_choice_takes_a_detail_and_shows_it_again(asked: Visitor) -> None:
    """Feature 9: one choice and many, each with a "say how"; and text."""
    asked.press("Continue", ALL)
    assert asked.heading == "Check your answers"
    for words in ("by boat", "by night", "Calm.", "7"):
        assert words in asked.words
    asked.press("Change: Which one?")
    assert shown(asked) == {name: [typed] if isinstance(typed, str) else typed for name, typed in ALL.items()}


def test_words_beside_an_option_that_was_not_chosen_are_kept_and_shown(asked: Visitor) -> None:
    """Feature 9: without script every box stands open; who chooses one option may write beside another."""

    def to_the_end(**typed: str) -> str:
        asked.press("Continue", {name.replace("__", "."): words for name, words in typed.items()})
        while asked.heading != "Check your answers":
            asked.press("Continue")
        rows = (" ".join(row.get_text(" ").split()) for row in asked.page.select(".govuk-summary-list__row"))
        return next(row for row in rows if "Which one?" in row)

    said = to_the_end(one="a", one__b="by boat, once")
    assert "First In another way (you can say how) : by boat, once" in said
    asked.press("Change: Which one?")
    assert shown(asked) == {"one": ["a"], "one.b": ["by boat, once"]}
    assert to_the_end() == said
    asked.press("Yes, use my answers: send them")
    asked.press("Keep a copy for yourself")
    assert "by boat, once" in asked.words
    asked.press("Download as plain text")
    assert asked.response is not None
    assert "- First\n- In another way (you can say how): by boat, once" in asked.response.text


def test_a_scale_has_three_named_thirds_a_way_out_and_nothing_chosen(asked: Visitor) -> None:
    """Feature 10."""
    marks = asked.page.select("input[name=mark]")
    assert [str(each["value"]) for each in marks] == [*map(str, range(1, 10)), "cannot_rate"]
    assert not any(each.has_attr("checked") for each in marks)
    for words in ("Little", "Some", "Much", "I do not know enough"):
        assert words in asked.words


@pytest.mark.parametrize("question", ["one", "many", "mark"])
def test_what_was_chosen_is_cleared_without_script_and_the_rest_of_the_page_stays(
    asked: Visitor, question: str
) -> None:
    """Feature 17: radios, ticks and marks, each by a button of its own that sends the page."""
    asked.press("Continue", ALL)
    asked.press("Change: Which one?")
    (button,) = asked.page.select(f"button[name=clear][value={question}]")
    fieldset = button.find_parent("fieldset")
    assert isinstance(fieldset, Tag)
    assert fieldset.find("input", attrs={"name": question}) is not None
    place = [str(each["value"]) for each in asked.page.select("button[name=clear]")].index(question)
    asked.press("Clear this answer", {"words": "Calm, and more."}, form=place)
    left = {
        name: [typed] if isinstance(typed, str) else typed
        for name, typed in {**ALL, "words": "Calm, and more."}.items()
        if name.split(".")[0] != question
    }
    assert shown(asked) == left


def test_clearing_is_offered_before_anything_was_stored(asked: Visitor) -> None:
    """Feature 17: somebody without script cannot press a radio again to take it back."""
    values = [str(each["value"]) for each in asked.page.select("button[name=clear]")]
    assert values == ["one", "many", "mark"]


def test_the_way_follows_from_earlier_answers(asked: Visitor) -> None:
    """Feature 13: and, not, any-in and equals, on the server."""
    asked.press("Continue", {"one": "b", "many": ["c"]})
    assert asked.heading == "Check your answers"
    asked.press("Change: Which one?")
    asked.press("Continue", {"one": "a", "many": ["d"]})
    assert "And then?" in asked.words


def test_none_of_these_excludes_the_others_on_the_server_and_keeps_what_was_ticked(asked: Visitor) -> None:
    """Feature 16."""
    asked.press("Continue", {"many": ["c", "none"], "words": "Calm."})
    assert asked.status == 422
    assert "Two of these rule each other out." in asked.words
    assert shown(asked) == {"many": ["c", "none"], "words": ["Calm."]}
    asked.press("Continue", {"many": ["none"]})
    assert asked.heading == "Check your answers"


@pytest.mark.parametrize(
    "button", ["Back", "Save and come back", "Go past this part", "Change how much I share"]
)
def test_no_button_drops_what_cannot_be_kept_as_it_is(asked: Visitor, button: str) -> None:
    """Feature 18, T30: only what is technical holds anybody up, calmly, and "Skip" always goes on."""
    long = "much " * 5
    asked.press(button, {"words": long, "one": "a"})
    assert asked.status == 422
    assert "Please shorten it" in asked.words
    assert shown(asked) == {"words": [long.strip()], "one": ["a"]}
    asked.press("Skip these questions")
    assert asked.status == 200
    assert asked.heading == "Check your answers"


def test_clearing_one_answer_keeps_a_text_that_is_too_long(asked: Visitor) -> None:
    """Feature 18."""
    asked.press("Clear this answer", {"words": "much " * 5, "one": "a", "mark": "3"}, form=0)
    assert asked.status == 422
    assert shown(asked) == {"words": [("much " * 5).strip()], "mark": ["3"]}


def test_nothing_blocks_the_way_of_somebody_who_answers_nothing(asked: Visitor) -> None:
    """Feature 18, T01: there is not even a way to ask for it."""
    with pytest.raises(surveys.DefinitionError, match="nothing may be required"):
        surveys.parse(SOURCE.replace('text = "Which one?"', 'text = "Which one?"\nrequired = true'))
    asked.press("Continue")
    assert asked.heading == "Check your answers"


def test_every_draft_standard_is_rated_on_one_axis() -> None:
    """Feature 19: the same ends, thirds and way out for all twelve, so that they can be ranked."""
    scales = [each for each in surveys.load("practitioners").questions if isinstance(each, surveys.Scale)]
    for axis in ("imp", "ach"):
        found = [each for each in scales if each.id.startswith(f"{axis}_")]
        assert len(found) == 12
        axes = {(each.low, each.high, each.label_low, each.label_high, each.thirds) for each in found}
        assert len(axes) == 1


def test_a_page_with_many_questions_is_pointed_out_to_its_author() -> None:
    """Feature 20: one question, or one small group, on a page; in easy read always one."""
    more = "".join(
        f'[[sections.questions]]\nid = "again_{number}"\nkind = "free_text"\ntext = "What else?"\n'
        for number in range(3)
    )
    found = advise(
        surveys.parse(SOURCE.replace('[[sections]]\nid = "after"', f'{more}\n[[sections]]\nid = "after"'))
    )
    assert [each.where for each in found if each.rule is Rule.LONG_PAGE] == ["one"]
    view = surveys.easy_read(surveys.parse(SOURCE))
    assert all(len(page.questions) == 1 for page in surveys.pages(view, {}, surveys.Depth.FULL))
