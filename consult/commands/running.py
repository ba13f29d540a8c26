"""How a command gets at the application: made when it is needed, and never merely to print help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult.faults import Fault
from consult.web.extensions import db

COMMAND_LINE = "command line"
"""Who acts, in the log of staff acts, when a command does."""


class NoDatabaseError(Fault):
    """The database is not there or has not been set up."""


@contextmanager
def application() -> Iterator[Flask]:
    """The combined application with its context. What was not committed is rolled back at the end."""
    from consult import combined  # noqa: PLC0415 - analysis libraries take seconds; `--help` must not wait

    app = combined.create_app()
    with app.app_context():
        try:
            yield app
        except (OperationalError, ProgrammingError) as error:
            # The message could quote bound values: only what to do is said.
            raise NoDatabaseError(
                "the database cannot be read or has no tables yet: run `consult db upgrade`"
            ) from error
        finally:
            db.session.rollback()
