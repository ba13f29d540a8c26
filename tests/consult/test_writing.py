"""S3, S20: acts that wait are committed together, each by its own fate, and nobody polls for the lock."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, insert, select
from sqlalchemy.exc import IntegrityError

from consult.faults import ConflictError
from consult.models import base, locks
from consult.models.locks import StillWritingError
from consult.models.response import Tombstone, Total
from consult.records import tallies, writing
from consult.records.tallies import Counted
from consult.records.together import Write
from consult.records.writing import TooManyActsError, Writer
from consult.web.extensions import db
from tests.builders import make_team

PEOPLE = 8


def leaving(mark: bytes) -> Callable[[Connection], None]:
    """An act that leaves a row, to be counted."""

    def write(connection: Connection) -> None:
        connection.execute(insert(Tombstone).values(response_hash=mark))

    return write


def refused(_connection: Connection) -> None:
    """An act that finds that somebody was first."""
    raise ConflictError("somebody was first")


class Gate:
    """Holds the first act of a writer until all others wait behind it."""

    def __init__(self, writer: Writer, others: int) -> None:
        self._writer, self._others = writer, others
        self.begun = threading.Event()

    def __call__(self, _connection: Connection) -> None:
        self.begun.set()  # whoever comes from now on is of the next group
        latest = time.monotonic() + 20
        while len(self._writer._waiting) < self._others and time.monotonic() < latest:
            time.sleep(0.002)


def stored() -> int:
    """How many rows the acts left."""
    base.writing.set(False)
    found = db.session.scalar(select(func.count()).select_from(Tombstone))
    db.session.rollback()
    return int(found or 0)


def at_once(writer: Writer, acts: Sequence[Write]) -> list[BaseException | None]:
    """Hand over a first act that waits for all the others, then those; how each ended."""
    gate = Gate(writer, len(acts))
    with ThreadPoolExecutor(len(acts) + 1) as pool:
        first = pool.submit(writer.run, [gate])
        assert gate.begun.wait(20)
        waiting = [pool.submit(writer.run, [act]) for act in acts]
        ended = [each.exception(timeout=30) for each in waiting]
        first.result(timeout=30)
    return ended


def test_acts_that_wait_share_one_commit(app: Flask) -> None:
    writer = Writer(db.engine)
    commits: list[int] = []
    event.listen(db.engine, "commit", lambda _: commits.append(1))
    assert at_once(writer, [leaving(os.urandom(32)) for _ in range(PEOPLE)]) == [None] * PEOPLE
    assert stored() == PEOPLE
    assert len(commits) == 2


def test_an_act_that_fails_is_told_and_the_others_are_stored(app: Flask) -> None:
    twice = os.urandom(32)
    acts = [leaving(os.urandom(32)), refused, leaving(twice), leaving(twice), leaving(os.urandom(32))]
    ended = at_once(Writer(db.engine), acts)
    assert [type(each) for each in ended if each] == [ConflictError, IntegrityError]
    assert isinstance(ended[1], ConflictError)
    assert stored() == 3


def test_totals_of_a_group_are_added_up(app: Flask) -> None:
    team = make_team(app)
    one = tallies.counted(team.survey, "started")
    db.session.rollback()

    def counting(_connection: Connection) -> Counted:
        return one

    at_once(Writer(db.engine), [counting] * PEOPLE)
    assert db.session.scalar(select(Total.current).where(Total.what == "started")) == PEOPLE


def test_an_act_may_wait_for_somebody_else_and_is_refused_when_that_takes_too_long(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = base.lock_of(db.engine)
    if lock is None:
        pytest.skip("PostgreSQL has no lock for all")
    writer = Writer(db.engine)
    elsewhere = locks.take(lock)
    threading.Timer(0.3, locks.release, [elsewhere]).start()
    writer.run([leaving(os.urandom(32))])
    assert stored() == 1
    elsewhere = locks.take(lock)
    monkeypatch.setattr(locks.take, "__defaults__", (0.1,))
    with pytest.raises(StillWritingError):
        writer.run([leaving(os.urandom(32))])
    locks.release(elsewhere)
    assert stored() == 1
    writer.run([leaving(os.urandom(32))])
    assert stored() == 2


def test_a_queue_that_is_too_long_sends_people_away_before_anything_is_stored(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(db.engine)
    monkeypatch.setattr(writing, "LONGEST_QUEUE", 2)
    seen: list[type[BaseException]] = []
    gate = Gate(writer, 2)

    def third(_connection: Connection) -> None:
        gate(_connection)
        with pytest.raises(TooManyActsError) as found:
            writer.run([leaving(os.urandom(32))])
        seen.append(found.type)

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(writer.run, [third])
        assert gate.begun.wait(20)
        others = [pool.submit(writer.run, [leaving(os.urandom(32))]) for _ in range(2)]
        for each in (first, *others):
            each.result(timeout=30)
    assert seen == [TooManyActsError]
    assert stored() == 2


def test_a_writing_transaction_of_the_team_holds_the_lock_until_it_ends(app: Flask) -> None:
    lock = base.lock_of(db.engine)
    if lock is None:
        pytest.skip("PostgreSQL has no lock for all")
    base.writing.set(True)
    db.session.execute(insert(Tombstone).values(response_hash=os.urandom(32)))
    with pytest.raises(StillWritingError):
        locks.take(lock, 0.05)
    db.session.commit()
    locks.release(locks.take(lock, 0.05))


def test_the_log_is_empty_after_an_act_that_destroys(app: Flask) -> None:
    lock = base.lock_of(db.engine)
    if lock is None:
        pytest.skip("PostgreSQL keeps its log for some days")
    log = Path(f"{db.engine.url.database}-wal")
    writer = Writer(db.engine)
    writer.run([leaving(os.urandom(32))])
    assert log.stat().st_size > 0
    writer.run([leaving(os.urandom(32))], scrub=True)
    assert log.stat().st_size == 0


def test_a_reader_holds_the_emptying_up_and_not_the_people(app: Flask) -> None:
    lock = base.lock_of(db.engine)
    if lock is None:
        pytest.skip("PostgreSQL keeps its log for some days")
    log = Path(f"{db.engine.url.database}-wal")
    writer = Writer(db.engine)
    writer.run([leaving(os.urandom(32))])
    base.writing.set(False)
    with db.engine.connect() as reader:
        reader.scalar(select(func.count()).select_from(Tombstone))
        begun = time.monotonic()
        for _ in range(5):
            writer.run([leaving(os.urandom(32))], scrub=True)
        assert time.monotonic() - begun < 2
        assert log.stat().st_size > 0
    writer.run([leaving(os.urandom(32))], scrub=True)
    assert log.stat().st_size == 0
    assert stored() == 7
