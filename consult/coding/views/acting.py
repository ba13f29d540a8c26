"""What a coder does to the answer in view. Every act is a plain form post, and can be undone."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from consult import clock
from consult.coding import forms, service
from consult.coding.service import FrameWordsError, FrozenError, MemoError
from consult.coding.views.common import (
    before,
    bp,
    coders,
    enter,
    is_open,
    leave,
    place,
    saved,
    used,
)
from consult.coding.views.listing import go_on
from consult.coding.views.reading import workbench
from consult.faults import Fault
from consult.web.access import needs_key
from consult.web.extensions import db
from consult.web.sentences import sentence


@bp.post("/answers/<definition_id>/<question_id>/<response>/code")
@coders
@needs_key
def code(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Give the answer a theme: one pressed, one typed, one suggested, or none."""
    unlocked = enter(consultation)
    fields = request.form.to_dict(flat=False)
    if "by_name" in fields:
        typed = request.form.get("named", "")
        try:
            fields["theme"] = [service.theme_named(db.session(), consultation, typed)]
        except service.UnclearNameError as error:
            return _typed_wrong("named", typed, error)
    press = forms.press(fields, definition_id, question_id, response)
    made = service.code(unlocked, press)
    if made and press.theme:
        used(press.theme)
    return saved("added" if made else "already")


@bp.post("/answers/<definition_id>/<question_id>/<response>/remove")
@coders
@needs_key
def remove(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Take a coding away."""
    unlocked = enter(consultation)
    service.remove(unlocked, definition_id, question_id, response, request.form.get("coding", ""))
    return saved("removed")


@bp.post("/answers/<definition_id>/<question_id>/<response>/recode")
@coders
@needs_key
def recode(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Move a coding to another theme."""
    unlocked = enter(consultation)
    coding = request.form.get("coding", "")
    to = request.form.get(f"to-{coding}", "")
    service.recode(unlocked, definition_id, question_id, response, coding, to)
    return saved("moved")


@bp.post("/answers/<definition_id>/<question_id>/<response>/new-theme")
@coders
@needs_key
def theme_here(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """A new theme, given at once to what is ticked or selected."""
    unlocked = enter(consultation)
    name = request.form.get("new_name", "").strip()
    try:
        key = service.put_named(unlocked, name, today=clock.today())
    except (FrameWordsError, FrozenError) as error:
        return _typed_wrong("new_name", name, error, 422 if isinstance(error, FrameWordsError) else 409)
    fields = request.form.to_dict(flat=False) | {"theme": [key]}
    service.code(unlocked, forms.press(fields, definition_id, question_id, response))
    used(key)
    return saved("added")


@bp.post("/answers/<definition_id>/<question_id>/<response>/undo")
@coders
@needs_key
def undo(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Take back the own last press on this answer; where there is none, on the one before."""
    unlocked = enter(consultation)
    if service.undo(unlocked, definition_id, question_id, response):
        return saved("undone")
    last = before()
    if last is not None and last[2] != response and is_open(last[2]) and service.undo(unlocked, *last):
        db.session.commit()
        there: dict[str, Any] = dict(zip(("definition_id", "question_id", "response"), last, strict=True))
        return redirect(url_for(".answer", consultation=consultation, **there, done="undone"), 303)
    return saved("nothing")


@bp.post("/answers/<definition_id>/<question_id>/<response>/flag")
@coders
@needs_key
def flag(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Flag the answer for the team to talk about, or take the flag away."""
    flagged = service.flag(enter(consultation), definition_id, question_id, response)
    return saved("flagged" if flagged else "unflagged")


@bp.post("/answers/<definition_id>/<question_id>/<response>/memo")
@coders
@needs_key
def memo(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Keep a memo beside the answer, or take an own one away."""
    unlocked = enter(consultation)
    if taken := request.form.get("take_away", ""):
        service.take_memo_away(unlocked, definition_id, question_id, response, taken)
        return saved("memo_gone")
    typed = request.form.get("memo", "")
    try:
        service.memo(unlocked, definition_id, question_id, response, typed)
    except MemoError as error:
        return _typed_wrong("memo", typed, error)
    return saved("memo")


@bp.post("/answers/<definition_id>/<question_id>/<response>/refuse")
@coders
@needs_key
def refuse(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Turn a suggestion down for this answer."""
    theme = request.form.get("refused", "")
    service.refuse(enter(consultation), definition_id, question_id, response, theme)
    return saved("refused")


@bp.post("/answers/<definition_id>/<question_id>/<response>/skip")
@coders
@needs_key
def skip(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Too hard: leave the answer to somebody else, and go on. Nobody is asked or told why."""
    unlocked = enter(consultation)
    service.skip(unlocked, definition_id, question_id, response)
    leave(definition_id, question_id, response)
    return go_on(unlocked, consultation, after=response)


def _typed_wrong(field: str, typed: str, error: Fault, status: int = 422) -> ResponseReturnValue:
    """The page of the answer again, with what is wrong beside the field, and what was typed in it."""
    db.session.rollback()
    page = workbench(**place(), problems={field: sentence(str(error))}, typed={field: typed})
    return page, status
