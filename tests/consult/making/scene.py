"""A lead of a consultation at the page where surveys are made."""

from __future__ import annotations

from flask import Flask

import surveys
from consult.making import service
from consult.models.account import Role
from consult.web.extensions import db
from tests.builders import make_account
from tests.consult.entering import make_consultation, sign_in
from tests.visitor import Visitor

HOME = "/team/spring/surveys"


def lead_at_work(app: Flask, visitor: Visitor) -> Visitor:
    """A consultation "spring", and Lea, who leads it, signed in."""
    consultation = make_consultation(app)
    make_account(app, "lea", consultation, Role.LEAD)
    sign_in(visitor, "lea")
    return visitor


def begin(visitor: Visitor, start: str = "empty", title: str = "A new survey") -> str:
    """Begin a working copy; returns the id of its survey."""
    visitor.visit(f"{HOME}/make")
    visitor.press("Begin", {"start": start, "title": title})
    assert visitor.status == 200, visitor.words
    return visitor.path.split("/")[-2]


def copy_of(survey_id: str, consultation: str = "spring") -> surveys.Survey:
    """The working copy as it stands."""
    db.session.rollback()
    return service.open_copy(db.session(), consultation, survey_id).survey


def add_question(visitor: Visitor, survey_id: str, part: str, words: str, kind: str) -> str:
    """Add a question by its form; returns its id."""
    visitor.visit(f"{HOME}/{survey_id}/edit/parts/{part}/new")
    visitor.press("Add the question", {"text": words, "kind": kind})
    assert visitor.status == 200, visitor.words
    return visitor.path.split("/")[-1]
