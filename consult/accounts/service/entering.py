"""Signing in, unlocking and changing a passphrase: what happens, without a word about HTTP.

The slow hash runs for a good part of a second. A transaction that will write holds SQLite's one lock from its
beginning, so each function here lets go of what it has read before the slow hash and begins anew after it:
call them before anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.models.account import Account
from consult.records import accounts, audit, second_factor, unlocking
from consult.records.people import SignedIn
from consult.records.second_factor import Rule
from consult.vault import passphrases
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import WeakPassphraseError, WrongPassphraseError

__all__ = [
    "Entrance",
    "WeakPassphraseError",
    "WrongPassphraseError",
    "as_name",
    "change_passphrase",
    "end_other_sessions",
    "enter",
    "lock",
    "new_passphrase",
    "unlock",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Who may come in; the generation ends the session when the account moves on.

    `complete`: the passphrase was enough. Else a code comes next, or setting up the app that makes codes.
    """

    account_id: bytes
    generation: int
    complete: bool


def as_name(typed: str) -> str:
    """The name of an account as it is kept, from how somebody wrote it."""
    return typed.strip().lower()


def new_passphrase() -> str:
    """Six words made by chance, 66 bits; kept nowhere."""
    return passphrases.generate()


def enter(session: Session, vault: WorkbenchVault, name: str, passphrase: str, *, rule: str) -> Entrance:
    """Check name and passphrase by one run of the slow hash, whoever it is.

    Raises WrongPassphraseError, alike and at the same cost for a wrong passphrase, an unknown name and a
    disabled account; TooManyError of the vault when too many want in at once.
    """
    # Somebody else's row where nobody has this name: to read none takes less time than to read one.
    account = _read(session, select(Account).order_by((Account.name == name).desc()).limit(1))
    if account is None or account.name != name:
        _require_readable(passphrase)
        vault.refuse_unknown(passphrase, name)
        raise WrongPassphraseError("the name or the passphrase is not right")
    private = _open(vault, account, passphrase)
    if not account.active:
        raise WrongPassphraseError("the name or the passphrase is not right")
    accounts.move_on(session, vault, account, passphrase, private)
    more = second_factor.there(session, account.id) or second_factor.required(session, account.id, Rule(rule))
    return Entrance(account_id=account.id, generation=account.generation, complete=not more)


def unlock(
    session: Session, vault: WorkbenchVault, person: SignedIn, passphrase: str, *, today: date
) -> bytes:
    """The person's private key. Raises WrongPassphraseError, or TooManyError of the vault."""
    account = _read(session, select(Account).where(Account.id == person.id))
    private = _open(vault, account, passphrase)
    audit.note(session, vault, person.name, "unlock", f"people/{person.name}", today=today)
    return private


def lock(person: SignedIn) -> None:
    """Forget what was opened for this person: nothing of it stays in the memory of this process."""
    unlocking.lock(person.id)


def change_passphrase(
    session: Session, vault: WorkbenchVault, person: SignedIn, passphrase: str, new: str, *, today: date
) -> int:
    """Wrap the person's key under a new passphrase; returns the new generation, which ends older sessions.

    The key pair stays, and so do all grants. Raises WrongPassphraseError, WeakPassphraseError, or
    TooManyError.
    """
    # Before the first slow run: who must think again should not wait for two.
    passphrases.require_strong(new)
    passphrases.normalise(new)
    account = _read(session, select(Account).where(Account.id == person.id))
    private = _open(vault, account, passphrase)
    made = vault.new_account_key(new, person.id, private)
    row = session.get_one(Account, person.id)
    accounts.keep(row, made)
    row.generation += 1
    audit.note(session, vault, person.name, "change passphrase", f"people/{person.name}", today=today)
    session.flush()
    return row.generation


def end_other_sessions(session: Session, vault: WorkbenchVault, person: SignedIn, *, today: date) -> int:
    """Raise the generation; returns it for the one session that goes on."""
    row = session.get_one(Account, person.id)
    row.generation += 1
    audit.note(session, vault, person.name, "end other sessions", f"people/{person.name}", today=today)
    session.flush()
    return row.generation


def _read(session: Session, question: Select[Any]) -> Account | None:
    """An account cut loose from the session, and the transaction let go before the slow hash."""
    account = session.scalars(question).first()
    if account is not None:
        session.expunge(account)
    session.rollback()
    return account


def _open(vault: WorkbenchVault, account: Account | None, passphrase: str) -> bytes:
    _require_readable(passphrase)
    if account is None:
        raise WrongPassphraseError("this account is gone")
    return accounts.unlock(vault, account, passphrase).private


def _require_readable(passphrase: str) -> None:
    """Longer than any passphrase can be: nobody's, said before the slow hash, whatever the name."""
    try:
        passphrases.normalise(passphrase)
    except WeakPassphraseError as error:
        raise WrongPassphraseError("the name or the passphrase is not right") from error
