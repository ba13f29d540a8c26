"""Acts that take two people: asked for by one, agreed to by another, done once by either of the two.

Whether the act itself is allowed, and what it does, is the affair of whoever calls `take`, in the same
transaction as the act: either both happen or neither does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, false, or_, select, update
from sqlalchemy.orm import Session

from consult.faults import ConflictError, RefusedError
from consult.models.account import Account, Membership, Role
from consult.models.approval import Approval, ApprovalKind
from consult.models.consultation import Consultation
from consult.records import audit, people
from consult.records.people import SignedIn
from consult.vault.opening import WorkbenchVault

DAYS = 7
"""A request waits so long for a second person, and an agreed act so long to be done."""
LONGEST_DETAIL = 300

ADMINISTRATOR = "administrator"
MAY_ASK: dict[ApprovalKind, frozenset[str]] = {
    # Only who holds a key can make the file, so an administrator has nothing to ask for.
    ApprovalKind.RAW_EXPORT: frozenset({Role.ANALYST, Role.LEAD}),
    ApprovalKind.DESTROY_KEYS: frozenset({Role.LEAD, Role.CUSTODIAN, ADMINISTRATOR}),
    ApprovalKind.DELETE_CONSULTATION: frozenset({Role.LEAD, Role.CUSTODIAN, ADMINISTRATOR}),
}
MAY_APPROVE: dict[ApprovalKind, frozenset[str]] = {
    ApprovalKind.RAW_EXPORT: frozenset({Role.ANALYST, Role.LEAD, Role.CUSTODIAN}),
    ApprovalKind.DESTROY_KEYS: MAY_ASK[ApprovalKind.DESTROY_KEYS] | {Role.ANALYST},
    ApprovalKind.DELETE_CONSULTATION: MAY_ASK[ApprovalKind.DELETE_CONSULTATION] | {Role.ANALYST},
}


class NotApprovedError(RefusedError):
    """The act takes two people, and no second person has agreed to it, or too long ago."""


class OwnRequestError(RefusedError):
    """Nobody agrees to what they asked for themselves."""


class WrongRoleError(RefusedError):
    """The person has no role that may ask for this, or agree to it."""


class AskedAlreadyError(ConflictError):
    """The same act is asked for already."""


class NoRequestError(ConflictError):
    """Nothing waits: the request was withdrawn or refused, is done, or its days are over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request that is open: names are those that others see; `approved_by` is "" until somebody agrees."""

    kind: ApprovalKind
    detail: str
    requested_by: str
    approved_by: str
    requester_id: bytes
    approver_id: bytes | None
    until: date


def may_ask(person: SignedIn, consultation: str, kind: ApprovalKind) -> bool:
    """Whether the person has a role that may ask for the act."""
    return bool(_standing(person, consultation) & MAY_ASK[kind])


def may_approve(person: SignedIn, consultation: str, kind: ApprovalKind) -> bool:
    """Whether the person has a role that may agree to the act, if somebody else asked for it."""
    return bool(_standing(person, consultation) & MAY_APPROVE[kind])


def ask(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    kind: ApprovalKind,
    person: SignedIn,
    detail: str,
    *,
    today: date,
) -> None:
    """Ask for an act, with a reason in the team's own words. Raises WrongRoleError or AskedAlreadyError."""
    if not may_ask(person, consultation.name, kind):
        raise WrongRoleError("your role in this consultation may not ask for this")
    session.execute(
        delete(Approval).where(
            Approval.consultation_id == consultation.id,
            Approval.kind == kind,
            Approval.until < today,
            ~Approval.used,
        )
    )
    if _open(session, consultation, kind, today) is not None:
        raise AskedAlreadyError("this is asked for already: see what waits")
    session.add(
        Approval(
            consultation_id=consultation.id,
            kind=kind,
            requested_by=person.id,
            detail=detail[:LONGEST_DETAIL],
            until=today + timedelta(days=DAYS),
        )
    )
    _note(session, vault, person, "ask approval", consultation, f"{kind}: {detail[:LONGEST_DETAIL]}", today)


def approve(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    kind: ApprovalKind,
    person: SignedIn,
    *,
    today: date,
) -> None:
    """Agree to what somebody else asked for; from now on it can be done for `DAYS` days.

    Raises NoRequestError, OwnRequestError or WrongRoleError.
    """
    found = _open(session, consultation, kind, today)
    if found is None or found.approved_by is not None:
        raise NoRequestError("nothing of this kind waits for agreement any more")
    if found.requested_by == person.id:
        raise OwnRequestError("you asked for this yourself: somebody else must agree")
    if not may_approve(person, consultation.name, kind):
        raise WrongRoleError("your role in this consultation may not agree to this")
    agreed = session.execute(
        update(Approval)
        .where(Approval.id == found.id, Approval.approved_by.is_(None), ~Approval.used)
        .values(approved_by=person.id, until=today + timedelta(days=DAYS))
    )
    if agreed.rowcount != 1:  # type: ignore[attr-defined]
        raise NoRequestError("somebody else was faster: see what waits")
    _note(session, vault, person, "approve", consultation, kind, today)


def refuse(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    kind: ApprovalKind,
    person: SignedIn,
    *,
    today: date,
) -> None:
    """Say no, or take back that one agreed: the request is gone. Raises NoRequestError or WrongRoleError."""
    if not may_approve(person, consultation.name, kind):
        raise WrongRoleError("your role in this consultation may not refuse this")
    _drop(session, consultation, kind, today)
    _note(session, vault, person, "refuse approval", consultation, kind, today)


def withdraw(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    kind: ApprovalKind,
    person: SignedIn,
    *,
    today: date,
) -> None:
    """Take back one's own request, agreed to or not. Raises NoRequestError or WrongRoleError."""
    found = _open(session, consultation, kind, today)
    if found is None:
        raise NoRequestError("this request is not there any more")
    if found.requested_by != person.id:
        raise WrongRoleError("somebody else asked for this: you can refuse it")
    _drop(session, consultation, kind, today)
    _note(session, vault, person, "withdraw request", consultation, kind, today)


def take(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    kind: ApprovalKind,
    person: SignedIn,
    *,
    today: date,
) -> None:
    """Use up the agreement, in the transaction of the act. Either of the two may, once.

    Raises NotApprovedError when nobody else agreed, when the days are over, or for a third person.
    """
    found = ready(session, consultation, kind, person, today=today)
    if not found:
        raise NotApprovedError(f"{kind} takes two people: ask for it, and let somebody else agree first")
    used = session.execute(
        update(Approval)
        .where(
            Approval.consultation_id == consultation.id,
            Approval.kind == kind,
            Approval.approved_by.is_not(None),
            ~Approval.used,
        )
        .values(used=True)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise NotApprovedError("this was done just now, and an agreement serves once")
    _note(session, vault, person, "use approval", consultation, kind, today)


def ready(
    session: Session, consultation: Consultation, kind: ApprovalKind, person: SignedIn, *, today: date
) -> bool:
    """Whether `take` would let this person do the act now. Changes nothing."""
    found = _open(session, consultation, kind, today)
    return (
        found is not None
        and found.approved_by is not None
        and person.id in {found.requested_by, found.approved_by}
    )


def waiting(session: Session, consultation: Consultation, *, today: date) -> tuple[Waiting, ...]:
    """What is asked for or agreed to and not yet done, whose days are not over."""
    rows = list(
        session.scalars(
            select(Approval)
            .where(Approval.consultation_id == consultation.id, ~Approval.used, Approval.until >= today)
            .order_by(Approval.kind)
        )
    )
    ids = {each.requested_by for each in rows} | {each.approved_by for each in rows if each.approved_by}
    names = people.names(session, ids)
    return tuple(
        Waiting(
            kind=ApprovalKind(each.kind),
            detail=each.detail,
            requested_by=names.get(each.requested_by, ""),
            approved_by=names.get(each.approved_by, "") if each.approved_by else "",
            requester_id=each.requested_by,
            approver_id=each.approved_by,
            until=each.until,
        )
        for each in rows
    )


def others(session: Session, consultation: Consultation, kind: ApprovalKind, person: SignedIn) -> int:
    """How many other people could agree to what this person asks for."""
    wanted = MAY_APPROVE[kind]
    members = select(Membership.account_id).where(
        Membership.consultation_id == consultation.id, Membership.role.in_(wanted)
    )
    by_office = Account.administrator if ADMINISTRATOR in wanted else false()
    found = session.scalars(
        select(Account.id).where(
            or_(Account.id.in_(members), by_office), Account.active, Account.id != person.id
        )
    )
    return len(set(found))


def _standing(person: SignedIn, consultation: str) -> frozenset[str]:
    roles = person.roles(consultation)
    return roles | {ADMINISTRATOR} if person.administrator else roles


def _open(session: Session, consultation: Consultation, kind: ApprovalKind, today: date) -> Approval | None:
    return session.scalar(
        select(Approval).where(
            Approval.consultation_id == consultation.id,
            Approval.kind == kind,
            ~Approval.used,
            Approval.until >= today,
        )
    )


def _drop(session: Session, consultation: Consultation, kind: ApprovalKind, today: date) -> None:
    found = _open(session, consultation, kind, today)
    if found is None:
        raise NoRequestError("this request is not there any more")
    session.execute(delete(Approval).where(Approval.id == found.id, ~Approval.used))


def _note(
    session: Session,
    vault: WorkbenchVault,
    person: SignedIn,
    action: str,
    consultation: Consultation,
    detail: str,
    today: date,
) -> None:
    audit.note(session, vault, person.name, action, consultation.name, detail=detail, today=today)
