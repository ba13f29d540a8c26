"""What the pages of this feature share: the blueprint, who may do what, and showing a page again."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from consult.evidence import service
from consult.web import access
from consult.web.extensions import db, workbench_vault

bp = Blueprint("evidence", __name__, url_prefix="/team/<consultation>")
access.guard(bp)

TEAM = ("analyst", "lead")
LEAD = "lead"


def shown(template: str, status: int, **context: object) -> ResponseReturnValue:
    """A page; one that comes back with something to mend lets go of what was not kept."""
    body = render_template(template, has_errors=status != 200, **context)
    if status != 200:
        db.session.rollback()
    return body, status


def unlocked(consultation: str) -> service.Unlocked:
    """The consultation as the person who looks has unlocked it."""
    return service.unlocked(
        db.session(),
        workbench_vault(),
        consultation,
        account_id=access.account().id,
        private=access.staff_key(),
    )


def may_edit(consultation: str) -> bool:
    """Whether the person who looks leads this consultation."""
    return LEAD in access.account().roles(consultation)
