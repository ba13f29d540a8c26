"""Deleting a whole consultation: whether it may, and the act itself, which takes two people."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.approval import ApprovalKind
from consult.models.consultation import State
from consult.records import approvals, audit, consultations, erasure
from consult.records.people import SignedIn
from consult.records.rights import NotOwnerError
from consult.vault.opening import WorkbenchVault

logger = logging.getLogger(__name__)


class StillOpenError(RefusedError):
    """People can still answer."""


class WrongNameError(RefusedError):
    """The name that was typed is not that of the consultation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What stands before the button: the title, and what is missing before it may be pressed."""

    title: str
    open_surveys: int
    approved: bool


def deletion(session: Session, consultation: str, person: SignedIn, *, today: date) -> Deletion:
    """Raises UnknownConsultationError."""
    found = consultations.named(session, consultation)
    return Deletion(
        title=found.title,
        open_surveys=sum(each.state == State.OPEN for each in consultations.surveys_of(session, found)),
        approved=approvals.ready(session, found, ApprovalKind.DELETE_CONSULTATION, person, today=today),
    )


def delete_consultation(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    person: SignedIn,
    typed: str,
    *,
    today: date,
) -> frozenset[bytes]:
    """Delete it all; returns the members, for `settle_deletion` after the commit.

    Raises StillOpenError, WrongNameError or NotApprovedError.
    """
    found = consultations.named(session, consultation)
    if any(each.state == State.OPEN for each in consultations.surveys_of(session, found)):
        raise StillOpenError("people can still answer: close every survey first")
    if typed.strip() != consultation:
        raise WrongNameError("this is not the name of the consultation: please write it as it stands here")
    approvals.take(session, vault, found, ApprovalKind.DELETE_CONSULTATION, person, today=today)
    gone = erasure.members(session, found)
    erasure.erase(session, found)
    audit.note(session, vault, person.name, "delete consultation", consultation, today=today)
    return gone


def settle_deletion(engine: Engine, members: frozenset[bytes]) -> None:
    """After the commit: nothing of it stays in memory, and nothing in the free space of the storage.

    When somebody else holds the file just now, or when this application's role does not own the tables, the
    night's work writes it anew.
    """
    erasure.forget(members)
    try:
        erasure.settle(engine)
    except (OperationalError, NotOwnerError) as error:
        logger.warning("the storage was not written anew", exc_info=error)
