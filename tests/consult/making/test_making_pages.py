"""Making a survey by its pages: parts, questions, options and rules, wrong input, the bank, and texts."""

from __future__ import annotations

import pytest

import surveys
from surveys import Choices, Not, editing
from surveys.check import check
from tests.consult.making.scene import HOME, add_question, begin, copy_of
from tests.visitor import Visitor


def test_parts_and_questions_move_and_go_to_another_part(survivors: Visitor) -> None:
    survivors.visit(f"{HOME}/survivors/edit")
    survivors.press("Up: What got in the way?")
    ids = [question.id for question in editing.section(copy_of("survivors"), "getting_support").questions]
    assert ids.index("hindered") == 2
    survivors.visit(f"{HOME}/survivors/edit/questions/missing")
    survivors.press("Move it", {"part": "anything_else"})
    assert editing.section_of(copy_of("survivors"), "missing").id == "anything_else"


def test_options_are_added_several_at_once_moved_and_set(lea: Visitor) -> None:
    survey_id = begin(lea)
    lea.press("Add a part", {"title": "First"})
    name = add_question(lea, survey_id, "first", "Which ways?", "choices")
    lea.press("Add options", {"options": "Phone\n\nText\nPhone\nNone of these"})
    lea.press("Up: None of these")
    lea.press("Remove: Text")
    asked = copy_of(survey_id).question(name)
    assert isinstance(asked, Choices)
    assert [option.id for option in asked.options] == ["phone", "none_of_these", "phone_2"]
    lea.visit(f"{HOME}/{survey_id}/edit/questions/{name}/options/none_of_these")
    lea.press("Save", {"text_en": "None", "exclusive": "y"})
    assert "rules out the others" in lea.words
    lea.press("Add options", {"options": " "})
    assert lea.status == 422
    assert "Please write an option" in lea.words


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("scale", {"low": "one", "high": "5"}, "Please write a whole number, such as 5."),
        ("number", {"least": "", "most": "9"}, "Please write a whole number, such as 5."),
        ("free_text", {"max_length": "9", "text_en": ""}, "Please write the words."),
    ],
)
def test_wrong_input_says_what_to_do_and_keeps_what_was_typed(
    lea: Visitor, kind: str, typed: dict[str, str], said: str
) -> None:
    survey_id = begin(lea)
    lea.press("Add a part", {"title": "First"})
    add_question(lea, survey_id, "first", "How was it?", kind)
    lea.press("Save", {**typed, "hint_en": "A hint of mine"})
    assert lea.status == 422
    assert said in lea.words
    assert "A hint of mine" in str(lea.page)
    assert not copy_of(survey_id).questions[0].hint


def test_a_title_that_is_missing_is_asked_for(lea: Visitor) -> None:
    survey_id = begin(lea)
    for button in ("Add a part", "Add an ending"):
        lea.visit(f"{HOME}/{survey_id}/edit")
        lea.press(button, {"title": " "})
        assert lea.status == 422
        assert "Please write a title." in lea.words
    assert copy_of(survey_id).sections == ()


def test_another_kind_keeps_the_words_and_asks_for_its_own(lea: Visitor) -> None:
    survey_id = begin(lea)
    lea.press("Add a part", {"title": "First"})
    name = add_question(lea, survey_id, "first", "How was it?", "choice")
    lea.press("Save", {"kind": "scale"})
    assert "The kind is changed." in lea.words
    assert lea.page.find(id="label_low_en")
    assert editing.kind_of(copy_of(survey_id).question(name)) == "scale"


def test_an_ending_is_made_and_an_option_leads_to_it(lea: Visitor) -> None:
    survey_id = begin(lea)
    lea.press("Add a part", {"title": "First"})
    lea.press("Add an ending", {"title": "For young people"})
    lea.visit(f"{HOME}/{survey_id}/edit/endings/for_young_people")
    lea.press("Save", {"paragraphs_en": "Thank you.\nYou can call."})
    name = add_question(lea, survey_id, "first", "Are you 18 or over?", "choice")
    lea.press("Add options", {"options": "I am 18 or over\nI am under 18"})
    lea.press("Save", {"buttons": "y", "stored": []})
    lea.visit(f"{HOME}/{survey_id}/edit/questions/{name}/options/i_am_under_18")
    lea.press("Save", {"ends": "for_young_people"})
    made = copy_of(survey_id)
    assert made.question(name).stored is False
    assert editing.option(made, name, "i_am_under_18").ends == "for_young_people"
    assert len(made.endings[0].paragraphs) == 2
    assert check(made) == []


def test_a_rule_is_built_turned_round_grouped_and_taken_away(survivors: Visitor) -> None:
    path = f"{HOME}/survivors/edit/rules/good"
    survivors.visit(path)
    assert "It is asked always." in survivors.words
    survivors.visit(f"{path}/add?next=yes")
    assert survivors.status == 422
    survivors.visit(f"{path}/add?question=helped")
    survivors.press("Add the condition", {"operator": "any_of"})
    assert survivors.status == 422
    assert "Please choose at least one answer." in survivors.words
    survivors.press("Add the condition", {"operator": "any_of", "values": ["told", "evenings"]})
    survivors.visit(f"{path}/add?question=welcome")
    survivors.press("Add the condition", {"operator": "one_of", "values": ["4", "5"]})
    survivors.press("Make it “one of these”: All of these are so")
    survivors.press("Mean the opposite: “How welcome did you feel as a man?” is one of 4, 5")
    welcome = "“How welcome did you feel as a man?” is one of 4, 5"
    assert f"or it is not so that {welcome}." in survivors.words
    rule = editing.rule_of(copy_of("survivors"), "good")
    assert isinstance(rule, surveys.Or)
    assert isinstance(rule.conditions[1], Not)
    survivors.press(f"Make a group of it: Not so: {welcome}")
    survivors.visit(f"{path}/add?place=1&question=helped")
    survivors.press("Add the condition", {"operator": "count", "count": "2"})
    assert "has at least 2 chosen" in survivors.words
    survivors.press("Remove: One of these is so, or more")
    assert "It is asked always." in survivors.words
    assert editing.rule_of(copy_of("survivors"), "good") is None


@pytest.mark.parametrize(
    "act", ["turn/0", "join/", "fly/", "remove/9", "remove/x", "remove/" + "1." * 3, "turn/99999"]
)
def test_an_act_that_is_none_is_not_here(survivors: Visitor, act: str) -> None:
    survivors.visit(f"{HOME}/survivors/edit/rules/good")
    token = str(survivors.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    survivors.post(f"{HOME}/survivors/edit/rules/good", [("csrf_token", token), ("act", act)])
    assert survivors.status == 404


def test_what_is_to_mend_names_why_and_how_and_leads_to_the_very_field(survivors: Visitor) -> None:
    """T04, T05, T14, T31, T41: each stands on one page with a link to its field."""
    part = f"{HOME}/survivors/edit/parts/experience"
    survivors.visit(f"{part}/new")
    survivors.press("Add the question", {"text": "Please describe the assault.", "kind": "free_text"})
    survivors.press("Save", {"sensitive": "y"})
    survivors.visit(part)
    survivors.press("Save", {"note_en": "", "note_cy": "", "note_en_easy": ""})
    survivors.visit(f"{HOME}/survivors/edit/questions/helped")
    survivors.press("Add options", {"options": "Other"})
    survivors.visit(f"{HOME}/survivors/edit/texts")
    survivors.press("Save", {"reassurance_en": "Be well."})
    survivors.visit(f"{HOME}/survivors/mend")
    for said in (
        "bare 'Other'",
        "Why: 'other' tells a man that he is not on the list.",
        "A box for own words needs the line",
        "May ask what happened",
        "A person decides.",
    ):
        assert said in survivors.words, said
    links = {str(link["href"]) for link in survivors.page.select("main a[href]")}
    assert f"{HOME}/survivors/edit/questions/helped/options/other#text_en" in links
    assert f"{HOME}/survivors/edit/questions/please_describe_the_assault#text_en" in links
    assert f"{part}#note_en" in links
    for link in sorted(links):
        survivors.visit(link.partition("#")[0])
        page = survivors.page
        anchor = link.partition("#")[2]
        assert survivors.status == 200
        assert not anchor or page.find(id=anchor), link


def test_questions_of_the_bank_are_copied_with_their_version(lea: Visitor) -> None:
    """T40: in a part of their own, each with a way not to say."""
    survey_id = begin(lea)
    lea.visit(f"{HOME}/{survey_id}/edit/bank")
    lea.press("Copy them into the survey")
    assert lea.status == 422
    lea.press("Copy them into the survey", {"entries": ["age_band", "carer"]})
    assert "verify each source" in lea.words
    made = copy_of(survey_id)
    assert [(each.id, each.bank) for each in made.questions] == [
        ("about_age", "age_band/1"),
        ("about_carer", "carer/1"),
    ]
    assert made.sections[0].note
    assert check(made) == []
    lea.visit(f"{HOME}/{survey_id}/edit/questions/about_carer")
    assert "as it stands there" in lea.words
    lea.press("Save", {"text_en": "Are you a carer?"})
    lea.visit(f"{HOME}/{survey_id}/edit/questions/about_carer")
    assert "figures may not compare" in lea.words
    lea.visit(f"{HOME}/{survey_id}/edit/bank")
    lea.press("Copy them into the survey", {"entries": ["carer"], "part": "about_you"})
    assert copy_of(survey_id).questions[-1].id == "about_carer_2"


def test_texts_are_written_in_each_language_offered_and_in_easy_read(survivors: Visitor) -> None:
    survivors.visit(f"{HOME}/survivors/edit/texts")
    survivors.press("Save", {"languages": ["en", "cy"], "title_en": "What good support looks like"})
    survivors.visit(f"{HOME}/survivors/edit/texts")
    survivors.press("Save", {"title_cy": "Teitl", "summary_cy": "Un.\n–\nTri."})  # noqa: RUF001 - a dash
    made = copy_of("survivors")
    assert made.title.read("cy").words == "Teitl"
    assert [part.read("cy").language for part in made.summary] == ["cy", "en", "cy", "en", "en"]
    easy = {version.variant for version in made.title.versions if version.language == "en"}
    assert easy == {"", "easy"}  # what the page shows and what it does not is both still there


def test_a_question_may_repeat_an_earlier_choice_and_ratings_stand_under_shared_words(
    survivors: Visitor,
) -> None:
    asked = f"{HOME}/survivors/edit/questions/kind"
    repeats = "You said “{answer.looked}”. What kind of service was it?"
    survivors.visit(asked)
    survivors.press("Save", {"recalling_en": repeats, "recalling_cy": "Dywedoch “{answer.looked}”. Pa fath?"})
    survivors.visit(asked)
    assert survivors.page.select("#recalling_en")[0]["value"] == repeats
    rated = f"{HOME}/survivors/edit/questions/welcome"
    survivors.visit(rated)
    survivors.press("Save", {"about_en": "The first visit", "about_cy": "Yr ymweliad cyntaf"})
    survivors.visit(f"{HOME}/survivors/mend")
    assert "recalling" not in survivors.words
    survivors.visit(asked)
    survivors.press("Save", {"recalling_en": "You said “{answer.nothing}”. And then?"})
    survivors.visit(f"{HOME}/survivors/mend")
    assert "names the question 'nothing', which does not exist" in survivors.words


@pytest.mark.parametrize(
    "path",
    [
        "absent/edit",
        "survivors/edit/parts/absent",
        "survivors/edit/questions/absent",
        "survivors/edit/questions/looked/options/absent",
        "survivors/edit/endings/absent",
        "survivors/edit/rules/absent",
        "survivors/edit/parts/absent/new",
        "absent/versions",
        "survivors/versions/compare?old=000000000000&new=copy",
    ],
)
def test_what_is_not_there_is_not_here(survivors: Visitor, path: str) -> None:
    survivors.visit(f"{HOME}/{path}")
    assert survivors.status == 404
