"""The keys of a consultation over time: taken from a person, made anew, and destroyed at the end.

What is sealed follows to new keys some rows at a time: see `records/rewrapping.py`. Each act has its line in
the log of staff acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.approval import ApprovalKind
from consult.models.consultation import Consultation
from consult.records import (
    accounts,
    approvals,
    audit,
    consultations,
    epochs,
    people,
    recovery,
    rewrapping,
    scrub,
)
from consult.records.epochs import Holder, LastHolderError
from consult.records.people import SignedIn, Who
from consult.records.recovery import Standing
from consult.records.rewrapping import Left, Pass
from consult.records.unlocking import lock
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey

__all__ = ["Holder", "KeysState", "LastHolderError", "Left", "Pass", "StaffKey", "Who"]


class OwnKeyError(RefusedError):
    """A person cannot take their own key: somebody who stays must be able to go on."""


class NoKeyError(RefusedError):
    """The person holds no key here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysState:
    """How the keys of one consultation stand. `left` is None when nothing is on its way to new keys."""

    title: str
    epoch: int
    holders: tuple[Holder, ...]
    least: int
    shares: Standing
    demonstration: bool
    left: Left | None
    destroyed: bool
    closed: bool


def keys_state(session: Session, consultation: str) -> KeysState:
    """How the keys stand. Raises UnknownConsultationError."""
    found = consultations.named(session, consultation)
    moving = bool(epochs.earlier(session, found))
    return KeysState(
        title=found.title,
        epoch=found.epoch,
        holders=epochs.holders(session, found),
        least=found.min_grants,
        shares=recovery.standing(session, found),
        demonstration=found.demonstration,
        left=rewrapping.left(session, found) if moving else None,
        destroyed=epochs.are_destroyed(session, found),
        closed=epochs.is_closed(session, found),
    )


def revoke(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    name: str,
    holder: StaffKey,
    *,
    actor: str,
    today: date,
) -> None:
    """Take a person's key, and seal to new keys from now on; what is sealed already follows by `begin_pass`.

    Their sessions end. Their roles stay. Raises NoGrantError for who acts without a key, NoKeyError,
    OwnKeyError, LastHolderError, NotAllEpochsError, or UnknownAccountError.
    """
    found = consultations.named(session, consultation)
    account = accounts.named(session, name)
    if account.id == holder.account_id:
        raise OwnKeyError("you cannot take your own key: ask somebody else who holds one")
    keys = accounts.opened_keys(session, vault, found, holder)
    if account.id not in {each.id for each in epochs.holders(session, found)}:
        raise NoKeyError(f"{name} holds no key of this consultation")
    epochs.begin(session, vault, found, keys, without=account)
    lock(account.id)
    detail = f"new keys, number {found.epoch}"
    audit.note(session, vault, actor, "revoke key", f"{consultation}/{name}", detail=detail, today=today)


def renew(
    session: Session, vault: WorkbenchVault, consultation: str, holder: StaffKey, *, actor: str, today: date
) -> None:
    """Seal to new keys from now on and take nobody's. Raises as `revoke`."""
    found = consultations.named(session, consultation)
    epochs.begin(session, vault, found, accounts.opened_keys(session, vault, found, holder))
    audit.note(session, vault, actor, "renew keys", consultation, detail=f"number {found.epoch}", today=today)


def begin_pass(session: Session, vault: WorkbenchVault, consultation: str, holder: StaffKey) -> Pass:
    """A walk through what is sealed under earlier keys: call `step`, commit, and so on until it is over.

    Raises NoGrantError, or NotAllEpochsError when the person cannot open some of it.
    """
    found = consultations.named(session, consultation)
    keys = _all_keys(session, vault, found, holder)
    return Pass(session, vault, found, keys)


def finish(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    *,
    actor: str,
    today: date,
    given_up: int = 0,
) -> Left:
    """Destroy the earlier keys when nothing is sealed under them any more; returns what still is.

    given_up: so many records did not open in a whole pass, and may go with the keys. After the commit call
    `wipe_traces`.
    """
    found = consultations.named(session, consultation)
    epochs.settle(session, found)
    left = rewrapping.left(session, found)
    gone = epochs.earlier(session, found)
    if not gone or left.total > given_up:
        return left
    epochs.end_earlier(session, found)
    detail = f"number {', '.join(str(epoch) for epoch in gone)}"
    if left.total:
        detail += f"; {left.total} records that did not open were given up"
    audit.note(session, vault, actor, "destroy earlier keys", consultation, detail=detail, today=today)
    return Left(slots=0, notes=0)


def destroy_keys(
    session: Session, vault: WorkbenchVault, consultation: str, person: SignedIn, *, today: date
) -> None:
    """Destroy all keys of a consultation, for ever, when two people agreed.

    After the commit call `wipe_traces`. Raises NotClosedError, NotApprovedError, or KeysDestroyedError.
    """
    found = consultations.named(session, consultation)
    epochs.require_keys(session, found)
    epochs.require_closed(session, found)
    approvals.take(session, vault, found, ApprovalKind.DESTROY_KEYS, person, today=today)
    held = epochs.holders(session, found)
    epochs.destroy(session, found)
    for each in held:
        lock(each.id)
    audit.note(session, vault, person.name, "destroy keys", consultation, today=today)


def person_by_name(session: Session, name: str) -> SignedIn:
    """An account with its roles, for a command. Raises UnknownAccountError, also for a disabled account."""
    account = accounts.named(session, name)
    found = people.signed_in(session, account.id, account.generation)
    if found is None:
        raise accounts.UnknownAccountError(f"the account {name!r} is disabled")
    return found


def may_destroy(session: Session, consultation: str, person: SignedIn, *, today: date) -> bool:
    """Whether two people agreed, this person being one of them."""
    found = consultations.named(session, consultation)
    return approvals.ready(session, found, ApprovalKind.DESTROY_KEYS, person, today=today)


def wipe_traces(engine: Engine) -> bool:
    """After the commit: take destroyed keys out of the database's own log. False while somebody reads it."""
    return scrub.checkpoint(engine)


def _all_keys(
    session: Session, vault: WorkbenchVault, consultation: Consultation, holder: StaffKey
) -> ConsultationKeys:
    keys = accounts.opened_keys(session, vault, consultation, holder)
    epochs.require_all(session, consultation, keys)
    return keys
