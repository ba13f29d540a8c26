"""S3: kill -9 while people send: what was acknowledged is stored, nothing is half-written, nothing twice."""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from consult.models.base import new_id
from consult.models.response import Batch, Receipt, Response
from consult.records import opened
from consult.settings import Settings
from tests.builders import TODAY, Team, make_team
from tests.forms import FULL

KILLS = 205 if FULL else 8
CLIENTS = 64 if FULL else 6
WALKING = 6
"""So many get ready at once: codes are made two at a time, and eight wait."""
SOONEST = CLIENTS * 4 // 5 if FULL else 0
"""The kill comes after so many are told that theirs is stored, or more: 10,000 in all in the full form."""
FEWEST = 10_000 if FULL else KILLS
ROOT = Path(__file__).parents[2]
WORKER = "--worker-class consult.serving.PatientWorker"


def test_killing_the_server_loses_no_acknowledged_answer(
    app: Flask,
    settings: Settings,
    request: pytest.FixtureRequest,
    figure: Callable[[str, object], None],
) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()  # else this process would hold the write lock
    dice = random.Random(20270104)  # noqa: S311 - when to kill, not a secret
    acknowledged: set[str] = set()
    unsure: list[Person] = []
    server = Server(settings)
    request.addfinalizer(server.kill)
    for round_ in range(KILLS):
        people = [
            Person(port=server.port, slug=slug, words=f"words {round_} {place}") for place in range(CLIENTS)
        ]
        together([person.walk for person in people])
        senders = [threading.Thread(target=person.send_once, daemon=True) for person in people]
        for sender in senders:
            sender.start()
        wanted, latest = dice.randrange(SOONEST, CLIENTS - 1), time.monotonic() + 20
        while sum(person.acknowledged for person in people) < wanted and time.monotonic() < latest:
            time.sleep(0.001)
        server.kill_worker()
        for sender in senders:
            sender.join(timeout=20)
        acknowledged |= {person.words for person in people if person.acknowledged}
        unsure += [person for person in people if not person.acknowledged]
    assert len(acknowledged) >= FEWEST, "some must be acknowledged before the kill"
    assert len(unsure) >= KILLS, "some must be on their way when it comes"

    server.kill()
    before = stored_words(team)
    assert acknowledged - before.keys() == set()
    assert max(before.values()) == 1

    server = Server(settings)
    request.addfinalizer(server.kill)
    for person in unsure:
        person.port = server.port
        assert person.send()
    server.kill()
    after = stored_words(team)
    assert {person.words for person in unsure} - after.keys() == set()
    assert max(after.values()) == 1, "sending again after a crash must not store twice"
    responses = team.session.scalar(select(func.count()).select_from(Response))
    receipts = team.session.scalar(select(func.count()).select_from(Receipt))
    assert responses == receipts == sum(after.values()), "a response and its receipt come together"
    figure("kills", KILLS)
    figure("acknowledged", len(acknowledged))
    figure("lost", len(acknowledged - before.keys()))
    figure("stored twice", sum(count > 1 for count in after.values()))


def together(acts: list[Callable[[], None]]) -> None:
    """Do several things, some at once, and wait for all."""
    with ThreadPoolExecutor(min(len(acts), WALKING)) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()


def stored_words(team: Team) -> Counter[str]:
    """Every stored answer, opened: one that was half-written would not open."""
    session = team.session
    session.rollback()
    batch = Batch(
        id=new_id(),
        consultation_id=team.consultation.id,
        definition_id=team.survey.definition_id,
        released=TODAY,
        n=1,
        merkle_root=bytes(32),
    )
    session.add(batch)
    session.flush()
    session.execute(update(Response).values(batch_id=batch.id))
    session.commit()
    found = opened.released(session, team.vault, team.consultation, team.unlocked().keys)
    words = Counter(str(response.answers["helped_words"]) for response in found)
    session.rollback()
    return words


class Server:
    """The intake as it is served, in a process of its own."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        environment = {
            **os.environ,
            "CONSULT_DATABASE_URL": settings.database_url,
            "CONSULT_KEY_FILE": str(settings.key_file),
            "CONSULT_HOSTS": "localhost,127.0.0.1",
            "CONSULT_SECURE_COOKIES": "no",
            "CONSULT_REQUIRE_MFA": "none",
            "CONSULT_LIMITS": "off",
        }
        command = f"{sys.executable} -m gunicorn consult.intake:create_app() --preload --threads 8 {WORKER}"
        quiet = f"--bind 127.0.0.1:{self.port} --log-level critical --no-control-socket"
        self.process = subprocess.Popen(
            [*command.split(), *quiet.split()], cwd=ROOT, env=environment, start_new_session=True
        )
        for _ in range(1200):  # a minute, on a machine that does much else
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
                    connection.request("GET", "/health")
                    assert connection.getresponse().status == 200
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.kill()
        raise AssertionError("the server did not start")

    def kill_worker(self) -> None:
        """SIGKILL to the process that takes answers; its master starts another at once."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for child in children.split():
            os.kill(int(child), signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL to the server and its workers; nothing to do when they are gone."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Person:
    """Somebody with a browser: a cookie, and the token of the page in view."""

    port: int
    slug: str
    words: str
    cookie: str = ""
    token: str = ""
    acknowledged: bool = False

    def walk(self) -> None:
        """From the landing page to the check page."""
        landing = self._get(f"/about/{self.slug}")
        self._act(start_token=_value(landing, "start_token"))
        self.token = _value(self._get(f"/s/{self.slug}"), "csrf_token")
        self._act(act="code")
        self._type_back(self._get(f"/s/{self.slug}"))
        self._act(act="continue", depth="full")
        self._act(act="continue", helped_words=self.words)
        self._act(act="continue")

    def _type_back(self, page: str) -> None:
        """The two words of the code that the page asks for."""
        code = re.search(r'class="app-code"[^>]*>([a-z ]+)<', page)
        assert code is not None
        asked = re.findall(r">\s*Word (\d)\s*<", page)
        self._act(act="continue", word=[code[1].split()[int(place) - 1] for place in asked])

    def send_once(self) -> None:
        """Press "send" and note whether the server said that it is done before it died."""
        try:
            self._act(act="send")
        except (OSError, http.client.HTTPException):
            return
        self.acknowledged = True

    def send(self) -> bool:
        """Look where we are and press "send" if it is still there; True once it is done."""
        page = self._get(f"/s/{self.slug}")
        if "Your answers are sent" not in page:
            self.token = _value(page, "csrf_token")
            self._act(act="send")
            page = self._get(f"/s/{self.slug}")
        return "Your answers are sent" in page

    def _act(self, **fields: str | list[str]) -> None:
        if self.token:
            fields["csrf_token"] = self.token
        status = self._request("POST", f"/s/{self.slug}", urllib.parse.urlencode(fields, doseq=True))[0]
        assert status == 303, status

    def _get(self, path: str) -> str:
        return self._request("GET", path)[1]

    def _request(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                self.cookie = line.split(";")[0]
            return answer.status, answer.read().decode()


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""
