"""Members of the team: who is signed in, and which roles they have where. Nothing here knows a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from consult.models.account import Account, Membership
from consult.models.consultation import Consultation


class Who(TypedDict):
    """Who acts, and on which day: for the log of staff acts."""

    actor: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The person behind a request of the team."""

    id: bytes
    name: str
    display_name: str
    administrator: bool
    memberships: Mapping[str, frozenset[str]]
    # Consultations whose answers are invented: every page says so.
    demonstrations: frozenset[str]

    def roles(self, consultation: str) -> frozenset[str]:
        """Roles in the consultation of that name; none where there is no membership."""
        return self.memberships.get(consultation, frozenset())


_MEMBERSHIPS = (
    select(Consultation.name, Membership.role, Consultation.demonstration)
    .join(Membership, Membership.consultation_id == Consultation.id)
    .where(Membership.account_id == bindparam("account_id"))
)


def signed_in(session: Session, account_id: bytes, generation: int) -> SignedIn | None:
    """The account with its memberships, or None when it is gone, disabled or of another generation."""
    account = session.get(Account, account_id)
    if account is None or not account.active or account.generation != generation:
        return None
    rows = session.execute(_MEMBERSHIPS, {"account_id": account_id})
    memberships: dict[str, set[str]] = {}
    demonstrations = set()
    for name, role, demonstration in rows:
        memberships.setdefault(name, set()).add(role)
        if demonstration:
            demonstrations.add(name)
    return SignedIn(
        id=account.id,
        name=account.name,
        display_name=account.display_name,
        administrator=account.administrator,
        memberships={name: frozenset(roles) for name, roles in memberships.items()},
        demonstrations=frozenset(demonstrations),
    )


def names(session: Session, account_ids: set[bytes]) -> dict[bytes, str]:
    """Display names of accounts, for "who linked this"."""
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(account_ids)))
    return {row.id: row.display_name for row in rows}
