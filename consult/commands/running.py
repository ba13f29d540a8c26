"""How a command gets at the application: made when it is needed, and never merely to print help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult import factory
from consult.faults import Fault
from consult.records import opened
from consult.vault.serverkeys import ServerKeys
from consult.web.extensions import db

COMMAND_LINE = "command line"
"""Who acts, in the log of staff acts, when a command does."""

_NOT_ALLOWED = "42501"
"""PostgreSQL's number for a right that is missing."""


def _add_vault(app: Flask, keys: ServerKeys) -> None:
    app.extensions["consult.workbench_vault"] = opened.make_vault(keys)


class NoRightError(Fault):
    """The role in the database's address may not do this."""


class NoDatabaseError(Fault):
    """The database is not there or has not been set up."""


@contextmanager
def application() -> Iterator[Flask]:
    """An application without pages, in its context. What was not committed is rolled back at the end.

    The workbench's half of a key file does for all but what seals answers.
    """
    app = factory.create(None, None, (), (_add_vault,))
    with app.app_context():
        try:
            yield app
        except (OperationalError, ProgrammingError) as error:
            if getattr(error.orig, "sqlstate", "") == _NOT_ALLOWED:
                raise NoRightError("the database does not allow this to the role of this address") from error
            # The message could quote bound values: only what to do is said.
            raise NoDatabaseError(
                "the database cannot be read or has no tables yet: run `consult db upgrade`"
            ) from error
        finally:
            db.session.remove()  # rolls back
            db.engine.dispose()
