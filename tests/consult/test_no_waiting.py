"""What needs no waiting is answered at once, whatever everybody else waits for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.models import base, locks
from consult.models.response import Response
from consult.settings import Settings
from consult.turns import THREADS
from consult.web.extensions import db
from tests.builders import make_team
from tests.served import Person, Server

WAITING = THREADS + 2
SOON = 2.5
"""Seconds: half of what those wait who want to write."""


Begin = Callable[[int], list[Person]]


@pytest.fixture
def begin(app: Flask, settings: Settings) -> Iterator[Begin]:
    """So many people at the page of questions of a survey that is served."""
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    server = Server(settings, processes=1)

    def people(count: int) -> list[Person]:
        made = [Person(port=server.port, slug=slug, words=f"words {place}") for place in range(count)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(Person.begin, made))
        return made

    yield people
    server.kill()


def test_a_page_of_questions_is_shown_while_all_threads_wait_to_write(begin: Begin) -> None:
    reader, *writers = begin(WAITING + 1)
    first = reader.show()
    with ThreadPoolExecutor(WAITING) as pool:
        with locks.held(_lock()):
            saving = [pool.submit(person.save) for person in writers]
            time.sleep(0.5)
            begun = time.monotonic()
            assert "helped_words" in reader.show()
            took = time.monotonic() - begun
            assert not any(each.done() for each in saving)
        for each in saving:
            each.result()
    assert took < SOON
    assert _without_tokens(reader.show()) == _without_tokens(first)


def test_somebody_who_asks_often_and_reads_late_gets_every_answer_and_holds_nobody_up(begin: Begin) -> None:
    reader, other = begin(2)
    other_page = other.show()
    request = f"GET /s/{reader.slug} HTTP/1.1\r\nHost: localhost\r\nCookie: {reader.cookie}\r\n\r\n".encode()
    times = 60
    with socket.create_connection(("127.0.0.1", reader.port), timeout=20) as line:
        sender = threading.Thread(target=_say_again, args=(line, request, times))
        sender.start()
        time.sleep(1)
        begun = time.monotonic()
        assert _without_tokens(other.show()) == _without_tokens(other_page)
        assert time.monotonic() - begun < SOON
        got = b""
        while got.count(b"</html>") < times and (more := line.recv(1 << 16)):
            got += more
        sender.join()
    assert got.count(b"HTTP/1.1 200 OK\r\n") == got.count(b"</html>") == times


def test_more_people_than_threads_wait_for_the_disk_and_none_is_sent_away(begin: Begin) -> None:
    people = begin(4 * THREADS)
    with ThreadPoolExecutor(len(people)) as pool:
        with locks.held(_lock()):
            saving = [pool.submit(person.save) for person in people]
            time.sleep(1)
            assert not any(each.done() for each in saving)
        for each in saving:
            each.result()
    assert all(person.words in person.check() for person in people)


def test_two_pages_of_one_person_at_once_lose_no_word(begin: Begin) -> None:
    (person,) = begin(1)
    person.show()
    tabs = [replace(person, words=f"tab number {place}") for place in range(2)]
    with ThreadPoolExecutor(2) as pool:
        with locks.held(_lock()):
            saving = [pool.submit(tab.ask_to_save) for tab in tabs]
            time.sleep(0.5)
        ended = [each.result() for each in saving]
    (kept,) = [place for place, (status, _) in enumerate(ended) if status == 303]
    status, page = ended[1 - kept]
    assert status == 409
    assert tabs[1 - kept].words in page
    assert tabs[kept].words in person.check()


def test_send_pressed_twice_at_once_sends_once_and_says_so(begin: Begin) -> None:
    (person,) = begin(1)
    person.save()
    person.check()
    with ThreadPoolExecutor(2) as pool:
        with locks.held(_lock()):
            sending = [pool.submit(replace(person).ask_to_send) for _ in range(2)]
            time.sleep(0.5)
        ended = [each.result() for each in sending]
    assert min(status for status, _ in ended) == 303
    assert "Your answers are sent" in person.show()
    assert db.session.scalar(select(func.count()).select_from(Response)) == 1
    db.session.rollback()


def test_when_somebody_else_writes_for_long_the_text_comes_back_and_is_tried_once(begin: Begin) -> None:
    (person,) = begin(1)
    with locks.held(_lock()):
        begun = time.monotonic()
        status, page = person.ask_to_save()
        took = time.monotonic() - begun
    assert status == 503
    assert person.words in page
    assert locks.PATIENCE_SECONDS - 1 < took < 2 * locks.PATIENCE_SECONDS
    person.save()
    assert person.words in person.check()


def test_who_hangs_up_while_it_is_stored_keeps_it_and_breaks_nothing(begin: Begin) -> None:
    gone, other = begin(2)
    with locks.held(_lock()), socket.create_connection(("127.0.0.1", gone.port), timeout=20) as line:
        line.sendall(gone.saving())
        time.sleep(0.5)
    other.save()
    assert gone.words in gone.check()
    assert other.words in other.check()


def _lock() -> Path:
    lock = base.lock_of(db.engine)
    assert lock is not None
    return lock


def _say_again(line: socket.socket, request: bytes, times: int) -> None:
    """Alone at first, then several together, as fast as they are taken."""
    for _ in range(times // 2):
        line.sendall(request)
    line.sendall(request * (times - times // 2))


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf_token" not in line]
