"""What the views of this feature share."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from consult.web import access
from consult.web.extensions import db

bp = Blueprint("literature", __name__, url_prefix="/team/<consultation>/literature")
access.guard(bp)

TEAM = ("analyst", "lead")


def again(template: str, status: int, **page: object) -> ResponseReturnValue:
    """The same page with what can be mended; nothing was done and nothing typed is lost."""
    body = render_template(template, has_errors=True, **page)
    db.session.rollback()
    return body, status
