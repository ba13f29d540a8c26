"""One request that the loop which takes people in asks for itself, and its answer.

What it asks for is made at once, or after an act is on disk, or by a thread after all: the same request goes
on, and is read once. Knows gunicorn, WSGI, and nothing of the application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn

from consult import clock, turns
from consult.serving.heads import Heads

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class FramingError(ValueError):
    """A header with a line break in it."""


class Request:
    """A whole request on a line that stays open after it. Raises heads.NotPlainError for one that a thread
    must read."""

    def __init__(self, heads: Heads, line: TConn, received: bytes) -> None:
        self.line = line
        self._environ = heads.environ(received, line)
        self._answer = _Answer()

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

    def __init__(self) -> None:
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
        body = [] if without else [*self._written, *pieces]
        length = "" if without else f"Content-Length: {sum(map(len, body))}\r\n"
        own = [f"{name}: {value}\r\n" for name, value in self._headers if name.lower() not in _OURS]
        head = f"HTTP/1.1 {self._status}\r\n{_about(int(clock.now()))}{''.join(own)}{length}\r\n"
        if not head.count("\n") == head.count("\r") == len(own) + 5 + bool(length):
            raise FramingError
        return b"".join((head.encode("latin-1"), *body))


_OURS = frozenset({"content-length", "connection"})
_WITHOUT_BODY = ("204", "304")


@lru_cache(1)
def _about(second: int) -> str:
    return f"Server: {wsgi.SERVER}\r\nDate: {util.http_date(second)}\r\nConnection: keep-alive\r\n"
