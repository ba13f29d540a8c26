"""What the views of the door share: the blueprint, and showing a page again."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from consult.web import access
from consult.web.extensions import db
from consult.web.throttle import SignInPace

bp = Blueprint("accounts", __name__, url_prefix="/team")
access.guard(bp)

RETRY_SECONDS = "20"


def may_try(form: FlaskForm, pace: SignInPace, name: str) -> bool:
    """Whether a try for this name may be made now; if not, the form says how long to wait."""
    seconds = pace.wait(name)
    if seconds:
        form.form_errors.append(
            _(
                "There were several tries with this name. Please wait %(seconds)s seconds, then try again.",
                seconds=seconds,
            )
        )
    return not seconds


def page(template: str, form: FlaskForm, status: int, **more: object) -> ResponseReturnValue:
    """The same page again. What was read is let go: nothing was done."""
    db.session.rollback()
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 else {}
    return render_template(template, form=form, has_errors=True, **more), status, headers
