"""One answer: covered until its coder opens it, then with everything that coding needs."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult import clock
from consult.coding import forms, service
from consult.coding.views.common import (
    asked_sieve,
    bp,
    came_again,
    coders,
    enter,
    is_open,
    pace,
    place,
    recent,
    rest,
    sifted,
    take_up,
)
from consult.web.access import account, needs_key
from consult.web.extensions import db


@bp.get("/answers/<definition_id>/<question_id>/<response>")
@coders
@needs_key
def answer(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """One answer with its sentences, themes, codings and suggestions; its level alone until it is opened."""
    if not is_open(response):
        return render_template(
            "coding/cover.html",
            consultation=consultation,
            page=service.cover(enter(consultation), definition_id, question_id, response),
            came=_came(),
            shortcuts=service.shortcuts(db.session(), account().id),
        )
    return workbench(consultation, definition_id, question_id, response)


def workbench(
    consultation: str,
    definition_id: str,
    question_id: str,
    response: str,
    *,
    problems: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> str:
    """The page of an answer that is open. `problems`, `typed`: what can be mended, and what was written."""
    page = service.answer(
        enter(consultation),
        definition_id,
        question_id,
        response,
        stream=forms.stream(request.values.get("stream", "")),
        blind=request.values.get("blind") == "yes",
    )
    keys = [theme.key for theme in page.themes]
    return render_template(
        "coding/answer.html",
        consultation=consultation,
        page=page,
        done=request.args.get("done", ""),
        came=_came(),
        recent=[key for key in recent() if key in keys],
        shortcuts=service.shortcuts(db.session(), account().id),
        read_for=pace().on(clock.now()).minutes(),
        pause_after=service.care(db.session(), consultation, account().id, today=clock.today()),
        problems=problems or {},
        typed=typed or {},
        has_errors=bool(problems),
    )


@bp.post("/answers/<definition_id>/<question_id>/<response>/open")
@coders
@needs_key
def open_answer(
    consultation: str, definition_id: str, question_id: str, response: str
) -> ResponseReturnValue:
    """Open an answer: from here on its words are in view. A limit that is reached is told calmly."""
    opened = take_up(enter(consultation), definition_id, question_id, response)
    db.session.commit()
    if not opened:
        return rest(consultation)
    if request.form.get("to") == "settle":
        return redirect(url_for(".settle", **place()), 303)
    listed = request.form.get("to") == "list"  # another answer than the one in view: it came by no draw
    told = sifted(asked_sieve(request.form)) if listed else came_again()
    return redirect(url_for(".answer", **place(), **told), 303)


def _came() -> dict[str, Any]:
    told = {name: request.values.get(name, "") for name in ("stream", "blind", "to")}
    return {name: value for name, value in told.items() if value} | sifted(asked_sieve(request.values))
