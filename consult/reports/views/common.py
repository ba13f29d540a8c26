"""What the views of this feature share: a file is made, noted in the log, and only then handed over."""

from __future__ import annotations

from flask import Blueprint, Response

from consult import clock
from consult.reports import service
from consult.web import access
from consult.web.extensions import db, workbench_vault
from consult.web.writing import will_write

bp = Blueprint("reports", __name__, url_prefix="/team/<consultation>")
access.guard(bp)

TEAM = ("analyst", "lead")
LEAD = "lead"


def hand_over(consultation: str, made: service.ReportFile) -> Response:
    """Note a file and give it away."""
    will_write()
    return download(consultation, made)


def download(consultation: str, made: service.ReportFile) -> Response:
    """Note it, commit, and only then give it away."""
    service.note(
        db.session(), workbench_vault(), access.account().name, consultation, made, today=clock.today()
    )
    db.session.commit()
    response = Response(made.pieces(), mimetype=made.mimetype)
    response.content_length = made.size
    # Never shown inside our own origin: as a file it carries its styles, and our policy needs no exception.
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


def unlocked(consultation: str) -> service.Unlocked:
    """The consultation, opened for the person of this request."""
    return service.unlocked(
        db.session(),
        workbench_vault(),
        consultation,
        account_id=access.account().id,
        private=access.staff_key(),
    )
