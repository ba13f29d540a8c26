"""What the views of this feature share: the blueprint, and showing a page again."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from consult.web import access
from consult.web.extensions import db

bp = Blueprint("making", __name__, url_prefix="/team")
access.guard(bp)

LEAD = "lead"


def again(template: str, status: int, **page: object) -> ResponseReturnValue:
    """The same page with what can be mended; nothing was done and nothing typed is lost."""
    db.session.rollback()
    return render_template(template, has_errors=True, **page), status
