"""Flask-Migrate, once a command asks for it: a server never does, and what it brings is large."""

from __future__ import annotations

from typing import Any

from flask import Flask

from consult.resources import MIGRATIONS
from consult.web.extensions import db


class Later:
    """Stands in `app.extensions` until something of the real one is asked for, and gives way to it then."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        """An attribute of the real extension."""
        from flask_migrate import Migrate  # noqa: PLC0415 - a third of a start, for nothing in a server

        Migrate().init_app(self._app, db, directory=str(MIGRATIONS), render_as_batch=True)
        return getattr(self._app.extensions["migrate"], name)


def init_app(app: Flask) -> None:
    """Let commands find the migrations of this application."""
    app.extensions["migrate"] = Later(app)
