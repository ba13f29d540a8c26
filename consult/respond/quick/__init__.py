"""What people do most at a survey's address, without the framework: a page of questions, and a button on it.

Whatever is not plainly such a request (no visit, something to note or to say, another language, a page that
shows an answer, a problem with what was typed, a fault of any kind) goes the whole way through the views,
which say what is right: tests hold the two against each other, pages byte for byte, acts by what they store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from flask import Flask
from sqlalchemy import Engine

from consult import turns
from consult.models.base import writing
from consult.records.reading import Reading
from consult.records.writing import TooManyActsError
from consult.respond.quick.acts import Acts
from consult.respond.quick.asked import AREA, Answer, Door
from consult.respond.quick.pages import Pages
from consult.respond.quick.visits import Visits
from consult.web.extensions import db
from consult.web.writing import MET

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from consult.records.writing import Writer

_UNDER_WAY, _WHOLE = "consult.under_way", "consult.whole"
"""In the environment of a request that the loop asks for: its act, and that it is for the views."""


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
        self._writer = cast("Writer", app.extensions["consult.writer"])
        visits = Visits(app)
        self._door, self._pages, self._acts = Door(app), Pages(app, visits), Acts(app, visits)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or hand on. Where nothing may be waited for and something must be, raises
        turns.MustWaitError or turns.NotYetError."""
        if not environ["PATH_INFO"].startswith(AREA):
            return self.whole(environ, start_response)
        if turns.NO_WAITING in environ:
            return _said(self._without_waiting(environ), start_response)
        with turns.Taken():
            answer = None if _WHOLE in environ else self._waiting(environ)
            if answer is not None:
                return _said(answer, start_response)
            return self.whole(environ, start_response)

    def _waiting(self, environ: WSGIEnvironment) -> Answer | None:
        answer = self._found(environ)
        if answer is not None and answer.writes:
            try:
                self._writer.run(answer.writes, scrub=answer.scrub)
            except Exception as met:  # noqa: BLE001 - whatever it is, the views have the words for it
                environ[MET] = met
                return None
        return answer

    def _without_waiting(self, environ: WSGIEnvironment) -> Answer:
        """As `_waiting` in two steps; once it has raised MustWaitError the views are next."""
        under_way: _UnderWay | None = environ.pop(_UNDER_WAY, None)
        if under_way is None:
            answer = self._found(environ)
            if answer is not None and answer.writes:
                self._begin(environ, answer)
                raise turns.NotYetError
        elif under_way.met is None:
            answer = under_way.answer
        else:
            environ[MET], answer = under_way.met, None
        if answer is None:
            environ[_WHOLE] = True
            raise turns.MustWaitError
        return answer

    def _begin(self, environ: WSGIEnvironment, answer: Answer) -> None:
        """Let the answer's act be stored. Raises turns.MustWaitError."""
        under_way = _UnderWay(answer, environ[turns.NO_WAITING])
        try:
            self._writer.later(answer.writes, scrub=answer.scrub, then=under_way.end)
        except TooManyActsError as met:
            environ[MET], environ[_WHOLE] = met, True
            raise turns.MustWaitError from None
        environ[_UNDER_WAY] = under_way

    def _found(self, environ: WSGIEnvironment) -> Answer | None:
        """The answer, with what must be stored first. Nothing is read any more: an open reader would hold
        up the emptying of the write-ahead log."""
        writing.set(False)  # what is stored goes through the one writer
        try:
            asked = self._door.asked(environ)
            if asked is None:
                return None
            with Reading(self._engine) as session:
                return (self._pages if asked.fields is None else self._acts).answer(session, asked)
        except Exception:  # noqa: BLE001 - the views meet it again, and have the words for it
            return None


class _UnderWay:
    """An act that is being stored, the answer that follows it, and what storing it met."""

    def __init__(self, answer: Answer, tell: Callable[[], None]) -> None:
        self.answer, self._tell = answer, tell
        self.met: BaseException | None = None

    def end(self, met: BaseException | None) -> None:
        self.met = met
        self._tell()


def _said(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    start_response(answer.status, answer.headers)
    return answer.body
