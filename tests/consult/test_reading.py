"""S20: the short way of reading leaves connections as it found them, so that what is undone is undone."""

from __future__ import annotations

import gc
import os

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, insert, select

from consult.models import base
from consult.models.response import Tombstone
from consult.records import reading
from consult.records.prepared import Lookup
from consult.records.reading import Reading
from consult.web.extensions import db
from tests.builders import make_team

_COUNT = Lookup(select(func.count().label("many")).where(bindparam("yes") == 1))


def read(*, to_the_end: bool) -> int:
    """Read one row the short way, and end it or let it fall."""
    base.writing.set(False)
    session = Reading(db.engine)
    found = int(reading.row(session, _COUNT, yes=1).many)
    if to_the_end:
        session.close()
    return found


@pytest.mark.parametrize("to_the_end", [True, False])
def test_what_is_undone_after_a_reading_is_undone(app: Flask, *, to_the_end: bool) -> None:
    make_team(app).session.rollback()
    for _ in range(8):  # more than lie ready in the pool at first
        assert read(to_the_end=to_the_end) == 1
        gc.collect()
        base.writing.set(True)
        with db.engine.connect() as connection:
            connection.execute(insert(Tombstone).values(response_hash=os.urandom(32)))
            connection.rollback()
        base.writing.set(False)
        assert db.session.scalar(select(func.count()).select_from(Tombstone)) == 0
        db.session.rollback()


def test_what_others_stored_is_seen_by_the_next_reading(app: Flask) -> None:
    make_team(app).session.rollback()
    every = Lookup(select(func.count().label("many")).select_from(Tombstone).where(bindparam("yes") == 1))
    with Reading(db.engine) as session:
        before = reading.row(session, every, yes=1).many
        session.rollback()
        base.writing.set(True)
        with db.engine.begin() as connection:
            connection.execute(insert(Tombstone).values(response_hash=os.urandom(32)))
        base.writing.set(False)
        assert reading.row(session, every, yes=1).many == before + 1
