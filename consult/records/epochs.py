"""Epochs: a consultation's keys change, and the earlier ones go when nothing is sealed under them any more.

Until then whoever holds the new keys holds the earlier ones too, so that a machine that stops on the way
leaves everything readable.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.account import Account
from consult.models.consultation import Consultation, State
from consult.models.key import KeyGrant, KeyOwner, PublicKey
from consult.records import accounts, consultations, meanings, recovery
from consult.records import keys as key_records
from consult.records.keys import KeysDestroyedError
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault


class NotAllEpochsError(RefusedError):
    """Who changes the keys must be able to open everything that is sealed under the earlier ones."""


class LastHolderError(RefusedError):
    """Without this person's key nobody could open the answers."""


class NotClosedError(RefusedError):
    """Answers may still come: the keys are needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who can open the answers."""

    id: bytes
    name: str
    display_name: str
    active: bool


def holders(session: Session, consultation: Consultation) -> tuple[Holder, ...]:
    """Everybody with a grant of the present epoch, by name. Recovery is none of them."""
    rows = session.execute(
        select(Account.id, Account.name, Account.display_name, Account.active)
        .join(KeyGrant, KeyGrant.grantee_id == Account.id)
        .where(KeyGrant.consultation_id == consultation.id, KeyGrant.epoch == consultation.epoch)
        .order_by(Account.name)
    )
    return tuple(Holder(id=row[0], name=row[1], display_name=row[2], active=row[3]) for row in rows)


def begin(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    *,
    without: Account | None = None,
) -> ConsultationKeys:
    """Make keys of a new epoch, which is sealed to at once; returns all keys, the new ones among them.

    Everybody who holds a key and has an active account is granted them, and so is recovery; not `without`,
    whose grants are destroyed and whose sessions end. Raises NotAllEpochsError, LastHolderError, or
    EnvelopeError when a stored public key is not the one that the service made.
    """
    require_keys(session, consultation)
    key_records.change_epoch(session, consultation)
    require_all(session, consultation, keys)
    left = [
        each
        for each in holders(session, consultation)
        if each.active and (without is None or each.id != without.id)
    ]
    if not left:
        raise LastHolderError("nobody else could open the answers: give another person a key first")
    if without is not None:
        _take(session, consultation, without)
    epoch = consultation.epoch + 1
    made = vault.new_consultation_keys(epoch)
    key_records.keep(session, vault, KeyOwner.CONSULTATION, consultation.id, epoch, made.public)
    for holder in left:
        accounts.give(session, vault, consultation, made.keys, session.get_one(Account, holder.id))
    recovery.regrant(session, vault, consultation, made.keys)
    consultation.epoch = epoch
    meanings.forget(session, consultation)
    session.flush()
    return ConsultationKeys(epochs={**keys.epochs, **made.keys.epochs})


def earlier(session: Session, consultation: Consultation) -> tuple[int, ...]:
    """Epochs before the present one whose keys are still there: something may be sealed under them."""
    found = session.scalars(
        select(PublicKey.epoch)
        .where(
            PublicKey.owner_table == KeyOwner.CONSULTATION,
            PublicKey.owner_id == consultation.id,
            PublicKey.epoch < consultation.epoch,
        )
        .order_by(PublicKey.epoch)
    )
    return tuple(found)


def end_earlier(session: Session, consultation: Consultation) -> None:
    """Destroy grants and public keys of the epochs before. Call it once nothing is sealed under them."""
    session.execute(
        delete(KeyGrant).where(
            KeyGrant.consultation_id == consultation.id, KeyGrant.epoch < consultation.epoch
        )
    )
    session.execute(
        delete(PublicKey).where(
            PublicKey.owner_table == KeyOwner.CONSULTATION,
            PublicKey.owner_id == consultation.id,
            PublicKey.epoch < consultation.epoch,
        )
    )
    session.flush()


def destroy(session: Session, consultation: Consultation) -> None:
    """Destroy every grant and every public key of a closed consultation, recovery's among them. For ever.

    Raises NotClosedError.
    """
    key_records.change_epoch(session, consultation)
    require_closed(session, consultation)
    session.execute(delete(KeyGrant).where(KeyGrant.consultation_id == consultation.id))
    session.execute(
        delete(PublicKey).where(
            PublicKey.owner_table.in_((KeyOwner.CONSULTATION, KeyOwner.RECOVERY)),
            PublicKey.owner_id == consultation.id,
        )
    )
    meanings.forget(session, consultation)
    consultation.recovery_confirmed = False
    consultation.state = State.CLOSED
    session.flush()


def settle(session: Session, consultation: Consultation) -> None:
    """Wait for who seals just now: what is counted after this is all there is under the earlier keys."""
    key_records.change_epoch(session, consultation)


def is_closed(session: Session, consultation: Consultation) -> bool:
    """Whether no survey is open, so that no answer may come any more."""
    return all(survey.state != State.OPEN for survey in consultations.surveys_of(session, consultation))


def require_closed(session: Session, consultation: Consultation) -> None:
    """Raises NotClosedError when a survey is open: answers may still come."""
    if not is_closed(session, consultation):
        raise NotClosedError(f"a survey of {consultation.name} is open: close it first")


def are_destroyed(session: Session, consultation: Consultation) -> bool:
    """Whether the keys are gone, so that nobody of the team can open an answer any more."""
    return key_records.are_destroyed(session, consultation)


def require_keys(session: Session, consultation: Consultation) -> None:
    """Raises KeysDestroyedError."""
    if are_destroyed(session, consultation):
        raise KeysDestroyedError(key_records.DESTROYED)


def require_all(session: Session, consultation: Consultation, keys: ConsultationKeys) -> None:
    """Raises NotAllEpochsError when something may be sealed under a key that is not among these."""
    if not {consultation.epoch, *earlier(session, consultation)} <= set(keys.epochs):
        raise NotAllEpochsError(
            "you do not hold every key of this consultation: ask somebody who does to do this, or to give "
            "you a key again"
        )


def _take(session: Session, consultation: Consultation, account: Account) -> None:
    session.execute(
        delete(KeyGrant).where(KeyGrant.consultation_id == consultation.id, KeyGrant.grantee_id == account.id)
    )
    account.generation += 1
