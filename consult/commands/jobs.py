"""`consult jobs run`: all that is due, started each night by a timer of the host.

Answers that wait in sufficient number are released, old drafts and ended web sessions are destroyed, and the
database is written anew, so that it keeps neither what was destroyed nor the order of arrival.
"""

from __future__ import annotations

from datetime import date

import click
from sqlalchemy.orm import Session

from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.records import audit, batches, consultations, drafts, interested, proofs, scrub
from consult.vault.opening import WorkbenchVault
from consult.web import sessions
from consult.web.extensions import db, workbench_vault

_HOUR = 3600


@click.group()
def jobs() -> None:
    """Do what is due."""


@jobs.command()
def run() -> None:
    """Release answers, destroy old drafts and ended sessions, and write the database anew."""
    with application():
        scrub.require_rewriting(db.engine)
        session, vault, today = db.session(), workbench_vault(), clock.today()
        released = _release(session, vault, today)
        expired = drafts.expire(session, today=today)
        if expired:
            audit.note(session, vault, COMMAND_LINE, "expire drafts", "", detail=str(expired), today=today)
        db.session.commit()
        ended = sessions.purge(session, int(clock.now() // _HOUR))
        db.session.commit()
        batches.settle(db.engine)
    click.echo(f"{released} answers released, {expired} drafts and {ended} sessions destroyed")


def _release(session: Session, vault: WorkbenchVault, today: date) -> int:
    """One commit for each consultation: a fault in one keeps no other from its release."""
    from consult.panel.service import pseudonyms  # noqa: PLC0415 - so that `--help` is quick

    released = 0
    for consultation in consultations.every(session):
        here = sum(
            batches.release(session, consultation, survey, today=today)
            for survey in consultations.surveys_of(session, consultation)
        )
        interested.release(session, consultation)
        if over := interested.expire(session, consultation, today=today):
            audit.note(
                session,
                vault,
                COMMAND_LINE,
                "erase interest",
                consultation.name,
                detail=f"all {over}",
                today=today,
            )
        if pseudonyms.expired(session, consultation, today=today):
            pseudonyms.destroy_keys(session, vault, consultation, actor=COMMAND_LINE, today=today)
        if here:
            audit.note(
                session, vault, COMMAND_LINE, "release", consultation.name, detail=str(here), today=today
            )
            proofs.note_roots(session, vault, consultation, actor=COMMAND_LINE, today=today)
        db.session.commit()
        released += here
    return released


COMMANDS = (jobs,)
