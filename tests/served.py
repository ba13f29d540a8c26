"""The intake as it is served, in a process of its own, and people who take part over HTTP."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from consult import serving
from consult.settings import Settings
from consult.turns import PROCESSES

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A port that nobody has, below those that the system gives out by itself: who asks there before anybody
    answers could else be given that very port, and talk to themselves."""
    while True:
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", 20_000 + secrets.randbelow(12_000)))
            except OSError:
                continue
            return int(free.getsockname()[1])


class Server:
    """The intake, or another application, as it is served, in a process of its own."""

    def __init__(
        self,
        settings: Settings,
        processes: int = PROCESSES,
        more: Sequence[str] = (),
        application: str = "consult.intake:create_app()",
    ) -> None:
        self.port = free_port()
        environment = {
            **os.environ,
            "CONSULT_DATABASE_URL": settings.database_url,
            "CONSULT_KEY_FILE": str(settings.key_file),
            "CONSULT_HOSTS": "localhost,127.0.0.1",
            "CONSULT_SECURE_COOKIES": "no",
            "CONSULT_REQUIRE_MFA": "none",
            "CONSULT_LIMITS": "off",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", application, *serving.options(processes),
             "--bind", f"127.0.0.1:{self.port}", "--log-level", "critical", *more],
            cwd=ROOT, env=environment, start_new_session=True,
        )  # fmt: skip
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

    def workers(self) -> list[int]:
        """The processes that take answers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def kill_worker(self) -> None:
        """SIGKILL to the processes that take answers; their master starts others at once."""
        for worker in self.workers():
            os.kill(worker, signal.SIGKILL)

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
        self.begin()
        self.save()
        self.check()

    def check(self) -> str:
        """Go on to the check page, and look."""
        self._act(act="continue")
        return self.show()

    def begin(self) -> None:
        """From the landing page to the first page of questions."""
        landing = self._get(f"/about/{self.slug}")
        self._act(start_token=value_of(landing, "start_token"))
        self.token = value_of(self._get(f"/s/{self.slug}"), "csrf_token")
        self._act(act="code")
        self._type_back(self._get(f"/s/{self.slug}"))
        self._act(act="continue", depth="full")

    def save(self) -> None:
        """Type the words on the page of questions, and go on."""
        self._act(act="continue", helped_words=self.words)

    def ask_to_save(self) -> tuple[int, str]:
        """As `save`: status and page, whatever they are."""
        fields = {"csrf_token": self.token, "act": "continue", "helped_words": self.words}
        return self._request("POST", f"/s/{self.slug}", urllib.parse.urlencode(fields))

    def ask_to_send(self) -> tuple[int, str]:
        """Press "send": status and page, whatever they are."""
        fields = {"csrf_token": self.token, "act": "send"}
        return self._request("POST", f"/s/{self.slug}", urllib.parse.urlencode(fields))

    def saving(self) -> bytes:
        """The request that `save` makes, as it goes over the line."""
        fields = {"csrf_token": self.token, "act": "continue", "helped_words": self.words}
        body = urllib.parse.urlencode(fields).encode()
        head = (
            f"POST /s/{self.slug} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def show(self) -> str:
        """The page of the one address."""
        return self._get(f"/s/{self.slug}")

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
            self.token = value_of(page, "csrf_token")
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


def value_of(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""
