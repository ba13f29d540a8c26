"""A few threads work at once; whoever waits for something else lets another one in."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from consult import turns
from consult.web.extensions import db

_LONG = 10.0


class Worker:
    """A thread that takes a turn and holds it until it is told to go on."""

    def __init__(self, *, lends: bool = False) -> None:
        self.working, self.go_on, self.ended = threading.Event(), threading.Event(), threading.Event()
        self._lends = lends
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        with turns.Taken():
            self.working.set()
            if self._lends:
                with turns.Lent():
                    assert self.go_on.wait(_LONG)
            else:
                assert self.go_on.wait(_LONG)
        self.ended.set()

    def end(self) -> None:
        self.go_on.set()
        self._thread.join(_LONG)
        assert not self._thread.is_alive()


@pytest.fixture
def busy() -> Iterator[list[Worker]]:
    """As many threads as may work at once, all at work."""
    workers = [Worker() for _ in range(turns.allowed())]
    assert all(worker.working.wait(_LONG) for worker in workers)
    yield workers
    for worker in workers:
        worker.end()


def test_one_more_waits_until_somebody_ends(busy: list[Worker]) -> None:
    late = Worker()
    assert not late.working.wait(0.1)
    busy.pop().end()
    assert late.working.wait(_LONG)
    late.end()


def test_who_waits_for_something_else_lends_the_turn_and_gets_it_back(busy: list[Worker]) -> None:
    busy.pop().end()
    lender = Worker(lends=True)
    assert lender.working.wait(_LONG)
    late = Worker()
    assert late.working.wait(_LONG)
    lender.go_on.set()
    assert not lender.ended.wait(0.1)  # its turn is still lent
    late.end()
    lender.end()


def test_a_thread_without_a_turn_has_none_to_lend(busy: list[Worker]) -> None:
    with turns.Lent():
        late = Worker()
        assert not late.working.wait(0.1)
    busy.pop().end()
    late.end()


def test_a_turn_is_handed_on_after_a_fault() -> None:
    for _ in range(turns.allowed() + 1):
        with pytest.raises(OSError, match="gone"), turns.Taken():
            raise OSError("gone")


def test_more_work_at_once_where_the_database_is_a_server(app: Flask) -> None:
    file = db.engine.dialect.name == "sqlite"
    wanted = turns.AT_ONCE if file else turns.AT_ONCE_ELSEWHERE
    assert turns.allowed() >= wanted
    there = turns.allowed()
    turns.allow(wanted)
    assert turns.allowed() == there  # those of one application serve the next
