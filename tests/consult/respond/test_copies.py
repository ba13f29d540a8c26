"""People are told before they start for how long copies keep what they take back, as the settings have it."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from tests.builders import make_team
from tests.visitor import Visitor


def test_the_days_of_copies_stand_where_consent_is_asked_and_where_answers_are_kept(
    app: Flask, visitor: Visitor
) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    app.extensions["consult.settings"] = replace(app.extensions["consult.settings"], backup_days_keys=5)
    visitor.visit("/privacy")
    assert "gone from the copies within 5 days" in visitor.words
    visitor.visit(f"/about/{slug}")
    visitor.press("Start")
    assert "What you take back is gone from them within 5 days." in visitor.words
