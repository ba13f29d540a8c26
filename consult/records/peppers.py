"""Where rows stand with the server's secrets: which name which, and how they follow to a new one.

The key file is written first, then the database: a machine that stops in between is behind the file, which
can be seen and made good. Knows no file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from consult.faults import SealError
from consult.models.account import Account
from consult.models.audit import AuditKey
from consult.models.consultation import Consultation
from consult.models.key import KeyOwner, PublicKey
from consult.models.panel import PanelMember
from consult.models.second_factor import SecondFactor
from consult.models.session import StaffSession
from consult.vault.opening import WorkbenchVault


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """A column that holds a secret of the server (type 10), and what its seal is bound to."""

    column: InstrumentedAttribute[Any]
    bound_to: Callable[[Any], bytes]

    @property
    def name(self) -> str:
        """Table and column, as the seal knows them."""
        return f"{self.column.class_.__tablename__}.{self.column.key}"


SECRETS = (
    SealedColumn(column=AuditKey.blob, bound_to=lambda _: bytes(16)),
    SealedColumn(column=SecondFactor.secret, bound_to=lambda row: bytes(row.account_id)),
    SealedColumn(column=PanelMember.contact, bound_to=lambda row: bytes(row.id)),
)
"""Every column of type 10: a test reads the code for others."""


_LOST = json.dumps({"name": "(name lost with the secret of the server)", "email": ""}).encode()
"""How a panellist is called whose name nothing opens any more; written as the panel writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How many rows name one of the server's secrets."""

    accounts: int = 0
    consultations: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What was made anew under the present secret."""

    public_keys: int
    secrets: int


def naming(session: Session) -> dict[int, Naming]:
    """The rows that name each secret, by its number. A secret in this list must stay in the key file."""
    accounts, consultations = (
        {row[0]: row[1] for row in session.execute(_counted(table))} for table in (Account, Consultation)
    )
    # A panellist moves at the next sign-in, as people of the team do.
    seats = _counted(PanelMember).where(PanelMember.secret.is_not(None))
    members = {row[0]: row[1] for row in session.execute(seats)}
    return {
        number: Naming(
            accounts=accounts.get(number, 0) + members.get(number, 0),
            consultations=consultations.get(number, 0),
        )
        for number in sorted({*accounts, *consultations, *members})
    }


def behind(session: Session, vault: WorkbenchVault) -> bool:
    """Whether a row was made under an earlier secret that should be under the present one."""
    for row in session.scalars(select(PublicKey)):
        if vault.public_key_mac(row.owner_table, row.owner_id, row.epoch, row.pub) != row.mac:
            return True
    return any(_is_behind(session, vault, each) for each in SECRETS)


def follow(session: Session, vault: WorkbenchVault) -> Followed:
    """Make macs of public keys and the server's own secrets anew under the present secret, and end sessions.

    Staff move at their next sign-in; a consultation keeps the secret that its codes were made with. Doing it
    again changes nothing. Raises SealError when a row is under no secret that the key file holds.
    """
    public_keys = 0
    for row in session.scalars(select(PublicKey).with_for_update()):
        mac = vault.remade_mac(row.owner_table, row.owner_id, row.epoch, row.pub, row.mac)
        public_keys += mac != row.mac
        row.mac = mac
    secrets = sum(_reseal(session, vault, each) for each in SECRETS)
    session.execute(delete(StaffSession))
    session.flush()
    return Followed(public_keys=public_keys, secrets=secrets)


def begin_anew(session: Session, vault: WorkbenchVault) -> None:
    """After a restore without the old secret, which is lost for good: go on under the present one.

    Whoever brought the shares of the installation vouches for what they opened, so the keys of consultations
    and of recovery get macs of the present secret. Those of accounts do not: no passphrase opens their other
    half, and nothing may be sealed to them. What only the old secret opened goes: second factors, and the
    names and addresses of panellists. New codes are made with the present secret.
    """
    for row in session.scalars(select(PublicKey).where(PublicKey.owner_table != KeyOwner.ACCOUNT)):
        row.mac = vault.public_key_mac(row.owner_table, row.owner_id, row.epoch, row.pub)
    session.execute(delete(SecondFactor))
    for member in session.scalars(select(PanelMember)):
        member.contact = vault.seal_secret("panel_member.contact", member.id, _LOST)
    for table in (Account, Consultation, PanelMember):
        session.execute(update(table).values(pepper=vault.pepper))
    session.flush()


def _counted(table: type[Account | Consultation | PanelMember]) -> Select[int, int]:
    return select(table.pepper, func.count()).group_by(table.pepper)


def _is_behind(session: Session, vault: WorkbenchVault, sealed: SealedColumn) -> bool:
    for row in _rows(session, sealed):
        try:
            vault.open_secret(sealed.name, sealed.bound_to(row), getattr(row, sealed.column.key))
        except SealError:
            return True
    return False


def _reseal(session: Session, vault: WorkbenchVault, sealed: SealedColumn) -> int:
    count = 0
    for row in _rows(session, sealed, lock=True):
        blob = getattr(row, sealed.column.key)
        made = vault.resealed_secret(sealed.name, sealed.bound_to(row), blob)
        if made != blob:
            setattr(row, sealed.column.key, made)
            count += 1
    return count


def _rows(session: Session, sealed: SealedColumn, *, lock: bool = False) -> list[Any]:
    query = select(sealed.column.class_).where(sealed.column.is_not(None))
    return list(session.scalars(query.with_for_update() if lock else query))
