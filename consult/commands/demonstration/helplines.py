"""Puts the invented directory of people to talk to in place, each entry with its check."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from consult.commands.demonstration import documents
from consult.records import directory
from consult.records.support import Channel

_CHECKER = "Standards lead"


def build(session: Session, *, today: date) -> None:
    """Add the entries and their checks, without a commit."""
    for entry in documents.support_services():
        made = directory.add(
            session,
            directory.Wanted(
                name=entry.name,
                what=entry.what,
                nations=entry.nations,
                serves=entry.serves,
                kinds=entry.kinds,
                channels=tuple(Channel(kind=each.kind, value=each.value) for each in entry.channels),
                hours=entry.hours,
                cost=entry.cost,
                languages=", ".join(entry.languages),
                least_age=entry.least_age,
                choice_of_worker=entry.choice_of_worker,
                source_url=entry.source_url,
                example=True,
            ),
        )
        checked = today - timedelta(days=entry.days_ago)
        directory.check(session, made, good=True, by=_CHECKER, on=checked)
