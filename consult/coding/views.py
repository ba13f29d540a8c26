"""Pages of the coding workbench. Each works without script: a post, then 303 back to the page."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.coding import forms, service
from consult.coding.forms import ThemeForm
from consult.coding.service import Which
from consult.faults import ConflictError, MissingError, RefusedError
from consult.web.access import account, guard, needs_key, roles, staff_key
from consult.web.extensions import db, workbench_vault
from consult.web.sessions import current

bp = Blueprint("coding", __name__, url_prefix="/team/<consultation>")
guard(bp)
coders = roles("analyst", "lead")


@bp.get("/themes")
@coders
def themes(consultation: str) -> ResponseReturnValue:
    """The code frame. With the answers unlocked also how many people raised each theme."""
    return render_template(
        "coding/themes.html",
        consultation=consultation,
        frame=service.frame(db.session(), consultation),
        mentions=_mentions(consultation),
    )


@bp.route("/themes/new", methods=["GET", "POST"])
@coders
def new_theme(consultation: str) -> ResponseReturnValue:
    """Put a theme into the frame."""
    form = ThemeForm(request.form)
    if request.method == "GET":
        return _theme_page(consultation, form, _("New theme"))
    if not form.validate():
        return _theme_page(consultation, form, _("New theme")), 422
    service.add_theme(db.session(), consultation, form.text())
    db.session.commit()
    return redirect(url_for(".themes", consultation=consultation), 303)


@bp.route("/themes/<key>", methods=["GET", "POST"])
@coders
def theme(consultation: str, key: str) -> ResponseReturnValue:
    """Change a theme's words. Who was too late sees both texts, and keeps the own one in the form."""
    entry = service.theme(db.session(), consultation, key)
    heading = _("Change a theme")
    if request.method == "GET":
        form = ThemeForm(obj=entry.text, revision=str(entry.revision))
        return _theme_page(consultation, form, heading)
    form = ThemeForm(request.form)
    if not form.validate():
        return _theme_page(consultation, form, heading), 422
    started_from = forms.whole(form.revision.data or "")
    try:
        service.change_theme(db.session(), consultation, key, form.text(), revision=started_from)
    except ConflictError:
        # Sent again, the own text takes the place of the one now in view: a decision, no longer an accident.
        form.revision.data = str(entry.revision)
        return _theme_page(consultation, form, heading, theirs=entry), 409
    db.session.commit()
    return redirect(url_for(".themes", consultation=consultation), 303)


@bp.post("/themes/suggestions")
@coders
def suggestions(consultation: str) -> ResponseReturnValue:
    """Turn suggestions on or off for everybody in the consultation."""
    service.switch_suggestions(
        db.session(),
        workbench_vault(),
        consultation,
        on=request.form.get("suggestions") == "on",
        actor=account().name,
        today=clock.today(),
    )
    db.session.commit()
    return redirect(url_for(".themes", consultation=consultation), 303)


@bp.get("/answers")
@coders
@needs_key
def questions(consultation: str) -> ResponseReturnValue:
    """Every question for own words, with what is there and what is done."""
    return render_template(
        "coding/questions.html", consultation=consultation, surveys=service.questions(_enter(consultation))
    )


@bp.get("/answers/<definition_id>/<question_id>")
@coders
@needs_key
def answers(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """The answers to one question, fifty a page."""
    wanted = request.args.get("which", "")
    found = service.answers(
        _enter(consultation),
        definition_id,
        question_id,
        which=Which(wanted) if wanted in set(Which) else Which.ALL,
        after=request.args.get("after", ""),
    )
    return render_template("coding/answers.html", consultation=consultation, found=found)


@bp.get("/answers/<definition_id>/<question_id>/next")
@coders
@needs_key
def next_to_code(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """Draw the next answer and go there; to the list when every answer is coded."""
    seed = secrets.randbelow(2**32)
    drawn = service.next_to_code(_enter(consultation), definition_id, question_id, seed=seed)
    place = _place()
    if drawn is None:
        return redirect(url_for(".answers", **place, which=Which.OPEN), 303)
    came = _came(drawn.stream, blind=drawn.blind)
    return redirect(url_for(".answer", **place, response=drawn.response, **came), 303)


@bp.get("/answers/<definition_id>/<question_id>/<response>")
@coders
@needs_key
def answer(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """One answer with its sentences, themes, codings and suggestions."""
    page = service.answer(
        _enter(consultation),
        definition_id,
        question_id,
        response,
        stream=forms.stream(request.args.get("stream", "")),
        blind=request.args.get("blind") == "yes",
    )
    done = request.args.get("done", "")
    return render_template("coding/answer.html", consultation=consultation, page=page, done=done)


@bp.post("/answers/<definition_id>/<question_id>/<response>/code")
@coders
@needs_key
def code(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Give the answer a theme: one pressed, one suggested, or none."""
    press = forms.press(request.form.to_dict(flat=False), definition_id, question_id, response)
    made = service.code(_enter(consultation), press)
    db.session.commit()
    return _back("added" if made else "already")


@bp.post("/answers/<definition_id>/<question_id>/<response>/remove")
@coders
@needs_key
def remove(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Take a coding away."""
    unlocked = _enter(consultation)
    service.remove(unlocked, definition_id, question_id, response, request.form.get("coding", ""))
    db.session.commit()
    return _back("removed")


@bp.post("/answers/<definition_id>/<question_id>/<response>/undo")
@coders
@needs_key
def undo(consultation: str, definition_id: str, question_id: str, response: str) -> ResponseReturnValue:
    """Take back the own last press on this answer."""
    done = service.undo(_enter(consultation), definition_id, question_id, response)
    db.session.commit()
    return _back("undone" if done else "nothing")


def _enter(consultation: str) -> service.Unlocked:
    """The consultation, opened with the key of who is signed in."""
    return service.enter(
        db.session(), workbench_vault(), consultation, account_id=account().id, private=staff_key()
    )


def _mentions(consultation: str) -> service.Mentions | None:
    """Numbers beside the themes, for who has unlocked and holds a key; the frame itself needs neither."""
    if "staff_key" not in current():
        return None
    try:
        return service.mentions(_enter(consultation))
    except (MissingError, RefusedError):
        return None


def _theme_page(consultation: str, form: ThemeForm, heading: str, theirs: service.Entry | None = None) -> str:
    return render_template(
        "coding/theme.html",
        consultation=consultation,
        form=form,
        heading=heading,
        theirs=theirs,
        has_errors=bool(form.errors),
    )


def _place() -> dict[str, Any]:
    """The names in the address of this page, for the address of another."""
    return dict(request.view_args or {})


def _came(stream: service.Stream, *, blind: bool) -> dict[str, Any]:
    """How an answer came, for an address: it travels with the page, as nothing else would know it later."""
    came: dict[str, Any] = {} if stream == service.Stream.CHOSEN else {"stream": str(stream)}
    return came | ({"blind": "yes"} if blind else {})


def _back(done: str) -> ResponseReturnValue:
    """Back to the answer as it was shown, with a word on what was done."""
    stream = forms.stream(request.form.get("stream", ""))
    # A page may be blind because suggestions are off; only a draw makes it so whatever happens meanwhile.
    drawn_blind = stream == service.Stream.RANDOM and request.form.get("blind") == "yes"
    came = _came(stream, blind=drawn_blind)
    return redirect(url_for(".answer", **_place(), **came, done=done), 303)
