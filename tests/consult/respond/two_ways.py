"""Requests answered by the short way and by the views, and one answer held against the other."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from flask import Flask
from sqlalchemy import text

from consult import turns
from consult.records import responses
from consult.records.reading import Reading
from consult.respond.quick import Quick
from consult.respond.service import Visit
from consult.respond.service.desk import Desk, keys_of
from consult.web import ageing, sessions
from consult.web.extensions import db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = re.compile(rb'name="csrf_token"[^>]*value="[^"]+"')
Answer = tuple[str, list[tuple[str, str]], bytes]
Asks = Callable[[Callable[..., Iterable[bytes]], "WSGIEnvironment"], Answer]
STORED = ("visit", "draft", "receipt", "response", "tombstone", "total")
KEYS = {"visit": "id_hash", "draft": "lookup", "receipt": "lookup", "response": "id"}


class Twice:
    """Asks both ways, holds one against the other, and gives the answer of the short one.

    What an act stores is put aside, opened as the person would find it, and taken back before the other way.
    """

    def __init__(self, app: Flask, quick: Quick, asks: Asks) -> None:
        self._app, self._quick, self._whole, self._asks = app, quick, quick.whole, asks
        quick.whole = self._handed_on
        self.quickly: list[str] = []
        self.acts: list[str] = []
        self.handed_on = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        handed_on, posted = self.handed_on, environ["REQUEST_METHOD"] == "POST"
        sent = environ["wsgi.input"].read() if posted else b""
        before = self._rows() if posted else {}
        short = self._asks(self._quick, {**environ, "wsgi.input": io.BytesIO(sent)})
        if self.handed_on == handed_on:
            after = self._rows() if posted else {}
            found = self._found(environ) if posted else None
            self._put_back(before)
            whole = answered(self._whole, {**environ, "wsgi.input": io.BytesIO(sent)})
            assert short[0] == whole[0]
            assert sorted(short[1]) == sorted(whole[1])
            assert TOKEN.sub(b"TOKEN", short[2]) == TOKEN.sub(b"TOKEN", whole[2])
            if posted:
                assert found == self._found(environ)
                assert _keys(after) == _keys(self._rows())
                self.acts += parse_qs(sent.decode())["act"]
            else:
                assert TOKEN.search(short[2])
                self.quickly.append(environ["PATH_INFO"])
        start_response(short[0], short[1])
        return [short[2]]

    def _handed_on(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.handed_on += 1
        return self._whole(environ, start_response)

    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        with self._app.app_context(), db.engine.connect() as connection:
            return {
                table: [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608
                for table in STORED
            }

    def _put_back(self, rows: Mapping[str, list[dict[str, Any]]]) -> None:
        with self._app.app_context(), db.engine.begin() as connection:
            for table, kept in rows.items():
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
                for row in kept:
                    places = ", ".join(f":{name}" for name in row)
                    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"), row)  # noqa: S608

    def _found(self, environ: WSGIEnvironment) -> list[Any]:
        """What is stored of this person, opened with what they hold; and the totals."""
        cookie = environ["HTTP_COOKIE"].removeprefix("s=")
        vault = self._app.extensions["consult.intake_vault"]
        with self._app.app_context(), Reading(db.engine) as session:
            content = sessions.in_use(session, cookie, idle_minutes=60)
            assert content is not None
            visit = Visit.from_plain(content["visit"])
            desk = Desk.at(session, vault, visit.slug)
            sent = responses.find(session, vault, desk.survey, keys_of(visit)) if visit.drafted else None
            totals = session.execute(text("SELECT what, current FROM total ORDER BY what"))
            kept = {name: held for name, held in content.items() if name not in ageing.MARKS}
            return [kept, desk.answers(visit), sent, [tuple(row) for row in totals]]


def _keys(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    return {table: sorted(row[key] for row in rows[table]) for table, key in KEYS.items()}


def answered(app: Callable[..., Iterable[bytes]], environ: WSGIEnvironment) -> Answer:
    said: list[Any] = []
    body = app(environ, lambda status, headers, *_: said.extend((status, list(headers))))
    try:
        return said[0], said[1], b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()


def in_the_loop(app: Callable[..., Iterable[bytes]], environ: WSGIEnvironment) -> Answer:
    """As the loop of a server asks: at once, again when it is told, and by a thread what has to wait."""
    told = threading.Event()
    environ[turns.NO_WAITING] = told.set
    while True:
        try:
            answer = answered(app, environ)
        except turns.NotYetError:
            assert told.wait(20)
        except turns.MustWaitError:
            del environ[turns.NO_WAITING]
        else:
            # Nothing leads back to the request, which would keep what was sent in memory.
            assert "consult.respond.quick" not in {type(value).__module__ for value in environ.values()}
            return answer
