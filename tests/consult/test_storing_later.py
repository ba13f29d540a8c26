"""S3, S18: acts that no thread waits for are stored, told how they ended, and leave the log in time."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import IntegrityError

from consult.faults import ConflictError
from consult.lulls import lull
from consult.models import base, locks
from consult.models.locks import StillWritingError
from consult.models.response import Tombstone
from consult.records import scrub, writing
from consult.records.writing import TooManyActsError, Writer
from consult.web.extensions import db
from tests.consult.test_writing import leaving, refused, stored

PEOPLE = 8
_LONG = 20


class Told:
    """Hears how acts end, in the order in which they do."""

    def __init__(self) -> None:
        self._heard: SimpleQueue[tuple[int, BaseException | None]] = SimpleQueue()
        self._told = 0

    def then(self) -> writing.Then:
        """For the next act."""
        place, self._told = self._told, self._told + 1
        return lambda met: self._heard.put((place, met))

    def all(self) -> list[BaseException | None]:
        """How each act ended, in the order of the acts; once all have."""
        heard = [self._heard.get(timeout=_LONG) for _ in range(self._told)]
        return [met for _, met in sorted(heard, key=lambda each: each[0])]


class Held:
    """An act that waits until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, _connection: Connection) -> None:
        self.begun.set()
        assert self.go_on.wait(_LONG)


def log() -> Path:
    """The write-ahead log."""
    if base.lock_of(db.engine) is None:
        pytest.skip("PostgreSQL keeps its log for some days")
    return Path(f"{db.engine.url.database}-wal")


def empty_within(file: Path, seconds: float) -> bool:
    """Whether a file is empty before so much time is over."""
    until = time.monotonic() + seconds
    while file.stat().st_size and time.monotonic() < until:
        time.sleep(0.005)
    return file.stat().st_size == 0


def test_the_caller_goes_on_and_is_told_once_it_is_stored(app: Flask) -> None:
    writer, told, held = Writer(db.engine), Told(), Held()
    writer.later([held], then=told.then())
    assert held.begun.wait(_LONG)
    writer.later([leaving(os.urandom(32))], then=told.then())
    held.go_on.set()
    assert told.all() == [None, None]
    assert stored() == 1


def test_acts_that_wait_share_one_commit_whoever_waits_for_them(app: Flask) -> None:
    writer, told, held = Writer(db.engine), Told(), Held()
    commits: list[int] = []
    event.listen(db.engine, "commit", lambda _: commits.append(1))
    with ThreadPoolExecutor(PEOPLE) as pool:
        writer.later([held], then=told.then())
        assert held.begun.wait(_LONG)
        for _ in range(PEOPLE):
            writer.later([leaving(os.urandom(32))], then=told.then())
        waiting = [pool.submit(writer.run, [leaving(os.urandom(32))]) for _ in range(PEOPLE)]
        while len(writer._waiting) < 2 * PEOPLE:
            time.sleep(0.002)
        held.go_on.set()
        assert [each.result(timeout=_LONG) for each in waiting] == [None] * PEOPLE
    assert told.all() == [None] * (PEOPLE + 1)
    assert stored() == 2 * PEOPLE
    assert len(commits) == 2


def test_acts_that_a_loop_leaves_before_its_lull_share_one_commit(app: Flask) -> None:
    writer, told = Writer(db.engine), Told()
    commits: list[int] = []
    event.listen(db.engine, "commit", lambda _: commits.append(1))
    lull.end()
    try:
        for _ in range(PEOPLE):
            writer.later([leaving(os.urandom(32))], then=told.then())
        assert stored() == 0
    finally:
        lull.begin()
        lull.come()
    assert told.all() == [None] * PEOPLE
    assert stored() == PEOPLE
    assert len(commits) == 1


def test_a_thread_that_leads_hands_over_to_acts_that_nobody_waits_for_and_they_to_it(app: Flask) -> None:
    writer, told = Writer(db.engine), Told()
    with ThreadPoolExecutor(2 * PEOPLE) as pool:
        waiting = []
        for _ in range(PEOPLE):
            waiting.append(pool.submit(writer.run, [leaving(os.urandom(32))], scrub=True))
            writer.later([leaving(os.urandom(32))], scrub=True, then=told.then())
        assert [each.result(timeout=_LONG) for each in waiting] == [None] * PEOPLE
    assert told.all() == [None] * PEOPLE
    assert stored() == 2 * PEOPLE


def test_an_act_that_fails_is_told_so_and_the_others_are_stored(app: Flask) -> None:
    writer, told, held, twice = Writer(db.engine), Told(), Held(), os.urandom(32)
    writer.later([held], then=told.then())
    for act in (leaving(twice), refused, leaving(os.urandom(32)), leaving(twice)):
        writer.later([act], then=told.then())
    held.go_on.set()
    assert [type(met) for met in told.all() if met] == [ConflictError, IntegrityError]
    assert stored() == 2


def test_everybody_is_told_when_somebody_else_writes_for_too_long(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = base.lock_of(db.engine)
    if lock is None:
        pytest.skip("PostgreSQL has no lock for all")
    writer, told = Writer(db.engine), Told()
    monkeypatch.setattr(locks.take, "__defaults__", (0.1,))
    elsewhere = locks.take(lock)
    for _ in range(3):
        writer.later([leaving(os.urandom(32))], scrub=True, then=told.then())
    assert {type(met) for met in told.all()} == {StillWritingError}
    locks.release(elsewhere)
    writer.later([leaving(os.urandom(32))], then=told.then())
    assert stored_in_time(1)


def stored_in_time(count: int) -> bool:
    """Whether so many rows are there soon."""
    until = time.monotonic() + _LONG
    while stored() != count and time.monotonic() < until:
        time.sleep(0.01)
    return stored() == count


def test_a_queue_that_is_too_long_takes_no_more(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LONGEST_QUEUE", 2)
    writer, told, held = Writer(db.engine), Told(), Held()
    writer.later([held], then=told.then())
    assert held.begun.wait(_LONG)
    for _ in range(2):
        writer.later([leaving(os.urandom(32))], then=told.then())
    with pytest.raises(TooManyActsError):
        writer.later([leaving(os.urandom(32))], then=lambda _: None)
    held.go_on.set()
    assert told.all() == [None] * 3
    assert stored() == 2


def test_the_log_is_empty_soon_after_sent_answers_also_when_nothing_follows(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = log()
    monkeypatch.setattr(writing._Left, "scrub_within", 0.4)
    writer, told = Writer(db.engine), Told()
    for _ in range(2):  # the second time after it was emptied once
        writer.later([leaving(os.urandom(32))], scrub=True, then=told.then())
        assert told.all()[-1] is None
        told = Told()
        assert file.stat().st_size > 0  # they are told first
        assert empty_within(file, _LONG)
    assert stored() == 2


def test_groups_that_follow_each_other_share_the_emptying(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = log()
    monkeypatch.setattr(writing._Left, "scrub_within", 0.5)
    emptied: list[int] = []
    really = scrub.truncate

    def counted(connection: Connection, *, patient: bool) -> bool:
        emptied.append(1)
        return really(connection, patient=patient)

    monkeypatch.setattr(scrub, "truncate", counted)
    writer = Writer(db.engine)
    for _ in range(PEOPLE):
        told = Told()
        writer.later([leaving(os.urandom(32))], scrub=True, then=told.then())
        assert told.all() == [None]
    assert empty_within(file, _LONG)
    assert len(emptied) < PEOPLE / 2


def test_the_log_that_a_reader_held_up_is_emptied_without_another_act(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = log()
    monkeypatch.setattr(scrub, "AGAIN_SECONDS", 0.1)
    writer = Writer(db.engine)
    writer.run([leaving(os.urandom(32))])
    base.writing.set(False)
    with db.engine.connect() as reader:
        reader.scalar(select(func.count()).select_from(Tombstone))
        writer.run([leaving(os.urandom(32))], scrub=True)
        assert not empty_within(file, 0.5)
    assert empty_within(file, _LONG)
    assert stored() == 2


def test_who_takes_something_back_is_told_once_the_log_is_empty(app: Flask) -> None:
    file = log()
    writer, told, held = Writer(db.engine), Told(), Held()
    with ThreadPoolExecutor(2) as pool:
        writer.later([held], then=told.then())
        assert held.begun.wait(_LONG)
        size = pool.submit(_size_after, writer, file)
        while not writer._waiting:
            time.sleep(0.002)
        held.go_on.set()
        assert size.result(timeout=_LONG) == 0


def _size_after(writer: Writer, file: Path) -> int:
    writer.run([leaving(os.urandom(32))], scrub=True)
    return file.stat().st_size
