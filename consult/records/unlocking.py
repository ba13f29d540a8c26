"""A consultation as somebody sees it who has unlocked: its keys, for the length of one request."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.records import accounts, consultations
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
