"""Respondents by the hundred: prepared over HTTP, put back to where they were, walked through a survey."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from sqlalchemy import Engine, text

from benchmarks import load
from benchmarks.servers import HOST
from benchmarks.survey import Typed

_START = re.compile(r'name="start_token" value="([^"]+)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# Argon2 lets two codes be made at once and eight wait: more callers than that would be sent away.
_PREPARING_AT_ONCE = 6
_CODE = re.compile(r'class="app-code"[^>]*>([a-z ]+)<')
_ASKED = re.compile(r">\s*Word (\d)\s*<")
_KEPT = ("visit", "draft", "receipt", "response")


class VisitError(RuntimeError):
    """A page did not answer as a respondent's way expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One respondent: the session cookie, and the token that their forms carry."""

    cookie: str
    token: str


class Respondent:
    """Somebody with a browser that keeps one cookie; counts the requests made."""

    def __init__(self, port: int, slug: str) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=60)
        self._slug = slug
        self.cookie = ""
        self.token = ""
        self.requests = 0

    def start(self, *, looking: bool = False, with_code: bool = True) -> None:
        """From the invitation to the first page of questions, asked for everything.

        `looking`: each answer of 303 is followed, as a browser does.
        """
        begin = _found(_START, self._get(f"/about/{self._slug}"))
        self._post({"start_token": begin})
        self.token = _found(_TOKEN, self.show())
        if with_code:
            self._take_code()
        else:
            self.act("no_code")
        if looking:
            self.show()
        self.act("continue", {"depth": "full"})
        if looking:
            self.show()

    def _take_code(self) -> None:
        self.act("code")
        page = self.show()
        code = _found(_CODE, page).split()
        self.act("continue", {"word": [code[int(place) - 1] for place in _ASKED.findall(page)]})

    def act(self, button: str, typed: Mapping[str, str | list[str]] | None = None) -> None:
        """Press a button, having typed this. Raises VisitError unless it is answered by 303."""
        self._post({**(typed or {}), "csrf_token": self.token, "act": button})

    def show(self) -> str:
        """The page where the person is."""
        return self._get(f"/s/{self._slug}")

    def visit(self) -> Visit:
        """What a replayed request needs."""
        return Visit(cookie=self.cookie, token=self.token)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _get(self, path: str) -> str:
        status, page = self._ask("GET", path, None)
        if status != 200:
            raise VisitError(f"a page answered {status}")
        return page

    def _post(self, fields: Mapping[str, str | list[str]]) -> None:
        status, _ = self._ask("POST", f"/s/{self._slug}", urlencode(fields, doseq=True))
        if status != 303:
            raise VisitError(f"the button {fields.get('act', 'start')} was answered {status}")

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        page = answer.read().decode()
        self.requests += 1
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = line.partition(";")[0]
        return answer.status, page


def prepare(port: int, slug: str, count: int) -> list[Visit]:
    """So many respondents, each at the first page of questions with a code taken."""

    def one(_: int) -> Visit:
        respondent = Respondent(port, slug)
        try:
            respondent.start()
        finally:
            respondent.close()
        return respondent.visit()

    # The first one alone: every template is compiled then, and the row of the survey's running total made.
    first = one(0)
    with ThreadPoolExecutor(_PREPARING_AT_ONCE) as pool:
        return [first, *pool.map(one, range(1, count))]


def saves(port: int, slug: str, visits: Sequence[Visit], typed: Typed) -> list[bytes]:
    """For each visit, the request that saves its page of answers."""
    return [_request(port, slug, visit, {**typed, "act": "continue"}) for visit in visits]


def sends(port: int, slug: str, visits: Sequence[Visit]) -> list[bytes]:
    """For each visit, the request that sends the answers."""
    return [_request(port, slug, visit, {"act": "send"}) for visit in visits]


def page(port: int, slug: str, visit: Visit) -> bytes:
    """The request for the page where a visit is."""
    return load.message(port, "GET", f"/s/{slug}", cookie=visit.cookie)


def walk(port: int, slug: str, pages: Sequence[Typed], *, with_code: bool = True) -> int:
    """A whole journey as a browser makes it, each 303 followed; returns how many requests it took."""
    respondent = Respondent(port, slug)
    try:
        respondent.start(looking=True, with_code=with_code)
        for typed in pages:
            respondent.act("continue", typed)
            respondent.show()
        respondent.act("send")
        respondent.show()
    finally:
        respondent.close()
    return respondent.requests


class Shelf:
    """Keeps the respondents' tables as they are now, and puts them back, so that visits can be used again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, name: str) -> None:
        """Remember this moment under a name."""
        with self._engine.begin() as connection:
            for table in _KEPT:
                connection.execute(text(f"CREATE TABLE kept_{name}_{table} AS SELECT * FROM {table}"))  # noqa: S608

    def put_back(self, name: str) -> None:
        """The tables as they were. Only while nobody is asking."""
        with self._engine.begin() as connection:
            for table in _KEPT:
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of our own
                connection.execute(text(f"INSERT INTO {table} SELECT * FROM kept_{name}_{table}"))  # noqa: S608
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _request(port: int, slug: str, visit: Visit, fields: Mapping[str, str | list[str]]) -> bytes:
    body = urlencode({**fields, "csrf_token": visit.token}, doseq=True)
    return load.message(port, "POST", f"/s/{slug}", cookie=visit.cookie, body=body)


def _found(pattern: re.Pattern[str], page_text: str) -> str:
    found = pattern.search(page_text)
    if found is None:
        raise VisitError("the form has no token")
    return found[1]
