"""What the team's views of the panel share: the blueprint, the consultation, and showing a page again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from consult.panel import service
from consult.web import access
from consult.web.extensions import db, settings, workbench_vault

if TYPE_CHECKING:
    from consult.models.consultation import Consultation

bp = Blueprint("panel", __name__, url_prefix="/team/<consultation>/panel")
access.guard(bp)

ANALYST, LEAD, PANEL_MANAGER, CUSTODIAN = "analyst", "lead", "panel_manager", "custodian"
RUNNERS = (LEAD, PANEL_MANAGER)
LOOKERS = (ANALYST, LEAD, PANEL_MANAGER)
READERS = (ANALYST, LEAD)


def named(consultation: str) -> Consultation:
    """The consultation of the address. Raises UnknownConsultationError."""
    return service.desk.consultation(db.session(), consultation)


def unlocked(consultation: str) -> service.Unlocked:
    """The consultation with the keys of the person. Only in views marked `needs_key`."""
    return service.unlocked(
        db.session(),
        workbench_vault(),
        consultation,
        account_id=access.account().id,
        private=access.staff_key(),
    )


def addresses() -> service.reminding.Addresses:
    """How letters name the pages of panellists."""
    return service.reminding.Addresses(
        sender=settings().service_name,
        link=lambda link: url_for("panellist.arrive", link=link, _external=True),
        door=lambda slug: url_for("panellist.sign_in", slug=slug, _external=True),
    )


def whole(typed: str) -> int:
    """A number of an address; what is none leads to a round that nobody has."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0


def again(template: str, status: int, **page: object) -> ResponseReturnValue:
    """The same page with what can be mended; nothing was done and nothing typed is lost."""
    db.session.rollback()
    return render_template(template, has_errors=True, **page), status


def to(endpoint: str, consultation: str, **more: object) -> ResponseReturnValue:
    """On to a page of the panel."""
    return redirect(url_for(f"panel.{endpoint}", consultation=consultation, **more), 303)  # type: ignore[arg-type]  # any value that an address takes
