"""S40: the web server in front, with the shipped files, writes down nothing of an answer or its sender."""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from consult import serving
from consult.settings import Settings
from consult.turns import PROCESSES
from consult.web.throttle import YOUNGEST_SECONDS
from tests.builders import make_team
from tests.hostile.tools import program
from tests.served import free_port
from tests.shown import ROOT

DEPLOY = ROOT / "docs" / "deploy" / "nginx"
HOST = "survey.example.org"
# A visitor's address that nothing else here has: loopback is a whole network.
ADDRESS = "127.0.0.77"
CANARY = b"canary-of-a-long-answer-5d1e"
LONG = (CANARY + b"+") * (200 * 1024 // (len(CANARY) + 1))

pytestmark = pytest.mark.hostile


@dataclass(frozen=True, kw_only=True)
class Front:
    """The running web server: its port, all that it may write to, and the survey behind it."""

    port: int
    folder: Path
    slug: str
    application: subprocess.Popen[bytes]
    server: subprocess.Popen[bytes]

    def connect(self, **choices: object) -> ssl.SSLSocket:
        """A connection by TLS from the visitor's address."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for name, choice in choices.items():
            setattr(context, name, choice)
        plain = socket.create_connection(("127.0.0.1", self.port), 20, (ADDRESS, 0))
        return context.wrap_socket(plain, server_hostname=HOST)

    def ask(self, method: str, path: str, body: bytes = b"", cookie: str = "") -> http.client.HTTPResponse:
        """One request, and its whole answer."""
        return answer(self.connect(), method, request(method, path, body, cookie))

    def traces(self, word: bytes) -> list[str]:
        """Every file of the web server that holds the word now.

        Its temporary files have no name any more from the moment when they are made: only the process that
        has them open leads to them.
        """
        found = []
        for path in (*self.folder.rglob("*"), *self._open_files()):
            try:
                if path.is_file() and word in path.read_bytes():
                    found.append(path.name)
            except OSError:
                continue
        return found

    def _open_files(self) -> Iterator[Path]:
        master = Path(f"/proc/{self.server.pid}")
        children = (master / "task" / master.name / "children").read_text(encoding="ascii").split()
        for process in (master.name, *children):
            yield from Path(f"/proc/{process}/fd").iterdir()


def request(method: str, path: str, body: bytes = b"", cookie: str = "") -> bytes:
    """The bytes of a request, as a browser without script sends a form."""
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {HOST}",
        f"Referer: https://{HOST}{path}",
        "Accept-Encoding: gzip",
        "Connection: close",
        *([f"Cookie: {cookie}"] if cookie else []),
        *(["Content-Type: application/x-www-form-urlencoded"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answer(connection: ssl.SSLSocket, method: str, raw: bytes) -> http.client.HTTPResponse:
    """Send these bytes and read the answer; its body is in `body`."""
    with connection:
        connection.sendall(raw)
        read = http.client.HTTPResponse(connection, method=method)
        read.begin()
        read.body = read.read()  # type: ignore[attr-defined]
        return read


def shipped(folder: Path, port: int, *, careless: bool = False) -> str:
    """The two shipped files with the places of this machine put in; careless: nginx's own way with bodies."""
    site = (DEPLOY / "consult.conf").read_text(encoding="utf-8")
    quiet = (DEPLOY / "quiet.conf").read_text(encoding="utf-8")
    if careless:
        ours = r"^(client_body_buffer_size|proxy_request_buffering|error_log|access_log).*$"
        quiet = re.sub(ours, "", quiet, flags=re.MULTILINE)
        quiet += f"access_log {folder}/access.log;\nerror_log {folder}/consult.log crit;\n"
    (folder / "quiet.conf").write_text(quiet.replace("/var/log/nginx", str(folder)), encoding="utf-8")
    adapted = (
        site.replace("/etc/nginx/consult-quiet.conf", str(folder / "quiet.conf"))
        .replace("/run/consult/", f"{folder}/")
        .replace("listen [::]:", "# listen ")
        .replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("listen 80", f"listen 127.0.0.1:{port + 1}")
    )
    adapted = re.sub(r"/etc/ssl/consult/\w+\.(pem|key)", rf"{folder}/own.\1", adapted)
    places = "".join(
        f"{name}_temp_path {folder}/temporary-{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    lines = (
        "user root;" if os.getuid() == 0 else "",
        "daemon off;",
        "worker_processes 1;",
        f"pid {folder}/nginx.pid;",
        f"error_log {folder}/main.log info;",
        "events { }",
        f"http {{ {places} access_log {folder}/general.log; gzip on;",
        adapted,
        "}",
    )
    return "\n".join(lines)


@pytest.fixture
def front(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Front]]:
    """Begins the web server and the intake behind it."""
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    with ExitStack() as stack:

        def begin(*, careless: bool = False) -> Front:
            return stack.enter_context(running(settings, tmp_path, slug, careless=careless))

        yield begin


@contextmanager
def running(settings: Settings, home: Path, slug: str, *, careless: bool) -> Iterator[Front]:
    folder = home / "front"
    folder.mkdir()
    port = free_port()
    subprocess.run(
        [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", f"/CN={HOST}", "-keyout", folder / "own.key", "-out", folder / "own.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / "nginx.conf").write_text(shipped(folder, port, careless=careless), encoding="utf-8")
    own = {
        "CONSULT_DATABASE_URL": settings.database_url,
        "CONSULT_KEY_FILE": str(settings.key_file),
        "CONSULT_HOSTS": HOST,
        "CONSULT_PROXY_DEPTH": "1",
        "TMPDIR": str(folder),
    }
    nginx = program("nginx") if os.access("/usr/sbin/nginx", os.X_OK) is False else "/usr/sbin/nginx"
    with (folder / "intake.log").open("wb") as log:
        application = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "consult.intake:create_app()",
             *serving.options(PROCESSES, threads=4), "--log-level", "warning",
             "--bind", f"unix:{folder}/intake.sock"],
            cwd=ROOT, env=os.environ | own, stdout=log, stderr=log,
        )  # fmt: skip
        server = subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf"], stdout=log, stderr=log)
        try:
            yield ready(Front(port=port, folder=folder, slug=slug, application=application, server=server))
        finally:
            for process in (server, application):
                process.terminate()
                process.wait(20)


def ready(front: Front) -> Front:
    """Wait until a page comes. Raises AssertionError when none does."""
    for _ in range(300):
        assert front.server.poll() is None, "the web server ended"
        try:
            if front.ask("GET", "/health").status == 200:
                return front
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("no page came")


def started(front: Front) -> tuple[str, str]:
    """The cookie of a visit, and the token of its forms."""
    about = front.ask("GET", f"/about/{front.slug}")
    time.sleep(YOUNGEST_SECONDS + 1)  # who presses sooner waits in the slow lane
    body = urllib.parse.urlencode({"start_token": hidden(about, "start_token")}).encode()
    begun = front.ask("POST", f"/s/{front.slug}", body)
    assert begun.status == 303
    cookie = str(begun.getheader("Set-Cookie")).split(";")[0]
    return cookie, hidden(front.ask("GET", f"/s/{front.slug}", cookie=cookie), "csrf_token")


def hidden(page: http.client.HTTPResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.body.decode())  # type: ignore[attr-defined]
    assert found is not None, name
    return found[1]


def half_sent(front: Front) -> tuple[ssl.SSLSocket, bytes, list[str]]:
    """A long answer of which half has come; the rest; and where its words are meanwhile."""
    cookie, token = started(front)
    body = urllib.parse.urlencode({"csrf_token": token}).encode() + b"&helped_words=" + LONG
    raw = request("POST", f"/s/{front.slug}", body, cookie)
    connection = front.connect()
    connection.sendall(raw[: len(raw) // 2])
    time.sleep(1.5)
    return connection, raw[len(raw) // 2 :], front.traces(CANARY)


def test_a_long_answer_is_in_no_file_while_it_comes_and_afterwards(front: Callable[..., Front]) -> None:
    ours = front()
    connection, rest, meanwhile = half_sent(ours)
    assert meanwhile == []
    page = answer(connection, "POST", rest)
    assert page.status in {303, 404}  # all of it came: the visit is not at this question yet
    assert ours.traces(CANARY) == []


def test_a_page_that_is_read_slowly_and_an_answer_that_is_too_long_are_in_no_file(
    front: Callable[..., Front],
) -> None:
    ours = front()
    body = b"helped_words=" + LONG
    connection = ours.connect()
    connection.sendall(request("POST", f"/s/{ours.slug}", body))  # no token: the page gives the words back
    time.sleep(1.5)
    assert ours.traces(CANARY) == []
    read = http.client.HTTPResponse(connection)
    read.begin()
    given_back = read.read()
    connection.close()
    assert read.status == 400
    assert CANARY in given_back
    assert ours.ask("POST", f"/s/{ours.slug}", body + LONG).status == 413
    assert ours.traces(CANARY) == []


def test_nothing_says_who_came_even_when_the_application_is_gone(front: Callable[..., Front]) -> None:
    ours = front()
    started(ours)
    ours.application.terminate()
    ours.application.wait(20)
    assert ours.ask("GET", f"/s/{ours.slug}?q={CANARY.decode()}").status == 502
    with pytest.raises(ssl.SSLError):
        ours.connect(maximum_version=ssl.TLSVersion.TLSv1_2)
    with socket.create_connection(("127.0.0.1", ours.port), 20, (ADDRESS, 0)) as broken:
        broken.sendall(b"\x16\x03\x01nothing that is TLS " + CANARY)
    time.sleep(0.5)
    assert ours.traces(ADDRESS.encode()) == []
    assert ours.traces(CANARY) == []
    assert ours.traces(ours.slug.encode()) == []


def test_pages_come_unpacked_with_the_headers_of_the_service_alone(front: Callable[..., Front]) -> None:
    page = front().ask("GET", "/")
    assert page.status == 200
    assert page.getheader("Content-Encoding") is None
    assert page.getheader("Server") == "nginx"
    for name in ("Content-Security-Policy", "Strict-Transport-Security", "Referrer-Policy"):
        assert len(page.headers.get_all(name) or []) == 1


def test_the_search_finds_what_a_server_with_its_own_defaults_writes_down(
    front: Callable[..., Front],
) -> None:
    """Else the tests above would prove nothing."""
    careless = front(careless=True)
    connection, _, meanwhile = half_sent(careless)
    connection.close()
    assert meanwhile != []
    careless.application.terminate()
    careless.application.wait(20)
    careless.ask("GET", "/")
    assert "consult.log" in careless.traces(ADDRESS.encode())  # of the level "crit"
