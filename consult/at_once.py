"""One request that the loop which takes people in asks for itself, and its answer.

What it asks for is made at once, or after an act is on disk, or by a thread after all: the same request goes
on, and is read once. Knows gunicorn, WSGI, and nothing of the application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gunicorn import http, util
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn

from consult import clock, turns

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class FramingError(ValueError):
    """A header with a line break in it."""


class Request:
    """A whole request on a line. Raises what the parser raises where it is none."""

    def __init__(self, config: Any, line: TConn, received: bytes) -> None:
        line.parser = http.get_parser(config, [received], line.client)
        self.line = line
        self._read = next(line.parser)
        self._answer: _Answer
        self._answer, self._environ = wsgi.create(self._read, None, line.client, line.server, config, _Answer)
        self._environ["wsgi.multithread"] = True

    @property
    def is_ordinary(self) -> bool:
        """Whether the line stays open after its answer, as with every browser, and nothing is to be said
        before it."""
        return self._read.version == (1, 1) and not self._read.should_close()

    def at_once(self, application: WSGIApplication, tell: Callable[[], None]) -> bytes:
        """The whole answer without waiting. `tell` is called by any thread when it is worth asking again.

        Raises turns.MustWaitError, turns.NotYetError.
        """
        self._environ[turns.NO_WAITING] = tell
        try:
            return self.answer(application)
        finally:  # it leads back here, and what was sent would stay in memory until a search for garbage
            del self._environ[turns.NO_WAITING]

    def answer(self, application: WSGIApplication) -> bytes:
        """The whole answer, however long it takes."""
        pieces: Iterable[bytes] = application(self._environ, self._answer.start_response)
        try:
            return self._answer.framed(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()


class _Answer:
    """What the application says, whole, as it goes over a line of HTTP/1.1 that stays open."""

    def __init__(self, *_: object) -> None:
        self._status = ""
        self._headers: Sequence[tuple[str, str]] = ()
        self._written: list[bytes] = []

    def start_response(
        self, status: str, headers: list[tuple[str, str]], _met: object = None, /
    ) -> Callable[[bytes], object]:
        """As WSGI says. Called again, it counts: nothing is on its way yet."""
        self._status, self._headers = status, headers
        return self._written.append

    def framed(self, pieces: Iterable[bytes]) -> bytes:
        """All bytes of the answer. Raises FramingError."""
        without = self._status.startswith(_WITHOUT_BODY)
        body = b"" if without else b"".join((*self._written, *pieces))
        length = "" if without else f"Content-Length: {len(body)}\r\n"
        own = [f"{name}: {value}\r\n" for name, value in self._headers if name.lower() not in _OURS]
        head = f"HTTP/1.1 {self._status}\r\n{_about(int(clock.now()))}{''.join(own)}{length}\r\n"
        if not head.count("\n") == head.count("\r") == len(own) + 5 + bool(length):
            raise FramingError
        return head.encode("latin-1") + body


_OURS = frozenset({"content-length", "connection"})
_WITHOUT_BODY = ("204", "304")


@lru_cache(1)
def _about(second: int) -> str:
    return f"Server: {wsgi.SERVER}\r\nDate: {util.http_date(second)}\r\nConnection: keep-alive\r\n"
