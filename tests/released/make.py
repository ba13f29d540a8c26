"""Freeze an installation of today as it was at an earlier revision: rows of every table, and what opens them.

    python -m tests.released.make 0002 tests/released

Run it when a version is released, never to make a failing test pass: what is frozen must open for ever. All
in it is invented, and the server's secret in it is of nothing else.
"""

from __future__ import annotations

import base64
import json
import lzma
import sys
import tempfile
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import MetaData, select

from consult.settings import Settings
from consult.vault import serverkeys
from consult.web.extensions import db
from tests.builders import PASSPHRASE
from tests.consult.ledger.copying import make_installation, opened_app

_PEOPLE = 6


def plain(value: Any) -> Any:
    """A value as JSON keeps it: bytes in base64, in a list of one."""
    return [base64.b64encode(value).decode()] if isinstance(value, bytes) else value


def raw(value: Any) -> Any:
    """The value again."""
    return base64.b64decode(value[0]) if isinstance(value, list) else value


def _settings(folder: Path) -> Settings:
    serverkeys.create(folder / "server.key")
    return Settings.from_env(
        {
            "CONSULT_DATABASE_URL": f"sqlite:///{folder / 'frozen.db'}",
            "CONSULT_KEY_FILE": str(folder / "server.key"),
            "CONSULT_HOSTS": "localhost",
            "CONSULT_SECURE_COOKIES": "no",
        }
    )


def _freeze(revision: str, folder: Path) -> dict[str, Any]:
    settings = _settings(folder)
    with opened_app(settings) as app:
        flask_migrate.upgrade()
        made = make_installation(app, _PEOPLE)
        opening = {
            "revision": revision,
            "passphrase": PASSPHRASE,
            "key_file": settings.key_file.read_text(encoding="ascii"),
            "shares": made.recovery.texts,
            "people": [{"code": person.code, "words": person.words} for person in made.people],
            "draft": {"code": made.drafting.code, "words": made.drafting.words},
        }
        db.session.remove()
        flask_migrate.downgrade(revision=revision)
        metadata = MetaData()
        with db.engine.connect() as connection:
            metadata.reflect(connection)
            tables = {
                table.name: [
                    {name: plain(value) for name, value in row._mapping.items()}
                    for row in connection.execute(select(table))
                ]
                for table in metadata.sorted_tables
                if table.name != "alembic_version"
            }
    return opening | {"tables": tables}


def main() -> None:
    """Write `revision-NNNN.json.xz` into the folder."""
    revision, target = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        frozen = _freeze(revision, Path(folder))
    path = target / f"revision-{revision}.json.xz"
    path.write_bytes(lzma.compress(json.dumps(frozen, sort_keys=True).encode(), preset=9))


if __name__ == "__main__":
    main()
