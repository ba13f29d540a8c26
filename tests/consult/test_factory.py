"""A start that refuses what would not be safe, and three applications from one code base."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from consult import combined, intake, workbench
from consult.models.base import PAGE_SIZE, PageSizeError
from consult.settings import Settings, SettingsError
from consult.vault import serverkeys
from consult.vault.serverkeys import KeyFileError
from consult.web.extensions import db
from tests.consult.conftest import Start

Make = Callable[[Settings], Flask]
APPLICATIONS = {
    "intake": intake.create_app,
    "workbench": workbench.create_app,
    "combined": combined.create_app,
}


@pytest.fixture
def quiet(tmp_path: Path) -> Settings:
    """Settings with a key file of their own and no database yet."""
    serverkeys.create(tmp_path / "own.key")
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'none.db'}",
        key_file=tmp_path / "own.key",
        hosts=("localhost",),
        secure_cookies=False,
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused(quiet: Settings, mode: int) -> None:
    quiet.key_file.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        intake.create_app(quiet)


def test_a_key_file_that_is_not_one_is_refused(quiet: Settings) -> None:
    quiet.key_file.write_text("hello", encoding="ascii")
    with pytest.raises(KeyFileError, match="not a key file"):
        intake.create_app(quiet)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_start_with_debug_on_is_refused(
    quiet: Settings, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(SettingsError, match="FLASK_DEBUG"):
        APPLICATIONS[name](quiet)


@pytest.mark.parametrize("size", [4096, 32768])
def test_a_database_whose_pages_show_the_order_of_arrival_is_refused(quiet: Settings, size: int) -> None:
    """S14: the size of a page."""
    file = quiet.database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(file)
    connection.executescript(f"PRAGMA page_size={size}; CREATE TABLE other (a);")
    connection.close()
    with pytest.raises(PageSizeError, match=f"{size} bytes and not {PAGE_SIZE}"):
        intake.create_app(quiet)


def test_making_an_application_asks_nothing_of_a_database_that_is_not_there_yet(quiet: Settings) -> None:
    intake.create_app(quiet)
    assert not Path(quiet.database_url.removeprefix("sqlite:///")).exists()


def test_the_connection_that_was_used_last_is_used_again(app: Flask) -> None:
    """It still holds what was read with it; of five that take turns each would read everything anew."""
    with app.app_context():
        first, *others = [db.engine.raw_connection() for _ in range(3)]
        last = first.driver_connection
        for each in (*others, first):
            each.close()
        for _ in range(3):
            again = db.engine.raw_connection()
            assert again.driver_connection is last
            again.close()


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_way_out_and_the_pages_on_safety_are_in_every_application(
    settings: Settings, start: Start, name: str
) -> None:
    client = start(APPLICATIONS[name], settings).test_client()
    assert client.get("/leave").status_code == 303
    for path in ("/safety", "/support", "/privacy", "/health"):
        assert client.get(path).status_code == 200, path


def test_each_of_the_two_halves_has_its_own_pages_only(settings: Settings, start: Start) -> None:
    public, team = (
        start(intake.create_app, settings).test_client(),
        start(workbench.create_app, settings).test_client(),
    )
    assert public.get("/").status_code == 200
    assert public.get("/team/").status_code == 404
    assert public.get("/team/sign-in").status_code == 404
    assert team.get("/team/sign-in").status_code == 200
    for path in ("/", "/about/any", "/s/any"):
        assert team.get(path).status_code == 404, path


def test_a_form_token_of_one_application_is_nothing_to_the_other(quiet: Settings, start: Start) -> None:
    keys = [start(APPLICATIONS[name], quiet).config["SECRET_KEY"] for name in APPLICATIONS]
    assert len(set(keys)) == len(APPLICATIONS)


def test_two_installations_share_no_secret(quiet: Settings, start: Start, tmp_path: Path) -> None:
    serverkeys.create(tmp_path / "second.key")
    second = dataclasses.replace(quiet, key_file=tmp_path / "second.key")
    assert (
        start(intake.create_app, quiet).config["SECRET_KEY"]
        != start(intake.create_app, second).config["SECRET_KEY"]
    )


def test_the_address_a_proxy_names_is_believed_to_the_set_depth_only(
    settings: Settings, start: Start
) -> None:
    claimed = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    client = start(intake.create_app, settings).test_client()
    assert client.get("/", headers=claimed).status_code == 200  # nobody in front: the claim is not read
    behind = start(intake.create_app, dataclasses.replace(settings, proxy_depth=1)).test_client()
    assert behind.get("/", headers=claimed).status_code == 400  # it is read, and is not our name


def test_templates_cannot_print_the_configuration(settings: Settings, start: Start) -> None:
    """S36: no secret by way of a template."""
    app = start(intake.create_app, settings)
    assert "config" not in app.jinja_env.globals
    with app.test_request_context("/"):
        context: dict[str, object] = {}
        app.update_template_context(context)
    assert "config" not in context
    assert "SECRET_KEY" not in repr(context.keys())
