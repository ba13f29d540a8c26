"""An installation as it is shipped: migrated database, key file, and gunicorn in a process of its own.

Knows nothing of pages. What a test builds goes through the real services, in this process, on the same data.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from consult import clock, combined, intake, serving
from consult.commands.demonstration import building
from consult.records import batches
from consult.settings import Settings
from consult.vault import serverkeys
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import Cost
from consult.web.extensions import db, intake_vault, workbench_vault

ROOT = Path(__file__).parents[2]
_QUICK = Cost(memory_kib=64, passes=1)
_START_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One folder with everything that the service may write to, and the settings that point there."""

    home: Path
    database_url: str
    exit_url: str

    @property
    def environment(self) -> dict[str, str]:
        """The settings as the process gets them; nothing of this process's own environment but the path."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.scratch),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CONSULT_DATABASE_URL": self.database_url,
            "CONSULT_KEY_FILE": str(self.home / "server.key"),
            "CONSULT_HOSTS": "localhost,127.0.0.1",
            "CONSULT_SECURE_COOKIES": "no",
            "CONSULT_REQUIRE_MFA": "none",
            "CONSULT_LIMITS": "off",
            "CONSULT_EXIT_URL": self.exit_url,
        }

    @property
    def scratch(self) -> Path:
        """Where the process puts temporary files."""
        return self.home / "scratch"

    @property
    def log(self) -> Path:
        """Everything that the process printed."""
        return self.home / "server.log"

    def prepare(self) -> None:
        """Make the key file and the tables."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self.scratch.mkdir(exist_ok=True)
        serverkeys.create(self.home / "server.key")
        made = intake.create_app(Settings.from_env(self.environment))
        with made.app_context():
            flask_migrate.upgrade()
            db.engine.dispose()

    @contextmanager
    def services(self) -> Iterator[Flask]:
        """The application in this process, inside its context: for building what a test needs."""
        made = combined.create_app(Settings.from_env(self.environment))
        keys = serverkeys.read(self.home / "server.key")
        made.extensions["consult.workbench_vault"] = WorkbenchVault(keys.workbench, _QUICK)
        with made.app_context():
            yield made
            db.session.remove()
            db.engine.dispose()

    def build_demonstration(self) -> dict[str, str]:
        """Make everything, and the invented consultation in it; returns passphrases by account name."""
        self.prepare()
        with self.services():
            session = db.session()
            sign_ins = building.build(
                session, intake_vault(), workbench_vault(), exits=self.exit_url, today=clock.today()
            )
            session.commit()
            batches.settle(db.engine)
        return sign_ins

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve on loopback; yields the address."""
        with socket.socket() as listening, self.log.open("ab") as log:
            listening.bind(("127.0.0.1", 0))
            listening.listen(64)
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "consult.combined:create_app()"),
                    *("--bind", f"fd://{listening.fileno()}", "--log-level", "warning"),
                    *serving.options(),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                pass_fds=(listening.fileno(),),
            )
            try:
                urllib.request.urlopen(f"{address}/health", timeout=_START_SECONDS).close()  # noqa: S310 - ours
                yield address
            finally:
                process.terminate()
                try:
                    process.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Where the way out leads: a stand-in on another host, with what browsers told it."""

    url: str
    told: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """The served demonstration, and how to sign in."""

    installation: Installation
    home: str
    sign_ins: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A PostgreSQL server and the file that it logs to."""

    url: str
    log: Path

    def new_database(self, name: str) -> str:
        """An empty database of its own; returns its address."""
        with self._as_owner() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def files(self, database_url: str) -> list[Path]:
        """Every file that holds something of a database, with all that was in memory written out."""
        name = make_url(database_url).database
        with self._as_owner() as connection:
            connection.execute(text("CHECKPOINT"))
            folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
            found = connection.execute(
                text("SELECT oid FROM pg_database WHERE datname = :name"), {"name": name}
            )
            number = found.scalar_one()
        places = (f"base/{number}/*", "base/pgsql_tmp/*", "pg_wal/*")
        return [self.log, *(path for place in places for path in folder.glob(place) if path.is_file())]

    @contextmanager
    def _as_owner(self) -> Iterator[Connection]:
        address = self.url.replace("postgresql://", "postgresql+psycopg://")
        admin = create_engine(address, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            yield connection
        admin.dispose()


@contextmanager
def private_cluster() -> Iterator[Cluster]:
    """The cluster that `CONSULT_TEST_DATABASE_URL` names, or a private one for as long as this lasts."""
    if url := os.environ.get("CONSULT_TEST_DATABASE_URL"):
        yield Cluster(url=url, log=Path(os.environ["CONSULT_TEST_DATABASE_LOG"]))
        return
    # The script ends the cluster when its command does, and `cat` ends when we let go of it.
    say = 'echo "$CONSULT_TEST_DATABASE_URL"; echo "$CONSULT_TEST_DATABASE_LOG"; exec cat'
    with subprocess.Popen(
        [ROOT / "tests" / "on-postgres", "sh", "-c", say],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            url, log = process.stdout.readline().strip(), process.stdout.readline().strip()
            assert url, "the cluster did not start"
            yield Cluster(url=url, log=Path(log))
        finally:
            process.stdin.close()
