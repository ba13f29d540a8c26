"""S20: many windows with one code, spread over two processes that take answers on one database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import cast
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound
from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.test import Client

from consult.models.response import Draft, Receipt, Response, Tombstone
from consult.settings import Settings
from tests.builders import Team, make_team
from tests.consult.respond.test_at_the_same_moment import (
    BUSY,
    CHECK,
    ELSEWHERE,
    GONE,
    PAGES,
    SEND,
    SENT,
    WITHDRAWN,
    at_once,
    count,
    pressing,
)
from tests.forms import FULL
from tests.served import Server
from tests.visitor import Visitor

pytestmark = pytest.mark.hostile
ROUNDS = 10 if FULL else 1
SHOWN = {SENT, ELSEWHERE, "What you sent", GONE, BUSY, CHECK}


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def two(team: Team, settings: Settings) -> Iterator[tuple[Server, Server]]:
    """Two processes on the database of this test, as on two hosts or after `--workers 2`."""
    team.session.rollback()
    with ExitStack() as both:
        first = Server(settings)
        both.callback(first.kill)
        second = Server(settings)
        both.callback(second.kill)
        yield first, second


def window(server: Server) -> Visitor:
    """Somebody's window, whose requests go over the line to one of the processes."""
    line = {
        "target": f"http://127.0.0.1:{server.port}",
        "remove_prefix": False,
        "host": "<auto>",
        "headers": {},
        "ssl_context": None,
    }
    proxy = ProxyMiddleware(NotFound(), {}, timeout=60)

    def over_the_line(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return proxy.proxy_to(line, environ["PATH_INFO"], "/")(environ, start_response)

    return Visitor(cast("FlaskClient", Client(over_the_line)))


def sent(server: Server, slug: str) -> str:
    """Somebody sends one answer; returns the code."""
    visitor = window(server)
    visitor.visit(f"/about/{slug}")
    visitor.press("Start")
    code = visitor.take_code()
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"helped_words": "They listened."})
    visitor.press("Continue")
    visitor.press(SEND)
    assert visitor.heading == SENT
    return code


def windows(two: tuple[Server, Server], slug: str, code: str, number: int) -> list[Visitor]:
    """So many windows that came in with one code, in turn at either process."""
    made = [window(two[place % 2]) for place in range(number)]
    for each in made:
        each.visit(f"/back/{slug}")
        each.press("Continue", {"code": code})
    return made


def test_of_many_windows_at_two_processes_one_sends_and_the_others_are_told(
    team: Team, two: tuple[Server, Server], figure: Callable[[str, object], None]
) -> None:
    slug = team.survey.slug
    team.session.rollback()  # or this process would hold the lock of all who write
    told: Counter[str] = Counter()
    for _ in range(ROUNDS):
        code = sent(two[0], slug)
        (first,) = windows(two, slug, code, 1)
        first.press("Change my answers")
        crowd = windows(two, slug, code, PAGES)
        for each in crowd:
            while each.heading != CHECK:
                each.press("Continue")
        shown = Counter(at_once([pressing(each, SEND) for each in crowd]))
        assert shown[SENT] <= 1
        assert set(shown) <= SHOWN
        told += shown
    assert count(Response) == count(Receipt) == ROUNDS
    figure("windows at two processes", sum(told.values()))
    figure("more than one winner", 0)


def test_sending_changing_and_taking_back_at_two_processes_leaves_one_outcome(
    team: Team, two: tuple[Server, Server]
) -> None:
    slug = team.survey.slug
    for _ in range(ROUNDS):
        before = count(Response), count(Tombstone)
        code = sent(two[1], slug)
        crowd = windows(two, slug, code, PAGES)
        (sender,) = windows(two, slug, code, 1)
        sender.press("Change my answers")
        acts = [pressing(sender, SEND)]
        for number, each in enumerate(crowd):
            each.press("Take back one answer") if number % 3 == 2 else None
            buttons = ("Take my answers back", "Change my answers", "Take back: What helped?")
            acts.append(pressing(each, buttons[number % 3]))
        shown = Counter(at_once(acts))
        assert shown[WITHDRAWN] <= 1
        grown = count(Response) - before[0], count(Tombstone) - before[1]
        assert grown == ((0, 1) if shown[WITHDRAWN] else (1, 0)), shown
        assert count(Response) == count(Receipt)
    assert count(Draft) <= ROUNDS
