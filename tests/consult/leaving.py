"""An application whose loop leaves work for later, to be served: each answer leaves some, and tells of it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, ClassVar

from consult import turns
from consult.lulls import lull

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SLOW_SECONDS = 0.03
IDLE_SECONDS = 0.1


class Leaving:
    """Below /s/ the loop asks: `leave` and `slow` leave work; `seen` says how many had been asked by then.

    `other` lets a thread leave work while the loop has nothing to do; `waited` says how long that took.
    """

    extensions: ClassVar = {turns.NO_WAITING: "/s/"}

    def __init__(self) -> None:
        self.asked = 0
        self.seen: list[int] = []
        self.waited = -1.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer; what is left notes how many requests were looked at before it was done."""
        start_response("200 OK", [])
        what = environ["PATH_INFO"]
        if what == "/s/seen":
            seen, self.seen, self.asked = self.seen, [], 0
            return [",".join(map(str, seen)).encode()]
        if what == "/s/waited":
            return [str(self.waited).encode()]
        if what == "/s/other":
            threading.Timer(IDLE_SECONDS, self._leave).start()
        if what == "/s/slow":
            time.sleep(SLOW_SECONDS)
        if what in ("/s/slow", "/s/leave"):
            self.asked += 1
            lull.then(lambda: self.seen.append(self.asked))
        return [b"answer"]

    def _leave(self) -> None:
        begun = time.monotonic()

        def note() -> None:
            self.waited = time.monotonic() - begun

        lull.then(note)


def create_app() -> Leaving:
    """For the server."""
    return Leaving()
