"""Acts that say what they ask for share the journeys to a server, each by its own fate."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

import pytest
from flask import Flask
from sqlalchemy import Connection, bindparam, create_engine, event, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from consult.faults import ConflictError
from consult.models import base
from consult.models.response import Tombstone
from consult.records.prepared import Lookup, Statement
from consult.records.together import Asking, Last, Write
from consult.records.writing import Writer
from consult.web.extensions import db
from tests.consult.test_storing_later import Held, Told
from tests.consult.test_writing import PEOPLE, at_once, leaving, refused, stored

_LEAVE = Statement(lambda insert: insert(Tombstone))
_SEE = Lookup(select(Tombstone.response_hash).where(Tombstone.response_hash == bindparam("of")))
STEPS = 3
MANY = 40
DELAY = 0.02


def asking(mark: bytes, *, first: bool = True) -> Write:
    """An act that leaves a row, sees that it is there and was not before, and finds out who was first."""

    def write(_connection: Connection) -> Asking[None]:
        (before,) = yield [_SEE.of({"of": mark})]
        left, seen = yield [_LEAVE.of({"response_hash": mark}), _SEE.of({"of": mark})]
        assert (before, left, seen) == (None, 1, (mark,))
        (none,) = yield [_SEE.of({"of": bytes(32)})]
        assert none is None
        if not first:
            raise ConflictError("somebody was first")

    return write


def marks(count: int = PEOPLE) -> list[bytes]:
    """Rows to leave."""
    return [os.urandom(32) for _ in range(count)]


def test_all_are_stored_in_one_commit_and_each_sees_its_own_answers(app: Flask) -> None:
    commits: list[int] = []
    event.listen(db.engine, "commit", lambda _: commits.append(1))
    assert at_once(Writer(db.engine), [asking(mark) for mark in marks()]) == [None] * PEOPLE
    assert stored() == PEOPLE
    assert len(commits) == 2


def test_one_that_finds_that_somebody_was_first_is_told_alone(app: Flask) -> None:
    some = marks()
    ended = at_once(Writer(db.engine), [asking(mark, first=mark != some[3]) for mark in some])
    assert [type(met) for met in ended if met] == [ConflictError]
    assert isinstance(ended[3], ConflictError)
    assert stored() == PEOPLE - 1


def test_one_that_the_database_refuses_is_told_alone(app: Flask) -> None:
    def again(mark: bytes) -> Write:
        def write(_connection: Connection) -> Asking[None]:
            yield Last([_LEAVE.of({"response_hash": mark})])

        return write

    twice = os.urandom(32)
    acts = [again(twice), again(twice), *(asking(mark) for mark in marks(MANY))]
    ended = at_once(Writer(db.engine), acts)
    assert ended[2:] == [None] * MANY
    assert [type(met) for met in ended if met] == [IntegrityError]
    assert stored() == MANY + 1


def test_what_the_driver_cannot_say_is_told_alone(app: Flask) -> None:
    def bent(_connection: Connection) -> Asking[None]:
        yield Last([_LEAVE.of({"response_hash": object()})])

    acts = [asking(os.urandom(32)), bent, asking(os.urandom(32))]
    ended = at_once(Writer(db.engine), acts)
    assert ended[::2] == [None, None]
    assert isinstance(ended[1], DBAPIError)
    assert stored() == 2


def test_acts_of_both_kinds_share_a_commit_and_fail_each_by_itself(app: Flask) -> None:
    acts = [asking(os.urandom(32)), leaving(os.urandom(32)), refused, asking(os.urandom(32), first=False)]
    ended = at_once(Writer(db.engine), acts)
    assert [type(met) for met in ended] == [type(None), type(None), ConflictError, ConflictError]
    assert stored() == 2


@pytest.mark.parametrize("plainly_first", [False, True])
def test_what_comes_after_a_last_question_comes_after_it(app: Flask, *, plainly_first: bool) -> None:
    mark, seen = os.urandom(32), list[bool]()

    def last(_connection: Connection) -> Asking[None]:
        yield Last([_LEAVE.of({"response_hash": mark})])

    def looks(_connection: Connection) -> Asking[None]:
        (found,) = yield [_SEE.of({"of": mark})]
        seen.append(found == (mark,))

    def plainly(connection: Connection) -> None:
        seen.append(_SEE.row(connection, {"of": mark}) == (mark,))

    Writer(db.engine).run([last, plainly, looks] if plainly_first else [last, looks, plainly])
    assert seen == [True, True]


def test_an_act_may_fail_by_the_answer_to_its_last_question(app: Flask) -> None:
    def is_there(mark: bytes) -> Write:
        def write(_connection: Connection) -> Asking[None]:
            (found,) = yield Last([_SEE.of({"of": mark})])
            if found is None:
                raise ConflictError("it has gone")

        return write

    writer, mark = Writer(db.engine), os.urandom(32)
    with pytest.raises(ConflictError):
        writer.run([is_there(mark), asking(mark)])
    assert stored() == 0
    writer.run([asking(mark), is_there(mark)])
    assert stored() == 1


@contextmanager
def far_away(host: str, port: int) -> Iterator[int]:
    """A port that leads to another one by a long line: each message takes its time."""
    ports: SimpleQueue[int] = SimpleQueue()
    over = threading.Event()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        later = asyncio.get_running_loop().call_later
        while chunk := await reader.read(65536):
            later(DELAY, writer.write, chunk)
        await asyncio.sleep(DELAY)
        writer.close()
        await writer.wait_closed()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, port)
        await asyncio.gather(carry(reader, back), carry(there, writer))

    async def serve() -> None:
        server = await asyncio.start_server(lead, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(over.wait, 60)
        server.close()
        await asyncio.sleep(3 * DELAY)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    yield ports.get(timeout=20)
    over.set()
    thread.join(20)


def test_many_acts_take_no_more_journeys_than_one(app: Flask) -> None:
    url = db.engine.url
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file is not far away")
    with far_away(url.host or "", url.port or 5432) as port:
        engine = create_engine(url.set(host="127.0.0.1", port=port))
        base.prepare_engine(engine)
        writer, told, held = Writer(engine), Told(), Held()
        writer.later([held], then=told.then())
        assert held.begun.wait(20)
        for mark in marks():
            writer.later([asking(mark)], then=told.then())
        held.go_on.set()
        begun = time.monotonic()
        assert told.all() == [None] * (PEOPLE + 1)
        took = time.monotonic() - begun
        engine.dispose()
    assert stored() == PEOPLE
    journey = 2 * DELAY
    # Its steps and the commits; one by one it would be 26.
    assert took < PEOPLE * STEPS * journey / 2
