"""What people do most at a survey's address, without the framework: a page of questions, and a button on it.

Whatever is not plainly such a request (no visit, something to note or to say, another language, a page that
shows an answer, a problem with what was typed, a fault of any kind) goes the whole way through the views,
which say what is right: tests hold the two against each other, pages byte for byte, acts by what they store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import Engine

from consult import turns
from consult.models.base import writing
from consult.records.reading import Reading
from consult.respond.quick.acts import Acts, NotStoredError
from consult.respond.quick.asked import AREA, Answer, Door
from consult.respond.quick.pages import Pages
from consult.respond.quick.visits import Visits
from consult.web.extensions import db
from consult.web.writing import MET

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def init_app(app: Flask, _keys: object) -> None:
    """Answer such requests before the framework sees them."""
    with app.app_context():
        app.wsgi_app = Quick(app, app.wsgi_app, db.engine)  # type: ignore[method-assign]
        if db.engine.dialect.name == "sqlite":  # whose readers wait for nobody
            app.extensions[turns.NO_WAITING] = AREA
        else:
            turns.allow(turns.AT_ONCE_ELSEWHERE)


class Quick:
    """WSGI: answers what it can, and hands everything else on as it came."""

    def __init__(self, app: Flask, whole: WSGIApplication, engine: Engine) -> None:
        self.whole, self._engine = whole, engine
        visits = Visits(app)
        self._door, self._pages, self._acts = Door(app), Pages(app, visits), Acts(app, visits)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or hand on. Raises turns.MustWaitError where nothing may be waited for and must be."""
        if not environ["PATH_INFO"].startswith(AREA):
            return self.whole(environ, start_response)
        if turns.NO_WAITING in environ:
            ready = self._quickly(environ, start_response)
            if ready is None:
                raise turns.MustWaitError
            return ready
        with turns.Taken():
            return self._quickly(environ, start_response) or self.whole(environ, start_response)

    def _quickly(self, environ: WSGIEnvironment, start_response: StartResponse) -> Sequence[bytes] | None:
        writing.set(False)  # what is stored goes through the one writer
        answer: Answer | None = None
        try:
            asked = self._door.asked(environ)
            if asked is not None:
                with Reading(self._engine) as session:
                    way = self._pages if asked.fields is None else self._acts
                    answer = way.answer(session, asked)
        except NotStoredError as failed:
            environ[MET] = failed.met
            return None
        except Exception:  # noqa: BLE001 - the views meet it again, and have the words for it
            return None
        if answer is None:
            return None
        start_response(answer.status, answer.headers)
        return [answer.body]
