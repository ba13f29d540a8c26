"""The log of staff acts: for administrators all of it, for a lead the acts on their consultation."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.manage import service
from consult.manage.views.common import LEAD, bp
from consult.web import access
from consult.web.access import ADMINISTRATOR
from consult.web.extensions import db, workbench_vault


@bp.get("/audit")
@access.roles(ADMINISTRATOR)
def log() -> ResponseReturnValue:
    """Every act, newest first."""
    return _page()


@bp.post("/audit")
@access.roles(ADMINISTRATOR)
def verify_log() -> ResponseReturnValue:
    """Check the whole log and all batches."""
    return _page(verified=service.verify(db.session(), workbench_vault()))


@bp.get("/<consultation>/audit")
@access.roles(LEAD, ADMINISTRATOR)
def consultation_log(consultation: str) -> ResponseReturnValue:
    """The acts on one consultation."""
    return _page(consultation)


@bp.post("/<consultation>/audit")
@access.roles(LEAD, ADMINISTRATOR)
def verify_consultation_log(consultation: str) -> ResponseReturnValue:
    """Check the log, and the batches of one consultation."""
    return _page(consultation, service.verify(db.session(), workbench_vault(), only=consultation))


def _page(only: str = "", verified: service.Verified | None = None) -> str:
    wanted = service.Filter(
        actor=request.args.get("person", ""),
        action=request.args.get("act", ""),
        consultation=request.args.get("consultation", ""),
    )
    before = request.args.get("below", type=int)
    return render_template(
        "manage/log.html",
        consultation=only,
        wanted=wanted,
        page=service.log_page(db.session(), wanted, before=before, only=only),
        verified=verified,
    )
