"""What the views of this feature share: the blueprint, and showing a page again."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from consult.web import access
from consult.web.extensions import db

bp = Blueprint("manage", __name__, url_prefix="/team")
access.guard(bp)

LEAD = "lead"


def again(template: str, status: int, **page: object) -> ResponseReturnValue:
    """The same page with what can be mended; nothing was done and nothing typed is lost."""
    db.session.rollback()
    return render_template(template, has_errors=True, **page), status


def to_overview(consultation: str, done: str) -> ResponseReturnValue:
    """On to the page of the consultation, which says what was done."""
    return redirect(url_for("manage.overview", consultation=consultation, done=done), 303)
