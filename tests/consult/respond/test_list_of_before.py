"""T33: nobody is sent away by a list of people to talk to that is some seconds old."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import update

from consult.models.support import SupportService
from consult.web.extensions import db
from consult.web.support import shelf
from tests.builders import make_team
from tests.visitor import Visitor

CHECKED = "list of people to talk to is being checked"


def start(app: Flask, slug: str) -> str:
    """What somebody reads who presses Start."""
    visitor = Visitor(app.test_client())
    visitor.visit(f"/about/{slug}")
    visitor.press("Start")
    return visitor.words


def list_as(*, example: bool) -> None:
    """All entries as made-up ones, which count for nobody, or as real ones."""
    db.session.execute(update(SupportService).values(example=example))
    db.session.commit()


def test_a_list_that_was_made_whole_elsewhere_lets_people_start_at_once(app: Flask) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    list_as(example=True)
    shelf().forget()
    assert CHECKED in start(app, slug)
    list_as(example=False)  # by another process: this one has the list of before at hand
    assert not [entry for entry in shelf().entries() if not entry.example]
    assert CHECKED not in start(app, slug)
