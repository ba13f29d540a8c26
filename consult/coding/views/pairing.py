"""Double coding: the sample, the blind second coder, agreement, and settling what differs."""

from __future__ import annotations

import secrets

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.coding import forms, service
from consult.coding.service import NothingToSampleError, UnsettledError
from consult.coding.views.common import bp, coders, enter, is_open, leave, place, rest, take_up
from consult.web.access import needs_key, who
from consult.web.extensions import db
from consult.web.sentences import sentence


@bp.get("/double")
@coders
@needs_key
def double(consultation: str) -> ResponseReturnValue:
    """Where double coding stands, question by question."""
    unlocked = enter(consultation)
    return render_template(
        "coding/double.html",
        consultation=consultation,
        rows=service.pairs(unlocked),
        done=request.args.get("done", ""),
    )


@bp.post("/double/sample")
@coders
@needs_key
def draw_sample(consultation: str) -> ResponseReturnValue:
    """Draw what is missing of the sample; the log says who did."""
    unlocked = enter(consultation)
    try:
        service.sample(unlocked, seed=secrets.randbelow(2**32), **who())
    except NothingToSampleError:
        db.session.rollback()
        return redirect(url_for(".double", consultation=consultation, done="whole"), 303)
    db.session.commit()
    return redirect(url_for(".double", consultation=consultation, done="drawn"), 303)


@bp.post("/double/<definition_id>/<question_id>/next")
@coders
@needs_key
def next_second(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """On to an answer that waits for this person as the second coder."""
    return _go_on(enter(consultation), consultation, definition_id, question_id)


@bp.post("/answers/<definition_id>/<question_id>/<response>/finish")
@coders
@needs_key
def finish(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """The second coder is done with this answer: on to the next one."""
    unlocked = enter(consultation)
    service.finish(unlocked, definition_id, question_id, response)
    leave(definition_id, question_id, response)
    return _go_on(unlocked, consultation, definition_id, question_id)


@bp.get("/double/<definition_id>/<question_id>")
@coders
@needs_key
def agreement(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """How far two coders agree on one question, and the answers on which they differ."""
    return render_template(
        "coding/agreement.html",
        consultation=consultation,
        page=service.agreement(enter(consultation), definition_id, question_id),
        done=request.args.get("done", ""),
    )


@bp.route("/double/<definition_id>/<question_id>/<response>", methods=["GET", "POST"])
@coders
@needs_key
def settle(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Decide where two coders differ. The answer is opened first, like any other."""
    unlocked = enter(consultation)
    if not is_open(response):
        return redirect(url_for(".answer", **place(), to="settle"), 303)
    if request.method == "GET":
        return _settle_page(unlocked, consultation, definition_id, question_id, response)
    verdicts = forms.verdicts(request.form)
    try:
        service.settle(unlocked, definition_id, question_id, response, verdicts)
    except UnsettledError as error:
        db.session.rollback()
        problem = sentence(str(error))
        page = _settle_page(
            enter(consultation), consultation, definition_id, question_id, response, problem=problem
        )
        return page, 422
    db.session.commit()
    there = url_for(
        ".agreement",
        consultation=consultation,
        definition_id=definition_id,
        question_id=question_id,
        done="settled",
    )
    return redirect(there, 303)


def _settle_page(
    unlocked: service.Unlocked,
    consultation: str,
    definition_id: str,
    question_id: str,
    response: str,
    *,
    problem: str = "",
) -> str:
    return render_template(
        "coding/settle.html",
        consultation=consultation,
        page=service.settlement(unlocked, definition_id, question_id, response),
        problem=problem,
        chosen=request.form,
        has_errors=bool(problem),
    )


def _go_on(
    unlocked: service.Unlocked, consultation: str, definition_id: str, question_id: str
) -> ResponseReturnValue:
    seed = secrets.randbelow(2**32)
    found = service.next_second(unlocked, definition_id, question_id, seed=seed)
    if not found:
        db.session.commit()
        return redirect(url_for(".double", consultation=consultation, done="none"), 303)
    opened = take_up(unlocked, definition_id, question_id, found)
    db.session.commit()
    if not opened:
        return rest(consultation)
    there = url_for(
        ".answer",
        consultation=consultation,
        definition_id=definition_id,
        question_id=question_id,
        response=found,
    )
    return redirect(there, 303)
