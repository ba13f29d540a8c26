"""Judging a row and a link, and deciding: in a meeting, standard by standard, or alone."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.evidence import forms, service
from consult.evidence.views.common import LEAD, TEAM, bp, shown, unlocked
from consult.web import access
from consult.web.access import who
from consult.web.extensions import db

CONFIRM = "confirm"


@bp.route("/standards/<key>/parts/<number>/rows/<row>", methods=["GET", "POST"])
@access.roles(*TEAM)
@access.needs_key
def row(consultation: str, key: str, number: str, row: str) -> ResponseReturnValue:
    """Say what each strand says of a theme and what that makes together; or confirm what somebody said."""
    at = service.desk(unlocked(consultation), key)
    found = at.row(number, row)
    mine = found.judged
    form = forms.RowForm(
        formdata=None if request.form.get("act") == CONFIRM else request.form,
        data={
            **(mine.cells if mine else {}),
            **({"verdict": mine.verdict, "reason": mine.reason} if mine else {}),
        },
    )
    if request.form.get("act") == CONFIRM:
        service.confirm_row(at, number, row)
        return _done(consultation, key, number)
    if form.validate_on_submit():
        service.judge_row(
            at,
            number,
            row,
            form.cells(),
            form.verdict.data or "",
            (form.reason.data or "").strip(),
            today=clock.today(),
        )
        return _done(consultation, key, number)
    return shown(
        "evidence/row.html",
        422 if form.errors else 200,
        consultation=consultation,
        key=key,
        part=at.part(number),
        row=found,
        form=form,
        own=mine is not None and mine.by_id == at.unlocked.account_id,
    )


@bp.route("/standards/<key>/links/<link_id>/confidence", methods=["GET", "POST"])
@access.roles(*TEAM)
@access.needs_key
def confidence(consultation: str, key: str, link_id: str) -> ResponseReturnValue:
    """Say how sure we are of a link, or confirm what somebody said."""
    at = service.desk(unlocked(consultation), key)
    line = at.line(link_id)
    sure = line.sure
    confirming = request.form.get("act") == CONFIRM
    data = {**sure.concerns, "level": sure.level, "reason": sure.reason} if sure else {}
    form = forms.ConfidenceForm(formdata=None if confirming else request.form, data=data)
    if confirming:
        service.confirm_link(at, link_id)
        return _done(consultation, key, line.clause)
    if request.method == "POST" and form.complete():
        service.judge_link(at, link_id, form.sureness(), today=clock.today())
        return _done(consultation, key, line.clause)
    return shown(
        "evidence/confidence.html",
        422 if form.errors else 200,
        consultation=consultation,
        key=key,
        line=line,
        adequacy=service.adequacy(at.heard),
        form=form,
        own=sure is not None and sure.by_id == at.unlocked.account_id,
    )


@bp.route("/standards/<key>/meeting", methods=["GET", "POST"])
@access.roles(LEAD)
@access.needs_key
def meeting(consultation: str, key: str) -> ResponseReturnValue:
    """Decide part by part, with all that speaks to it in view."""
    at = service.desk(unlocked(consultation), key)
    number = request.args.get("part", "")
    part = at.part(number)
    act = request.form.get("act", "")
    equity = forms.EquityForm(
        formdata=request.form if act == "equity" else None,
        data={"text": part.equity.text if part.equity else ""},
    )
    form = forms.DecisionForm(
        formdata=request.form if act == "decide" else None, data={"wording": part.clause.wording}
    )
    if act == "equity" and equity.validate_on_submit():
        service.note_equity(at, number, (equity.text.data or "").strip(), today=clock.today())
        return _again(consultation, key, number)
    if act == "decide" and form.validate_on_submit() and _decided(at, number, form):
        return _again(consultation, key, number)
    return shown(
        "evidence/meeting.html",
        422 if equity.errors or form.errors else 200,
        consultation=consultation,
        key=key,
        at=at,
        part=part,
        ways=service.neighbours(db.session(), consultation, key),
        needs_equity=service.needs_equity(at, part),
        equity=equity,
        form=form,
    )


def _decided(at: service.Desk, number: str, form: forms.DecisionForm) -> bool:
    wording = (form.wording.data or "").replace("\r\n", "\n").strip()
    try:
        service.decide(at, number, form.settled(), wording, **who())
    except service.EquityMissingError:
        form.kind.errors = [
            _("Please write first, above, what differs between the two kinds of service. Then decide.")
        ]
        return False
    except service.SameWordsError:
        form.wording.errors = [_("Please write the words as they should stand. These stand already.")]
        return False
    return True


def _done(consultation: str, key: str, number: str) -> ResponseReturnValue:
    db.session.commit()
    return redirect(url_for(".standard", consultation=consultation, key=key, _anchor=f"part-{number}"), 303)


def _again(consultation: str, key: str, number: str) -> ResponseReturnValue:
    db.session.commit()
    return redirect(
        url_for(".meeting", consultation=consultation, key=key, part=number or None, _anchor="decided"), 303
    )
