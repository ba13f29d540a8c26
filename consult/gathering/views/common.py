"""What the views of this feature share."""

from __future__ import annotations

from flask import Blueprint, current_app, url_for

from consult.gathering.service import OnPaper
from consult.web import access, paper
from consult.web.extensions import settings

bp = Blueprint("paper", __name__, url_prefix="/team/<consultation>/paper")
access.guard(bp)

LEAD, ANALYST = "lead", "analyst"


def sheet(survey: OnPaper, language: str) -> paper.Sheet:
    """A survey numbered as on paper. One that is not open is marked a draft."""
    return paper.Sheet(
        survey=survey.definition,
        language=language,
        dates=survey.dates(language),
        post_to=survey.post_to,
        phone_to=survey.phone_to,
        send_by=survey.send_by,
        draft=not survey.open,
        demonstration=survey.demonstration,
    )


def address_of(slug: str, page: str) -> str:
    """The public address of a page of a survey, "about" or "back"; empty where it is not known here."""
    if settings().public_url:
        return f"{settings().public_url}/{page}/{slug}"
    if f"doors.{page}" in current_app.view_functions:
        return url_for(f"doors.{page}", slug=slug, _external=True)
    return ""
