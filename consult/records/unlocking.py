"""A consultation as somebody sees it who has unlocked: its keys, for the length of one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.consultation import Consultation
from consult.records import accounts, consultations, people
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked:
    """What services of the workbench work with."""

    session: Session
    vault: WorkbenchVault
    consultation: Consultation
    keys: ConsultationKeys
    account_id: bytes


def unlocked(
    session: Session, vault: WorkbenchVault, name: str, *, account_id: bytes, private: bytes
) -> Unlocked:
    """Open a consultation with a person's private key. Raises UnknownConsultationError or NoGrantError."""
    consultation = consultations.named(session, name)
    holder = StaffKey(account_id=account_id, private=private)
    keys = accounts.opened_keys(session, vault, consultation, holder)
    return Unlocked(session=session, vault=vault, consultation=consultation, keys=keys, account_id=account_id)


class NotOnTheTeamError(RefusedError):
    """The account has no role that may do this."""


def by_passphrase(
    session: Session,
    vault: WorkbenchVault,
    name: str,
    account: str,
    passphrase: str,
    *,
    roles: frozenset[str],
) -> Unlocked:
    """Open a consultation for a command, for somebody of the team with one of these roles.

    Raises UnknownAccountError, WrongPassphraseError, NotOnTheTeamError or NoGrantError.
    """
    row = accounts.named(session, account)
    key = accounts.unlock(vault, row, passphrase)
    person = people.signed_in(session, row.id, row.generation)
    if person is None or not person.roles(name) & roles:
        wanted = " nor ".join(sorted(roles))
        raise NotOnTheTeamError(f"{account} is {'neither' if len(roles) > 1 else 'not'} {wanted} of {name!r}")
    return unlocked(session, vault, name, account_id=row.id, private=key.private)


_forgetters: list[Callable[[bytes], None]] = []


def when_locked(forget: Callable[[bytes], None]) -> None:
    """Have `forget(account_id)` called when that person locks or signs out.

    For services that hold opened answers in the memory of the process between two requests.
    """
    _forgetters.append(forget)


def lock(account_id: bytes) -> None:
    """The person locks or signs out: nothing opened for them stays in the memory of this process."""
    for forget in _forgetters:
        forget(account_id)
