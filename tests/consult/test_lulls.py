"""What is left for later is done once everybody who is there was looked at, and never much later."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from flask import Flask

from consult.lulls import LONGEST_SECONDS, Lull
from consult.settings import Settings
from tests.consult.leaving import IDLE_SECONDS, SLOW_SECONDS
from tests.served import Server

PEOPLE = 12
_LONG = 20


def test_without_a_loop_it_is_done_at_once() -> None:
    lull, done = Lull(), list[int]()
    lull.then(lambda: done.append(1))
    assert done == [1]
    assert not lull.is_awaited


def test_a_loop_at_work_does_it_when_it_has_nothing_left_in_the_order_it_was_left() -> None:
    lull, done = Lull(), list[int]()
    lull.end()
    for number in range(3):
        lull.then(lambda number=number: done.append(number))  # type: ignore[misc]
    assert (done, lull.is_awaited) == ([], True)
    lull.come()
    assert (done, lull.is_awaited) == ([0, 1, 2], False)


def test_what_is_left_while_the_loop_waits_is_done_by_who_leaves_it() -> None:
    lull, done = Lull(), list[int]()
    lull.end()
    lull.begin()
    lull.then(lambda: done.append(threading.get_ident()))
    assert done == [threading.get_ident()]


def test_it_is_overdue_after_a_while_and_not_when_it_is_done() -> None:
    lull = Lull()
    lull.end()
    assert not lull.is_overdue
    lull.then(lambda: None)
    assert not lull.is_overdue
    time.sleep(LONGEST_SECONDS * 1.1)
    assert lull.is_overdue
    lull.come()
    assert not lull.is_overdue


def test_whatever_threads_leave_while_a_loop_begins_and_ends_to_wait_is_done_once() -> None:
    lull, done, left = Lull(), Counter[tuple[int, int]](), threading.Event()

    def leave(thread: int) -> None:
        for number in range(2000):
            lull.then(lambda: done.update([(thread, number)]))  # noqa: B023 - done before the next, or counted so

    threads = [threading.Thread(target=leave, args=(each,)) for each in range(3)]

    def turn() -> None:
        """As the server's loop: it begins to wait, looks once more, and ends."""
        while not left.is_set():
            lull.begin()
            if not lull.is_awaited:
                time.sleep(0)
            lull.end()
            lull.come()

    loop = threading.Thread(target=turn)
    for thread in (loop, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    left.set()
    loop.join()
    lull.come()
    assert done.total() == 3 * 2000


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    """One worker, whose application leaves work for later."""
    started = Server(settings, processes=1, application="tests.consult.leaving:create_app()")
    yield started
    started.kill()


def together(server: Server, first: str, then: str) -> list[int]:
    """Let many ask while the worker is stopped, so that it meets them at once; what it had seen, when.

    The others ask once the first has begun to be looked at.
    """
    (worker,) = server.workers()
    with ExitStack() as lines:
        people = [
            lines.enter_context(closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=_LONG)))
            for _ in range(PEOPLE)
        ]
        for each in people:  # so that the worker knows them all
            assert _asked(each, "/s/hello") == b"answer"
        people[0].request("GET", f"/s/{first}")
        time.sleep(SLOW_SECONDS / 3)
        os.kill(worker, signal.SIGSTOP)
        for each in people[1:]:
            each.request("GET", f"/s/{then}")
        os.kill(worker, signal.SIGCONT)
        for each in people:
            assert each.getresponse().read() == b"answer"
        return [int(number) for number in _asked(people[0], "/s/seen").split(b",")]


def _asked(line: http.client.HTTPConnection, path: str) -> bytes:
    line.request("GET", path)
    return line.getresponse().read()


def test_those_who_ask_together_are_all_looked_at_before_it_is_done(server: Server) -> None:
    assert together(server, "hello", "leave") == [PEOPLE - 1] * (PEOPLE - 1)


def test_so_are_those_who_come_while_the_first_is_looked_at(server: Server) -> None:
    assert together(server, "slow", "leave") == [PEOPLE] * PEOPLE


def test_it_does_not_wait_long_for_those_who_take_long(server: Server) -> None:
    seen = together(server, "hello", "slow")
    assert len(seen) == PEOPLE - 1
    assert min(seen) <= LONGEST_SECONDS / SLOW_SECONDS + 2


def test_while_the_loop_has_nothing_to_do_a_thread_need_not_wait_for_it(server: Server) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=_LONG)) as line:
        assert _asked(line, "/s/other") == b"answer"
        time.sleep(3 * IDLE_SECONDS)
        assert 0 <= float(_asked(line, "/s/waited")) < IDLE_SECONDS


LINES = 16


def lines_of(worker: int, port: int) -> int:
    """How many lines to a port a process has open."""
    inodes = set()
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        cells = row.split()
        if cells[3] == "01" and int(cells[1].rpartition(":")[2], 16) == port:
            inodes.add(f"socket:[{cells[9]}]")
    return sum(str(entry.readlink()) in inodes for entry in Path(f"/proc/{worker}/fd").iterdir())


def shares(server: Server, attempts: int) -> list[int]:
    """Let so many people come at once, again and again; how many the process with fewer of them takes in."""
    found = []
    for _ in range(attempts):
        workers = server.workers()
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        with ExitStack() as stack:
            for _ in range(LINES):
                stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            for worker in workers:
                os.kill(worker, signal.SIGCONT)
            until = time.monotonic() + _LONG
            while sum(taken := [lines_of(worker, server.port) for worker in workers]) < LINES:
                assert time.monotonic() < until
                time.sleep(0.02)
            found.append(min(taken))
        time.sleep(0.1)  # they see that everybody has gone
    return found


def _both_take_people_in(server: Server) -> bool:
    """Whether the second process has begun, too: it takes in those who come while the first is stopped."""
    workers = server.workers()
    if len(workers) < 2:
        time.sleep(0.02)
        return False
    os.kill(workers[0], signal.SIGSTOP)
    with closing(socket.create_connection(("127.0.0.1", server.port))):
        time.sleep(0.1)
        taken = lines_of(workers[1], server.port)
    os.kill(workers[0], signal.SIGCONT)
    return taken == 1


@pytest.fixture
def two(settings: Settings, app: Flask) -> Iterator[Server]:
    """The intake, with two processes."""
    started = Server(settings, processes=2)
    until = time.monotonic() + _LONG
    while not _both_take_people_in(started):
        assert time.monotonic() < until
    yield started
    started.kill()


def test_two_processes_share_those_who_come_at_once(two: Server) -> None:
    # On a machine that does much else one of them may not get its turn: so again, before that is a fault.
    assert any(statistics.mean(shares(two, 8)) >= 0.75 * LINES / 2 for _ in range(3))


def test_a_process_that_hangs_keeps_nobody_out(two: Server) -> None:
    hung, _ = two.workers()
    os.kill(hung, signal.SIGSTOP)
    with ExitStack() as stack:
        for _ in range(LINES):
            line = http.client.HTTPConnection("127.0.0.1", two.port, timeout=_LONG)
            assert _asked(stack.enter_context(closing(line)), "/health")
    os.kill(hung, signal.SIGCONT)
