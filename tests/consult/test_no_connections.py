"""S27: taking part opens no connection to anybody: seen by Python's own audit of every socket."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask

from tests.builders import make_team
from tests.visitor import Visitor

WATCHED = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}
_noting: list[list[str]] = []


def _note(event: str, _: object) -> None:
    if _noting and event in WATCHED:
        _noting[-1].append(event)


# A hook stays for as long as the process does; it notes only while somebody watches.
sys.addaudithook(_note)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every step of a connection that is taken meanwhile, in this process."""
    seen: list[str] = []
    _noting.append(seen)
    try:
        yield seen
    finally:
        _noting.remove(seen)


def test_a_connection_would_be_seen() -> None:
    with watched() as seen, suppress(OSError), socket.socket() as line:
        line.connect(("127.0.0.1", 9))
    assert seen == ["socket.connect"]


def test_from_the_landing_page_to_taking_back_nobody_else_is_spoken_to(app: Flask, visitor: Visitor) -> None:
    if not app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("PostgreSQL itself is spoken to by a socket")
    slug = make_team(app).survey.slug
    with watched() as seen:
        visitor.visit("/")
        visitor.visit(f"/about/{slug}")
        visitor.press("Start")
        code = visitor.take_code()
        visitor.press("Continue", {"depth": "full"})
        visitor.press("Continue", {"helped_words": "See https://example.org/a and a@example.org"})
        visitor.press("Continue")
        visitor.press("Yes, use my answers: send them")
        assert visitor.heading == "Your answers are sent"
        visitor.visit(f"/back/{slug}")
        visitor.press("Continue", {"code": code})
        visitor.press("Take my answers back")
        assert visitor.heading == "Your answers are taken back"
        visitor.client.get("/leave", base_url="http://localhost")
    assert seen == []
