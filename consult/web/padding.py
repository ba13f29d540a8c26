"""Pages of a survey in few sizes, so that somebody who watches the line cannot tell which page was read.

A comment at the end fills each page up. Pages are not compressed: packed, the filling would vanish.
"""

from __future__ import annotations

from flask import Response

from consult.web.extensions import settings

STEP = 16 * 1024
LEAST = 2 * STEP
"""Nearly every page of a survey fits, and with styles and script a first visit still stays under 60 KB."""
_OPEN, _CLOSE = b"<!--", b"-->"


def pad(response: Response) -> Response:
    """Fill a page up to 32 KiB, or the next multiple of 16. Redirects and other kinds stay as they are."""
    if not settings().pad_pages or response.mimetype != "text/html" or 300 <= response.status_code < 400:
        return response
    body = response.get_data()
    length = len(body) + len(_OPEN) + len(_CLOSE)
    missing = LEAST - length if length <= LEAST else -length % STEP
    response.set_data(body + _OPEN + b"." * missing + _CLOSE)
    return response
