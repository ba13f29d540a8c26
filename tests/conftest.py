"""Fixtures of every test that needs the application: a fresh database each time, SQLite or PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Dialect, Engine, make_url
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

import consult.models.every  # noqa: F401 - all tables are known from here on
from consult.models.base import Base, writing
from consult.settings import Settings
from consult.vault import serverkeys
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import Cost
from consult.web.extensions import db
from tests.client import StandaloneClient
from tests.databases import SQLITE_ALONE
from tests.visitor import Visitor

_MEMORY = Path("/dev/shm")  # noqa: S108 - where there is enough of it; below it each run has a folder of its own
if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 4 * 2**30 and "CONSULT_TEST_FULL" not in os.environ:
    # Databases of tests are written through to the disk at each commit. The long forms keep to a real one.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

gc.set_threshold(50_000, 20, 100)
"""Cycles are looked for more seldom: each search goes through much of what the libraries hold."""

QUICK = Cost(memory_kib=64, passes=1)
"""A slow hash that is not: tests make many accounts. The stored default is tested by itself."""

_CONSULT = (Path(__file__).parent / "consult").as_posix()
_ALONE = frozenset(name for alike in SQLITE_ALONE for name in alike.files)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what touches a database, but for what `tests/databases.py` says to be alike."""
    if "CONSULT_TEST_DATABASE_URL" not in os.environ:
        return
    kept: list[pytest.Item] = []
    alike: list[pytest.Item] = []
    for item in items:
        (kept if _touches_a_database(item) else alike).append(item)
    config.hook.pytest_deselected(items=alike)
    items[:] = kept


def _touches_a_database(item: pytest.Item) -> bool:
    name = item.path.with_suffix("").as_posix().removeprefix(f"{_CONSULT}/")
    return "empty_database" in getattr(item, "fixturenames", ()) and name not in _ALONE


class Compiled(BytecodeCache):
    """Templates compiled once in a process: applications of all tests have the same ones."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take over what an earlier application compiled."""
        if bucket.key in self._code:
            bucket.code = self._code[bucket.key]

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        assert bucket.code is not None
        self._code[bucket.key] = bucket.code


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}


_compiled: dict[tuple[object, ...], tuple[Any, ...]] = {}
_compile = Rule.compile


def _compile_once(self: Rule) -> None:
    """Take an address to pieces once in a process: most of the making of an application."""
    key = (
        self.rule,
        self.host,
        self.subdomain,
        self.merge_slashes,
        repr(sorted((self.defaults or {}).items())),
    )
    if key not in _compiled:
        _compile(self)
        builders = self._build.__func__, self._build_unknown.__func__  # type: ignore[attr-defined]
        _compiled[key] = (self._parts, self._trace, self._converters, set(self.arguments), *builders)
        return
    self._parts, self._trace, self._converters, arguments, build, build_unknown = _compiled[key]
    self.arguments |= arguments
    self._build, self._build_unknown = build.__get__(self, None), build_unknown.__get__(self, None)


Rule.compile = _compile_once  # type: ignore[method-assign]

_dialects: dict[str, tuple[Dialect, Any]] = {}


def _share_statements(engine: Engine) -> None:
    """Let engines of all tests share the statements that were made into SQL before: the tables are alike."""
    if engine.dialect.name not in _dialects:
        engine.connect().close()  # the first connection tells the dialect what it has to do with
        _dialects[engine.dialect.name] = (engine.dialect, engine._compiled_cache)
    engine.dialect, engine._compiled_cache = _dialects[engine.dialect.name]


_WITH_ROWS = " UNION ALL ".join(
    f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\")"  # noqa: S608 - names of our own tables
    for table in Base.metadata.sorted_tables
)


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server secret for this run."""
    path = tmp_path_factory.mktemp("keys") / "server.key"
    serverkeys.create(path)
    return path


@pytest.fixture(scope="session")
def empty_database(key_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database that migrations have just made, by address: a file to copy, or PostgreSQL's to empty."""
    server = os.environ.get("CONSULT_TEST_DATABASE_URL")
    if server:
        name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
        admin = create_engine(
            server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
        )
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'empty.db'}"
    _upgrade(_settings(url, key_file))
    return url


@pytest.fixture
def database(empty_database: str, tmp_path: Path) -> str:
    """A database of this test's own."""
    if empty_database.startswith("sqlite"):
        copy = tmp_path / "consult.db"
        shutil.copy(empty_database.removeprefix("sqlite:///"), copy)  # with its mode
        return f"sqlite:///{copy}"
    engine = create_engine(empty_database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        # The log of staff acts refuses to be emptied: only here, where triggers are off, is it.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in connection.scalars(text(_WITH_ROWS)).all():
            # Not TRUNCATE, which makes a new file for each table: that took longer than most tests.
            connection.execute(Base.metadata.tables[name].delete())
    engine.dispose()
    return empty_database


@pytest.fixture
def settings(database: str, key_file: Path) -> Settings:
    """Settings of a loopback installation."""
    return _settings(database, key_file)


@pytest.fixture(autouse=True)
def _may_write() -> None:
    """A request of an earlier test may have left it as it was for reading."""
    writing.set(True)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The combined application, inside its context; what a test leaves uncommitted is rolled back."""
    from consult import combined  # noqa: PLC0415 - pandas takes seconds: tests of `surveys` must not wait for it

    made = combined.create_app(settings)
    made.test_client_class = StandaloneClient
    keys = serverkeys.read(settings.key_file)
    made.extensions["consult.workbench_vault"] = WorkbenchVault(keys.workbench, QUICK)
    with made.app_context():
        _share_statements(db.engine)
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session that services take."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Flask's own client, for tests of headers and raw answers."""
    return app.test_client()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody with a browser that holds each page to the rules."""
    return Visitor(app.test_client())


def _settings(url: str, key_file: Path) -> Settings:
    return Settings.from_env(
        {
            "CONSULT_DATABASE_URL": url,
            "CONSULT_KEY_FILE": str(key_file),
            "CONSULT_HOSTS": "localhost",
            "CONSULT_SECURE_COOKIES": "no",
            "CONSULT_REQUIRE_MFA": "none",
            "CONSULT_LIMITS": "off",
            # Worked out beside the pages: who tests it says when.
            "CONSULT_MEANING": "no",
        }
    )


def _upgrade(settings: Settings) -> None:
    from consult import intake  # noqa: PLC0415 - as above

    made = intake.create_app(settings)
    with made.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Note what a test measured: `figure("kills", 200)` stands in the table of `make hostile`."""
    return record_property
