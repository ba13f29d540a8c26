"""S16, T25: nothing of a person reaches a log or a terminal, however the service fails."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from consult import faults, intake, logs
from consult.settings import Settings
from consult.web.extensions import db
from tests.builders import Team, make_team
from tests.client import fixed_parts
from tests.consult.conftest import Start

CANARY = "canary-7be2"
ADDRESS = "203.0.113.77"
AGENT = "Mozilla/5.0 (Canaryphone)"
SECRETS = (CANARY, ADDRESS, "Canaryphone")
HOME = Path(__file__).parents[2]


@pytest.fixture
def output(capfd: pytest.CaptureFixture[str], settings: Settings) -> Iterator[pytest.CaptureFixture[str]]:
    """What the process prints. Tests set up the log themselves, so that it writes to what is captured."""
    before = logging.getLogger().handlers[:]
    yield capfd
    logging.getLogger().handlers[:] = before


def printed(output: pytest.CaptureFixture[str]) -> str:
    """Everything printed so far, which must be free of secrets."""
    found = output.readouterr()
    everything = found.out + found.err
    for secret in SECRETS:
        assert secret not in everything
    return everything


def raisers() -> dict[str, Exception]:
    """Failures whose messages quote what somebody wrote."""
    return {
        "value": ValueError(f"could not read {CANARY!r}"),
        "key": KeyError(CANARY),
        "unicode": UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY),
        "disk": OSError(28, f"No space left: {CANARY}"),
        "fault": faults.Fault(CANARY),
        "seal": faults.SealError(CANARY),
        "database": IntegrityError(f"INSERT {CANARY}", {"body": CANARY}, Exception(CANARY)),
        "chained": _chained(),
        "group": ExceptionGroup(CANARY, [ValueError(CANARY)]),
    }


def _chained() -> Exception:
    error = ValueError(CANARY)
    error.__cause__ = TypeError(CANARY)
    error.add_note(CANARY)
    return error


@pytest.mark.parametrize("name", raisers())
@pytest.mark.parametrize("place", ["/fail", "/team/fail"])
def test_a_failure_prints_its_kind_and_place_and_nothing_of_the_person(
    output: pytest.CaptureFixture[str], settings: Settings, start: Start, place: str, name: str
) -> None:
    app = start(intake.create_app, settings)

    def fail() -> str:
        raise raisers()[name]

    app.add_url_rule(f"{place}/{CANARY}", "fail", fail)
    response = app.test_client().get(
        f"{place}/{CANARY}?text={CANARY}",
        headers={"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Referer": f"http://localhost/{CANARY}"},
        environ_base={"REMOTE_ADDR": ADDRESS},
    )
    assert response.status_code >= 500
    said = printed(output)
    assert type(raisers()[name]).__name__ in said
    assert "test_logs.py" in said


def test_every_address_fails_without_a_trace_of_what_was_typed(
    output: pytest.CaptureFixture[str], app: Flask
) -> None:
    """The tables are gone: every view that asks for a row fails, with the row's values at hand."""
    make_team(app)
    logs.set_up()
    client = app.test_client()
    adapter = app.url_map.bind("localhost")
    asked = [
        (
            method,
            adapter.build(
                rule.endpoint, dict.fromkeys(rule.arguments, CANARY) | fixed_parts(rule), method=method
            ),
        )
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS"}
    ]
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE survey RENAME TO survey_away"))
    try:
        for method, path in asked:
            client.open(
                path,
                method=method,
                data={"helped_words": CANARY, "csrf_token": CANARY, "start_token": CANARY, "code": CANARY},
                headers={"User-Agent": AGENT, "Cookie": f"s={CANARY}; w={CANARY}"},
                environ_base={"REMOTE_ADDR": ADDRESS},
            )
    finally:
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE survey_away RENAME TO survey"))
    assert "consult.web.errors" in printed(output)


def test_a_page_that_is_shown_leaves_no_line(
    output: pytest.CaptureFixture[str], settings: Settings, start: Start
) -> None:
    client = start(intake.create_app, settings).test_client()
    for path in ("/", "/privacy", "/s/none", "/none", f"/none/{CANARY}"):
        client.get(path)
    client.post("/s/none", data={"helped_words": CANARY})
    assert printed(output) == ""


def test_a_line_of_another_library_is_printed_without_its_words(output: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    logging.getLogger("sqlalchemy.pool").error(f"reset of {CANARY}")  # noqa: G004 - as other libraries do
    logging.getLogger("other").warning("from %s", CANARY)
    logging.getLogger("werkzeug").info("%s - GET /%s", ADDRESS, CANARY)
    logging.getLogger("gunicorn.access").info("%s", CANARY)
    logging.getLogger("consult.records").warning("%s", CANARY, extra={"count": 3, "answer": CANARY})
    logging.getLogger("py.warnings").warning("%s", CANARY)
    said = printed(output)
    assert "ERROR sqlalchemy.pool event" in said
    assert "count=3" in said
    assert "answer" not in said


def test_a_line_that_cannot_be_written_is_lost_and_not_printed_elsewhere(
    output: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as broken, (tmp_path / "gone").open("w", encoding="utf-8") as gone:
        broken.setattr("sys.stderr", gone)
        logs.set_up()
    logging.getLogger("consult.web").warning("%s", CANARY, extra={"count": 1})
    assert printed(output) == ""


def test_allowed_fields_are_few_and_none_is_of_a_person() -> None:
    assert set(logs.FIELDS) == {
        "endpoint",
        "status",
        "count",
        "incident",
        "consultation",
        "definition",
        "job",
    }


def test_an_incident_on_the_page_is_the_one_in_the_log(
    output: pytest.CaptureFixture[str], settings: Settings, start: Start
) -> None:
    app = start(intake.create_app, settings)

    def fail() -> str:
        raise ValueError(CANARY)

    app.add_url_rule("/fail", "fail", fail)
    page = app.test_client().get("/fail").text
    said = printed(output)
    incident = said.partition("incident=")[2].split()[0]
    assert len(incident) == 8
    assert incident in page


@pytest.fixture
def served(settings: Settings, team: Team, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The public application as it is served: its port, and the file with all that it prints."""
    team.session.rollback()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "printed"
    env = {name: setting for name, setting in os.environ.items() if not name.startswith("CONSULT_")} | {
        "CONSULT_DATABASE_URL": settings.database_url,
        "CONSULT_KEY_FILE": str(settings.key_file),
        "CONSULT_HOSTS": "localhost",
        "CONSULT_SECURE_COOKIES": "no",
        "CONSULT_REQUIRE_MFA": "none",
    }
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "2", "--no-control-socket"]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "consult.intake:create_app()", *bind, "--log-level", "info"],
            cwd=HOME,
            env=env,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(port, process)
            yield port, log
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers. Raises AssertionError when it never does."""
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        try:
            ask(port, b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server never answered")


def ask(port: int, raw: bytes) -> bytes:
    """Send these bytes and read what comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(raw)
        found = b""
        while part := connection.recv(65536):
            found += part
        return found


def test_the_server_prints_nothing_of_a_request_even_of_a_broken_one(
    served: tuple[int, Path], team: Team
) -> None:
    port, log = served
    end = b"Connection: close\r\n\r\n"
    word = CANARY.encode()
    slug = team.survey.slug.encode()
    team.session.rollback()
    head = (
        b" HTTP/1.1\r\nHost: localhost\r\nUser-Agent: "
        + AGENT.encode()
        + b"\r\nX-Forwarded-For: 203.0.113.77\r\n"
    )
    assert b" 200 " in ask(port, b"GET /s/" + slug + b"?q=" + word + head + end)
    assert b" 404 " in ask(port, b"GET /" + word + head + end)
    body = b"helped_words=" + word
    length = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n" % len(body)
    assert b" 400 " in ask(port, b"POST /s/" + slug + head + length + end + body)
    for broken in (
        word + b"\r\n\r\n",
        b"GET /" + word + b" HTTP/9.9\r\n\r\n",
        b"GET /" + word + head + word + b"\r\n" + end,
        b"POST /" + word + head + b"Content-Length: " + word + b"\r\n" + end,
        b"GET /" + b"x" * 9000 + word + head + end,
    ):
        assert b" 40" in ask(port, broken)
    said = log.read_text(encoding="utf-8")
    for secret in SECRETS:
        assert secret not in said
    of_requests = said.rpartition("Booting worker")[2]
    for unwanted in (team.survey.slug, "GET", "127.0.0.1"):
        assert unwanted not in of_requests
