"""The code frame: its themes in their tree, and everything that can be done to them."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.coding import forms, service
from consult.coding.forms import ThemeForm
from consult.coding.service import FrameWordsError, FrozenError, InUseError, PlaceError
from consult.coding.views.common import bp, coders, enter
from consult.faults import ConflictError, MissingError, RefusedError
from consult.web.access import account, needs_key
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence
from consult.web.sessions import current

_REFUSALS = (FrameWordsError, FrozenError, InUseError, PlaceError)


@bp.get("/themes")
@coders
def themes(consultation: str) -> ResponseReturnValue:
    """The code frame. With the answers unlocked also how many people raised each theme."""
    return render_template(
        "coding/themes.html",
        consultation=consultation,
        frame=service.frame(db.session(), consultation),
        mentions=_mentions(consultation),
        done=request.args.get("done", ""),
    )


@bp.route("/themes/new", methods=["GET", "POST"])
@coders
@needs_key
def new_theme(consultation: str) -> ResponseReturnValue:
    """Put a theme into the frame, perhaps under another, perhaps out of an idea."""
    form, unlocked = ThemeForm(request.form), enter(consultation)
    if request.method == "GET":
        # The address names the idea: its words are of answers, and no address holds any.
        idea, survey, box = (request.args.get(name, "") for name in ("idea", "survey", "box"))
        words = service.words_of_idea(unlocked, survey, box, idea) if idea else ()
        form.name.data = ", ".join(words)[: forms.LONGEST_NAME]
        return _new_page(consultation, form, of_idea=bool(words))
    if not form.validate():
        return _new_page(consultation, form), 422
    try:
        service.put(unlocked, form.text(), under=request.form.get("under", ""), today=clock.today())
    except FrozenError as error:
        db.session.rollback()
        return _new_page(consultation, form, problem=sentence(str(error))), 409
    db.session.commit()
    return redirect(url_for(".themes", consultation=consultation, done="added"), 303)


@bp.route("/themes/<key>", methods=["GET", "POST"])
@coders
@needs_key
def theme(consultation: str, key: str) -> ResponseReturnValue:
    """One theme. Who was too late to change its words sees both texts, and keeps the own one in the form."""
    entry = service.theme(db.session(), consultation, key)
    if request.method == "GET":
        form = ThemeForm(obj=entry.text, revision=str(entry.revision))
        return _theme_page(consultation, key, form)
    form = ThemeForm(request.form)
    if not form.validate():
        return _theme_page(consultation, key, form), 422
    started_from = forms.whole(form.revision.data or "")
    unlocked = enter(consultation)
    try:
        service.reword(unlocked, key, form.text(), revision=started_from, today=clock.today())
    except FrozenError as error:
        db.session.rollback()
        return _theme_page(consultation, key, form, problem=sentence(str(error))), 409
    except ConflictError:
        db.session.rollback()
        # Sent again, the own text takes the place of the one now in view: a decision, no longer an accident.
        entry = service.theme(db.session(), consultation, key)
        form.revision.data = str(entry.revision)
        return _theme_page(consultation, key, form, theirs=entry), 409
    db.session.commit()
    return redirect(url_for(".themes", consultation=consultation, done="changed"), 303)


@bp.post("/themes/<key>/<act>")
@coders
@needs_key
def change_frame(consultation: str, key: str, act: str) -> ResponseReturnValue:
    """Move, shift, split, merge, take out of use, or write a memo; what cannot be done is told."""
    unlocked = enter(consultation)
    try:
        _do(unlocked, key, act)
    except _REFUSALS as error:
        db.session.rollback()
        found = service.theme(db.session(), consultation, key)
        form = ThemeForm(obj=found.text, revision=str(found.revision))
        status = 422 if isinstance(error, FrameWordsError) else 409
        return _theme_page(consultation, key, form, problem=sentence(str(error)), typed=request.form), status
    db.session.commit()
    if act in {"move", "memo", "split"}:
        return redirect(url_for(".theme", consultation=consultation, key=key, done=act), 303)
    return redirect(url_for(".themes", consultation=consultation, done=act), 303)


def _do(unlocked: service.Unlocked, key: str, act: str) -> None:
    typed, today = request.form, clock.today()
    match act:
        case "move":
            service.move(unlocked, key, typed.get("under", ""), today=today)
        case "shift":
            service.shift(unlocked, key, up=typed.get("to") == "up")
        case "split":
            text = service.ThemeText(name=typed.get("name", "").strip(), definition=typed.get("about", ""))
            if not text.name:
                raise FrameWordsError("give the new theme a name first")
            service.split(unlocked, key, text, today=today)
        case "merge":
            service.merge(unlocked, key, typed.get("into", ""), reason=typed.get("reason", ""), today=today)
        case "retire":
            service.retire(unlocked, key, reason=typed.get("reason", ""), today=today)
        case "memo":
            service.write(unlocked, typed.get("memo", ""), key=key, today=today)
        case _:
            raise forms.UnknownPressError("a theme has no such button")


@bp.get("/themes/<key>/merge")
@coders
@needs_key
def merging(consultation: str, key: str) -> ResponseReturnValue:
    """What a merge would do, before anybody does it."""
    unlocked, into = enter(consultation), request.args.get("into", "")
    if not into:
        return redirect(url_for(".theme", consultation=consultation, key=key), 303)
    return render_template(
        "coding/merge.html",
        consultation=consultation,
        key=key,
        into=into,
        effect=service.effect(unlocked, key, into),
    )


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


def _mentions(consultation: str) -> service.Mentions | None:
    """Numbers beside the themes, for who has unlocked and holds a key; the frame itself needs neither."""
    if "staff_key" not in current():
        return None
    try:
        return service.mentions(enter(consultation))
    except (MissingError, RefusedError):
        return None


def _new_page(consultation: str, form: ThemeForm, *, problem: str = "", of_idea: bool = False) -> str:
    return render_template(
        "coding/theme.html",
        consultation=consultation,
        form=form,
        heading=_("New theme"),
        of_idea=of_idea,
        under=request.values.get("under", ""),
        frame=service.frame(db.session(), consultation),
        theirs=None,
        problem=problem,
        has_errors=bool(form.errors or problem),
    )


def _theme_page(
    consultation: str,
    key: str,
    form: ThemeForm,
    *,
    theirs: service.Entry | None = None,
    problem: str = "",
    typed: Any = None,
) -> str:
    return render_template(
        "coding/one_theme.html",
        consultation=consultation,
        key=key,
        form=form,
        heading=service.theme(db.session(), consultation, key).text.name,
        theirs=theirs,
        frame=service.frame(db.session(), consultation),
        notes=service.theme_notes(enter(consultation), key),
        problem=problem,
        typed=typed or {},
        done=request.args.get("done", ""),
        has_errors=bool(form.errors or problem),
    )
