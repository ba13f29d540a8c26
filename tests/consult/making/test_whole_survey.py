"""A whole survey made by forms alone, kept, opened and answered."""

from __future__ import annotations

from flask import Flask

from consult.records import consultations, definitions, ready
from consult.web.extensions import db
from surveys.check import check
from tests.builders import make_team
from tests.consult.entering import sign_in, vault_of
from tests.consult.making.scene import copy_of
from tests.visitor import Visitor

HOME = "/team/trial/surveys"
DESCRIBE = "You do not need to describe what happened to you. Please leave out names and places."


def begin(visitor: Visitor) -> None:
    visitor.visit("/team/trial/")
    assert visitor.page.find("a", string="Make a survey, or the next version of one")
    visitor.visit(f"{HOME}/make")
    visitor.press("Begin", {"start": "empty", "title": "What helps men", "strand": "survivors"})
    assert visitor.heading == "What helps men"
    visitor.visit(f"{HOME}/what_helps_men/edit/texts")
    visitor.press(
        "Save",
        {
            "summary_en": "Help to say what helps.\nYou can skip anything.",
            "reassurance_en": DESCRIBE,
            "thanks_en": "Thank you. You can stop here and rest.",
        },
    )


def add(visitor: Visitor, part: str, words: str, kind: str, options: str = "") -> None:
    visitor.visit(f"{HOME}/what_helps_men/edit")
    link = f"{HOME}/what_helps_men/edit/parts/{part}/new"
    assert visitor.page.find("a", href=link)
    visitor.visit(link)
    visitor.press("Add the question", {"text": words, "kind": kind})
    assert "The question is added." in visitor.words
    if options:
        visitor.press("Add options", {"options": options})


def write(visitor: Visitor) -> None:
    visitor.visit(f"{HOME}/what_helps_men/edit")
    visitor.press("Add a part", {"title": "Getting support"})
    visitor.press("Add a part", {"title": "What it was like"})
    add(
        visitor,
        "getting_support",
        "Have you looked for support?",
        "choice",
        "Yes\nNo\nI would rather not say",
    )
    add(visitor, "getting_support", "Which ways would suit you?", "choices", "Phone\nText\nNone of these")
    add(visitor, "what_it_was_like", "How welcome did you feel?", "scale")
    visitor.press("Save", {"low": "1", "high": "5", "label_low_en": "Not at all", "label_high_en": "Very"})
    add(visitor, "what_it_was_like", "What did it do well?", "free_text")
    visitor.press("Save", {"max_length": "800"})


def route(visitor: Visitor) -> None:
    visitor.visit(f"{HOME}/what_helps_men/edit/rules/what_it_was_like")
    visitor.visit(f"{visitor.path}/add?question=have_you_looked_for_support")
    visitor.press("Add the condition", {"operator": "one_of", "values": "yes"})
    assert "It is asked if “Have you looked for support?” is “Yes”." in visitor.words


def test_a_survey_is_made_by_forms_alone_and_answered(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    sign_in(visitor, "sam")
    begin(visitor)
    write(visitor)
    route(visitor)
    visitor.visit(f"{HOME}/what_helps_men/mend")
    assert "Nothing. It can be kept as a version." in visitor.words
    visitor.visit(f"{HOME}/what_helps_men/keep")
    visitor.press("Keep this version", {"said": "The first one"})
    assert "The version is kept." in visitor.words
    assert "Version 1" in visitor.words
    assert "The first one" in visitor.words

    made = copy_of("what_helps_men", "trial")
    assert check(made) == []
    consultation = consultations.named(db.session(), "trial")
    kept = consultations.survey_of(db.session(), consultation, "what_helps_men")
    assert definitions.current(db.session(), kept) == made
    ready.open_survey(db.session(), vault_of(app), kept)
    slug = kept.slug
    db.session.commit()
    assert team.survey.slug != slug

    answer(visitor, slug)


def answer(visitor: Visitor, slug: str) -> None:
    """The way of somebody who said no: the second part is not asked."""
    visitor.visit(f"/about/{slug}")
    assert "Help to say what helps." in visitor.words
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "short"})
    assert "Have you looked for support?" in visitor.words
    visitor.press("Continue", {"have_you_looked_for_support": "no"})
    assert "Which ways would suit you?" in visitor.words
    visitor.press("Continue", {"which_ways_would_suit_you": ["phone", "text"]})
    assert visitor.heading == "Check your answers"
    visitor.press("Yes, use my answers: send them")
    assert visitor.heading == "Your answers are sent"
    assert "You can stop here and rest." in visitor.words
