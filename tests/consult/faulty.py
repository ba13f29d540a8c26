"""An application with faults that only an application can have, to be served."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from consult import turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Faulty:
    """Below /s/ the loop asks for answers: one is never there, one is no header, one is right."""

    extensions: ClassVar = {turns.NO_WAITING: "/s/"}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer, or not."""
        if environ["PATH_INFO"] == "/s/raises":
            raise RuntimeError("a fault")
        headers = [("Location", "/s/one\r\nX: y")] if environ["PATH_INFO"] == "/s/headers" else []
        start_response("200 OK", headers)
        return [b"%d" % (turns.NO_WAITING in environ)]


def create_app() -> Faulty:
    """For the server."""
    return Faulty()
