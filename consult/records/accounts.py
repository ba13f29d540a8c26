"""Accounts: made with a passphrase that nothing keeps, unlocked by it, and given grants by who holds a
key."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.faults import ConflictError, MissingError, RefusedError
from consult.models.account import Account, Membership, Role
from consult.models.base import new_id
from consult.models.consultation import Consultation
from consult.models.key import KeyGrant, KeyOwner
from consult.records import keys as key_records
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import AccountKey, StaffKey


class NameTakenError(ConflictError):
    """An account of this name exists."""


class UnknownAccountError(MissingError):
    """No account has this name."""


class NoGrantError(RefusedError):
    """This person holds no grant for the consultation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Who is added."""

    name: str
    display_name: str
    administrator: bool = False


def add(session: Session, vault: WorkbenchVault, person: NewAccount, passphrase: str) -> Account:
    """Make an account with its own key pair. Raises NameTakenError, or WeakPassphraseError of the vault."""
    account_id = new_id()
    # The slow hash comes before the first question to the database: a transaction that writes holds the lock.
    made = vault.new_account_key(passphrase, account_id)
    if session.scalar(select(Account.id).where(Account.name == person.name)) is not None:
        raise NameTakenError(f"there is an account named {person.name!r} already")
    account = Account(
        id=account_id,
        name=person.name,
        display_name=person.display_name,
        administrator=person.administrator,
    )
    keep(account, made)
    session.add(account)
    key_records.keep(session, vault, KeyOwner.ACCOUNT, account_id, 0, made.public)
    return account


def keep(account: Account, made: AccountKey) -> None:
    """Write into the row what belongs to its passphrase."""
    account.pepper = made.pepper
    account.salt = made.salt
    account.memory_kib = made.memory_kib
    account.passes = made.passes
    account.verifier = made.verifier
    account.private_key = made.wrapped_private


def begin_anew(session: Session, vault: WorkbenchVault, account: Account, made: AccountKey) -> None:
    """A new passphrase and an empty key pair for somebody who lost theirs: grants go, and sessions end."""
    keep(account, made)
    account.generation += 1
    key_records.keep(session, vault, KeyOwner.ACCOUNT, account.id, 0, made.public)
    session.execute(delete(KeyGrant).where(KeyGrant.grantee_id == account.id))
    session.flush()


def move_on(
    session: Session, vault: WorkbenchVault, account: Account, passphrase: str, private: bytes
) -> None:
    """At a sign-in: wrap the key with the server's present secret, where an older one was used.

    Like every slow hash before anything is written. A passphrase changed meanwhile stays as it was changed.
    """
    if account.pepper == vault.pepper:
        return
    made = vault.wrapped_anew(passphrase, account.id, private)
    row = session.get(Account, account.id, populate_existing=True)
    if row is not None and row.verifier == account.verifier:
        keep(row, made)
        session.flush()


def named(session: Session, name: str) -> Account:
    """The account of that name. Raises UnknownAccountError."""
    found = session.scalar(select(Account).where(Account.name == name))
    if found is None:
        raise UnknownAccountError(f"there is no account named {name!r}")
    return found


def unlock(vault: WorkbenchVault, account: Account, passphrase: str) -> StaffKey:
    """The person's private key. Raises WrongPassphraseError of the vault."""
    return vault.unlock(
        passphrase,
        account_id=account.id,
        pepper=account.pepper,
        salt=account.salt,
        memory_kib=account.memory_kib,
        passes=account.passes,
        verifier=account.verifier,
        wrapped_private=account.private_key,
    )


def join(session: Session, account: Account, consultation: Consultation, role: Role) -> None:
    """Give a role in a consultation; giving it twice changes nothing."""
    if session.get(Membership, (account.id, consultation.id, role)) is None:
        session.add(Membership(account_id=account.id, consultation_id=consultation.id, role=role))
        session.flush()


def make_consultation_keys(
    session: Session, vault: WorkbenchVault, consultation: Consultation, grantees: list[Account]
) -> None:
    """Make the first key pair of a consultation and grant it to these people; nobody else ever held it."""
    epoch = consultation.epoch
    made = vault.new_consultation_keys(epoch)
    key_records.keep(session, vault, KeyOwner.CONSULTATION, consultation.id, epoch, made.public)
    for account in grantees:
        give(session, vault, consultation, made.keys, account)


def grant(
    session: Session, vault: WorkbenchVault, consultation: Consultation, holder: StaffKey, account: Account
) -> None:
    """Let another person open the answers: only who holds a grant can give one. Raises NoGrantError."""
    give(session, vault, consultation, opened_keys(session, vault, consultation, holder), account)


def give(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    account: Account,
) -> None:
    """Seal keys that somebody holds to another person. Raises EnvelopeError for a key that is not ours."""
    stored = key_records.public_key(session, KeyOwner.ACCOUNT, account.id, 0)
    for epoch, blob in vault.grant(keys, consultation.id, account.id, stored.pub, stored.mac).items():
        session.merge(
            KeyGrant(consultation_id=consultation.id, epoch=epoch, grantee_id=account.id, blob=blob)
        )
    session.flush()


def opened_keys(
    session: Session, vault: WorkbenchVault, consultation: Consultation, holder: StaffKey
) -> ConsultationKeys:
    """The consultation's keys for a person who has unlocked. Raises NoGrantError or KeysDestroyedError."""
    blobs = key_records.grants_to(session, consultation, holder.account_id)
    if not blobs:
        if key_records.are_destroyed(session, consultation):
            raise key_records.KeysDestroyedError(key_records.DESTROYED)
        raise NoGrantError("you hold no key to the answers of this consultation")
    return vault.open_grants(holder, consultation.id, blobs)
