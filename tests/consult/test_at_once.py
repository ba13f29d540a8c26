"""A request that the loop asks for itself: what the application says is framed as it goes over the line."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http.client import HTTPMessage, parse_headers
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from gunicorn.config import Config

from consult import turns
from consult.serving.at_once import FramingError, Request
from consult.serving.heads import Heads

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BODY = b"act=continue"
_POST = b"POST /s/one HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)


def request(received: bytes = _POST) -> Request:
    """One that came over a line of this machine."""
    line: Any = SimpleNamespace(client=("127.0.0.1", 1), server=("127.0.0.1", 2), parser=None)
    return Request(Heads(Config()), line, received)


def says(status: str, headers: list[tuple[str, str]], *pieces: bytes) -> Callable[..., list[bytes]]:
    """An application that always says the same."""

    def application(_: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response(status, headers)
        return list(pieces)

    return application


def read(answer: bytes) -> tuple[str, HTTPMessage, bytes]:
    """Status, headers and body as a browser sees them."""
    lines = BytesIO(answer)
    status = lines.readline().decode().strip()
    return status, parse_headers(lines), lines.read()


def test_an_answer_has_its_length_and_keeps_the_line() -> None:
    answer = request().answer(says("303 SEE OTHER", [("Location", "/s/one")], b"to ", b"one"))
    status, headers, body = read(answer)
    assert status == "HTTP/1.1 303 SEE OTHER"
    assert (headers["Location"], headers["Content-Length"], headers["Connection"]) == (
        "/s/one",
        "6",
        "keep-alive",
    )
    assert headers["Date"].endswith("GMT")
    assert body == b"to one"


def test_a_length_that_the_application_says_is_said_once() -> None:
    for given in ("Content-Length", "content-length"):
        _, headers, body = read(request().answer(says("200 OK", [(given, "999")], b"page")))
        assert headers.get_all("Content-Length") == ["4"]
        assert body == b"page"


def test_an_answer_without_a_body_has_none() -> None:
    for status in ("204 NO CONTENT", "304 NOT MODIFIED"):
        _, headers, body = read(request().answer(says(status, [], b"page")))
        assert body == b""
        assert "Content-Length" not in headers


def test_what_is_written_the_old_way_comes_first() -> None:
    def application(_: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        write = start_response("200 OK", [])
        write(b"first ")
        return [b"then"]

    assert read(request().answer(application))[2] == b"first then"


@pytest.mark.parametrize("bad", ["/s/one\r\nSet-Cookie: s=1", "/s/one\nX: y", "/s/one\rX: y"])
def test_a_header_cannot_begin_another_one(bad: str) -> None:
    with pytest.raises(FramingError):
        request().answer(says("303 SEE OTHER", [("Location", bad)], b""))


def test_the_same_request_goes_on_after_it_had_to_wait() -> None:
    told: list[int] = []
    asked: list[bool] = []

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        asked.append(turns.NO_WAITING in environ)
        environ["tests.seen"] = environ.get("tests.seen", 0) + 1
        if len(asked) == 1:
            environ[turns.NO_WAITING]()
            raise turns.NotYetError
        if len(asked) == 2:
            raise turns.MustWaitError
        start_response("200 OK", [])
        return [b"%d" % environ["tests.seen"]]

    one = request()
    with pytest.raises(turns.NotYetError):
        one.at_once(application, lambda: told.append(1))
    with pytest.raises(turns.MustWaitError):
        one.at_once(application, lambda: told.append(2))
    assert read(one.answer(application))[2] == b"3"
    assert told == [1]
    assert asked == [True, True, False]


def test_what_was_sent_leaves_memory_with_its_answer() -> None:
    times: list[int] = []

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ["tests.sent"] = environ["wsgi.input"].read()
        times.append(1)
        if len(times) == 2:
            raise turns.NotYetError
        start_response("200 OK", [])
        return [b"page"]

    gc.disable()  # a request that leads to itself stays until somebody searches for garbage
    try:
        for waits in (False, True):
            one = request()
            gone = weakref.ref(one)
            tell: Callable[[], Any] = partial(id, one)
            if waits:
                with pytest.raises(turns.NotYetError):
                    one.at_once(application, tell)
            assert one.at_once(application, tell)
            del one, tell
            assert gone() is None
    finally:
        gc.enable()


def test_what_an_answer_holds_is_let_go_also_after_a_fault() -> None:
    closed: list[int] = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            raise RuntimeError("in the middle")

        def close(self) -> None:
            closed.append(1)

    def application(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Pieces()

    with pytest.raises(RuntimeError):
        request().answer(application)
    assert closed == [1]
