"""Requests that read for a while and end in a write, such as an export that notes itself in the log."""

from __future__ import annotations

from consult.models.base import writing
from consult.web.extensions import db


def will_write() -> None:
    """Say that this request goes on to write.

    What was read is let go, so that the next statement takes the database's lock from its start: a lock asked
    for half-way fails when somebody else wrote meanwhile.
    """
    db.session.rollback()
    writing.set(True)


def will_read() -> None:
    """Say that this request reads for a while before it writes: nobody who answers has to wait for it.

    Call `will_write` before the first change.
    """
    db.session.rollback()
    writing.set(False)
