"""Making a survey by its pages: two people at once, wrong input, undoing, rules, the bank, and files."""

from __future__ import annotations

import io

import pytest
from flask import Flask

import surveys
from consult.making import service
from consult.models.account import Role
from consult.models.making import WorkingStep
from consult.records import accounts, consultations, definitions, kept_versions
from consult.web.extensions import db
from surveys import Choice, Choices, Not, editing
from surveys.check import check
from tests.builders import SMALL, TODAY, make_account
from tests.consult.entering import make_consultation, sign_in
from tests.consult.making.scene import HOME, add_question, begin, copy_of, lead_at_work
from tests.visitor import HOST, Visitor


@pytest.fixture
def lea(app: Flask, visitor: Visitor) -> Visitor:
    """Lea, who leads "spring", signed in."""
    return lead_at_work(app, visitor)


@pytest.fixture
def survivors(lea: Visitor) -> Visitor:
    """Lea with a working copy of the shipped survey."""
    begin(lea, "shipped/survivors")
    return lea


def test_a_shipped_survey_is_begun_whole_and_has_nothing_to_mend(survivors: Visitor) -> None:
    assert survivors.heading == "What good support looks like"
    assert copy_of("survivors") == surveys.load("survivors")
    survivors.visit(f"{HOME}/survivors/mend")
    assert "Nothing. It can be kept as a version." in survivors.words


def test_who_begins_it_again_gets_another_under_an_id_of_its_own(survivors: Visitor) -> None:
    assert begin(survivors, "shipped/survivors") == "survivors_2"
    survivors.visit(f"{HOME}/make")
    assert survivors.words.count("Last change by lea") == 2


def test_a_start_that_lacks_something_says_what(lea: Visitor) -> None:
    lea.visit(f"{HOME}/make")
    for start, said in (
        ("", "Please choose what to start from."),
        ("empty", "Please write a title."),
        ("upload", "Please choose a file."),
    ):
        lea.press("Begin", {"start": start, "title": " "})
        assert (lea.status, said in lea.words) == (422, True), lea.words


def test_a_survey_is_begun_from_a_file_and_its_faults_are_named(lea: Visitor) -> None:
    lea.visit(f"{HOME}/make")
    token = str(lea.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    for content, name, said in (
        (SMALL.encode(), "small.toml", "A small survey"),
        (b"id = 3", "bad.toml", "The file cannot be read as a survey"),
        (b"\xff\xfe\x00", "bad.toml", "not UTF-8 text"),
        (b"PK\x03\x04", "bad.xlsx", "does not open as a workbook"),
    ):
        answer = lea.client.post(
            f"{HOME}/make",
            data={"csrf_token": token, "start": "upload", "file": (io.BytesIO(content), name)},
            content_type="multipart/form-data",
            base_url=HOST,
            follow_redirects=True,
        )
        assert said in answer.text, name
    assert copy_of("small") == surveys.parse(SMALL)


def test_a_survey_of_another_consultation_that_one_leads_can_be_begun_from(
    app: Flask, visitor: Visitor
) -> None:
    for name, leads in (("autumn", True), ("winter", False)):
        other = make_consultation(app, name=name, title=name.title())
        kept_versions.load(db.session(), other, SMALL, name="small.toml", today=TODAY)
        db.session.commit()
        if leads:
            lea = make_account(app, "lea", other, Role.LEAD)
    spring = make_consultation(app)
    accounts.join(db.session(), lea, spring, Role.LEAD)
    db.session.commit()
    sign_in(visitor, "lea")
    visitor.visit(f"{HOME}/make")
    assert "A small survey, of Autumn" in visitor.words
    assert "of Winter" not in visitor.words
    assert begin(visitor, "own/autumn/small") == "small"
    visitor.visit(f"{HOME}/make")
    visitor.press("Begin", {"start": "own/winter/small"})
    assert visitor.status == 422


def test_two_who_change_the_same_words_see_both_and_nothing_typed_is_lost(survivors: Visitor) -> None:
    path = f"{HOME}/survivors/edit/questions/did_well"
    survivors.visit(path)
    old = mark_of(survivors)
    survivors.press("Save", {"text_en": "What did the service do well?"})
    assert survivors.status == 200
    survivors.visit(path)  # the second tab was opened before: its mark is the old one
    survivors.press("Save", {"text_en": "What was good?", "mark": old})
    assert survivors.status == 409
    assert "changed this while you were writing" in survivors.words
    assert "taken out: did the service do well?" in survivors.words
    box = survivors.page.find(id="text_en")
    assert box is not None
    assert box["value"] == "What was good?"  # type: ignore[index]
    assert asked("did_well") == "What did the service do well?"
    survivors.press("Save")  # to save again is to choose one's own
    assert survivors.status == 200
    assert asked("did_well") == "What was good?"


def asked(question_id: str) -> str:
    """The words of a question in the working copy of the survivors' survey."""
    return copy_of("survivors").question(question_id).text.read("en").words


def mark_of(visitor: Visitor) -> str:
    """The mark that a page carries."""
    return str(visitor.page.find("input", {"name": "mark"})["value"])  # type: ignore[index]


def test_two_who_change_different_things_of_one_question_do_not_disturb_each_other(
    survivors: Visitor,
) -> None:
    path = f"{HOME}/survivors/edit/questions/looked"
    survivors.visit(path)
    old = mark_of(survivors)
    survivors.press("Add options", {"options": "Not yet"})
    survivors.visit(path)
    survivors.press("Save", {"text_en": "Have you looked for support?", "mark": old})
    assert survivors.status == 200
    asked = copy_of("survivors").question("looked")
    assert isinstance(asked, Choice)
    assert asked.options[-1].id == "not_yet"
    assert asked.text.read("en").words == "Have you looked for support?"


def test_what_was_removed_comes_back_with_its_id(survivors: Visitor) -> None:
    before = copy_of("survivors")
    survivors.visit(f"{HOME}/survivors/edit")
    survivors.press("Remove: What it was like")
    assert "Removed. You can undo it." in survivors.words
    assert not copy_of("survivors").has_question("welcome")
    survivors.visit(f"{HOME}/survivors/mend")
    survivors.visit(f"{HOME}/survivors/edit")
    survivors.press("Undo it")
    assert "Undone." in survivors.words
    assert copy_of("survivors") == before


def test_undoing_what_somebody_else_did_meanwhile_is_refused(survivors: Visitor) -> None:
    survivors.visit(f"{HOME}/survivors/edit")
    survivors.press("Down: Getting support")
    survivors.visit(f"{HOME}/survivors/edit")
    survivors.press("Undo it", {"revision": "1"})
    assert survivors.status == 409
    assert "look at it first, then undo" in survivors.words
    assert copy_of("survivors").sections[1].id == "experience"


def test_so_many_steps_back_are_kept_and_no_more(survivors: Visitor) -> None:
    for place in range(service.copies.MOST_STEPS + 5):
        service.change(
            db.session(),
            "spring",
            "survivors",
            lambda survey: editing.move_section(survey, "good", 1 if survey.sections[3].id == "good" else -1),
            said=f"step {place}",
            actor="lea",
            today=TODAY,
        )
    db.session.commit()
    assert db.session.query(WorkingStep).count() == service.copies.MOST_STEPS


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


def test_a_working_copy_is_thrown_away_and_versions_stay(survivors: Visitor) -> None:
    survivors.visit(f"{HOME}/survivors/keep")
    survivors.press("Keep this version")
    survivors.visit(f"{HOME}/survivors/discard")
    survivors.press("Throw it away")
    assert "The working copy is gone." in survivors.words
    survivors.visit(f"{HOME}/survivors/edit")
    assert survivors.status == 404
    consultation = consultations.named(db.session(), "spring")
    kept = consultations.survey_of(db.session(), consultation, "survivors")
    assert definitions.current(db.session(), kept) == surveys.load("survivors")


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
