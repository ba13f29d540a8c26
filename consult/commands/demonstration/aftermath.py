"""What comes after taking part, invented: two entries of the public page, and a form that is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from consult.afterwards import service
from consult.afterwards.service import ChangeText
from consult.models.account import Account
from consult.records import accounts, unlocking
from consult.vault.opening import WorkbenchVault

_ENTRIES = (
    ChangeText(
        theme="abrupt_ending",
        heading="A set end date",
        heard="Being told on one day that it was over came as a shock. Men wanted to know the end from the "
        "start, and to be able to come back.",
        changed="The draft now asks services to say on the first day how long they can help, and to agree on "
        "the last day together.",
    ),
    ChangeText(
        theme="waiting",
        heading="Waiting without a word",
        heard="Waiting was hard. Waiting without hearing anything was harder.",
        changed="The draft asks for a short message each month while somebody waits. How long a wait may be "
        "is not in it: the services could not agree on that, and we say so.",
    ),
)


def build(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    people: tuple[Account, Account],
    passphrases: Mapping[str, str],
    *,
    today: date,
) -> None:
    """Two entries, written by the first person and put on the page by the second; and people are asked."""
    writer, other = (
        unlocking.unlocked(
            session,
            vault,
            consultation,
            account_id=person.id,
            private=accounts.unlock(vault, person, passphrases[person.name]).private,
        )
        for person in people
    )
    for entry in _ENTRIES:
        written = service.publishing.write(writer, entry, today=today)
        service.publishing.publish(other, written, number=1, actor=people[1].name, today=today)
    until = today + timedelta(days=300)
    service.hearing.ask(session, vault, consultation, on=True, until=until, actor=people[0].name, today=today)
