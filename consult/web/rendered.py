"""Pages that hold nothing of the person but a form token: rendered once, and the token put in each time.

Whoever asks for one names everything that the page depends on. A page that shows an answer, a code or a
problem is never kept: it goes through its template each time. Knows text and nothing of what it means.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import cast

from flask import Flask, current_app
from markupsafe import escape

LARGEST = 8 * 2**20
"""Bytes of all kept pages together: some hundred pages."""

Render = Callable[[str], str]
"""Gives the page with this in the place of its form token."""


class BakedInError(RuntimeError):
    """A page to be kept holds the form token of one person, or has no place for one."""


class Rendered:
    """Keeps pages in pieces, cut where the token goes; lets go of those that were not asked for longest."""

    def __init__(self) -> None:
        self._mark = secrets.token_hex(16)
        self._pieces: OrderedDict[Hashable, list[bytes]] = OrderedDict()
        self._size = 0
        self._guard = threading.Lock()

    def page(self, depends_on: Hashable, token: str, render: Render) -> bytes:
        """The page with this token in its forms. Raises BakedInError for one that cannot be kept."""
        pieces = self._find(depends_on)
        if pieces is None:
            pieces = self._cut(render(self._mark), token)
            self._keep(depends_on, pieces)
        return _written(token).join(pieces)

    def ready(self, depends_on: Hashable, token: Callable[[], str]) -> list[bytes] | None:
        """The page, in pieces, if it is kept. The token is made only then."""
        pieces = self._find(depends_on)
        if pieces is None:
            return None
        whole = [_written(token())] * (2 * len(pieces) - 1)
        whole[::2] = pieces
        return whole

    def _find(self, depends_on: Hashable) -> list[bytes] | None:
        with self._guard:
            pieces = self._pieces.get(depends_on)
            if pieces is not None:
                self._pieces.move_to_end(depends_on)
        return pieces

    def _cut(self, page: str, token: str) -> list[bytes]:
        pieces = page.split(self._mark)
        if token in page or len(pieces) == 1:
            raise BakedInError("the form token is not where it was put")
        return [piece.encode() for piece in pieces]

    def _keep(self, depends_on: Hashable, pieces: list[bytes]) -> None:
        with self._guard:
            if depends_on in self._pieces:
                return
            self._pieces[depends_on] = pieces
            self._size += _size(pieces)
            while self._size > LARGEST:
                _, oldest = self._pieces.popitem(last=False)
                self._size -= _size(oldest)


def _written(token: str) -> bytes:
    return str(escape(token)).encode()


def _size(pieces: list[bytes]) -> int:
    return sum(map(len, pieces))


def init_app(app: Flask) -> None:
    """Nothing is kept yet."""
    app.extensions["consult.rendered"] = Rendered()


def rendered() -> Rendered:
    """The pages that the running application keeps."""
    return pages_of(current_app)


def pages_of(app: Flask) -> Rendered:
    """The pages that an application keeps."""
    return cast("Rendered", app.extensions["consult.rendered"])
