"""People of the team: accounts, roles in a consultation, and who can open its answers.

Managing people opens nothing: a grant is written by somebody who holds one and has unlocked.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.account import Account, Membership, Role
from consult.models.consultation import Consultation
from consult.models.key import KeyGrant, KeyOwner
from consult.records import accounts, audit, consultations, second_factor
from consult.records import keys as key_records
from consult.records.accounts import NameTakenError, NewAccount
from consult.vault import passphrases
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey, WeakPassphraseError

__all__ = ["NameTakenError", "NewAccount", "WeakPassphraseError"]

ACCOUNT_NAME = r"[a-z][a-z0-9._-]{1,39}"
ROLES = tuple(str(role) for role in Role)
_LONGEST_DISPLAY_NAME = 100


class BadNameError(RefusedError):
    """An account cannot have this name; the text says how names look."""


class OwnSecondFactorError(RefusedError):
    """Nobody resets their own second factor: who found a session open could."""


class LastAdministratorError(RefusedError):
    """Without this account nobody could manage people any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account as the lists show it; roles and key are those of one consultation, where there is one."""

    name: str
    display_name: str
    administrator: bool
    active: bool
    roles: tuple[str, ...] = ()
    holds_key: bool = False
    second_factor: bool = False
    # Eight words of the public key, to compare by voice before a grant is given.
    key_words: str = ""


def generate_passphrase() -> str:
    """Six words made by chance, kept nowhere."""
    return passphrases.generate()


def everybody(session: Session) -> tuple[Person, ...]:
    """All accounts by name, disabled ones too."""
    with_one = second_factor.everybody_with_one(session)
    return tuple(
        replace(_person(account), second_factor=account.id in with_one)
        for account in session.scalars(select(Account).order_by(Account.name))
    )


def account_named(session: Session, name: str) -> Person:
    """One account as the list shows it. Raises UnknownAccountError."""
    return _person(accounts.named(session, name))


def members(session: Session, consultation: Consultation) -> tuple[Person, ...]:
    """People with a role in a consultation or a key to its answers, by name."""
    roles = _roles(session, consultation)
    holders = _holders(session, consultation)
    found = session.scalars(select(Account).where(Account.id.in_({*roles, *holders})).order_by(Account.name))
    return tuple(
        _person(account, roles=roles.get(account.id, ()), holds_key=account.id in holders)
        for account in found
    )


def person(session: Session, consultation: str, name: str) -> Person:
    """One account with its roles in a consultation.

    Raises UnknownAccountError or UnknownConsultationError.
    """
    found = consultations.named(session, consultation)
    account = accounts.named(session, name)
    return _person(
        account,
        roles=_roles(session, found).get(account.id, ()),
        holds_key=account.id in _holders(session, found),
    )


def key_words(session: Session, account_id: bytes) -> str:
    """The eight words of a person's public key, to compare by voice before a grant is given."""
    return key_records.spoken(key_records.public_key(session, KeyOwner.ACCOUNT, account_id, 0).pub)


def without_grant(session: Session, consultation: str) -> tuple[Person, ...]:
    """Active people who cannot open the answers yet, with the words of their public keys."""
    found = consultations.named(session, consultation)
    holders = _holders(session, found)
    roles = _roles(session, found)
    return tuple(
        _person(account, roles=roles.get(account.id, ()), key_words=key_words(session, account.id))
        for account in session.scalars(select(Account).where(Account.active).order_by(Account.name))
        if account.id not in holders
    )


def add_person(
    session: Session, vault: WorkbenchVault, wanted: NewAccount, passphrase: str, *, actor: str, today: date
) -> None:
    """Make an account with a key pair of its own.

    Call it before anything is written: what was read is let go before the slow hash. Raises BadNameError,
    NameTakenError, WeakPassphraseError, or TooManyError of the vault.
    """
    if not re.fullmatch(ACCOUNT_NAME, wanted.name):
        raise BadNameError(
            "the name of an account has 2 to 40 small letters, digits, dots, hyphens and underscores, and "
            "begins with a letter, such as a.example"
        )
    if not 1 <= len(wanted.display_name) <= _LONGEST_DISPLAY_NAME:
        raise BadNameError(f"the name that others see has 1 to {_LONGEST_DISPLAY_NAME} characters")
    session.rollback()
    accounts.add(session, vault, wanted, passphrase)
    detail = "administrator" if wanted.administrator else ""
    audit.note(session, vault, actor, "add account", f"people/{wanted.name}", detail=detail, today=today)


def disable(session: Session, vault: WorkbenchVault, name: str, *, actor: str, today: date) -> None:
    """End all sessions of an account and let nobody sign in with it. What it did stays.

    Raises UnknownAccountError or LastAdministratorError.
    """
    account = accounts.named(session, name)
    others = session.scalar(
        select(func.count())
        .select_from(Account)
        .where(Account.administrator, Account.active, Account.id != account.id)
    )
    if account.administrator and not others:
        raise LastAdministratorError(
            f"{name} is the last administrator: make another one first, or nobody can add people any more"
        )
    account.active = False
    account.generation += 1
    audit.note(session, vault, actor, "disable account", f"people/{name}", today=today)
    session.flush()


def activate(session: Session, vault: WorkbenchVault, name: str, *, actor: str, today: date) -> None:
    """Let a disabled account sign in again. Raises UnknownAccountError."""
    accounts.named(session, name).active = True
    audit.note(session, vault, actor, "enable account", f"people/{name}", today=today)
    session.flush()


def reset_second_factor(
    session: Session, vault: WorkbenchVault, name: str, *, actor: str, today: date
) -> None:
    """Take away a second factor whose device and spare codes are lost; the next sign-in sets up a new one.

    Ends the person's sessions and opens nothing: the passphrase is asked as before. Raises
    OwnSecondFactorError or UnknownAccountError.
    """
    account = accounts.named(session, name)
    if name == actor:
        raise OwnSecondFactorError("another administrator resets yours: nobody resets their own")
    second_factor.reset(session, account)
    audit.note(session, vault, actor, "reset second factor", f"people/{name}", today=today)


def set_roles(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    name: str,
    roles: Collection[str],
    *,
    actor: str,
    today: date,
) -> None:
    """Give a person these roles in a consultation and no others. A key to the answers stays where it is.

    Raises UnknownAccountError or UnknownConsultationError; ValueError for a role that does not exist.
    """
    found = consultations.named(session, consultation)
    account = accounts.named(session, name)
    wanted = {Role(role) for role in roles}
    now = {Role(role) for role in _roles(session, found).get(account.id, ())}
    if wanted == now:
        return
    session.execute(
        delete(Membership).where(
            Membership.account_id == account.id,
            Membership.consultation_id == found.id,
            Membership.role.in_(now - wanted),
        )
    )
    for role in sorted(wanted - now):
        accounts.join(session, account, found, role)
    detail = ", ".join(sorted(wanted)) or "none"
    audit.note(session, vault, actor, "roles", f"{consultation}/{name}", detail=detail, today=today)


def give_role(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    name: str,
    role: str,
    *,
    actor: str,
    today: date,
) -> None:
    """Add one role to those a person has. Raises as `set_roles`."""
    roles = {*person(session, consultation, name).roles, role}
    set_roles(session, vault, consultation, name, roles, actor=actor, today=today)


def give_grant(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    name: str,
    *,
    account_id: bytes,
    private: bytes,
    actor: str,
    today: date,
) -> None:
    """Let another person open the answers, by the key of somebody who can; they become an analyst.

    Raises NoGrantError when the giver holds none, UnknownAccountError for an absent or disabled account, and
    EnvelopeError when the stored public key is not the one that the service made.
    """
    found = consultations.named(session, consultation)
    account = accounts.named(session, name)
    if not account.active:
        raise accounts.UnknownAccountError(f"the account {name!r} is disabled")
    holder = StaffKey(account_id=account_id, private=private)
    accounts.grant(session, vault, found, holder, account)
    accounts.join(session, account, found, Role.ANALYST)
    audit.note(session, vault, actor, "grant", f"{consultation}/{name}", today=today)


def _person(
    account: Account, *, roles: tuple[str, ...] = (), holds_key: bool = False, key_words: str = ""
) -> Person:
    return Person(
        name=account.name,
        display_name=account.display_name,
        administrator=account.administrator,
        active=account.active,
        roles=roles,
        holds_key=holds_key,
        key_words=key_words,
    )


def _roles(session: Session, consultation: Consultation) -> dict[bytes, tuple[str, ...]]:
    found: dict[bytes, tuple[str, ...]] = {}
    rows = session.execute(
        select(Membership.account_id, Membership.role)
        .where(Membership.consultation_id == consultation.id)
        .order_by(Membership.role)
    )
    for account_id, role in rows:
        found[account_id] = (*found.get(account_id, ()), role)
    return found


def _holders(session: Session, consultation: Consultation) -> frozenset[bytes]:
    held = select(KeyGrant.grantee_id).where(
        KeyGrant.consultation_id == consultation.id, KeyGrant.epoch == consultation.epoch
    )
    return frozenset(session.scalars(held))
