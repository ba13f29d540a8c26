"""How the answering goes, as it stood at the last release."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from consult.afterwards import service
from consult.afterwards.views.common import TEAM, bp
from consult.web import access
from consult.web.extensions import db


@bp.get("/how-it-goes")
@access.roles(*TEAM)
def how_it_goes(consultation: str) -> ResponseReturnValue:
    """Totals in bands, and in which part people stop."""
    least, going = service.going.of(db.session(), consultation)
    return render_template("afterwards/going.html", consultation=consultation, least=least, surveys=going)
