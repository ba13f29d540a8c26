"""T03, T04, T14, T16, T31, T38, T40: what an author is asked to look at again, and what is left alone."""

from __future__ import annotations

import pytest

from surveys import Choice, FreeText, Option, Question, Scale, Section, Strand, Survey, load, text
from surveys.advice import Rule, advise, must_be_signed
from surveys.reading import reading_age, sentences, syllables


def of(*questions: Question, note: str = "Some questions.") -> Survey:
    """A survey with these questions on one page."""
    section = Section(id="part", title=text("A part"), note=text(note), questions=questions)
    return Survey(id="made", strand=Strand.SURVIVORS, title=text("A survey"), sections=(section,))


def asking(words: str) -> Survey:
    """A survey with one open question."""
    return of(FreeText(id="asked", text=text(words)))


def rules(survey: Survey) -> set[Rule]:
    """What there is advice on."""
    return {advice.rule for advice in advise(survey)}


@pytest.mark.parametrize(
    "words",
    [
        "What happened to you?",
        "Please describe the assault.",
        "Tell us about your experience of abuse.",
        "Who did this to you?",
        "How many times did it happen?",
        "Were you ever abused as a child?",
        "When did it happen?",
        "Where did it happen?",
    ],
)
def test_asking_what_happened_must_be_signed_for(words: str) -> None:
    (advice,) = must_be_signed(asking(words))
    assert advice.where == "asked"
    assert "two people must sign" in advice.mend


@pytest.mark.parametrize(
    "words",
    [
        "You do not need to describe what happened to you.",
        "We will not ask what happened.",
        "What did the service do well?",
        "How often would you like to be asked?",
        "What happened next in the service?",
        "What should it have done in a different way?",
    ],
)
def test_what_only_speaks_of_services_is_left_alone(words: str) -> None:
    assert must_be_signed(asking(words)) == []


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Why did you skip this?", Rule.PRESSING),
        ("Are you sure?", Rule.PRESSING),
        ("Don't you think that waiting is bad?", Rule.LEADING),
        ("How helpful was the worker?", Rule.LEADING),
        ("When did you first admit this?", Rule.UNKIND),
        ("You are nearly there. What else?", Rule.PROGRESS),
        ("What helps you? What does not?", Rule.TWO_IN_ONE),
    ],
)
def test_words_that_press_lead_or_hurt_are_named(words: str, rule: Rule) -> None:
    found = [advice for advice in advise(asking(words)) if advice.rule is rule]
    assert found
    assert all(advice.mend for advice in found)


def test_a_scale_that_asks_two_things_at_once_is_named() -> None:
    assert Rule.TWO_IN_ONE in rules(of(Scale(id="asked", text=text("How quick and kind was it?"))))
    assert Rule.TWO_IN_ONE not in rules(of(Scale(id="asked", text=text("How kind was it?"))))


def test_long_sentences_notes_and_pages_are_named() -> None:
    long = "This sentence goes on " + "and on " * 10 + "until nobody knows how it began."
    assert Rule.LONG_SENTENCE in rules(asking(long))
    assert Rule.LONG_NOTE in rules(of(FreeText(id="a", text=text("Well?")), note="Word and word. " * 15))
    boxes = [FreeText(id=f"q{n}", text=text("Well?")) for n in range(3)]
    assert Rule.LONG_PAGE in rules(of(*boxes))
    assert Rule.LONG_PAGE not in rules(of(*boxes[:2]))


def test_a_sensitive_choice_offers_not_to_say() -> None:
    options = (Option(id="a", text=text("One")), Option(id="b", text=text("Two")))
    asked = Choice(id="asked", text=text("Which?"), options=options, sensitive=True)
    assert Rule.PREFER_NOT in rules(of(asked))
    more = (*options, Option(id="none", text=text("I would rather not say")))
    assert Rule.PREFER_NOT not in rules(
        of(Choice(id="asked", text=text("Which?"), options=more, sensitive=True))
    )


def test_a_sensitive_part_has_words_before_it() -> None:
    asked = FreeText(id="asked", text=text("Well?"), sensitive=True)
    assert Rule.NO_NOTE in rules(of(asked, note=""))
    assert Rule.NO_NOTE not in rules(of(asked))


def test_hard_pages_are_named_with_their_age() -> None:
    hard = "Which organisational characteristics ensure accountability regarding confidentiality procedures?"
    (advice,) = [each for each in advise(asking(hard + " " + hard)) if each.rule is Rule.READING_AGE]
    assert "age" in advice.said
    assert Rule.READING_AGE not in rules(
        asking("What did it do well for you? You can say as much as you like here.")
    )


def test_the_survivor_survey_needs_no_signature_and_keeps_its_reading_age() -> None:
    survey = load("survivors")
    assert must_be_signed(survey) == []
    assert [str(advice) for advice in advise(survey) if advice.rule in {Rule.READING_AGE, Rule.UNKIND}] == []


def test_advice_comes_in_the_order_of_the_pages() -> None:
    survey = of(FreeText(id="a", text=text("Are you sure?")), FreeText(id="b", text=text("Are you sure?")))
    assert [advice.where for advice in advise(survey)] == ["a", "b"]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("people", 2), ("service", 2), ("services", 3), ("experience", 4), ("asked", 1),
        ("wanted", 2), ("table", 2), ("unwanted", 3), ("sexual", 3), ("violence", 3),
        ("male", 1), ("questions", 2), ("idea", 3), ("believed", 2), ("something", 2),
        ("special", 2), ("safe", 1), ("the", 1), ("quiet", 2), ("january", 4),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_a_dictionary_does(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_reading_age_is_the_published_formula() -> None:
    # Six one-syllable words in one sentence: 0.39 x 6 + 11.8 x 1 - 15.59 = -1.45, and five years more.
    assert reading_age("The cat sat on the mat.") == pytest.approx(3.55)
    assert reading_age("") == 0.0
    assert sentences("One. Two? Three: four") == ["One", "Two", "Three", "four"]
