"""S30: what the processes of one server know together, and that one of them that dies holds nobody up."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from consult.web import shared
from consult.web.limits import Buckets, Sources
from consult.web.shared import NAME_BYTES, Secret, Table, name_of
from consult.web.throttle import Arrival, StartTokens

KEY = bytes(range(32))


def in_another_process(act: Callable[[], bool]) -> bool:
    """What it says in a process that parted from this one."""
    child = os.fork()
    if child == 0:
        os._exit(0 if act() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def name(number: int) -> bytes:
    """A name on the same shelf as all others made here."""
    return number.to_bytes(NAME_BYTES)


def test_what_was_noted_is_found_and_nothing_else() -> None:
    notes = Table(8)
    assert notes.get(name(1)) is None
    notes.put(name(1), 2.5, 10.0)
    notes.put(name(2), 3.5, 11.0)
    notes.put(name(1), 4.5, 12.0)
    assert notes.get(name(1)) == (4.5, 12.0)
    assert notes.get(name(2)) == (3.5, 11.0)
    notes.forget()
    assert notes.get(name(1)) is None


def test_the_one_not_used_for_longest_makes_room() -> None:
    notes = Table(8)
    for number in range(1, 9):
        notes.put(name(number), number, 100.0 + number)
    notes.put(name(1), 1, 200.0)
    notes.put(name(9), 9, 201.0)
    assert notes.get(name(2)) is None
    assert [notes.get(name(number)) is not None for number in (1, 3, 9)] == [True] * 3


def test_names_spread_over_all_shelves() -> None:
    notes = Table(4000)
    for number in range(1000):
        notes.put(name_of(str(number)), number, 1.0 + number)
    kept = [number for number in range(1000) if notes.get(name_of(str(number))) == (number, 1.0 + number)]
    assert len(kept) > 990


def test_what_one_process_took_the_other_has_not() -> None:
    buckets = Buckets(2, 3600)
    assert buckets.take("a")
    assert in_another_process(lambda: buckets.take("a"))
    assert not buckets.take("a")
    assert in_another_process(lambda: buckets.take("b"))


def test_a_start_token_is_used_once_in_all_processes() -> None:
    tokens = StartTokens(KEY)
    token, other = tokens.make("/s/x"), tokens.make("/s/x")
    assert in_another_process(lambda: tokens.accept(token, "/s/x") is not Arrival.REFUSED)
    assert tokens.accept(token, "/s/x") is Arrival.REFUSED
    assert tokens.accept(other, "/s/x") is Arrival.EARLY
    assert in_another_process(lambda: tokens.accept(other, "/s/x") is Arrival.REFUSED)


def test_all_processes_name_a_network_alike_and_lose_the_key_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sources = Sources()
    before = sources.name("start", "203.0.113.7")
    assert in_another_process(lambda: sources.name("start", "203.0.113.7") == before)
    monkeypatch.setattr("consult.web.limits._today", lambda: 99_999)
    assert in_another_process(sources.renew)
    assert not sources.renew()
    assert sources.name("start", "203.0.113.7") != before


def test_a_secret_is_written_over_when_its_day_is_over() -> None:
    secret = Secret(32, 1)
    view = secret.value
    before = bytes(view)
    assert not secret.renew(1)
    assert bytes(view) == before
    assert secret.renew(2)
    assert bytes(view) != before
    assert len(before) == 32


def test_a_process_that_is_killed_lets_go() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with shared.alone():
            os.write(writing, b"held")
            signal.pause()
        os._exit(0)
    assert os.read(reading, 4) == b"held"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert Buckets(1, 60).take("a")
    os.close(reading)
    os.close(writing)
