"""What waits for a second person, as the page about it shows it; the rules are in `records.approvals`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from consult.models.approval import ApprovalKind
from consult.records import approvals, consultations
from consult.records.people import SignedIn
from consult.vault.opening import WorkbenchVault

__all__ = ["Answer", "ApprovalKind", "AskedFor", "CouldAsk", "answer", "asked_for", "could_ask", "request"]

APPROVERS = ("analyst", "lead", "custodian")
"""Roles in a consultation that see what waits there; administrators do, too."""


class Answer(StrEnum):
    """What can be done with a request."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """A request, and what the person who looks at it may do with it."""

    kind: ApprovalKind
    detail: str
    requested_by: str
    approved_by: str
    until: date
    mine: bool
    may_answer: bool
    may_do: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CouldAsk:
    """An act that the person may ask for, and how many others could agree."""

    kind: ApprovalKind
    others: int


def asked_for(session: Session, consultation: str, person: SignedIn, *, today: date) -> tuple[AskedFor, ...]:
    """Requests that are open. Raises UnknownConsultationError."""
    found = consultations.named(session, consultation)
    return tuple(
        AskedFor(
            kind=each.kind,
            detail=each.detail,
            requested_by=each.requested_by,
            approved_by=each.approved_by,
            until=each.until,
            mine=each.requester_id == person.id,
            may_answer=each.requester_id != person.id
            and approvals.may_approve(person, consultation, each.kind),
            may_do=each.approver_id is not None and person.id in {each.requester_id, each.approver_id},
        )
        for each in approvals.waiting(session, found, today=today)
    )


def could_ask(session: Session, consultation: str, person: SignedIn, *, today: date) -> tuple[CouldAsk, ...]:
    """Which acts the person may ask for and nobody has. Raises UnknownConsultationError."""
    found = consultations.named(session, consultation)
    taken = {each.kind for each in approvals.waiting(session, found, today=today)}
    return tuple(
        CouldAsk(kind=kind, others=approvals.others(session, found, kind, person))
        for kind in ApprovalKind
        if kind not in taken and approvals.may_ask(person, consultation, kind)
    )


def request(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    kind: ApprovalKind,
    person: SignedIn,
    detail: str,
    *,
    today: date,
) -> None:
    """Ask for an act. Raises WrongRoleError or AskedAlreadyError."""
    found = consultations.named(session, consultation)
    approvals.ask(session, vault, found, kind, person, detail, today=today)


def answer(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    kind: ApprovalKind,
    person: SignedIn,
    given: Answer,
    *,
    today: date,
) -> None:
    """Agree, refuse, or take one's own request back. Raises RefusedError or ConflictError with the reason."""
    found = consultations.named(session, consultation)
    acts = {
        Answer.APPROVE: approvals.approve,
        Answer.REFUSE: approvals.refuse,
        Answer.WITHDRAW: approvals.withdraw,
    }
    acts[given](session, vault, found, kind, person, today=today)
