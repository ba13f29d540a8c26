"""The panellist behind a request: who is signed in, by the row alone. Knows no key, no name and no rating."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.panel import MemberState, PanelMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Panellist:
    """Somebody who has joined and signed in. slug: of the one consultation that they are a panellist of."""

    id: bytes
    consultation_id: bytes
    slug: str
    title: str
    group: str
    demonstration: bool


def signed_in(session: Session, member_id: bytes, generation: int) -> Panellist | None:
    """The panellist of a session, or None when they withdrew or the session is of an earlier generation."""
    row = session.execute(
        select(PanelMember, Consultation)
        .join(Consultation, PanelMember.consultation_id == Consultation.id)
        .where(
            PanelMember.id == member_id,
            PanelMember.generation == generation,
            PanelMember.state == MemberState.JOINED,
        )
    ).one_or_none()
    if row is None:
        return None
    member, consultation = row
    return Panellist(
        id=member.id,
        consultation_id=consultation.id,
        slug=consultation.slug,
        title=consultation.title,
        group=member.panel_group,
        demonstration=consultation.demonstration,
    )
