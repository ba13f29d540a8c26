"""What there is to code: questions, the answers to one of them, and which comes next."""

from __future__ import annotations

import secrets

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.coding import service
from consult.coding.views.common import (
    asked_sieve,
    bp,
    came,
    came_again,
    coders,
    enter,
    ideas_shown,
    is_open,
    leave,
    place,
    rest,
    sifted,
    take_up,
)
from consult.web.access import needs_key
from consult.web.extensions import db


@bp.get("/answers")
@coders
@needs_key
def questions(consultation: str) -> ResponseReturnValue:
    """Every question for own words, with what is there and what is done."""
    return render_template(
        "coding/questions.html", consultation=consultation, surveys=service.questions(enter(consultation))
    )


@bp.get("/answers/<definition_id>/<question_id>")
@coders
@needs_key
def answers(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """The answers to one question, fifty a page."""
    found = service.answers(
        enter(consultation),
        definition_id,
        question_id,
        sieve=asked_sieve(request.args),
        after=request.args.get("after", ""),
    )
    return render_template(
        "coding/answers.html",
        consultation=consultation,
        found=found,
        sifted=sifted(found.sieve),
        is_open=is_open,
    )


@bp.route("/answers/<definition_id>/<question_id>/next", methods=["GET", "POST"])
@coders
@needs_key
def next_to_code(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """Go on to the next answer; to the list when there is none. A press of the button also opens it.

    By a link, or where the question is marked as hard to read, its cover comes first.
    """
    response = request.form.get("response", "")
    if response:
        leave(definition_id, question_id, response)
    return go_on(enter(consultation), consultation, after=response)


def go_on(unlocked: service.Unlocked, consultation: str, *, after: str) -> ResponseReturnValue:
    """To the next answer to the question in the address, committed."""
    named = place()
    definition_id, question_id = named["definition_id"], named["question_id"]
    sieve = asked_sieve(request.values)
    drawn = service.next_to_code(
        unlocked,
        definition_id,
        question_id,
        seed=secrets.randbelow(2**32),
        sieve=sieve,
        after=after,
    )
    here = {"consultation": consultation, "definition_id": definition_id, "question_id": question_id}
    opened = True
    if drawn is not None and request.method == "POST" and not drawn.sensitive:
        opened = take_up(unlocked, definition_id, question_id, drawn.response)
    db.session.commit()
    if not opened:
        return rest(consultation)
    if drawn is None:
        which = sifted(sieve) or {"which": "open"}
        return redirect(url_for(".answers", **here, **which), 303)
    told = came(drawn.stream, blind=drawn.blind, sieve=sieve)
    return redirect(url_for(".answer", **here, response=drawn.response, **told), 303)


@bp.post("/answers/<definition_id>/<question_id>/meaning")
@coders
@needs_key
def meaning(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """Stop working out the meaning of answers, or go on; back to where the button was."""
    go_on_with_it = request.form.get("meaning") == "go on"
    service.decide_meaning(enter(consultation), definition_id, question_id, go_on=go_on_with_it)
    response = request.form.get("response", "")
    if request.form.get("page") == "ideas":
        return redirect(url_for(".ideas", **place(), **ideas_shown(request.form)), 303)
    if response:
        return redirect(url_for(".answer", **place(), response=response, **came_again()), 303)
    return redirect(url_for(".answers", **place(), **sifted(asked_sieve(request.form))), 303)
