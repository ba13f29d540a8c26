"""Before a survey opens: what is signed and what is missing, signing, the last day to start, and opening."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult import clock
from consult.faults import RefusedError
from consult.manage import service as manage_service
from consult.manage.forms.signing import ClosingForm, SignForm
from consult.manage.service import closing as closing_service
from consult.manage.service import piloting as pilot_service
from consult.manage.service import readiness as service
from consult.manage.service.readiness import SignOffKind, Wanted
from consult.manage.views.common import LEAD, again, bp, to_overview
from consult.web import access
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db, settings, workbench_vault
from consult.web.sentences import sentence


@bp.get("/<consultation>/surveys/<survey_id>/ready")
@access.roles(*manage_service.ROLES, ADMINISTRATOR)
def ready(consultation: str, survey_id: str) -> ResponseReturnValue:
    """The ten lines: each with who, when and what, or with what is missing and where it is done."""
    return _page(consultation, survey_id, done=request.args.get("done", ""))


@bp.post("/<consultation>/surveys/<survey_id>/open")
@access.roles(LEAD, ADMINISTRATOR)
def open_survey(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Let people answer; with anything missing it is refused, and every missing line is named."""
    try:
        key = access.key_if_unlocked()
        holder = manage_service.holder(access.account().id, key) if key else None
        manage_service.open_(
            db.session(),
            workbench_vault(),
            consultation,
            survey_id,
            holder=holder,
            exits=settings().exits,
            **who(),
        )
    except RefusedError as error:
        db.session.rollback()
        return _page(consultation, survey_id, refused=sentence(str(error))), 409
    db.session.commit()
    return to_overview(consultation, "opened")


@bp.get("/<consultation>/surveys/<survey_id>/sign/<kind>")
@access.roles(*manage_service.ROLES, ADMINISTRATOR)
def sign_sheet(consultation: str, survey_id: str, kind: str) -> ResponseReturnValue:
    """One thing to sign."""
    sheet = _sheet(consultation, survey_id, kind)
    form = SignForm(formdata=None)
    form.narrow(SignOffKind(kind), sheet.choices)
    return _sheet_page(consultation, survey_id, kind, sheet, form)


@bp.post("/<consultation>/surveys/<survey_id>/sign/<kind>")
@access.roles(*manage_service.ROLES, ADMINISTRATOR)
def sign(consultation: str, survey_id: str, kind: str) -> ResponseReturnValue:
    """Sign it."""
    sheet = _sheet(consultation, survey_id, kind)
    form = SignForm()
    form.narrow(SignOffKind(kind), sheet.choices)
    problems = {} if form.validate() else {"": ""}
    try:
        if not problems:
            service.sign(
                db.session(),
                workbench_vault(),
                consultation,
                survey_id,
                form.wanted(SignOffKind(kind)),
                access.account(),
                exits=settings().exits,
                today=clock.today(),
            )
    except service.SignatureError as error:
        form.refuse(error.problems)
        problems = error.problems
    if problems:
        db.session.rollback()
        return _sheet_page(consultation, survey_id, kind, sheet, form), 422
    db.session.commit()
    return _to_ready(consultation, survey_id, "signed")


@bp.post("/<consultation>/surveys/<survey_id>/sign/<kind>/back")
@access.roles(*manage_service.ROLES, ADMINISTRATOR)
def take_signature_back(consultation: str, survey_id: str, kind: str) -> ResponseReturnValue:
    """Take back what was signed: the line is open again."""
    sheet = _sheet(consultation, survey_id, kind)
    wanted = Wanted(kind=SignOffKind(kind), about=request.form.get("about", ""))
    try:
        service.take_back(
            db.session(),
            workbench_vault(),
            consultation,
            survey_id,
            wanted,
            access.account(),
            today=clock.today(),
        )
    except service.SignatureError as error:
        db.session.rollback()
        form = SignForm(formdata=None)
        form.narrow(wanted.kind, sheet.choices)
        form.form_errors.append(sentence(str(error)))
        return _sheet_page(consultation, survey_id, kind, sheet, form), 409
    db.session.commit()
    return _to_ready(consultation, survey_id, "taken-back")


@bp.route("/<consultation>/surveys/<survey_id>/closing", methods=["GET", "POST"])
@access.roles(LEAD, ADMINISTRATOR)
def closing(consultation: str, survey_id: str) -> ResponseReturnValue:
    """The last day to start: set it, and put it off."""
    found = closing_service.closing_of(db.session(), consultation, survey_id)
    page = {"consultation": consultation, "survey_id": survey_id, "found": found}
    form = ClosingForm()
    if not form.is_submitted():
        form.day.data = found.closing_date
        return render_template("manage/closing.html", form=form, **page)
    if not form.validate() or form.day.data is None:
        return again("manage/closing.html", 422, form=form, **page)
    try:
        closing_service.set_closing(
            db.session(), workbench_vault(), consultation, survey_id, form.day.data, **who()
        )
    except closing_service.ClosingDateError as error:
        form.day.errors = [sentence(str(error))]
        return again("manage/closing.html", 422, form=form, **page)
    db.session.commit()
    return _to_ready(consultation, survey_id, "closing")


@bp.post("/<consultation>/surveys/<survey_id>/trial")
@access.roles(LEAD, ADMINISTRATOR)
def trial(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Open a trial of the present version under an address of its own, or end it."""
    on = request.form.get("act") == "begin"
    act = pilot_service.begin if on else pilot_service.end
    try:
        act(db.session(), workbench_vault(), consultation, survey_id, **who())
    except RefusedError as error:
        db.session.rollback()
        return _page(consultation, survey_id, refused=sentence(str(error))), 409
    db.session.commit()
    return _to_ready(consultation, survey_id, "pilot" if on else "pilot-over")


def _page(consultation: str, survey_id: str, *, done: str = "", refused: str = "") -> str:
    person = access.account()
    page = service.ready_page(
        db.session(), consultation, survey_id, person, exits=settings().exits, today=clock.today()
    )
    return render_template(
        "manage/readiness.html",
        consultation=consultation,
        survey_id=survey_id,
        page=page,
        may_run=person.administrator or LEAD in person.roles(consultation),
        may_manage_people=person.administrator,
        called=service.called,
        # Split, the public pages are another host's: there is nothing to link to here.
        public="doors.about" in current_app.view_functions,
        done=done,
        refused=refused,
        has_errors=bool(refused),
    )


def _sheet(consultation: str, survey_id: str, kind: str) -> service.Sheet:
    return service.sheet(
        db.session(), consultation, survey_id, kind, access.account(), exits=settings().exits
    )


def _sheet_page(consultation: str, survey_id: str, kind: str, sheet: service.Sheet, form: SignForm) -> str:
    return render_template(
        "manage/sign.html",
        consultation=consultation,
        survey_id=survey_id,
        kind=kind,
        sheet=sheet,
        form=form,
        called=service.called,
        has_errors=bool(form.errors or form.form_errors),
    )


def _to_ready(consultation: str, survey_id: str, done: str) -> ResponseReturnValue:
    return redirect(url_for(".ready", consultation=consultation, survey_id=survey_id, done=done), 303)
