"""One request that the loop which takes people in asks for itself, and its answer.

What it asks for is made at once, or after an act is on disk, or by a thread after all: the same request goes
on, and is read once. Knows gunicorn, WSGI, and nothing of the application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gunicorn import http
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn

from consult import turns
from consult.arrivals import Gathered

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Request:
    """A whole request on a line. Raises what the parser raises where it is none."""

    def __init__(self, config: Any, line: TConn, received: bytes) -> None:
        line.parser = http.get_parser(config, [received], line.client)
        line.initialized = True
        self.line = line
        self._answer = Gathered()
        self._request = next(line.parser)
        self._response, self._environ = wsgi.create(
            self._request, self._answer, line.client, line.server, config
        )
        self._environ["wsgi.multithread"] = True

    @property
    def is_last(self) -> bool:
        """Whether the line ends with its answer."""
        return bool(self._request.should_close())

    def at_once(self, application: WSGIApplication, tell: Callable[[], None]) -> bytes:
        """The whole answer without waiting. `tell` is called by any thread when it is worth asking again.

        Raises turns.MustWaitError, turns.NotYetError.
        """
        self._environ[turns.NO_WAITING] = tell
        return self._asked(application)

    def by_a_thread(self, application: WSGIApplication) -> bytes:
        """The whole answer, however long it takes."""
        self._environ.pop(turns.NO_WAITING, None)
        return self._asked(application)

    def _asked(self, application: WSGIApplication) -> bytes:
        pieces: Iterable[bytes] = application(self._environ, self._response.start_response)
        try:
            for piece in pieces:
                self._response.write(piece)
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()
        self._response.close()
        return bytes(self._answer.answer)
