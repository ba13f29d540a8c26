"""When a request writes: the acts of respondents, and requests that read for a while before they write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import request

from consult.models.base import writing
from consult.web import sessions
from consult.web.extensions import db, writer
from consult.web.sessions import current

if TYPE_CHECKING:
    from consult.records.together import Write


MET = "consult.met"
"""In the environment of a request: what storing it has raised already. It is not tried once more."""


def store(writes: Sequence[Write], *, scrub: bool = False) -> None:
    """Store what an act asks for together with the web session; returns when it is on disk.

    What was read is let go first: an open reader holds up the emptying of the write-ahead log. Raises what
    the act raised, or a BusyError; then nothing is stored, and the error page undoes the web session.
    """
    db.session.rollback()
    sealed = current()
    session = (sessions.writing_of(sealed),) if sealed.modified or sealed.touched else ()
    if writes or session:
        if MET in request.environ:
            raise request.environ[MET]
        writer().run((*writes, *session), scrub=scrub)
        sealed.settle()


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
