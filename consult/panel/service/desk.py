"""Where a request begins: the consultation by name, a panellist's seat, the marks in somebody's words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy.orm import Session

from analysis import lists, redaction
from analysis.text import normalise
from consult.models.consultation import Consultation
from consult.panel.service.sheets import Seat
from consult.records import consultations
from consult.records.panel_members import Panellist
from consult.vault.opening import WorkbenchVault
from consult.vault.panel import Secret
from consult.vault.passphrases import StaffKey


def consultation(session: Session, name: str) -> Consultation:
    """The consultation of that name. Raises UnknownConsultationError."""
    return consultations.named(session, name)


def seat(session: Session, vault: WorkbenchVault, panellist: Panellist, secret: bytes) -> Seat:
    """The seat of a panellist who is signed in."""
    return Seat(
        session=session,
        vault=vault,
        member_id=panellist.id,
        consultation_id=panellist.consultation_id,
        group=panellist.group,
        secret=Secret(raw=secret),
    )


def holder(account_id: bytes, private: bytes) -> StaffKey:
    """A person of the team who has unlocked."""
    return StaffKey(account_id=account_id, private=private)


def marked(words: str) -> tuple[str, Sequence[tuple[str, str]]]:
    """The words as marks count them, and each stretch that could tell who somebody is, with its kind."""
    text = normalise(words)
    return text, [(text[mark.start : mark.end], str(mark.kind)) for mark in redaction.marks(text, _lists())]


@lru_cache(maxsize=1)
def _lists() -> lists.Lists:
    return lists.load()
