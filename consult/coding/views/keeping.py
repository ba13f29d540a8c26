"""The frame over time: its history, frozen versions, taking back, and the team's journal."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult import clock
from consult.coding import forms, service
from consult.coding.service import FrameWordsError, FrozenError, InUseError, NothingToUndoError
from consult.coding.views.common import bp, coders, enter
from consult.web.access import needs_key
from consult.web.extensions import db
from consult.web.sentences import sentence


@bp.get("/frame")
@coders
@needs_key
def frame_history(consultation: str) -> ResponseReturnValue:
    """Everything that was done to the frame, by whom and why; one frozen version, if asked for."""
    return _history_page(consultation)


@bp.post("/frame/<act>")
@coders
@needs_key
def change_history(consultation: str, act: str) -> ResponseReturnValue:
    """Freeze, re-open with a reason, or take the last act back."""
    unlocked, today = enter(consultation), clock.today()
    reason = request.form.get("reason", "")
    try:
        if act == "freeze":
            service.freeze(unlocked, reason=reason, today=today)
        elif act == "reopen":
            service.reopen(unlocked, reason=reason, today=today)
        elif act == "undo":
            service.undo_frame(unlocked, today=today)
        else:
            raise forms.UnknownPressError("the frame has no such button")
    except (FrameWordsError, FrozenError, InUseError, NothingToUndoError) as error:
        db.session.rollback()
        page = _history_page(consultation, problem=sentence(str(error)), reason=reason)
        return page, 422 if isinstance(error, FrameWordsError) else 409
    db.session.commit()
    return redirect(url_for(".frame_history", consultation=consultation, done=act), 303)


@bp.route("/journal", methods=["GET", "POST"])
@coders
@needs_key
def journal(consultation: str) -> ResponseReturnValue:
    """The team's journal of coding, sealed."""
    problem, typed = "", request.form.get("words", "")
    if request.method == "POST":
        try:
            service.write(enter(consultation), typed, today=clock.today())
        except FrameWordsError as error:
            db.session.rollback()
            problem = sentence(str(error))
        else:
            db.session.commit()
            return redirect(url_for(".journal", consultation=consultation, done="kept"), 303)
    page = render_template(
        "coding/journal.html",
        consultation=consultation,
        pages=service.journal(enter(consultation)),
        problem=problem,
        typed=typed if problem else "",
        done=request.args.get("done", ""),
        has_errors=bool(problem),
    )
    return page, 422 if problem else 200


def _history_page(consultation: str, *, problem: str = "", reason: str = "") -> str:
    version = request.args.get("version", "")
    wanted = int(version) if version.isascii() and version.isdecimal() and len(version) < 6 else 0
    return render_template(
        "coding/frame_history.html",
        consultation=consultation,
        page=service.history(enter(consultation), version=wanted),
        version=wanted,
        problem=problem,
        reason=reason,
        done=request.args.get("done", ""),
        has_errors=bool(problem),
    )
