"""S35: installations of earlier revisions, frozen with what opens them, migrate and still open."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Boolean, Connection, MetaData, insert, select

from consult.models.consultation import Consultation, Survey
from consult.records import accounts, auditing, drafts, opened, proofs, responses, restoring, voices
from consult.records.unlocking import Unlocked
from consult.settings import Settings
from consult.web.extensions import db
from tests.consult.entering import vault_of
from tests.consult.ledger.copying import elsewhere, opened_app
from tests.released.make import raw

FROZEN = sorted(Path(__file__).parent.glob("revision-*.json.xz"))


@dataclass(frozen=True, kw_only=True)
class Old:
    """An installation of an earlier revision, brought up to date."""

    app: Flask
    frozen: dict[str, Any]


@pytest.fixture(params=FROZEN, ids=lambda path: path.name.split(".")[0])
def old(
    request: pytest.FixtureRequest, empty_database: str, settings: Settings, tmp_path: Path
) -> Iterator[Old]:
    """Tables of that revision, its rows, and then every migration since."""
    frozen = json.loads(lzma.decompress(request.param.read_bytes()))
    key_file = tmp_path / "frozen.key"
    key_file.write_text(frozen["key_file"], encoding="ascii")
    key_file.chmod(0o600)
    engine = "postgresql" if "CONSULT_TEST_DATABASE_URL" in os.environ else "sqlite"
    with (
        elsewhere(replace(settings, key_file=key_file), engine, tmp_path) as there,
        opened_app(there) as app,
    ):
        flask_migrate.upgrade(revision=frozen["revision"])
        with db.engine.begin() as connection:
            put(connection, frozen["tables"])
        flask_migrate.upgrade()
        yield Old(app=app, frozen=frozen)


def put(connection: Connection, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Rows as they were frozen."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        rows = [{name: raw(value) for name, value in row.items()} for row in tables.get(table.name, [])]
        for column in table.columns:
            if isinstance(column.type, Boolean):
                rows = [row | {column.name: bool(row[column.name])} for row in rows]
        if rows:
            connection.execute(insert(table), rows)


def test_something_is_frozen() -> None:
    assert FROZEN


def test_people_open_what_is_theirs_by_their_codes(old: Old) -> None:
    session, intake = db.session(), old.app.extensions["consult.intake_vault"]
    consultation = session.scalars(select(Consultation)).one()
    survey = session.scalars(select(Survey).where(Survey.definition_id == "small")).one()
    for person in old.frozen["people"]:
        _, keys = responses.read_code(intake, consultation, person["code"])
        own = responses.read(session, intake, survey, keys)
        assert not own.differs
        assert person["words"] in own.content["answers"]["helped_words"]
    _, keys = responses.read_code(intake, consultation, old.frozen["draft"]["code"])
    draft = drafts.open_(session, intake, survey, keys)
    assert draft is not None
    assert draft.answers == {"helped_words": old.frozen["draft"]["words"]}


def test_the_team_unlocks_and_reads_answers_codings_and_quotes(old: Old) -> None:
    session, vault = db.session(), vault_of(old.app)
    consultation = session.scalars(select(Consultation)).one()
    for name in ("sam", "kim"):
        account = accounts.named(session, name)
        key = accounts.unlock(vault, account, old.frozen["passphrase"])
        keys = accounts.opened_keys(session, vault, consultation, key)
        answers = list(opened.released(session, vault, consultation, keys))
        assert len(answers) == len(old.frozen["people"]) - 1
        told = " ".join(answer.answers["helped_words"] for answer in answers)
        assert sum(person["words"] in told for person in old.frozen["people"]) == len(answers)
        heard = voices.hear(
            Unlocked(
                session=session,
                vault=vault,
                consultation=consultation,
                keys=keys,
                account_id=account.id,
            )
        )
        assert heard.quotes
        assert all(quote.passed for quote in heard.quotes)


def test_the_log_and_the_batches_hold(old: Old) -> None:
    session = db.session()
    found = auditing.check(session, vault_of(old.app))
    assert found.entries
    assert found.wrong == ()
    counted = proofs.check(session)
    assert counted.batches
    assert counted.wrong == ()


def test_it_can_be_restored_from_nothing_since_it_is_not_empty(old: Old) -> None:
    with db.engine.connect() as connection, pytest.raises(restoring.NotEmptyError):
        restoring.require_empty(connection)
