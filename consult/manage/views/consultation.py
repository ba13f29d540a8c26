"""The list at home, one consultation on a page, its acts and its terms."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from consult.faults import ConflictError, RefusedError
from consult.manage import service
from consult.manage.forms import NewForm, TermsForm
from consult.manage.views.common import LEAD, again, bp, to_overview
from consult.web import access
from consult.web.access import ADMINISTRATOR, ANYBODY, who
from consult.web.extensions import db, workbench_vault
from consult.web.extensions import settings as app_settings
from consult.web.sentences import sentence


@bp.get("/")
@access.roles(ANYBODY)
def home() -> ResponseReturnValue:
    """The consultations of this person, each with what to do next."""
    return render_template(
        "manage/home.html",
        consultations=service.consultations_for(db.session(), access.account()),
        key_words=service.key_words(db.session(), access.account().id),
        no_second_factor=app_settings().require_mfa == "none",
        done=request.args.get("done", ""),
    )


@bp.get("/<consultation>/")
@access.roles(*service.ROLES, ADMINISTRATOR)
def overview(consultation: str) -> ResponseReturnValue:
    """One consultation: surveys, batches, people, thresholds."""
    return _overview(consultation, done=request.args.get("done", ""))


@bp.post("/<consultation>/surveys/<survey_id>/close")
@access.roles(LEAD, ADMINISTRATOR)
def close_survey(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Stop taking answers, and release what waits into the last batch."""
    service.close(db.session(), workbench_vault(), consultation, survey_id, **who())
    db.session.commit()
    service.settle(db.engine)
    return to_overview(consultation, "closed")


@bp.post("/<consultation>/surveys/<survey_id>/show-few")
@access.roles(LEAD, ADMINISTRATOR)
def show_few(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Show the answers of a closed survey that never had enough, for a reason that stays in the log."""
    reason = request.form.get("reason", "")
    try:
        service.show_few(db.session(), workbench_vault(), consultation, survey_id, reason, **who())
    except RefusedError as error:
        db.session.rollback()
        return _overview(consultation, refused=sentence(str(error)), reasons={survey_id: reason}), 409
    db.session.commit()
    service.settle(db.engine)
    return to_overview(consultation, "released")


@bp.post("/<consultation>/release")
@access.roles(LEAD, ADMINISTRATOR)
def release(consultation: str) -> ResponseReturnValue:
    """Show the answers that wait, where enough of them wait."""
    released = service.release(db.session(), workbench_vault(), consultation, **who())
    db.session.commit()
    service.settle(db.engine)
    return to_overview(consultation, "released" if released else "waiting")


@bp.post("/<consultation>/suggestions")
@access.roles(LEAD, ADMINISTRATOR)
def suggestions(consultation: str) -> ResponseReturnValue:
    """Switch help with themes on or off."""
    on = request.form.get("suggestions") == "on"
    service.set_suggestions(db.session(), workbench_vault(), consultation, on, **who())
    db.session.commit()
    return to_overview(consultation, "saved")


@bp.get("/<consultation>/does-not-open")
@access.roles("analyst", LEAD, ADMINISTRATOR)
def does_not_open(consultation: str) -> ResponseReturnValue:
    """What it means when an answer does not open, and what to do."""
    return render_template("manage/does_not_open.html", consultation=consultation)


@bp.route("/new", methods=["GET", "POST"])
@access.roles(ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """Make a consultation with its keys."""
    form = NewForm()
    form.offer(service.everybody(db.session()))
    if not form.is_submitted():
        form.fill(service.Terms(title=""))
        return render_template("manage/new.html", form=form)
    if not form.validate():
        return again("manage/new.html", 422, form=form)
    me = access.account().name
    wanted = service.NewConsultation(
        name=form.name.data or "",
        terms=form.terms(),
        grantees=tuple(form.grantees.data or ()),
        leads=(me,) if me in (form.grantees.data or ()) else (),
    )
    try:
        service.create(db.session(), workbench_vault(), wanted, **who())
    except service.TermsError as error:
        form.refuse(error.problems)
        return again("manage/new.html", 422, form=form)
    except ConflictError as error:
        form.refuse({"name": str(error)})
        return again("manage/new.html", 409, form=form)
    db.session.commit()
    return to_overview(wanted.name, "made")


@bp.route("/<consultation>/settings", methods=["GET", "POST"])
@access.roles(LEAD, ADMINISTRATOR)
def settings(consultation: str) -> ResponseReturnValue:
    """Title, dates and thresholds; once people have answered, thresholds only become stricter."""
    form = TermsForm()
    if not form.is_submitted():
        form.fill(service.terms_of(db.session(), consultation))
        return render_template("manage/settings.html", form=form, consultation=consultation)
    if not form.validate():
        return again("manage/settings.html", 422, form=form, consultation=consultation)
    try:
        service.change(db.session(), workbench_vault(), consultation, form.terms(), **who())
    except service.TermsError as error:
        form.refuse(error.problems)
        return again("manage/settings.html", 422, form=form, consultation=consultation)
    db.session.commit()
    return to_overview(consultation, "saved")


def _overview(
    consultation: str, *, done: str = "", refused: str = "", reasons: Mapping[str, str] | None = None
) -> str:
    person = access.account()
    roles = person.roles(consultation)
    return render_template(
        "manage/overview.html",
        overview=service.overview(db.session(), consultation),
        may_see_panel=bool(roles & {LEAD, "analyst", "panel_manager", "custodian"}),
        may_hear=bool(roles & {LEAD, "panel_manager"}),
        may_run=person.administrator or LEAD in roles,
        may_manage_people=person.administrator,
        may_approve=person.administrator or bool(roles & set(service.APPROVERS)),
        may_look=person.administrator or bool(roles & {"analyst", LEAD, "translator", "adviser"}),
        may_read="analyst" in roles or LEAD in roles,
        may_gather=LEAD in roles,
        # Split, the public pages are another host's: there is nothing to link to here.
        public="doors.about" in current_app.view_functions,
        done=done,
        refused=refused,
        reasons=reasons or {},
        has_errors=bool(refused),
    )
