"""Earlier choices in later questions: words of options alone, never own words, never a hole in a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import DefinitionError, Question, Survey, fingerprint, on_route, parse, told
from surveys.check import check
from surveys.writing import write
from tests.surveys import whole

SOURCE = """
id = "recalled"
strand = "practitioners"
languages = ["en", "cy"]
title = { en = "T", cy = "T" }

[[sections]]
id = "one"
title = { en = "One", cy = "Un" }

[[sections.questions]]
id = "ways"
kind = "choices"
text = { en = "Which ways?", cy = "Pa ffyrdd?" }
options = [
  { id = "phone", text = { en = "By phone {", cy = "Dros y ffôn" } },
  { id = "letter", text = { en = "By letter", cy = "Trwy lythyr" } },
  { id = "another", text = { en = "In another way", cy = "Ffordd arall" }, detail = true },
]

[[sections.questions]]
id = "worst"
kind = "choice"
text = { en = "What was hardest?", cy = "Beth oedd anoddaf?" }
sensitive = true
options = [{ id = "a", text = { en = "A", cy = "A" } }, { id = "b", text = { en = "B", cy = "B" } }]

[[sections.questions]]
id = "words"
kind = "free_text"
text = { en = "Your words?", cy = "Eich geiriau?" }

[[sections.questions]]
id = "steering"
kind = "choice"
text = { en = "Go on?", cy = "Ymlaen?" }
stored = false
options = [{ id = "a", text = { en = "A", cy = "A" } }, { id = "b", text = { en = "B", cy = "B" } }]

[[sections.questions]]
id = "how"
kind = "free_text"
starts_page = true
text = { en = "How did first contact go?", cy = "Sut aeth y cyswllt cyntaf?" }
recalling = { en = "You said: {answer.ways}. How did it go?", cy = "Dywedoch: {answer.ways}. Sut aeth?" }
"""


def survey(**changed: str) -> Survey:
    source = SOURCE
    for name, put in changed.items():
        source = source.replace("answer.ways", f"answer.{put}") if name == "of" else source
    return parse(source)


def how(made: Survey, answers: dict[str, object], language: str = "en") -> str:
    question = told(made, made.question("how"), answers)  # type: ignore[arg-type]
    return question.text.read(language).words


def test_a_chosen_option_stands_in_the_later_question_in_each_language() -> None:
    made = survey()
    assert check(made) == []
    answers: dict[str, object] = {"ways": ["letter", "another"], "ways.another": "by pigeon"}
    assert how(made, answers) == "You said: By letter; In another way. How did it go?"
    assert how(made, answers, "cy") == "Dywedoch: Trwy lythyr; Ffordd arall. Sut aeth?"
    assert "pigeon" not in how(made, answers), "own words are never repeated"


def test_without_the_answer_the_other_whole_sentence_stands_there() -> None:
    made = survey()
    assert how(made, {}) == "How did first contact go?"
    assert how(made, {"words": "something"}) == "How did first contact go?"


def test_what_is_put_in_is_not_looked_at_again() -> None:
    assert how(survey(), {"ways": ["phone"]}) == "You said: By phone {. How did it go?"


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ("words", "'recalling' repeats 'words', and only the words of options are ever repeated"),
        ("worst", "'recalling' repeats 'worst', which is sensitive: that is never shown again"),
        ("steering", "'recalling' repeats 'steering', which is not stored"),
        ("nobody", "'recalling' names the question 'nobody', which does not exist"),
        ("how", "'recalling' repeats 'how', which is not on an earlier page"),
    ],
)
def test_what_may_not_be_repeated_is_a_fault_and_is_not_repeated_either(of: str, said: str) -> None:
    made = survey(of=of)
    assert [fault.message for fault in check(made)] == [said]
    answers: dict[str, object] = {"words": "secret", "worst": "a", "steering": "a", "how": "x"}
    assert how(made, answers) == "How did first contact go?"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("cy = \"Dywedoch: {answer.ways}.", "cy = \"Dywedoch.", "does not name the same answers"),
        ("{answer.ways}", "it", "'recalling' names no answer"),
        ("{answer.ways}. How", "{answer.ways}, {results_date}. How", "does not name the same answers"),
        ("How did first contact go?", "How did {answer.ways} go?", "nothing fills in '{answer.ways}'"),
        ("How did first contact go?", "By {results_date}?", "is not filled in inside a question"),
    ],
)  # fmt: skip
def test_faults_of_a_recalling_text_are_named(before: str, after: str, said: str) -> None:
    faults = [fault.message for fault in check(parse(SOURCE.replace(before, after)))]
    assert faults
    assert all(said in fault for fault in faults), faults


def test_a_text_that_recalls_needs_the_other_one_too() -> None:
    without = SOURCE.replace(
        'text = { en = "How did first contact go?", cy = "Sut aeth y cyswllt cyntaf?" }\n', ""
    )
    assert "the question has no text" in [fault.message for fault in check(parse(without))]


def test_it_is_part_of_the_fingerprint_and_comes_back_from_toml() -> None:
    made = survey()
    assert parse(write(made)) == made
    assert fingerprint(made) != fingerprint(parse(SOURCE.replace("You said:", "You told us:")))
    with pytest.raises(DefinitionError, match="'recalling'"):
        parse(SOURCE.replace("recalling = {", "recalling = 3 # {"))


@settings(deadline=None, max_examples=200)
@given(whole.surveys(), st.randoms(use_true_random=True))
def test_no_random_question_repeats_own_words_or_a_sensitive_answer(made: Survey, chance: object) -> None:
    answers: dict[str, object] = {}
    for question in made.questions:
        answers |= whole.answer(chance, question)  # type: ignore[arg-type]
    way = on_route(made, answers)  # type: ignore[arg-type]
    for question in made.questions:
        words = told(made, question, way).text.read(made.base, base=made.base).words
        assert "{answer." not in words
        assert "how a <i>" not in words
        if words != question.text.read(made.base, base=made.base).words:
            assert words.startswith(f"{question.id} recalls")


TWO_AXES = """
id = "axes"
strand = "practitioners"
title = "T"

[[sections]]
id = "one"
title = "One"

[[sections.questions]]
id = "ds1"
kind = "scale"
about = "A reply within two working days."
text = "How important is this?"
label_low = "not important"
label_high = "very important"
cannot_rate = "I do not know enough to say"

[[sections.questions]]
id = "ds1_achievable"
like = "ds1"
text = "How achievable is this?"
label_low = "cannot be done"
label_high = "easily done"
"""


def test_two_scales_under_one_statement_are_two_questions_with_one_about() -> None:
    made = parse(TWO_AXES)
    assert check(made) == []
    important, achievable = made.questions
    assert [each.asked.read("en").words for each in made.questions] == [
        "A reply within two working days: How important is this?",
        "A reply within two working days: How achievable is this?",
    ]
    assert important.about == achievable.about  # type: ignore[attr-defined]
    assert parse(write(made)) == made
    lead = TWO_AXES.replace('about = "A', 'lead = "Words above."\nabout = "A')
    assert "both would stand above it" in check(parse(lead))[0].message


def test_a_question_without_a_statement_asks_its_own_text() -> None:
    question: Question = survey().question("ways")
    assert question.asked == question.text
