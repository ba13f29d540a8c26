"""Care for those who read: limits, pauses, whom to turn to, and keys that can be switched off."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult import clock
from consult.coding import service
from consult.coding.views.common import bp, coders, pace
from consult.web.access import account
from consult.web.extensions import db


@bp.get("/care")
@coders
def care(consultation: str) -> ResponseReturnValue:
    """Looking after oneself: what was agreed, how much there was today, whether it is time to rest."""
    found = service.care(db.session(), consultation, account().id, today=clock.today())
    now = clock.now()
    return render_template(
        "coding/care.html",
        consultation=consultation,
        care=found,
        rest=service.resting(found, pace(), now=now),
        read_for=pace().on(now).minutes() if pace().last else 0,
        shortcuts=service.shortcuts(db.session(), account().id),
    )


@bp.post("/care/keys")
@coders
def keys(consultation: str) -> ResponseReturnValue:
    """Switch single keys on or off for oneself."""
    service.switch_shortcuts(db.session(), account().id, on=request.form.get("keys") == "on")
    db.session.commit()
    return redirect(url_for(".care", consultation=consultation, _anchor="keys"), 303)
