"""Accounts, roles in a consultation, and keys to its answers."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.faults import BusyError, RefusedError
from consult.manage import service
from consult.manage.forms import PersonForm, RolesForm
from consult.manage.views.common import again, bp, to_overview
from consult.web import access
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence


@bp.get("/people")
@access.roles(ADMINISTRATOR)
def people() -> ResponseReturnValue:
    """Everybody with an account, and room for one more."""
    return _page(PersonForm(formdata=None), done=request.args.get("done", ""))


@bp.post("/people")
@access.roles(ADMINISTRATOR)
def add_person() -> ResponseReturnValue:
    """Make an account with a made-up passphrase, shown on this one page and never again."""
    form = PersonForm()
    if not form.validate_on_submit():
        return _page(form), 422
    passphrase = service.generate_passphrase()
    wanted = service.NewAccount(
        name=form.name.data or "",
        display_name=(form.display_name.data or "").strip(),
        administrator=bool(form.administrator.data),
    )
    try:
        service.add_person(db.session(), workbench_vault(), wanted, passphrase, **who())
    except service.NameTakenError as error:
        db.session.rollback()
        form.name.errors = [sentence(str(error))]
        return _page(form), 409
    except BusyError:
        db.session.rollback()
        form.form_errors.append(_("A lot is happening at once. Please wait a minute, then try again."))
        return _page(form), 503
    db.session.commit()
    return render_template("manage/person_added.html", person=wanted, passphrase=passphrase)


@bp.post("/people/<name>/disable")
@access.roles(ADMINISTRATOR)
def disable(name: str) -> ResponseReturnValue:
    """Let nobody sign in with an account any more."""
    try:
        service.disable(db.session(), workbench_vault(), name, **who())
    except RefusedError as error:
        db.session.rollback()
        return _page(PersonForm(formdata=None), refused=sentence(str(error))), 409
    db.session.commit()
    return redirect(url_for(".people", done="disabled"), 303)


@bp.post("/people/<name>/enable")
@access.roles(ADMINISTRATOR)
def enable(name: str) -> ResponseReturnValue:
    """Let a disabled account sign in again."""
    service.activate(db.session(), workbench_vault(), name, **who())
    db.session.commit()
    return redirect(url_for(".people", done="enabled"), 303)


@bp.post("/people/<name>/reset-second-factor")
@access.roles(ADMINISTRATOR)
def reset_second_factor(name: str) -> ResponseReturnValue:
    """Take away a second factor whose device is lost. Never one's own."""
    try:
        service.reset_second_factor(db.session(), workbench_vault(), name, **who())
    except RefusedError as error:
        db.session.rollback()
        return _page(PersonForm(formdata=None), refused=sentence(str(error))), 409
    db.session.commit()
    return redirect(url_for(".people", done="reset"), 303)


@bp.route("/<consultation>/people/<name>", methods=["GET", "POST"])
@access.roles(ADMINISTRATOR)
def roles(consultation: str, name: str) -> ResponseReturnValue:
    """What one person may do in one consultation."""
    person = service.person(db.session(), consultation, name)
    form = RolesForm()
    form.offer(_role_words())
    page: dict[str, object] = {"form": form, "consultation": consultation, "person": person}
    if not form.is_submitted():
        form.roles.data = list(person.roles)
        return render_template("manage/roles.html", **page)
    if not form.validate():
        return again("manage/roles.html", 422, **page)
    wanted = form.roles.data or []
    service.set_roles(db.session(), workbench_vault(), consultation, name, wanted, **who())
    db.session.commit()
    return to_overview(consultation, "saved")


def _page(form: PersonForm, *, done: str = "", refused: str = "") -> str:
    return render_template(
        "manage/people.html",
        form=form,
        people=service.everybody(db.session()),
        me=access.account().name,
        done=done,
        refused=refused,
        has_errors=bool(form.errors or refused),
    )


def _role_words() -> dict[str, str]:
    return {
        "analyst": _("Analyst: reads answers with a key, codes them, reads the literature"),
        "lead": _("Lead: opens and closes surveys, drafts standards, records decisions"),
        "panel_manager": _("Panel manager: invites and reminds, sees no rating beside a name"),
        "custodian": _("Custodian: approves controlled exports and erasure"),
        "translator": _("Translator: reviews Welsh and easy read"),
        "adviser": _("Adviser: signs off each version of a survey"),
    }
