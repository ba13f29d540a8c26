"""What the views of this feature share: the blueprint, who acts when, and showing a page again."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from consult import clock
from consult.web import access
from consult.web.extensions import db

bp = Blueprint("afterwards", __name__, url_prefix="/team/<consultation>")
access.guard(bp)

LEAD, PANEL_MANAGER = "lead", "panel_manager"
TEAM = ("analyst", LEAD)


class Who(TypedDict):
    """The person of a request, and the day."""

    actor: str
    today: date


def who() -> Who:
    """As services take it."""
    return Who(actor=access.account().name, today=clock.today())


def again(template: str, status: int, **page: object) -> ResponseReturnValue:
    """The same page with what can be mended; nothing was done and nothing typed is lost."""
    db.session.rollback()
    return render_template(template, has_errors=True, **page), status
