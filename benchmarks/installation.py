"""A whole installation in a scratch folder: key file, migrated database, one open consultation and its key.

Made through the product's own services. SQLite by default, or a fresh database on a PostgreSQL server.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import flask_migrate
import psycopg
from flask import Flask
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy.orm import Session

from benchmarks.servers import Plan
from consult import clock, intake
from consult.models.account import Role
from consult.models.consultation import Consultation
from consult.records import (
    accounts,
    consultations,
    directory,
    kept_versions,
    ready,
    recovery,
    support,
)
from consult.records.accounts import NewAccount
from consult.settings import Settings
from consult.turns import THREADS
from consult.vault import serverkeys
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import Cost, StaffKey
from consult.vault.sealing import IntakeVault
from consult.web.extensions import db

TODAY = date(2027, 1, 4)
PASSPHRASE = "four brown kettles by the weir"  # noqa: S105 - opens nothing but a scratch folder
ANALYST = "sam"
NAME = "bench"
# The slow hash of the analyst's passphrase is no part of any figure here.
_QUICK = Cost(memory_kib=64, passes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where a benchmark works. Everything in it is gone afterwards."""

    app: Flask
    env: Mapping[str, str]
    folder: Path
    slugs: Mapping[str, str]
    vault: WorkbenchVault
    key: StaffKey

    @property
    def session(self) -> Session:
        """The database session of this process."""
        return cast("Session", db.session())

    @property
    def intake_vault(self) -> IntakeVault:
        """The vault that seals."""
        return cast("IntakeVault", self.app.extensions["consult.intake_vault"])

    @property
    def consultation(self) -> Consultation:
        """The one consultation. Reading it begins a transaction: end that before a server is asked."""
        return consultations.named(self.session, NAME)

    def slug(self, definition_id: str) -> str:
        """The public address of a survey."""
        return self.slugs[definition_id]

    def plan(self, application: str = "consult.intake:create_app()", *, workers: int = 1) -> Plan:
        """How to serve it."""
        return Plan(application=application, env=self.env, workers=workers, threads=THREADS)


@contextmanager
def installation(sources: Sequence[str], *, postgres: str | None = None) -> Iterator[Installation]:
    """An installation whose surveys have these definitions, inside its application context."""
    with tempfile.TemporaryDirectory() as name, _database(Path(name), postgres) as url:
        folder = Path(name)
        serverkeys.create(folder / "server.key")
        env = {
            "CONSULT_DATABASE_URL": url,
            "CONSULT_KEY_FILE": str(folder / "server.key"),
            "CONSULT_HOSTS": "localhost,127.0.0.1",
            "CONSULT_SECURE_COOKIES": "no",
            "CONSULT_REQUIRE_MFA": "none",
            "CONSULT_LIMITS": "off",
            "CONSULT_LANGUAGES": "en,cy",
        }
        app = intake.create_app(Settings.from_env(env))
        with app.app_context():
            flask_migrate.upgrade()
            try:
                yield _filled(app, env, folder, sources)
            finally:
                db.session.remove()
                db.engine.dispose()


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A new database on a PostgreSQL server, dropped afterwards; gives its address."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield make_conninfo(server, dbname=name)
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def add_support(session: Session) -> None:
    """Three invented services, checked today: without them no survey opens and nobody can start."""
    for kinds, serves in (("crisis", "any_gender"), ("specialist", "men"), ("listening", "any_gender")):
        wanted = directory.Wanted(
            name=f"A {kinds} line (example)",
            what="Someone to listen.",
            nations=support.every_nation(),
            serves=(serves,),
            kinds=(kinds,),
            channels=(support.Channel(kind="phone", value="0808 157 0001"),),
            hours="Every day",
            source_url="https://line.example.org/",
        )
        entry = directory.add(session, wanted)
        directory.check(session, entry, good=True, by="the benchmark", on=clock.today())


@contextmanager
def _database(folder: Path, postgres: str | None) -> Iterator[str]:
    if postgres is None:
        yield f"sqlite:///{folder / 'consult.db'}"
        return
    with fresh_database(postgres) as address:
        parts = conninfo_to_dict(address)
        place = f"{parts.get('host', '')}:{parts.get('port', 5432)}"
        secret = f":{parts['password']}" if parts.get("password") else ""
        yield f"postgresql://{parts.get('user', 'postgres')}{secret}@{place}/{parts['dbname']}"


def _filled(app: Flask, env: Mapping[str, str], folder: Path, sources: Sequence[str]) -> Installation:
    session = cast("Session", db.session())
    vault = WorkbenchVault(serverkeys.read(folder / "server.key").workbench, _QUICK)
    consultation = Consultation(name=NAME, title="Benchmark", min_grants=1)
    session.add(consultation)
    session.flush()
    analyst = accounts.add(session, vault, NewAccount(name=ANALYST, display_name="Sam"), PASSPHRASE)
    for role in (Role.ANALYST, Role.LEAD):
        accounts.join(session, analyst, consultation, role)
    accounts.make_consultation_keys(session, vault, consultation, [analyst])
    key = accounts.unlock(vault, analyst, PASSPHRASE)
    held = accounts.opened_keys(session, vault, consultation, key)
    made = recovery.make(session, vault, consultation, held)
    recovery.confirm(session, vault, consultation, made.texts[0])
    add_support(session)
    slugs = {}
    for source in sources:
        survey = kept_versions.load(session, consultation, source, name="bench.toml", today=TODAY)
        ready.open_survey(session, vault, survey)
        slugs[survey.definition_id] = survey.slug
    session.flush()
    session.commit()
    return Installation(
        app=app,
        env=env,
        folder=folder,
        slugs=slugs,
        vault=vault,
        key=key,
    )
