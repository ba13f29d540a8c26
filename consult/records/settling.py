"""Slots of released answers that were opened for the first time, and are to open faster from then on.

Who opens a list gathers, for each answer whose slot is as it arrived, a slot under the key of its batch. They
are written afterwards, some at a time and apart from the request that read: nobody waits for it, and who
answers gets in between. A slot that is another one by then stays, and what was not written is gathered by the
next opening. Sealed bytes only: nothing here knows a key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, bindparam, update

from consult.models.response import Response
from consult.records.together import Write

LEAST = 20
"""Fewer are left for the next opening: they gain less than a commit costs."""
MOST = 20_000
"""So many are gathered by one request, in about 26 MB."""
_AT_ONCE = 200
"""Rows of a transaction: a few milliseconds of the database's one writer."""


class Gathered:
    """What one request opened for the first time."""

    def __init__(self) -> None:
        self._slots: list[tuple[bytes, bytes, bytes]] = []

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, response_id: bytes, old: bytes, new: bytes) -> None:
        """A response with its slot as read, and the one to take its place. Too many are dropped."""
        if len(self._slots) < MOST:
            self._slots.append((response_id, old, new))

    def writes(self) -> Iterator[Write]:
        """Acts for some slots each, to be committed one by one; none where they gain too little."""
        if len(self._slots) < LEAST:
            return
        # In order of their random ids, as they were read: neighbours in the file are written together.
        for start in range(0, len(self._slots), _AT_ONCE):
            yield _writing(self._slots[start : start + _AT_ONCE])


gathering: ContextVar[Gathered | None] = ContextVar("gathering", default=None)
"""Where this request gathers; None where nothing is to be written, as in a command."""


def _writing(slots: list[tuple[bytes, bytes, bytes]]) -> Write:
    table: Any = Response.__table__
    changes = [{"row_id": response_id, "old": old, "new": new} for response_id, old, new in slots]
    # Only in place of the very slot that was opened: a changed answer, or a new epoch, has another.
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"), table.c.slot == bindparam("old"))
        .values(slot=bindparam("new"))
    )

    def write(connection: Connection) -> None:
        connection.execute(statement, changes)

    return write
