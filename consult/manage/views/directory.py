"""The support directory: what stands there, what must be checked, adding, changing and checking an entry."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.manage.forms.directory import CheckForm, EntryForm
from consult.manage.service import directory as service
from consult.manage.views.common import again, bp
from consult.web import access, support
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence


@bp.get("/support")
@access.roles(ADMINISTRATOR)
def support_services() -> ResponseReturnValue:
    """Every entry, what needs somebody first, and which consultation has too few."""
    today = clock.today()
    return render_template(
        "manage/support.html",
        lines=service.directory_lines(db.session(), today=today),
        gaps=service.gaps(db.session(), today=today),
        nations=EntryForm.nation_words(),
        lacks=_lack_words(),
        done=request.args.get("done", ""),
    )


@bp.post("/support/seen")
@access.roles(ADMINISTRATOR)
def load_seen() -> ResponseReturnValue:
    """Put in the services that have been seen somewhere, all hidden until somebody has checked them."""
    service.load_seen(db.session(), workbench_vault(), **who())
    return _done("loaded")


@bp.route("/support/new", methods=["GET", "POST"])
@access.roles(ADMINISTRATOR)
def add_service() -> ResponseReturnValue:
    """A new entry."""
    form = EntryForm()
    if not form.is_submitted():
        return render_template("manage/support_entry.html", form=form, entry=None)
    try:
        service.add_entry(db.session(), workbench_vault(), form.wanted(), **who())
    except (service.EntryError, service.SameNameError) as error:
        return _refused(form, error, None)
    return _done("added")


@bp.route("/support/<entry_id>", methods=["GET", "POST"])
@access.roles(ADMINISTRATOR)
def change_service(entry_id: str) -> ResponseReturnValue:
    """Change what an entry says, or see it with its checks."""
    entry = service.entry(db.session(), entry_id)
    form = EntryForm()
    if not form.is_submitted():
        form.fill(service.Wanted.of(entry))
        return _entry_page(form, entry, CheckForm(formdata=None))
    try:
        wanted = form.wanted(example=entry.example)
        voids = service.change_entry(db.session(), workbench_vault(), entry_id, wanted, **who())
    except (service.EntryError, service.SameNameError) as error:
        return _refused(form, error, entry)
    return _done("to_check" if voids else "saved")


@bp.post("/support/<entry_id>/check")
@access.roles(ADMINISTRATOR)
def check_service(entry_id: str) -> ResponseReturnValue:
    """Note what somebody found out today by calling or by reading the service's own page."""
    entry = service.entry(db.session(), entry_id)
    form = CheckForm()
    if not form.validate():
        return _check_again(form, entry)
    try:
        service.check_entry(
            db.session(),
            workbench_vault(),
            entry_id,
            good=form.result.data == "good",
            note=(form.note.data or "").strip(),
            by=access.account().display_name,
            **who(),
        )
    except service.EntryError as error:
        form.result.errors = [sentence(str(error))]
        return _check_again(form, entry)
    return _done("checked")


@bp.post("/support/<entry_id>/withdraw")
@access.roles(ADMINISTRATOR)
def withdraw_service(entry_id: str) -> ResponseReturnValue:
    """Show an entry no more."""
    service.withdraw_entry(db.session(), workbench_vault(), entry_id, **who())
    return _done("withdrawn")


@bp.post("/support/<entry_id>/restore")
@access.roles(ADMINISTRATOR)
def restore_service(entry_id: str) -> ResponseReturnValue:
    """Bring a withdrawn entry back."""
    service.restore_entry(db.session(), workbench_vault(), entry_id, **who())
    return _done("restored")


def _done(what: str) -> ResponseReturnValue:
    db.session.commit()
    support.shelf().forget()
    return redirect(url_for("manage.support_services", done=what), 303)


def _entry_page(form: EntryForm, entry: service.Entry, check: CheckForm, **more: object) -> str:
    today = clock.today()
    return render_template(
        "manage/support_entry.html",
        form=form,
        entry=entry,
        check=check,
        validity=entry.validity(today),
        **more,
    )


def _refused(form: EntryForm, error: Exception, entry: service.Entry | None) -> ResponseReturnValue:
    form.refuse(error.problems if isinstance(error, service.EntryError) else {"name": str(error)})
    if entry is None:
        return again("manage/support_entry.html", 422, form=form, entry=None)
    db.session.rollback()
    return _entry_page(form, entry, CheckForm(formdata=None), has_errors=True), 422


def _check_again(check: CheckForm, entry: service.Entry) -> ResponseReturnValue:
    form = EntryForm(formdata=None)
    form.fill(service.Wanted.of(entry))
    db.session.rollback()
    return _entry_page(form, entry, check, has_errors=True), 422


def _lack_words() -> dict[str, str]:
    return {
        "entries": _("three services"),
        "for_men": _("a service for men"),
        "any_gender": _("a service for anyone"),
        "crisis": _("a crisis line"),
    }
