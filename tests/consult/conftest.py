"""Applications beside the one of the `app` fixture: other halves, other settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from consult import clock
from consult.settings import Settings
from consult.web.extensions import db
from tests.consult import halves as pairs
from tests.consult.halves import Halves, Roles
from tests.consult.moving import Clock

Start = Callable[[Callable[[Settings], Flask], Settings], Flask]


@pytest.fixture
def start() -> Iterator[Start]:
    """Makes an application; its connections are closed when the test ends."""
    made: list[Flask] = []

    def make(create_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
        app = create_app(settings)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="session")
def made_roles(empty_database: str) -> Iterator[Roles | None]:
    """The two roles of a database on PostgreSQL; none on SQLite."""
    if empty_database.startswith("sqlite"):
        yield None
        return
    with pairs.made_roles(empty_database) as made:
        yield made


@pytest.fixture
def roles(database: str, made_roles: Roles | None) -> Roles | None:
    """The two roles with their rights: a table that a test of migrations made anew has none of before."""
    if made_roles is not None:
        pairs.give_rights(database, made_roles)
    return made_roles


@pytest.fixture
def halves(settings: Settings, tmp_path: Path, start: Start, roles: Roles | None) -> Halves:
    """Intake and workbench apart, on the database of this test."""
    made = {name: pairs.make(start, settings, tmp_path, name, roles) for name in pairs.CREATE}
    return Halves(intake=made["intake"], workbench=made["workbench"])


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of visits, form tokens and buckets."""
    made = Clock(moment=clock.now())
    monkeypatch.setattr(clock, "now", made.now)
    behind = made.moment - clock.steady()
    monkeypatch.setattr(clock, "steady", lambda: made.moment - behind)
    return made
