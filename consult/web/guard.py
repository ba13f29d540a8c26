"""One check of every unsafe request, without exception: where it comes from, and a token that we gave out."""

from __future__ import annotations

import io
from typing import IO

from flask import Flask, Request, g, request
from flask_wtf.csrf import same_origin

from consult.models.base import writing
from consult.web.areas import is_staff
from consult.web.extensions import csrf, settings
from consult.web.sessions import current
from consult.web.throttle import Arrival, start_tokens

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
START_FIELD = "start_token"
LARGEST_FILE = 1_000_000
"""Bytes of a whole request with a file: below what `consult.serving` gathers in memory."""
LARGEST_LIST = 8 * 2**20
"""The same for what only its size tells from a form: five thousand references with summaries."""


class InMemory(Request):
    """A request whose files stay in memory: the library would put larger ones on the disk, in plain text."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return io.BytesIO()


def init_app(app: Flask) -> None:
    """Check before any view runs."""
    csrf.init_app(app)
    app.request_class = InMemory

    @app.before_request
    def check() -> None:
        unsafe = request.method not in SAFE
        # People who answer only read in their own transaction: what they write goes through the one writer.
        writing.set(unsafe and is_staff(request.path))
        if not unsafe or request.endpoint is None:
            return
        # Before anything reads the form.
        largest = getattr(app.view_functions[request.endpoint], "takes_files", 0)
        if largest and "account" in current():
            request.max_content_length = largest
        site = request.headers.get("Sec-Fetch-Site")
        if site not in {None, "same-origin"}:
            csrf._error_response("The form came from another site.")  # noqa: SLF001 - the library's one way
        if request.is_secure and settings().require_referer:
            _check_referrer()
        arrival = _start_token()
        g.arriving, g.early = arrival is not Arrival.REFUSED, arrival is Arrival.EARLY
        if not g.arriving:
            csrf.protect()


def _check_referrer() -> None:
    """Over HTTPS a form says where it came from. The library asks this only of forms with its own token."""
    if not same_origin(request.referrer or "", f"https://{request.host}/"):
        csrf._error_response("The form came from elsewhere.")  # noqa: SLF001 - as above


def _start_token() -> Arrival:
    """What the token of a public form made without a cookie is worth: Start, or the way back with a code."""
    token = request.form.get(START_FIELD, "")
    if not token or is_staff(request.path):
        return Arrival.REFUSED
    return start_tokens().accept(token, request.path)
