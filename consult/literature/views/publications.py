"""Publications: the list with its counts, and each with screening, appraisal and findings."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.faults import RefusedError
from consult.literature import forms, service
from consult.literature.views.common import TEAM, again, bp
from consult.web import access
from consult.web.extensions import db
from consult.web.sentences import sentence


@bp.get("")
@access.roles(*TEAM)
def publications(consultation: str) -> ResponseReturnValue:
    """All publications but doubles, or those of one state, fifty to a page."""
    state, page = request.args.get("state", ""), request.args.get("page", "1")
    state = state if state in service.STATES else ""
    return render_template(
        "literature/publications.html",
        consultation=consultation,
        shelf=service.shelf(
            db.session(),
            consultation,
            state=state,
            page=int(page) if page.isdecimal() and len(page) < 6 else 1,
        ),
        flow=service.flow(db.session(), consultation),
        state=state,
        done=request.args.get("done", ""),
    )


@bp.route("/new", methods=["GET", "POST"])
@access.roles(*TEAM)
def new(consultation: str) -> ResponseReturnValue:
    """Record one publication by hand."""
    form = forms.PublicationForm()
    if form.validate_on_submit():
        typed = form.data
        if service.add_publication(
            db.session(),
            consultation,
            typed["key"],
            typed["citation"],
            design=typed["design"] or "",
            setting=typed["setting"] or "",
        ):
            db.session.commit()
            return redirect(url_for(".publication", consultation=consultation, work=typed["key"]), 303)
        form.key.errors = [_("This key is in use. Please choose another one.")]
    if form.errors:
        return again("literature/new.html", 422, consultation=consultation, form=form)
    return render_template("literature/new.html", consultation=consultation, form=form)


@bp.get("/works/<work>")
@access.roles(*TEAM)
def publication(consultation: str, work: str) -> ResponseReturnValue:
    """One publication."""
    return _page(consultation, work)


@bp.post("/works/<work>/screening")
@access.roles(*TEAM)
def screen(consultation: str, work: str) -> ResponseReturnValue:
    """Keep it, leave it out, mark it as read, or let it wait again."""
    form = forms.ScreenForm()
    session, act = db.session(), request.form.get("act", "")
    person, today = access.account(), clock.today()
    try:
        if act == "read":
            service.mark_read(session, consultation, work, account_id=person.id, today=today)
        elif act == "wait":
            service.screen(session, consultation, work, None, "", account_id=person.id, today=today)
        elif form.complete():
            outcome = service.Outcome(form.outcome.data)
            service.screen(session, consultation, work, outcome, form.why, account_id=person.id, today=today)
        else:
            return _page(consultation, work, screening=form, status=422)
    except RefusedError as error:
        form.outcome.errors = [sentence(str(error))]
        return _page(consultation, work, screening=form, status=409)
    db.session.commit()
    return _back(consultation, work)


@bp.post("/works/<work>/appraisal")
@access.roles(*TEAM)
def appraise(consultation: str, work: str) -> ResponseReturnValue:
    """Keep what a reviewer says of the study."""
    form = forms.AppraisalForm()
    if not form.validate_on_submit():
        return _page(consultation, work, appraisal=form, status=422)
    service.appraise(
        db.session(),
        consultation,
        work,
        form.judgement(),
        account_id=access.account().id,
        today=clock.today(),
    )
    db.session.commit()
    return _back(consultation, work)


@bp.post("/works/<work>/findings")
@access.roles(*TEAM)
def add_finding(consultation: str, work: str) -> ResponseReturnValue:
    """Take a finding from it, with its themes."""
    form = forms.FindingForm()
    form.offer(service.publication(db.session(), consultation, work).themes)
    if not form.validate_on_submit():
        return _page(consultation, work, finding=form, status=422)
    statement, page = (form.statement.data or "").strip(), (form.page.data or "").strip()
    finding = service.add_finding(db.session(), consultation, work, statement, page)
    for theme in form.themes.data or ():
        _code(consultation, finding, theme, on=True)
    db.session.commit()
    return _back(consultation, work)


@bp.post("/works/<work>/themes")
@access.roles(*TEAM)
def code(consultation: str, work: str) -> ResponseReturnValue:
    """Give a finding a theme, or take it off."""
    off = request.form.get("off", "")
    theme = off or request.form.get("theme", "")
    if theme:
        _code(consultation, request.form.get("finding", ""), theme, on=not off)
        db.session.commit()
    return _back(consultation, work)


def _code(consultation: str, finding: str, theme: str, *, on: bool) -> None:
    service.code_finding(
        db.session(),
        consultation,
        finding,
        theme,
        on=on,
        account_id=access.account().id,
        today=clock.today(),
    )


def _back(consultation: str, work: str) -> ResponseReturnValue:
    return redirect(url_for(".publication", consultation=consultation, work=work), 303)


def _page(
    consultation: str,
    work: str,
    *,
    screening: forms.ScreenForm | None = None,
    appraisal: forms.AppraisalForm | None = None,
    finding: forms.FindingForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    now = service.publication(db.session(), consultation, work)
    if finding is None:
        finding = forms.FindingForm(formdata=None)
        finding.offer(now.themes)
    page = {
        "consultation": consultation,
        "now": now,
        "screening": screening or forms.ScreenForm(formdata=None, obj=now),
        "appraisal": appraisal or _appraisal_form(now),
        "finding": finding,
        "words": forms,
    }
    page["wrong"] = next((each for each in (screening, appraisal, finding) if each and each.errors), None)
    if status != 200:
        return again("literature/publication.html", status, **page)
    return render_template("literature/publication.html", **page)


def _appraisal_form(now: service.Publication) -> forms.AppraisalForm:
    """A form with what was said before."""
    said = now.appraisal
    return forms.AppraisalForm(
        formdata=None,
        design=now.design,
        setting=now.setting,
        population=said.population if said else None,
        from_uk=said.from_uk if said else None,
        concern=said.concern if said else None,
        reason=said.reason if said else "",
    )
