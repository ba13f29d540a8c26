"""One check of every unsafe request, without exception: where it comes from, and a token that we gave out."""

from __future__ import annotations

from flask import Flask, request

from consult.models.base import writing
from consult.web.areas import is_staff
from consult.web.extensions import csrf
from consult.web.sessions import current
from consult.web.throttle import start_tokens

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
START_FIELD = "start_token"


def init_app(app: Flask) -> None:
    """Check before any view runs."""
    csrf.init_app(app)

    @app.before_request
    def check() -> None:
        unsafe = request.method not in SAFE
        writing.set(unsafe)
        if not unsafe or request.endpoint is None:
            return
        site = request.headers.get("Sec-Fetch-Site")
        if site not in {None, "same-origin"}:
            csrf._error_response("The form came from another site.")  # noqa: SLF001 - the library's one way
        if _carries_start_token() and start_tokens().accept(request.form[START_FIELD], request.path):
            return
        csrf.protect()


def _carries_start_token() -> bool:
    """A public form made without a cookie: before Start, or on the way back with a code."""
    return START_FIELD in request.form and not is_staff(request.path) and "csrf_token" not in current()
