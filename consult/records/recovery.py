"""Recovery: the second way in, split on paper between people.

The private recovery key is never stored: it exists while shares are made, and while enough of them are typed.
What is stored is its public half with a mac, and grants sealed to it. Nothing here knows who asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.account import Account
from consult.models.consultation import Consultation
from consult.models.key import KeyGrant, KeyOwner, PublicKey
from consult.records import accounts
from consult.records import keys as key_records
from consult.vault import envelope, grants, recovery, shares
from consult.vault.envelope import EnvelopeError
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey
from consult.vault.shares import GRANTEE, INSTALLATION, SCHEMES, Share, ShareError, TypedSharesError

__all__ = ["GRANTEE", "INSTALLATION", "SCHEMES", "ShareError", "TypedSharesError"]

PRESENT = 0
"""The `epoch` of a recovery key in use."""
_WAITING = 1
"""The `epoch` of an installation key of which no share was typed back yet: nothing is sealed to it."""


class Standing(StrEnum):
    """How far a recovery key is from being the second way in."""

    NONE = "none"
    # Made, but nobody has shown that what is on paper can be read.
    UNREAD = "unread"
    # The shares are good, but do not open the present keys.
    BEHIND = "behind"
    READY = "ready"


class NoSharesError(RefusedError):
    """No shares have been made here."""


class NotAllKeysError(RefusedError):
    """Somebody holds a key of an earlier time that this person does not: their shares would lose it."""


class RecoveryFailedError(RefusedError):
    """The keys were tried in memory and did not open what was sealed to them. Nothing was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeShares:
    """Shares to put on paper now. They are kept nowhere."""

    texts: tuple[str, ...] = field(repr=False)
    threshold: int
    # The same on every share of a set: it says which key they belong to, and nothing else.
    mark: str


def make(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    *,
    scheme: tuple[int, int] = SCHEMES[0],
) -> MadeShares:
    """Make a recovery key with all the keys that this person holds, and its shares.

    Everything is tried while the secret is in memory: every group of shares, an answer sealed to the
    consultation, and the grants opened with the new key. Earlier shares open nothing from now on. Raises
    NotAllKeysError, or RecoveryFailedError.
    """
    _require_all(session, consultation, keys)
    made = recovery.new(consultation.id, scheme)
    stored = _put(session, vault, consultation.id, PRESENT, made.public)
    session.execute(
        delete(KeyGrant).where(KeyGrant.consultation_id == consultation.id, KeyGrant.grantee_id == GRANTEE)
    )
    _write(session, vault, consultation, keys, stored)
    try:
        _try_answers(session, vault, consultation, keys)
        found = _opened(session, vault, consultation, made.private)
    except EnvelopeError as error:
        raise RecoveryFailedError("the keys were tried and do not fit: nothing was kept") from error
    if found != keys:
        raise RecoveryFailedError("the recovery key was tried and opens other keys: nothing was kept")
    consultation.recovery_confirmed = False
    session.flush()
    return _made(made)


def regrant(
    session: Session, vault: WorkbenchVault, consultation: Consultation, keys: ConsultationKeys
) -> None:
    """Seal these keys to the recovery key, if there is one: for who begins a new epoch.

    Raises EnvelopeError when the stored recovery key is not the one that the service made.
    """
    stored = _stored(session, consultation.id)
    if stored is not None:
        _write(session, vault, consultation, keys, stored)
        session.flush()


def confirm(session: Session, vault: WorkbenchVault, consultation: Consultation, typed: str) -> None:
    """Take note that one share was typed back, so what is on paper can be read.

    One share alone cannot be proven further: its check says that it was typed as printed, and its set that it
    belongs to the present recovery key. Raises NoSharesError or TypedSharesError.
    """
    _readable(session, vault, consultation.id, PRESENT, typed)
    consultation.recovery_confirmed = True
    session.flush()


def require_genuine(session: Session, vault: WorkbenchVault, consultation: Consultation) -> None:
    """Raises NoSharesError, or EnvelopeError when the recovery key was put there by way of the database."""
    _genuine(session, vault, consultation.id, PRESENT)


def joined(session: Session, vault: WorkbenchVault, owner_id: bytes, typed: Sequence[str]) -> bytes:
    """The private recovery key (96 bytes) of a consultation or, under zeros, of the installation.

    It is made from typed shares, empty ones passed over, and must not be stored. Raises NoSharesError,
    TypedSharesError, ShareError, or EnvelopeError when the stored public key is not the service's own.
    """
    stored = _genuine(session, vault, owner_id, PRESENT)
    return joined_to(envelope.key_id(stored.pub), owner_id, typed)


def joined_to(key_id: bytes, owner_id: bytes, typed: Sequence[str]) -> bytes:
    """`joined` for a key known by its name alone, such as from a backup where the database is gone."""
    return recovery.joined(typed, owner_id, key_id)


def needed(session: Session, vault: WorkbenchVault, owner_id: bytes, typed: str) -> int:
    """How many shares must come together, as one of them says. Raises NoSharesError or TypedSharesError."""
    return _readable(session, vault, owner_id, PRESENT, typed).threshold


def use(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    typed: Sequence[str],
    account: Account,
) -> None:
    """Let a person open the answers by the word of enough people with shares.

    Raises as `joined`; UnknownAccountError for a disabled account.
    """
    if not account.active:
        raise accounts.UnknownAccountError(f"the account {account.name!r} is disabled")
    private = joined(session, vault, consultation.id, typed)
    keys = _opened(session, vault, consultation, private)
    accounts.give(session, vault, consultation, keys, account)


def make_installation(
    session: Session, vault: WorkbenchVault, *, scheme: tuple[int, int] = SCHEMES[0]
) -> MadeShares:
    """Make the installation's own recovery key. Nothing is sealed to it before `confirm_installation`."""
    made = recovery.new(INSTALLATION, scheme)
    _put(session, vault, INSTALLATION, _WAITING, made.public)
    session.flush()
    return _made(made)


def confirm_installation(session: Session, vault: WorkbenchVault, typed: str) -> None:
    """Take the installation key into use: one of its shares was typed back. It replaces an earlier one.

    Raises NoSharesError or TypedSharesError.
    """
    _readable(session, vault, INSTALLATION, _WAITING, typed)
    waiting = key_records.public_key(session, KeyOwner.RECOVERY, INSTALLATION, _WAITING)
    _put(session, vault, INSTALLATION, PRESENT, waiting.pub)
    session.delete(waiting)
    session.flush()


def mark(session: Session, owner_id: bytes) -> str:
    """What is printed on the shares of the recovery key in use; empty without one."""
    stored = _stored(session, owner_id)
    return _mark(stored.pub) if stored is not None else ""


def standing(session: Session, consultation: Consultation) -> Standing:
    """Whether the shares of a consultation are the second way in as things stand."""
    stored = _stored(session, consultation.id)
    if stored is None:
        return Standing.NONE
    if not consultation.recovery_confirmed:
        return Standing.UNREAD
    blobs = key_records.grants_to(session, consultation, GRANTEE)
    present = blobs.get(consultation.epoch)
    return Standing.READY if present and grants.is_sealed_to(present, stored.pub) else Standing.BEHIND


def installation_standing(session: Session) -> Standing:
    """Whether the installation key can be used; UNREAD also when a new one waits to replace an old one."""
    if _stored(session, INSTALLATION, _WAITING) is not None:
        return Standing.UNREAD
    return Standing.READY if _stored(session, INSTALLATION) is not None else Standing.NONE


def _require_all(session: Session, consultation: Consultation, keys: ConsultationKeys) -> None:
    granted = set(
        session.scalars(select(KeyGrant.epoch).where(KeyGrant.consultation_id == consultation.id).distinct())
    )
    if not granted <= set(keys.epochs):
        raise NotAllKeysError(
            "you do not hold every key of this consultation: ask somebody who does to give you a key again, "
            "or to make the shares"
        )


def _try_answers(
    session: Session, vault: WorkbenchVault, consultation: Consultation, keys: ConsultationKeys
) -> None:
    stored = key_records.public_key(session, KeyOwner.CONSULTATION, consultation.id, consultation.epoch)
    vault.try_out(keys, consultation.id, consultation.epoch, stored.pub, stored.mac)


def _opened(
    session: Session, vault: WorkbenchVault, consultation: Consultation, private: bytes
) -> ConsultationKeys:
    blobs = key_records.grants_to(session, consultation, GRANTEE)
    return vault.open_grants(StaffKey(account_id=GRANTEE, private=private), consultation.id, blobs)


def _write(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    stored: PublicKey,
) -> None:
    for epoch, blob in vault.grant_to_recovery(keys, consultation.id, stored.pub, stored.mac).items():
        session.merge(KeyGrant(consultation_id=consultation.id, epoch=epoch, grantee_id=GRANTEE, blob=blob))
    session.flush()


def _made(made: recovery.NewRecovery) -> MadeShares:
    return MadeShares(texts=made.shares, threshold=made.threshold, mark=_mark(made.public))


def _mark(public: bytes) -> str:
    return envelope.key_id(public)[: shares.SET].hex().upper()


def _stored(session: Session, owner_id: bytes, epoch: int = PRESENT) -> PublicKey | None:
    return session.get(PublicKey, (KeyOwner.RECOVERY, owner_id, epoch))


def _put(session: Session, vault: WorkbenchVault, owner_id: bytes, epoch: int, public: bytes) -> PublicKey:
    mac = vault.public_key_mac(str(KeyOwner.RECOVERY), owner_id, epoch, public)
    return session.merge(
        PublicKey(owner_table=KeyOwner.RECOVERY, owner_id=owner_id, epoch=epoch, pub=public, mac=mac)
    )


def _genuine(session: Session, vault: WorkbenchVault, owner_id: bytes, epoch: int) -> PublicKey:
    stored = _stored(session, owner_id, epoch)
    if stored is None:
        raise NoSharesError("no shares wait here to be typed: make them first")
    vault.genuine(str(KeyOwner.RECOVERY), owner_id, epoch, stored.pub, stored.mac)
    return stored


def _readable(session: Session, vault: WorkbenchVault, owner_id: bytes, epoch: int, typed: str) -> Share:
    stored = _genuine(session, vault, owner_id, epoch)
    found = shares.read_all([typed], envelope.key_id(stored.pub))
    if not found:
        raise TypedSharesError({0: "please type one of the shares"})
    return found[0]
