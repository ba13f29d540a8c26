"""Settings: every fault at once, no secret by default, and a start that refuses what would not be safe."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from consult import cli
from consult.settings import Settings, SettingsError

FULL = {
    "CONSULT_DATABASE_URL": "sqlite:////srv/consult.db",
    "CONSULT_KEY_FILE": "/srv/server.key",
    "CONSULT_HOSTS": "have-your-say.example, www.have-your-say.example",
    "CONSULT_PROXY_DEPTH": "1",
}


def problems(changes: Mapping[str, str]) -> tuple[str, ...]:
    """What is said about settings that are right but for `changes`."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(FULL | dict(changes))
    return caught.value.problems


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"CONSULT_PROXY_DEPTH": "some", "CONSULT_LANGUAGES": "en,xx"})
    said = " ".join(caught.value.problems)
    assert len(caught.value.problems) == 5
    for name in ("DATABASE_URL", "KEY_FILE", "HOSTS", "PROXY_DEPTH", "LANGUAGES"):
        assert f"CONSULT_{name}" in said


@pytest.mark.parametrize("name", FULL)
def test_what_must_be_given_has_no_default(name: str) -> None:
    (said,) = problems({name: "  "})
    assert said.startswith(f"set {name}")


def test_on_loopback_nobody_stands_in_front_unless_it_is_said() -> None:
    local = {name: setting for name, setting in FULL.items() if name != "CONSULT_PROXY_DEPTH"}
    assert Settings.from_env(local | {"CONSULT_HOSTS": "localhost,abc234.onion"}).proxy_depth == 0


@pytest.mark.parametrize("host", ["*", "https://have-your-say.example", "have-your-say.example/s", "a b"])
def test_a_list_of_hosts_that_would_let_any_or_none_in_is_refused(host: str) -> None:
    (said,) = problems({"CONSULT_HOSTS": f"have-your-say.example,{host}"})
    assert said == f"CONSULT_HOSTS takes host names, not {host}"


def test_a_setting_says_nothing_of_the_value_that_was_wrong_elsewhere() -> None:
    said = problems({"CONSULT_PROXY_DEPTH": "-1", "CONSULT_DATABASE_URL": "postgresql://x:hush@db/c"})
    assert "hush" not in " ".join(said)


@pytest.mark.parametrize(
    "hosts", ["have-your-say.example", "localhost,have-your-say.example", "127.0.0.2.example"]
)
def test_cookies_without_the_secure_mark_are_refused_for_a_public_host(hosts: str) -> None:
    (said,) = problems({"CONSULT_HOSTS": hosts, "CONSULT_SECURE_COOKIES": "no"})
    assert "CONSULT_SECURE_COOKIES" in said


@pytest.mark.parametrize("hosts", ["localhost", "127.0.0.1:5000", "[::1]", "abc234.onion"])
def test_they_are_allowed_where_nobody_of_the_open_web_comes(hosts: str) -> None:
    made = Settings.from_env(FULL | {"CONSULT_HOSTS": hosts, "CONSULT_SECURE_COOKIES": "no"})
    assert not made.secure_cookies


def test_cookies_are_secure_when_nothing_is_said() -> None:
    made = Settings.from_env(FULL)
    assert made.secure_cookies
    assert made.require_referer
    assert made.hosts == ("have-your-say.example", "www.have-your-say.example")


@pytest.mark.parametrize(
    "change",
    [
        {"CONSULT_PROXY_DEPTH": "one"},
        {"CONSULT_PROXY_DEPTH": "-1"},
        {"CONSULT_PROXY_DEPTH": "6"},
        {"CONSULT_SECURE_COOKIES": "perhaps"},
        {"CONSULT_REQUIRE_REFERER": "1"},
        {"CONSULT_LANGUAGES": "en,fr"},
    ],
)
def test_a_wrong_value_is_refused_and_its_setting_named(change: dict[str, str]) -> None:
    (said,) = problems(change)
    assert next(iter(change)) in said


def test_an_address_of_postgresql_is_taken_as_people_write_it() -> None:
    for written in ("postgres://c@db/consult", "postgresql://c@db/consult"):
        made = Settings.from_env(FULL | {"CONSULT_DATABASE_URL": written})
        assert made.database_url == "postgresql+psycopg://c@db/consult"


def test_a_command_without_settings_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refusal({}, monkeypatch, capsys)
    assert line == "consult: set CONSULT_DATABASE_URL; set CONSULT_KEY_FILE; set CONSULT_HOSTS"


def test_a_missing_key_file_is_one_calm_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = {
        "CONSULT_DATABASE_URL": f"sqlite:///{tmp_path}/c.db",
        "CONSULT_KEY_FILE": str(tmp_path / "absent.key"),
    }
    line = refusal(FULL | absent, monkeypatch, capsys)
    assert "absent.key" in line
    assert "consult init" in line


def refusal(
    env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """What somebody at a terminal reads when a command refuses to run with these settings: one line."""
    for name in [name for name in os.environ if name.startswith("CONSULT_")]:
        monkeypatch.delenv(name)
    for name, setting in env.items():
        monkeypatch.setenv(name, setting)
    monkeypatch.setattr("sys.argv", ["consult", "db", "current"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    return line


def test_days_of_backups_are_set_and_never_none() -> None:
    made = Settings.from_env(FULL | {"CONSULT_BACKUP_DAYS_KEYS": "3"})
    assert (made.backup_days_keys, made.backup_days_bodies) == (3, 30)
    (said,) = problems({"CONSULT_BACKUP_DAYS_BODIES": "0"})
    assert "1 or more" in said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://10.0.0.7:8786", "must begin with tls://"),
        ("tcp://cluster.onion:8786", "must begin with tls://"),
        ("cluster.example.org", "is an address such as"),
        ("http://127.0.0.1:8786", "is an address such as"),
    ],
)
def test_answers_go_to_a_cluster_by_tls_alone_but_for_this_machine(address: str, said: str) -> None:
    (problem,) = problems({"CONSULT_DASK_SCHEDULER": address})
    assert said in problem


def test_a_cluster_is_named_by_its_address() -> None:
    for address in ("tls://cluster.example.org:8786", "tcp://127.0.0.1:8786", "tcp://[::1]:8786"):
        assert Settings.from_env(FULL | {"CONSULT_DASK_SCHEDULER": address}).dask_scheduler == address
    assert Settings.from_env(FULL).dask_scheduler == ""
