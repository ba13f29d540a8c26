"""Pages of a survey in few sizes, so that somebody who watches the line cannot tell which page was read.

A comment at the end fills each page up. Pages are not compressed: packed, the filling would vanish.
"""

from __future__ import annotations

from flask import Response

from consult.web.extensions import settings

STEP = 16 * 1024
LEAST = 2 * STEP
"""Nearly every page of a survey fits, and with styles and script a first visit still stays under 60 KB."""
_KINDS = {"text/html": (b"<!--", b".", b"-->"), "text/plain": (b"\n", b" ", b"\n")}
"""How the filling of each kind begins, what it is made of, how it ends. One line of blanks does not print."""


def pad(response: Response) -> Response:
    """Fill a page, or a copy of one's answers as text, up to 32 KiB or the next multiple of 16.

    Redirects and other kinds stay as they are.
    """
    if not settings().pad_pages or response.mimetype not in _KINDS or 300 <= response.status_code < 400:
        return response
    body = response.get_data()
    response.set_data(body + filling(len(body), response.mimetype))
    return response


def filling(length: int, kind: str = "text/html") -> bytes:
    """What fills up a page of so many bytes."""
    opening, letter, closing = _KINDS[kind]
    least = length + len(opening) + len(closing)
    missing = LEAST - least if least <= LEAST else -least % STEP
    return b"".join((opening, letter * missing, closing))
