"""After a page that opened many answers for the first time: they are to open faster from then on.

The writing begins when the answer to the request has gone out. It is given up as soon as others want to write
more than can be done soon, or the database does not let it: the next opening gathers again.
"""

from __future__ import annotations

import logging
from contextvars import Token

from flask import Response, g
from sqlalchemy.exc import SQLAlchemyError

from consult.faults import BusyError
from consult.records.settling import Gathered, gathering
from consult.records.writing import Writer
from consult.web.extensions import writer

logger = logging.getLogger(__name__)


def begin() -> None:
    """Gather in this request, whose person has unlocked."""
    g.gathering = gathering.set(Gathered())


def after(response: Response) -> Response:
    """Write what was gathered once the answer has gone out."""
    gathered = gathering.get()
    if gathered:
        writing = writer()
        response.call_on_close(lambda: _write(writing, gathered))
    return response


def end(_error: BaseException | None = None) -> None:
    """The thread goes on with somebody else's request."""
    token: Token[Gathered | None] | None = g.pop("gathering", None)
    if token is not None:
        gathering.reset(token)


def _write(writing: Writer, gathered: Gathered) -> None:
    try:
        for write in gathered.writes():
            writing.run((write,))
    except (BusyError, SQLAlchemyError) as error:
        logger.info("slots were left as they are", exc_info=error)
