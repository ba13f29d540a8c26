"""What the one address shows: the page of a stage, whichever room makes it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from consult.respond.service import copying, keeping, pages
from consult.respond.service.desk import Desk
from consult.respond.service.visit import Stage, Step, Visit
from consult.vault.sealing import IntakeVault


def show(session: Session, vault: IntakeVault, visit: Visit, *, today: date) -> Step:
    """The page where the person is. `left`: there is nothing more to show, and the visit ends."""
    desk = Desk.at(session, vault, visit.slug, today, easy=visit.easy)
    if visit.stage in {Stage.KEPT, Stage.ONE} and not visit.locked:
        return keeping.kept(desk, visit)
    if visit.stage is Stage.COPY and not visit.locked:
        return copying.shown(desk, visit)
    return pages.at(desk, visit if visit.locked else desk.turned(visit))
