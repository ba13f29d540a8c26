"""A panel of one, for walks over every page: round 1 closed with a comment, round 2 open."""

from __future__ import annotations

from consult.models.base import new_id
from consult.models.panel import MemberState, PanelMember
from consult.panel.service import closing, custody, people, protocol, rounds, sheets
from consult.panel.service.people import Contact
from consult.panel.service.sheets import Seat
from consult.records.unlocking import Unlocked
from consult.vault import panel as secrets
from tests.builders import TODAY


def add_member(unlocked: Unlocked, name: str, group: str = "research") -> Seat:
    """Somebody who has joined, and whose secret the test holds; not committed."""
    session, vault, consultation = unlocked.session, unlocked.vault, unlocked.consultation
    secret = secrets.new_secret()
    row = PanelMember(
        id=new_id(),
        consultation_id=consultation.id,
        panel_group=group,
        state=MemberState.JOINED,
        contact=b"",
    )
    row.contact = people.sealed(vault, row.id, Contact(name=name))
    session.add(row)
    session.flush()
    custody.give(session, vault, consultation, row.id, secret)
    return Seat(
        session=session,
        vault=vault,
        member_id=row.id,
        consultation_id=consultation.id,
        group=group,
        secret=secret,
    )


def begin_panel(unlocked: Unlocked) -> Seat:
    """Committed."""
    session, vault, consultation = unlocked.session, unlocked.vault, unlocked.consultation
    chosen = [each.clause_id for each in protocol.worded(session, consultation)][:1]
    protocol.save(session, consultation, protocol.Protocol(purpose="To find out."), chosen, number=0)
    protocol.lock(session, vault, consultation, actor="sam", today=TODAY)
    seat = add_member(unlocked, "Jo Hill")
    for number in (1, 2):
        row = rounds.open_next(
            session, vault, consultation, chosen, closes=None, vote=False, actor="sam", today=TODAY
        )
        if number == 1:
            sheets.save_items(seat, row, {chosen[0]: {"imp": 8, "comment": "Long overdue."}})
            closing.close(unlocked, 1, actor="sam", today=TODAY)
    session.commit()
    return seat
