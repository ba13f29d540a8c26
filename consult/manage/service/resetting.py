"""A lost passphrase: the account begins anew with an empty key, and opens nothing until somebody gives one.

Nobody can restore a passphrase or what it opened, administrators neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.account import Account
from consult.models.consultation import Consultation
from consult.models.key import KeyGrant
from consult.records import accounts, audit, epochs, recovery
from consult.records.recovery import Standing
from consult.records.unlocking import lock
from consult.vault.opening import WorkbenchVault


class OnlyWayInError(RefusedError):
    """The grants of this account are the only way to some answers: whether they may go must be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """A consultation whose answers the account can open. `only_way`: nobody else can, nor shares."""

    name: str
    title: str
    only_way: bool


def held_keys(session: Session, name: str) -> tuple[HeldKey, ...]:
    """What an account can open now, by title. Raises UnknownAccountError."""
    account = accounts.named(session, name)
    found = session.scalars(
        select(Consultation)
        .join(KeyGrant, KeyGrant.consultation_id == Consultation.id)
        .where(KeyGrant.grantee_id == account.id, KeyGrant.epoch == Consultation.epoch)
        .order_by(Consultation.title)
    )
    return tuple(
        HeldKey(name=each.name, title=each.title, only_way=_is_only_way(session, each, account))
        for each in found
    )


def reset(
    session: Session,
    vault: WorkbenchVault,
    name: str,
    passphrase: str,
    *,
    actor: str,
    today: date,
    even_only_way: bool = False,
) -> None:
    """Give an account a new passphrase and an empty key pair; its grants are destroyed, its sessions end.

    Roles stay, and so does a second factor. Call it before anything is written: what was read is let go
    before the slow hash. Raises UnknownAccountError, OnlyWayInError, WeakPassphraseError, or TooManyError of
    the vault.
    """
    _require_another_way(session, name, even_only_way=even_only_way)
    account = accounts.named(session, name)
    account_id = account.id
    session.rollback()
    made = vault.new_account_key(passphrase, account_id)
    held = _require_another_way(session, name, even_only_way=even_only_way)
    accounts.begin_anew(session, vault, accounts.named(session, name), made)
    lock(account_id)
    detail = f"keys destroyed: {', '.join(each.name for each in held)}" if held else ""
    audit.note(session, vault, actor, "reset account", f"people/{name}", detail=detail, today=today)


def _require_another_way(session: Session, name: str, *, even_only_way: bool) -> tuple[HeldKey, ...]:
    held = held_keys(session, name)
    alone = [each.name for each in held if each.only_way]
    if alone and not even_only_way:
        raise OnlyWayInError(
            f"nobody else can open the answers of {', '.join(alone)}, and no recovery shares can: if the old "
            "passphrase may still be found, do not reset the account"
        )
    return held


def _is_only_way(session: Session, consultation: Consultation, account: Account) -> bool:
    others = [each for each in epochs.holders(session, consultation) if each.active and each.id != account.id]
    return not others and recovery.standing(session, consultation) is not Standing.READY
