"""People who would like to hear more: asked by the lead, opened by the panel manager, for a reason."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.afterwards import forms, service
from consult.afterwards.views.common import LEAD, PANEL_MANAGER, again, bp, who
from consult.faults import RefusedError
from consult.web import access
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence


@bp.get("/hear-more")
@access.roles(LEAD, PANEL_MANAGER)
def hear_more(consultation: str) -> ResponseReturnValue:
    """How the form stands, and the way to what people left."""
    return render_template("afterwards/hear_more.html", **_page(consultation), has_errors=False)


@bp.post("/hear-more/ask")
@access.roles(LEAD)
def ask_more(consultation: str) -> ResponseReturnValue:
    """Ask people, or no more."""
    form = forms.AskForm()
    if not form.validate_on_submit():
        return again("afterwards/hear_more.html", 422, **_page(consultation, asking=form))
    try:
        service.hearing.ask(
            db.session(),
            workbench_vault(),
            consultation,
            on=bool(form.on.data),
            until=form.until.data,
            **who(),
        )
    except service.DateError as error:
        form.until.errors = [sentence(str(error))]
        return again("afterwards/hear_more.html", 422, **_page(consultation, asking=form))
    db.session.commit()
    return _back(consultation, "saved")


@bp.post("/hear-more/open")
@access.roles(PANEL_MANAGER)
@access.needs_key
def open_more(consultation: str) -> ResponseReturnValue:
    """Open what was released; shown on the answer to this form alone."""
    form = forms.ReasonForm()
    holder = (access.account().id, access.staff_key())
    try:
        opening = service.hearing.open_(
            db.session(), workbench_vault(), consultation, form.reason.data or "", holder=holder, **who()
        )
    except service.ReasonError as error:
        form.reason.errors = [sentence(str(error))]
        return again("afterwards/hear_more.html", 422, **_page(consultation, opening=form))
    db.session.commit()
    return render_template(
        "afterwards/people.html",
        consultation=consultation,
        opening=opening,
        kinds=_kinds(),
        standing=service.hearing.standing(db.session(), consultation),
    )


@bp.post("/hear-more/erase")
@access.roles(PANEL_MANAGER)
def erase_more(consultation: str) -> ResponseReturnValue:
    """Delete the records that were ticked, or all."""
    keys = None if request.form.get("act") == "all" else request.form.getlist("key")
    if keys == []:
        refused = _("Nothing was ticked, so nothing was deleted.")
        return again("afterwards/hear_more.html", 422, **_page(consultation), refused=refused)
    try:
        service.hearing.erase(db.session(), workbench_vault(), consultation, keys, **who())
    except RefusedError as error:
        refused = sentence(str(error))
        return again("afterwards/hear_more.html", 409, **_page(consultation), refused=refused)
    db.session.commit()
    service.hearing.settle(db.engine)
    return _back(consultation, "erased")


def _page(
    consultation: str, asking: forms.AskForm | None = None, opening: forms.ReasonForm | None = None
) -> dict[str, object]:
    db.session.rollback()
    now = service.hearing.standing(db.session(), consultation)
    roles = access.account().roles(consultation)
    return {
        "consultation": consultation,
        "standing": now,
        "asking": asking or forms.AskForm(formdata=None, on=now.asked, until=now.until),
        "opening": opening or forms.ReasonForm(formdata=None),
        "may_ask": LEAD in roles,
        "may_open": PANEL_MANAGER in roles,
        "done": request.args.get("done", ""),
    }


def _back(consultation: str, done: str) -> ResponseReturnValue:
    return redirect(url_for(".hear_more", consultation=consultation, done=done), 303)


def _kinds() -> dict[str, str]:
    return {
        service.Kind.RESULTS: _("told when results are there"),
        service.Kind.DRAFTS: _("reads drafts"),
        service.Kind.GROUP: _("group of men who advise"),
        service.Kind.INTERVIEW: _("one talk with a researcher"),
        service.Kind.PANEL: _("panel"),
    }
