"""What the benchmark of a large panel rests on: statements, members, and rounds that open."""

from __future__ import annotations

import random
from datetime import date

from benchmarks.installation import ANALYST, TODAY, Installation
from consult.models.base import new_id
from consult.models.panel import MemberState, PanelMember, PanelRound
from consult.panel.service import entering, people, protocol, rounds
from consult.panel.service.people import Contact
from consult.panel.service.sheets import Seat
from consult.records import standards
from consult.records.practitioners import GROUPS
from consult.records.standards import StandardText
from consult.vault import panel as secrets

_A_STANDARD = 10


def open_next(home: Installation, chosen: list[str]) -> PanelRound:
    """The next round about these statements, committed."""
    row = rounds.open_next(
        home.session,
        home.vault,
        home.consultation,
        chosen,
        closes=None,
        vote=False,
        actor=ANALYST,
        today=TODAY,
    )
    home.session.commit()
    return row


def open_again(home: Installation, chosen: list[str]) -> None:
    """A fourth round, so that a page of a statement has feedback and a form."""
    kept = protocol.newest(home.session, home.consultation)
    row = rounds.every(home.session, home.consultation)[-1]
    more = PanelRound(
        consultation_id=home.consultation.id,
        number=row.number + 1,
        state="open",
        protocol=row.protocol,
        opened=date(TODAY.year, TODAY.month, TODAY.day),
    )
    home.session.add(more)
    home.session.flush()
    wanted = set(chosen)
    asked = [each for each in kept.protocol.items if each.clause_id in wanted]
    home.session.add_all(rounds.item_of(more, place, each) for place, each in enumerate(asked))
    home.session.commit()


def answers(chance: random.Random) -> dict[str, object]:
    """What one member says of one statement."""
    return {"imp": chance.choice((9, 8, 8, 7, 7, 6, 5, 3)), "ach": chance.randint(3, 8), "is_clear": "yes"}


def write_standards(home: Installation, items: int) -> None:
    """Draft standards with so many statements, committed."""
    for place in range(-(-items // _A_STANDARD)):
        key = f"B{place + 1}"
        text = StandardText(key=key, title=f"Standard {key}", statement=f"What standard {key} asks for.")
        standard = standards.write(home.session, home.consultation, text, today=TODAY)
        for number in range(1, _A_STANDARD):
            standards.write_clause(
                home.session, standard, f"{place + 1}.{number}", f"Clause {number} of {key}.", today=TODAY
            )
    home.session.commit()


def take_seats(home: Installation, members: int) -> tuple[list[Seat], str]:
    """Members who have joined, committed; and the passphrase of the first, who signs in as "member"."""
    session, consultation = home.session, home.consultation
    seats, passphrase = [], ""
    for place in range(members):
        secret = secrets.new_secret()
        row = PanelMember(
            id=new_id(),
            consultation_id=consultation.id,
            panel_group=GROUPS[place % len(GROUPS)],
            state=MemberState.JOINED,
            contact=b"",
        )
        row.contact = people.sealed(home.vault, row.id, Contact(name=f"Member {place}"))
        session.add(row)
        if not place:
            session.flush()
            passphrase = entering.seat_with_passphrase(session, home.vault, row, secret, sign_in="member")
        seats.append(
            Seat(
                session=session,
                vault=home.vault,
                member_id=row.id,
                consultation_id=consultation.id,
                group=row.panel_group,
                secret=secret,
            )
        )
    session.commit()
    return seats, passphrase
