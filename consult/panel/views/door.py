"""The door of panellists: once by a link, then by a name and a passphrase."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from consult.faults import BusyError, ConflictError, RefusedError
from consult.panel import forms, service
from consult.web import leaving, padding, panellists
from consult.web.extensions import db, workbench_vault
from consult.web.sessions import current
from consult.web.throttle import sign_in_pace

bp = Blueprint("panellist", __name__, url_prefix="/panel")
bp.after_request(padding.pad)


@bp.get("/leave")
@panellists.at_the_door
def leave() -> ResponseReturnValue:
    """End the session and go to a neutral site, as the way out of every other page does."""
    if leaving.looks_ahead():
        return Response(status=204)
    current().end()
    db.session.commit()
    return leaving.away()


@bp.get("/join/<link>")
@panellists.at_the_door
def arrive(link: str) -> ResponseReturnValue:
    """What taking part means. Looking at it uses nothing up."""
    return _join_page(link, forms.JoinForm(formdata=None), 200)


@bp.post("/join/<link>")
@panellists.at_the_door
def join(link: str) -> ResponseReturnValue:
    """Join, or say no: either uses the link up."""
    form = forms.JoinForm()
    try:
        if request.form.get("act") == "decline":
            return _decline(link)
        if not form.validate():
            return _join_page(link, form, 422)
        return _inside(service.entering.join(db.session(), workbench_vault(), link, form.joining()))
    except service.entering.UsedLinkError:
        return _used()
    except BusyError:
        form.form_errors.append(_busy())
        return _join_page(link, form, 503)
    except (RefusedError, ConflictError) as error:
        _tell(form, error)
        return _join_page(link, form, 422)


def _tell(form: forms.JoinForm, error: Exception) -> None:
    """Put what can be mended beside its field."""
    if isinstance(error, service.entering.JoinError):
        form.consent.errors = [_("Please tick this if you want to take part.")]
    elif isinstance(error, service.entering.WeakPassphraseError):
        form.passphrase.errors = [str(error)]
    else:
        form.sign_in.errors = [str(error)]


def _decline(link: str) -> ResponseReturnValue:
    session, vault = db.session(), workbench_vault()
    g.demonstration = service.entering.arriving(session, vault, link).demonstration
    service.entering.decline(session, vault, link)
    db.session.commit()
    return render_template("panel/declined.html", left=False)


@bp.get("/<slug>/sign-in")
@panellists.at_the_door
def sign_in(slug: str) -> ResponseReturnValue:
    """Ask for name and passphrase."""
    here = panellists.load()
    if here is not None and here.slug == slug:
        return redirect(url_for(".home", slug=slug), 303)
    return _door(slug, forms.EnterForm(formdata=None), 200)


@bp.post("/<slug>/sign-in")
@panellists.at_the_door
def enter(slug: str) -> ResponseReturnValue:
    """Start a panellist's session; what was typed before it ended is saved now."""
    form = forms.EnterForm()
    if not form.validate():
        return _door(slug, form, 422)
    name = f"panel/{slug}/{(form.name.data or '').strip().casefold()}"
    if seconds := sign_in_pace().wait(name):
        form.form_errors.append(
            _("There were several tries with this name. Please wait %(seconds)s seconds.", seconds=seconds)
        )
        return _door(slug, form, 503)
    try:
        entrance = service.entering.enter(
            db.session(), workbench_vault(), slug, form.name.data or "", form.passphrase.data or ""
        )
    except service.entering.WrongPassphraseError:
        sign_in_pace().failed(name)
        form.form_errors.append(
            _("This name and this passphrase do not go together. Please check both and try again.")
        )
        return _door(slug, form, 422)
    except BusyError:
        form.form_errors.append(_busy())
        return _door(slug, form, 503)
    sign_in_pace().succeeded(name)
    return _inside(entrance)


panellists.guard(bp, "panellist.sign_in", forms.in_words)


def _inside(entrance: service.entering.Entrance) -> ResponseReturnValue:
    panellists.begin(entrance.member_id, entrance.generation, entrance.secret)
    here = panellists.load()
    if here is None:
        return _used()
    db.session.commit()
    return redirect(url_for(".home", slug=here.slug), 303)


def _door(slug: str, form: FlaskForm, status: int) -> ResponseReturnValue:
    db.session.rollback()
    g.demonstration = service.entering.is_demonstration(db.session(), slug)
    page = render_template(
        "panel/sign_in.html",
        slug=slug,
        form=form,
        lapsed="_lapsed" in current(),
        has_errors=status != 200,
    )
    return page, status, {"Retry-After": "20"} if status == 503 else {}


def _join_page(link: str, form: forms.JoinForm, status: int) -> ResponseReturnValue:
    db.session.rollback()
    try:
        found = service.entering.arriving(db.session(), workbench_vault(), link)
    except service.entering.UsedLinkError:
        return _used()
    g.demonstration = found.demonstration
    if status == 200:
        form.group.data = found.group
    page = render_template(
        "panel/join.html",
        link=link,
        found=found,
        form=form,
        suggestion=service.entering.new_passphrase(),
        has_errors=status != 200,
    )
    return page, status


def _used() -> ResponseReturnValue:
    db.session.rollback()
    return render_template("panel/used.html"), 404


def _busy() -> str:
    return str(_("A lot is happening at once. Please wait a minute, then press the button again."))
