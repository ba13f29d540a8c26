"""A browser before the workbench of an installation, in the same process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import Engine

from benchmarks.installation import ANALYST, PASSPHRASE, Installation
from consult import workbench
from consult.settings import Settings
from consult.web.extensions import db

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@contextmanager
def at_workbench(home: Installation) -> Iterator[tuple[FlaskClient, Engine]]:
    """Somebody who has not signed in, and the engine that the workbench asks."""
    app = workbench.create_app(Settings.from_env(home.env))
    with app.app_context():
        engine = db.engine
    try:
        yield app.test_client(), engine
    finally:
        engine.dispose()


def token_of(page: str) -> str:
    """The token of the forms on a page; empty where there is none."""
    found = _TOKEN.search(page)
    return found[1] if found else ""


def unlock(client: FlaskClient) -> None:
    """Sign in as the analyst, and unlock. Raises RuntimeError."""
    for path, fields in (
        ("/team/sign-in", {"name": ANALYST, "passphrase": PASSPHRASE}),
        ("/team/unlock", {"passphrase": PASSPHRASE}),
    ):
        answer = client.post(path, data={**fields, "csrf_token": token_of(client.get(path).text)})
        if answer.status_code != 303:
            raise RuntimeError(f"{path} answered {answer.status_code}")
