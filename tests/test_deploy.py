"""The shipped deployment files: what must stand in them, and that what they call is there."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import click
import pytest

from consult import cli
from consult.serving import MEMORY, options
from consult.settings import Settings
from consult.turns import PROCESSES

DEPLOY = Path(__file__).parents[1] / "docs" / "deploy"
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
APPLICATIONS = ("intake", "workbench")
APPLICATION_UNITS = [path for path in SERVICES if path.stem.removeprefix("consult-") in APPLICATIONS]
# What no unit may leave out, whatever it runs.
ALWAYS = {
    "LimitCORE": "0",
    "MemorySwapMax": "0",
    "PrivateTmp": "yes",
    "ProtectSystem": "strict",
    "NoNewPrivileges": "yes",
    "PrivateNetwork": "yes",
    "RestrictAddressFamilies": "AF_UNIX",
}
QUIET = (
    "access_log off",
    "client_body_buffer_size 512k",
    "proxy_request_buffering off",
    "proxy_max_temp_file_size 0",
    "gzip off",
    "ssl_session_tickets off",
    "ssl_protocols TLSv1.3",
)


def unit(path: Path) -> configparser.ConfigParser:
    """A unit file; a key that stands several times keeps its last value."""
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(path.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_unit_is_held_to_what_the_promises_need(path: Path) -> None:
    service = dict(unit(path)["Service"])
    assert {name: service.get(name) for name in ALWAYS} == ALWAYS
    assert service["User"] == (
        path.stem if path.stem.removeprefix("consult-") in APPLICATIONS else "consult-owner"
    )


@pytest.mark.parametrize("path", APPLICATION_UNITS, ids=lambda path: path.stem)
def test_a_unit_treats_memory_as_the_command_does(path: Path) -> None:
    given = dict(each.split("=", 1) for each in unit(path)["Service"]["Environment"].split())
    assert given == MEMORY


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_unit_runs_what_there_is(path: Path, tmp_path: Path) -> None:
    called = unit(path)["Service"]["ExecStart"].split()
    if called[0].endswith("/gunicorn"):
        assert called[1] == f"consult.{path.stem.removeprefix('consult-')}:create_app()"
        processes = PROCESSES if path.stem == "consult-intake" else 1
        assert called[2:] == [*options(processes), "--log-level", "warning"]
        return
    command: click.Command | None = cli.commands
    name: str | None = "consult"
    words = [str(tmp_path) if word.startswith("/var/") else word for word in called[1:]]
    while isinstance(command, click.Group):
        with command.make_context(name, list(words)) as context:
            name, command, words = command.resolve_command(context, words)
    assert command is not None
    with command.make_context(name, list(words)) as context:  # parsed and not run
        assert context.args == []


def test_each_timer_has_its_service_and_each_application_its_socket() -> None:
    folder = DEPLOY / "systemd"
    timers = {path.stem for path in folder.glob("*.timer")}
    sockets = {path.stem for path in folder.glob("*.socket")}
    assert sockets == {f"consult-{name}" for name in APPLICATIONS}
    assert timers | sockets == {path.stem for path in SERVICES}


def test_a_socket_is_where_the_web_server_looks() -> None:
    site = (DEPLOY / "nginx" / "consult.conf").read_text(encoding="utf-8")
    for name in APPLICATIONS:
        place = unit(DEPLOY / "systemd" / f"consult-{name}.socket")["Socket"]["ListenStream"]
        assert f"server unix:{place};" in site


def test_every_server_of_the_web_server_is_quiet() -> None:
    quiet = (DEPLOY / "nginx" / "quiet.conf").read_text(encoding="utf-8")
    for line in QUIET:
        assert f"\n{line};" in quiet, line
    assert re.search(r"^error_log \S+ emerg;$", quiet, re.MULTILINE)
    site = (DEPLOY / "nginx" / "consult.conf").read_text(encoding="utf-8")
    servers = re.split(r"^server \{$", site, flags=re.MULTILINE)[1:]
    assert len(servers) == 4
    for each in servers:
        assert "include /etc/nginx/consult-quiet.conf;" in each
        assert not re.search(r"^\s*(access_log|error_log|add_header)", each, re.MULTILINE)


@pytest.mark.parametrize("name", [*APPLICATIONS, "owner"])
def test_shipped_settings_are_understood(name: str) -> None:
    lines = (DEPLOY / "settings" / f"{name}.env").read_text(encoding="utf-8").splitlines()
    env = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    made = Settings.from_env({"CONSULT_KEY_FILE": "/run/credentials/key"} | env)
    assert made.proxy_depth == 1
    assert made.secure_cookies
    assert made.database_url.startswith("postgresql+psycopg://consult")


def test_the_database_server_writes_no_statement_down() -> None:
    words = (DEPLOY / "postgresql" / "consult.conf").read_text(encoding="utf-8")
    for line in (
        "log_statement = 'none'",
        "log_parameter_max_length = 0",
        "log_parameter_max_length_on_error = 0",
        "track_commit_timestamp = off",
    ):
        assert f"\n{line}\n" in words
