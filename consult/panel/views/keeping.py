"""What a page is told whose script has sent it while somebody was still at it.

A line with the turn, and a line in words, filled up as pages are: whoever watches the line sees no difference
between a mark and a page of words.
"""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _


def asked() -> bool:
    """Whether the page stays where it is."""
    return request.form.get("go") == "stay"


def kept(*, late: bool, turn: int = 0) -> Response:
    """It is saved; `late`: the round has closed, and only words were kept, for the writer alone."""
    if late:
        words = _("The round has closed. Your words are kept for you, and are offered in the next round.")
        return _line(200, words, turn)
    return _line(200, _("Saved."), turn)


def not_kept(status: int, words: str) -> Response:
    """What stands in the way, in one sentence."""
    return _line(status, words)


def _line(status: int, words: str, turn: int = 0) -> Response:
    return Response(f"{turn}\n{words}", status=status, mimetype="text/plain")
