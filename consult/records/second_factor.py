"""Second factors as the database keeps them: who has one, who must, and whether a typed code is good."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from consult.models.account import Account
from consult.models.key import KeyGrant
from consult.models.second_factor import SecondFactor, SpareCode
from consult.vault import totp
from consult.vault.opening import WorkbenchVault

COLUMN = "second_factor.secret"
"""What a sealed secret is bound to, beside the account."""


class Rule(StrEnum):
    """Who must have a second factor (`CONSULT_REQUIRE_MFA`)."""

    KEY_HOLDERS = "key-holders"
    ALL = "all"
    NONE = "none"


class Kind(StrEnum):
    """What a good code was."""

    APP = "app"
    SPARE = "spare"


def there(session: Session, account_id: bytes) -> bool:
    """Whether the account has a second factor."""
    found = select(SecondFactor.account_id).where(SecondFactor.account_id == account_id)
    return session.scalar(found) is not None


def everybody_with_one(session: Session) -> frozenset[bytes]:
    """Accounts that have a second factor."""
    return frozenset(session.scalars(select(SecondFactor.account_id)))


def required(session: Session, account_id: bytes, rule: Rule) -> bool:
    """Whether the account must have one: key holders and administrators, all, or nobody."""
    if rule is not Rule.KEY_HOLDERS:
        return rule is Rule.ALL
    if session.scalar(select(Account.administrator).where(Account.id == account_id)):
        return True
    held = select(KeyGrant.epoch).where(KeyGrant.grantee_id == account_id).limit(1)
    return session.scalar(held) is not None


def keep(session: Session, vault: WorkbenchVault, account_id: bytes, secret: bytes, step: int) -> None:
    """Keep a secret in the place of an earlier one; `step` is that of the code that confirmed it."""
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    session.add(
        SecondFactor(
            account_id=account_id, secret=vault.seal_secret(COLUMN, account_id, secret), last_step=step
        )
    )
    session.flush()


def accept(
    session: Session, vault: WorkbenchVault, account_id: bytes, typed: str, moment: float
) -> Kind | None:
    """Use up a code of the app or a spare code; None when it is neither, or was used before."""
    plain = "".join(typed.split())
    if plain.isascii() and plain.isdigit() and len(plain) == totp.DIGITS:
        return Kind.APP if _accept_step(session, vault, account_id, plain, moment) else None
    used = session.execute(
        delete(SpareCode).where(
            SpareCode.account_id == account_id, SpareCode.code_hash == totp.spare_hash(account_id, plain)
        )
    )
    return Kind.SPARE if used.rowcount == 1 else None  # type: ignore[attr-defined]


def new_spare_codes(session: Session, account_id: bytes) -> tuple[str, ...]:
    """Ten new codes; earlier ones work no more. Only their hashes are kept."""
    session.execute(delete(SpareCode).where(SpareCode.account_id == account_id))
    codes = totp.new_spare_codes()
    session.execute(
        insert(SpareCode),
        [{"account_id": account_id, "code_hash": totp.spare_hash(account_id, code)} for code in codes],
    )
    return codes


def spare_codes_left(session: Session, account_id: bytes) -> int:
    """How many spare codes were not used yet."""
    return (
        session.scalar(select(func.count()).select_from(SpareCode).where(SpareCode.account_id == account_id))
        or 0
    )


def reset(session: Session, account: Account) -> None:
    """Take the second factor and its spare codes away, and end all sessions of the account. Opens nothing."""
    for table in (SecondFactor, SpareCode):
        session.execute(delete(table).where(table.account_id == account.id))
    account.generation += 1
    session.flush()


def _accept_step(
    session: Session, vault: WorkbenchVault, account_id: bytes, typed: str, moment: float
) -> bool:
    row = session.get(SecondFactor, account_id)
    if row is None:
        return False
    step = totp.matching_step(vault.open_secret(COLUMN, account_id, row.secret), typed, moment)
    if step is None:
        return False
    # In one statement: of two people who type the same code at once, one comes in.
    moved = session.execute(
        update(SecondFactor)
        .where(SecondFactor.account_id == account_id, SecondFactor.last_step < step)
        .values(last_step=step)
    )
    return bool(moved.rowcount == 1)  # type: ignore[attr-defined]
