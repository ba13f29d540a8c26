"""The second factor: a code after the passphrase, setting one up, and spare codes for a lost device."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.accounts import service
from consult.accounts.forms import CodeForm, EnrolForm
from consult.accounts.views.common import bp, may_try, page
from consult.web import access
from consult.web.access import ANYBODY
from consult.web.extensions import db, settings, workbench_vault
from consult.web.sessions import current
from consult.web.throttle import code_pace

_PENDING = "pending_secret"
"""In the sealed session: a secret that counts for nothing until a code of it is typed back."""


@bp.get("/second-factor")
@access.roles(ANYBODY)
@access.half_way
def second_factor() -> ResponseReturnValue:
    """Ask for a code; or, signed in, say how one's second factor stands."""
    found = service.standing(db.session(), access.account(), settings().require_mfa)
    if not access.is_half_way():
        return render_template("accounts/second_factor.html", form=CodeForm(formdata=None), standing=found)
    if not found.there:
        return redirect(url_for(".enrol"), 303)
    return render_template("accounts/code.html", form=CodeForm(formdata=None))


@bp.post("/second-factor")
@access.roles(ANYBODY)
@access.half_way
def check_code() -> ResponseReturnValue:
    """Complete the sign-in with a code of the app or a spare code."""
    if not access.is_half_way():
        return redirect(url_for("manage.home"), 303)
    form = CodeForm()
    if not form.validate_on_submit():
        return page("accounts/code.html", form, 422)
    if not _accepted(form, form.code.data or ""):
        return page("accounts/code.html", form, 503 if form.form_errors else 422)
    access.complete()
    db.session.commit()
    return redirect(url_for("manage.home"), 303)


@bp.get("/second-factor/new")
@access.roles(ANYBODY)
@access.half_way
def enrol() -> ResponseReturnValue:
    """Show a new secret as a picture and in letters, and ask for the first code of it."""
    found = service.standing(db.session(), access.account(), settings().require_mfa)
    if access.is_half_way() and found.there:
        return redirect(url_for(".second_factor"), 303)
    if _PENDING not in current():
        current()[_PENDING] = service.new_secret().hex()
    return render_template("accounts/enrol.html", form=EnrolForm(formdata=None), **_enrolment(found))


@bp.post("/second-factor/new")
@access.roles(ANYBODY)
@access.half_way
def confirm() -> ResponseReturnValue:
    """Keep the second factor once a code of it was typed, and show the spare codes, once."""
    person, form = access.account(), EnrolForm()
    found = service.standing(db.session(), person, settings().require_mfa)
    if _PENDING not in current() or (access.is_half_way() and found.there):
        return redirect(url_for(".enrol"), 303)
    shown = _enrolment(found)
    if not form.validate_on_submit():
        return page("accounts/enrol.html", form, 422, **shown)
    # Who finds a session open cannot put a device of their own in the place of the owner's.
    if found.there and not _accepted(form, form.present.data or "", field="present"):
        return page("accounts/enrol.html", form, 503 if form.form_errors else 422, **shown)
    try:
        codes = service.confirm(
            db.session(),
            workbench_vault(),
            person,
            bytes.fromhex(current()[_PENDING]),
            form.code.data or "",
            moment=clock.now(),
            today=clock.today(),
        )
    except service.WrongCodeError:
        form.code.errors = [_("This is not the code that the app shows now. Please type the newest one.")]
        return page("accounts/enrol.html", form, 422, **shown)
    del current()[_PENDING]
    if access.is_half_way():
        access.complete()
    else:
        current().renew()
    db.session.commit()
    return render_template("accounts/spare_codes.html", codes=codes)


@bp.post("/second-factor/spare-codes")
@access.roles(ANYBODY)
def spare_codes() -> ResponseReturnValue:
    """Make new spare codes, shown once; earlier ones work no more."""
    person, form = access.account(), CodeForm()
    found = service.standing(db.session(), person, settings().require_mfa)
    if not found.there:
        return redirect(url_for(".second_factor"), 303)
    if not form.validate_on_submit():
        return page("accounts/second_factor.html", form, 422, standing=found)
    if not _accepted(form, form.code.data or ""):
        status = 503 if form.form_errors else 422
        return page("accounts/second_factor.html", form, status, standing=found)
    codes = service.make_spare_codes(db.session(), workbench_vault(), person, today=clock.today())
    db.session.commit()
    return render_template("accounts/spare_codes.html", codes=codes)


def _accepted(form: CodeForm, typed: str, field: str = "code") -> bool:
    """Whether the code is good; it is used up then. What is wrong is said in the form and kept in the log."""
    person, pace = access.account(), code_pace()
    if not may_try(form, pace, person.name):
        return False
    try:
        service.check_code(
            db.session(), workbench_vault(), person, typed, moment=clock.now(), today=clock.today()
        )
    except service.WrongCodeError:
        pace.failed(person.name)
        service.note_wrong_code(db.session(), workbench_vault(), person, today=clock.today())
        db.session.commit()
        form[field].data = ""  # it will not be good a second time
        form[field].errors = [
            _("This code does not go with your account now. A code works once, and only for a minute or so.")
        ]
        return False
    pace.succeeded(person.name)
    return True


def _enrolment(found: service.Standing) -> dict[str, object]:
    name = access.account().name
    secret = bytes.fromhex(current()[_PENDING])
    return {"standing": found, "picture": service.picture(secret, name, settings().service_name)}
