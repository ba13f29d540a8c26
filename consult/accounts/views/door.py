"""The door of the team's pages. Signing in opens no answer yet: that takes the passphrase once more."""

from __future__ import annotations

import re

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.accounts import service
from consult.accounts.forms import PassphraseForm, SignInForm, UnlockForm
from consult.accounts.views.common import bp, may_try
from consult.accounts.views.common import page as _page
from consult.faults import BusyError
from consult.web import access
from consult.web.access import ANYBODY
from consult.web.extensions import db, settings, workbench_vault
from consult.web.sessions import current
from consult.web.throttle import sign_in_pace

# A path of the team's own pages: no host, no query, nothing that a browser could read as another place.
_LOCAL = re.compile(r"/team/[A-Za-z0-9._~%/-]*")


@bp.get("/sign-in")
@access.before_sign_in
def sign_in() -> ResponseReturnValue:
    """Ask for name and passphrase."""
    if access.load() is not None:
        return redirect(url_for("manage.home"), 303)
    return render_template("accounts/sign_in.html", form=SignInForm(), lapsed="_lapsed" in current())


@bp.post("/sign-in")
@access.before_sign_in
def enter() -> ResponseReturnValue:
    """Start a session of the team. An unknown name, a wrong passphrase and a closed account look the same."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 422)
    name = service.as_name(form.name.data or "")
    if not _may_try(form, name):
        return _sign_in_page(form, 503)
    try:
        entrance = service.enter(
            db.session(),
            workbench_vault(),
            name,
            form.passphrase.data or "",
            rule=settings().require_mfa,
        )
    except service.WrongPassphraseError:
        sign_in_pace().failed(name)
        form.form_errors.append(
            _("This name and this passphrase do not go together. Please check both and try again.")
        )
        return _sign_in_page(form, 422)
    except BusyError:
        form.form_errors.append(_busy())
        return _sign_in_page(form, 503)
    sign_in_pace().succeeded(name)
    access.begin(entrance.account_id, entrance.generation, complete=entrance.complete)
    db.session.commit()
    return redirect(url_for("manage.home" if entrance.complete else ".second_factor"), 303)


@bp.post("/sign-out")
@access.roles(ANYBODY)
@access.half_way
def sign_out() -> ResponseReturnValue:
    """End the session: the row is destroyed and the cookie taken back."""
    service.lock(access.account())
    current().end()
    db.session.commit()
    return redirect(url_for(".sign_in"), 303)


@bp.get("/unlock")
@access.roles(ANYBODY)
def unlock() -> ResponseReturnValue:
    """Ask for the passphrase before any answer is opened."""
    form = UnlockForm(formdata=None, next=_local(request.args.get("next", "")))
    if "staff_key" in current():
        return redirect(form.next.data or url_for("manage.home"), 303)
    if service.must_set_up(db.session(), access.account(), settings().require_mfa):
        return redirect(url_for(".enrol"), 303)  # a key was given since the sign-in
    return render_template("accounts/unlock.html", form=form)


@bp.post("/unlock")
@access.roles(ANYBODY)
def open_answers() -> ResponseReturnValue:
    """Put the person's key into the sealed session, under a new id, and go on to where they were going."""
    form = UnlockForm()
    form.next.data = _local(form.next.data or "")
    person = access.account()
    if service.must_set_up(db.session(), person, settings().require_mfa):
        return redirect(url_for(".enrol"), 303)
    if not form.validate_on_submit():
        return _page("accounts/unlock.html", form, 422)
    if not _may_try(form, person.name):
        return _page("accounts/unlock.html", form, 503)
    try:
        private = service.unlock(
            db.session(), workbench_vault(), person, form.passphrase.data or "", today=clock.today()
        )
    except service.WrongPassphraseError:
        sign_in_pace().failed(person.name)
        form.passphrase.errors = [_wrong()]
        return _page("accounts/unlock.html", form, 422)
    except BusyError:
        form.form_errors.append(_busy())
        return _page("accounts/unlock.html", form, 503)
    sign_in_pace().succeeded(person.name)
    current()["staff_key"] = private.hex()
    current().renew()
    db.session.commit()
    return redirect(form.next.data or url_for("manage.home"), 303)


@bp.post("/lock")
@access.roles(ANYBODY)
def lock() -> ResponseReturnValue:
    """Take the key out of the session, and stay signed in."""
    service.lock(access.account())
    current().pop("staff_key", None)
    current().renew()
    db.session.commit()
    return redirect(url_for("manage.home", done="locked"), 303)


@bp.get("/passphrase")
@access.roles(ANYBODY)
def passphrase() -> ResponseReturnValue:
    """Offer a made-up passphrase first, then room for it or for one's own."""
    return render_template(
        "accounts/passphrase.html", form=PassphraseForm(formdata=None), suggestion=service.new_passphrase()
    )


@bp.post("/passphrase")
@access.roles(ANYBODY)
def change_passphrase() -> ResponseReturnValue:
    """Wrap the person's key anew. Every other session of the account ends."""
    form = PassphraseForm()
    person = access.account()
    if not form.validate_on_submit():
        return _page("accounts/passphrase.html", form, 422, suggestion="")
    if not _may_try(form, person.name):
        return _page("accounts/passphrase.html", form, 503, suggestion="")
    try:
        generation = service.change_passphrase(
            db.session(),
            workbench_vault(),
            person,
            form.passphrase.data or "",
            form.new_passphrase.data or "",
            today=clock.today(),
        )
    except service.WrongPassphraseError:
        sign_in_pace().failed(person.name)
        form.passphrase.errors = [_wrong()]
        return _page("accounts/passphrase.html", form, 422, suggestion="")
    except service.WeakPassphraseError as error:
        form.new_passphrase.errors = [str(error)]
        return _page("accounts/passphrase.html", form, 422, suggestion="")
    except BusyError:
        form.form_errors.append(_busy())
        return _page("accounts/passphrase.html", form, 503, suggestion="")
    current()["generation"] = generation
    current().renew()
    db.session.commit()
    return redirect(url_for("manage.home", done="passphrase"), 303)


@bp.post("/end-others")
@access.roles(ANYBODY)
def end_others() -> ResponseReturnValue:
    """Sign this account out everywhere else."""
    generation = service.end_other_sessions(
        db.session(), workbench_vault(), access.account(), today=clock.today()
    )
    current()["generation"] = generation
    current().renew()
    db.session.commit()
    return redirect(url_for("manage.home", done="ended"), 303)


def _local(path: str) -> str:
    """The path when it is one of the team's own pages, else nothing."""
    return path if _LOCAL.fullmatch(path) and ".." not in path and "//" not in path else ""


def _may_try(form: SignInForm | UnlockForm | PassphraseForm, name: str) -> bool:
    return may_try(form, sign_in_pace(), name)


def _wrong() -> str:
    return str(_("This is not the passphrase of your account. Please try again."))


def _busy() -> str:
    return str(_("A lot is happening at once. Please wait a minute, then press the button again."))


def _sign_in_page(form: SignInForm, status: int) -> ResponseReturnValue:
    return _page("accounts/sign_in.html", form, status, lapsed=False)
