"""Applications beside the one of the `app` fixture: other halves, other settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from consult.settings import Settings
from consult.web.extensions import db

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
