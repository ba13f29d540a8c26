"""What the views of this feature share: the blueprint, the working copy, and showing a page again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from consult.making import service
from consult.web import access
from consult.web.access import who
from consult.web.extensions import db
from surveys import Survey

bp = Blueprint("making", __name__, url_prefix="/team")
access.guard(bp)

LEAD = "lead"


def again(template: str, status: int, **page: object) -> ResponseReturnValue:
    """The same page with what can be mended; nothing was done and nothing typed is lost."""
    db.session.rollback()
    return render_template(template, has_errors=True, **page), status


def opened(consultation: str, survey_id: str) -> service.Copy:
    """The working copy of this page."""
    return service.open_copy(db.session(), consultation, survey_id)


def change(copy: service.Copy, said: str, edit: Callable[[Survey], Survey]) -> None:
    """Do one act on the working copy and commit it."""
    service.change(db.session(), copy.consultation, copy.survey.id, edit, said=said[:300], **who())
    db.session.commit()


def to_outline(copy: service.Copy, *, done: str = "", anchor: str | None = None) -> ResponseReturnValue:
    """On to the page with all parts."""
    return redirect(at(copy, "outline", done=done or None, _anchor=anchor), 303)


def at(copy: service.Copy, page: str, **values: object) -> str:
    """The address of a page of this working copy."""
    return url_for(f"making.{page}", consultation=copy.consultation, survey_id=copy.survey.id, **values)  # type: ignore[arg-type]
