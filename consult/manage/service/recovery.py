"""Recovery shares: made, typed back, and used, each with its line in the log of staff acts.

What is made here leaves by the answer to one request, or on one terminal, and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from consult.manage.service.people import Person, everybody, key_words
from consult.models.account import Role
from consult.records import accounts, audit, consultations, recovery
from consult.records.recovery import (
    SCHEMES,
    MadeShares,
    NoSharesError,
    ShareError,
    Standing,
    TypedSharesError,
)
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey, WrongPassphraseError

__all__ = [
    "SCHEMES",
    "MadeShares",
    "NoSharesError",
    "ShareError",
    "Standing",
    "TypedSharesError",
    "WrongPassphraseError",
]

_INSTALLATION = "installation"


def shares_of(session: Session, consultation: str) -> Standing:
    """How the shares of a consultation stand. Raises UnknownConsultationError."""
    return recovery.standing(session, consultations.named(session, consultation))


def mark_of_shares(session: Session, consultation: str) -> str:
    """What is printed on the shares in use, so that people know which they hold; nothing without shares."""
    return recovery.mark(session, consultations.named(session, consultation).id)


def mark_of_installation(session: Session) -> str:
    """`mark_of_shares` for the installation key in use."""
    return recovery.mark(session, recovery.INSTALLATION)


def everybody_with_words(session: Session) -> tuple[Person, ...]:
    """All people with an active account, with the words of their public keys to compare by voice."""
    return tuple(
        replace(person, key_words=key_words(session, accounts.named(session, person.name).id))
        for person in everybody(session)
        if person.active
    )


def make_shares(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    scheme: tuple[int, int],
    holder: StaffKey,
    *,
    actor: str,
    today: date,
) -> MadeShares:
    """Make the recovery key of a consultation by somebody who can open its answers; earlier shares end.

    Raises NoGrantError, NotAllKeysError, or RecoveryFailedError.
    """
    found = consultations.named(session, consultation)
    keys = accounts.opened_keys(session, vault, found, holder)
    made = recovery.make(session, vault, found, keys, scheme=scheme)
    audit.note(
        session, vault, actor, "make recovery shares", consultation, detail=_scheme(scheme), today=today
    )
    return made


def holder(account_id: bytes, private: bytes) -> StaffKey:
    """The key of somebody who has unlocked."""
    return StaffKey(account_id=account_id, private=private)


def holder_by_passphrase(session: Session, vault: WorkbenchVault, account: str, passphrase: str) -> StaffKey:
    """The key of an account, for a command; what was read is let go before the slow hash.

    Raises UnknownAccountError, also for a disabled account, or WrongPassphraseError.
    """
    found = accounts.named(session, account)
    if not found.active:
        raise accounts.UnknownAccountError(f"the account {account!r} is disabled")
    session.expunge(found)
    session.rollback()
    return accounts.unlock(vault, found, passphrase)


def confirm_share(
    session: Session, vault: WorkbenchVault, consultation: str, typed: str, *, actor: str, today: date
) -> None:
    """Take note that a share can be read from its paper. Raises NoSharesError or TypedSharesError."""
    recovery.confirm(session, vault, consultations.named(session, consultation), typed)
    audit.note(session, vault, actor, "confirm recovery share", consultation, today=today)


def shares_needed(session: Session, vault: WorkbenchVault, consultation: str, typed: str) -> int:
    """How many shares must come together, as one of them says.

    Raises NoSharesError or TypedSharesError.
    """
    return recovery.needed(session, vault, consultations.named(session, consultation).id, typed)


def use_shares(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    typed: Sequence[str],
    name: str,
    *,
    actor: str,
    today: date,
) -> None:
    """Let a person open the answers by the word of people with shares; the person becomes an analyst.

    Raises NoSharesError, TypedSharesError, ShareError, or UnknownAccountError, also for a disabled account.
    """
    found = consultations.named(session, consultation)
    account = accounts.named(session, name)
    recovery.use(session, vault, found, typed, account)
    accounts.join(session, account, found, Role.ANALYST)
    audit.note(session, vault, actor, "use recovery shares", f"{consultation}/{name}", today=today)


def installation_shares(session: Session) -> Standing:
    """How the shares of the installation key stand."""
    return recovery.installation_standing(session)


def make_installation_shares(
    session: Session, vault: WorkbenchVault, scheme: tuple[int, int], *, actor: str, today: date
) -> MadeShares:
    """Make the installation key. It is not used before one of its shares was typed back."""
    made = recovery.make_installation(session, vault, scheme=scheme)
    audit.note(
        session, vault, actor, "make recovery shares", _INSTALLATION, detail=_scheme(scheme), today=today
    )
    return made


def confirm_installation_share(
    session: Session, vault: WorkbenchVault, typed: str, *, actor: str, today: date
) -> None:
    """Take the installation key into use. Raises NoSharesError or TypedSharesError."""
    recovery.confirm_installation(session, vault, typed)
    # The first key of a chain is sealed to the recovery key of its time: a new key begins a new chain.
    audit.begin_chain(session, vault, today)
    audit.note(session, vault, actor, "confirm recovery share", _INSTALLATION, today=today)


def _scheme(scheme: tuple[int, int]) -> str:
    threshold, people = scheme
    return f"{threshold} of {people}"
