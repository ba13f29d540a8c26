"""One turn of one side, and the two servers that take turns: the intake, and the yardstick beside it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import load, survey, visits
from benchmarks.installation import Installation, fresh_database, installation
from benchmarks.load import Load
from benchmarks.servers import HOST, YARDSTICK, Plan, Server
from benchmarks.visits import Shelf, Visit
from benchmarks.yardstick import ANSWERS
from consult.web.extensions import db

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_BUSY = """
import os, tempfile
with tempfile.TemporaryFile() as scratch:
    while True:
        scratch.seek(0)
        scratch.write(bytes(1 << 18))
        scratch.flush()
        os.fdatasync(scratch.fileno())
"""
SEALED = "consult.intake:create_app()"
COMBINED = "consult.combined:create_app()"
PLAIN = "benchmarks.plain:create_app()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn gave: the load, and CPU milliseconds a request of master and workers."""

    load: Load
    cpu_ms: float


def turn(server: Server, run: Callable[[], Load]) -> Turn:
    """Run some load against a server and count what it spent."""
    before = server.cpu()
    done = run()
    return Turn(load=done, cpu_ms=(server.cpu() - before) / max(1, done.requests) * 1e3)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """The product's intake with respondents prepared: at their page of questions, and at the check page."""

    home: Installation
    server: Server
    people: Sequence[Visit]
    shelf: Shelf

    @property
    def slug(self) -> str:
        """The address of the survey of one page."""
        return self.home.slug("fifteen")

    def page(self, *, connections: int, seconds: float) -> Turn:
        """The page of 15 questions, again and again."""
        request = visits.page(self.server.port, self.slug, self.people[0])
        return turn(
            self.server,
            lambda: load.repeated(self.server.port, request, connections=connections, seconds=seconds),
        )

    def save(self, count: int, *, connections: int) -> Turn:
        """So many people save their page, once each: a draft is sealed and committed."""
        self.shelf.put_back("questions")
        return self._once(self._saves(self.people[:count]), connections)

    def send(self, count: int, *, connections: int) -> Turn:
        """So many people send, once each: the response is sealed and committed, the draft destroyed."""
        self.shelf.put_back("check")
        people = self.people[:count]
        return self._once(visits.sends(self.server.port, self.slug, people), connections)

    def walk(self, journeys: int, *, with_code: bool = True) -> tuple[float, int]:
        """CPU milliseconds and requests of one whole journey through the long survey, the mean of some."""
        before, requests = self.server.cpu(), 0
        port, slug = self.server.port, self.home.slug("long")
        for _ in range(journeys):
            requests += visits.walk(port, slug, survey.long_answers(), with_code=with_code)
        return (self.server.cpu() - before) / journeys * 1e3, requests // journeys

    def _saves(self, people: Sequence[Visit]) -> list[bytes]:
        return visits.saves(self.server.port, self.slug, people, survey.one_page_answers())

    def _once(self, requests: Sequence[bytes], connections: int) -> Turn:
        port = self.server.port
        return turn(self.server, lambda: load.once(port, requests, connections=connections, expected=303))


@contextmanager
def intake(
    application: str, people: int, *, postgres: str | None = None, workers: int = 1
) -> Iterator[Intake]:
    """A running intake with so many people prepared."""
    sources = (survey.one_page(), survey.many_pages())
    with ExitStack() as stack:
        home = stack.enter_context(installation(sources, postgres=postgres))
        server = stack.enter_context(Server(home.plan(application, workers=workers)))
        prepared = visits.prepare(server.port, home.slug("fifteen"), people)
        made = Intake(home=home, server=server, people=prepared, shelf=Shelf(db.engine))
        made.shelf.keep("questions")
        made.save(people, connections=8)
        made.shelf.keep("check")
        yield made


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """The yardstick's server, with a request that validates."""

    server: Server
    post: bytes

    def page(self, *, connections: int, seconds: float) -> Turn:
        """The form page, again and again."""
        request = load.message(self.server.port, "GET", "/form")
        return turn(
            self.server,
            lambda: load.repeated(self.server.port, request, connections=connections, seconds=seconds),
        )

    def send(self, count: int, *, connections: int) -> Turn:
        """So many valid forms."""
        port, requests = self.server.port, [self.post] * count
        return turn(self.server, lambda: load.once(port, requests, connections=connections, expected=303))

    def walk(self, pages: int) -> float:
        """CPU milliseconds of so many pages shown and sent, one after the other, and one page more."""
        port, before = self.server.port, self.server.cpu()
        shown = [load.message(port, "GET", "/form")] * (pages + 1)
        load.once(port, shown, connections=1, expected=200)
        load.once(port, [self.post] * pages, connections=1, expected=303)
        return (self.server.cpu() - before) * 1e3


@contextmanager
def yardstick(*, postgres: str | None = None, seal: bool = False) -> Iterator[Yardstick]:
    """A running yardstick: two processes with eight threads."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place = stack.enter_context(_place(folder, postgres))
        server = stack.enter_context(Server(yardstick_plan(place, postgres=bool(postgres), seal=seal)))
        yield Yardstick(server=server, post=_valid_form(server.port))


def yardstick_plan(place: str, *, postgres: bool = False, seal: bool = False) -> Plan:
    """How the yardstick is served; `place` is its file or the address of its database."""
    env = {
        "BENCH_STORE": "postgres" if postgres else "sqlite",
        "BENCH_PLACE": place,
        "BENCH_SEAL": "1" if seal else "0",
    }
    return Plan(application=YARDSTICK, env=env, workers=2)


@contextmanager
def busy_disk() -> Iterator[None]:
    """Somebody else brings 256 KiB to the disk again and again meanwhile."""
    writer = subprocess.Popen([sys.executable, "-c", _BUSY])
    try:
        yield
    finally:
        writer.kill()
        writer.wait()


def _place(folder: Path, postgres: str | None) -> AbstractContextManager[str]:
    return nullcontext(str(folder / "answers.db")) if postgres is None else fresh_database(postgres)


def _valid_form(port: int) -> bytes:
    connection = HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", "/form")
    answer = connection.getresponse()
    cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    found = _TOKEN.search(answer.read().decode())
    connection.close()
    body = urlencode({**ANSWERS, "csrf_token": found[1] if found else ""}, doseq=True)
    return load.message(port, "POST", "/form", cookie=cookie, body=body)
