"""A rich installation to make backups of, databases to restore into, and how two of them are compared."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, MetaData, create_engine, select, text
from sqlalchemy.engine import make_url

from consult.manage import service as manage
from consult.models.account import Account
from consult.records import codings, drafts, opened, quotes, responses, writing
from consult.records.codings import Coding
from consult.records.drafts import DraftContent
from consult.settings import Settings
from consult.vault import serverkeys
from consult.vault.opening import WorkbenchVault
from consult.vault.receipts import ReceiptKeys
from consult.web.extensions import db
from tests.builders import TODAY, Team
from tests.conftest import QUICK
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.ledger.acting import Recovery, make_recovery

Rows = dict[str, set[tuple[object, ...]]]
MOVED = {
    "audit_key",
    "audit_event",
    "audit_chain",
    "restoration",
    "visit",
    "staff_session",
    "alembic_version",
}
"""Tables that a restore adds to, or that are never in a backup."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with a code."""

    code: str
    keys: ReceiptKeys
    response_id: bytes
    words: str


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What a backup is made of."""

    scene: Scene
    recovery: Recovery
    people: list[Person]
    drafting: Person

    @property
    def team(self) -> Team:
        return self.scene.team


def make_installation(app: Flask, number: int = 12) -> Installation:
    """Random answers in two batches, one that waits, a draft, codings, quotes, a link, a withdrawal."""
    recovery = make_recovery(app)
    scene = make_scene(app, release_min=5, published_k=5)
    team, dice = scene.team, random.Random(os.urandom(8))  # noqa: S311 - invented words
    people = []
    for place in range(number + 1):
        people.append(_person(team, dice))
        if place in {number // 2, number - 1}:
            manage.release(team.session, team.vault, "trial", actor="ada", today=TODAY)
            team.session.commit()
    scene.link("1.1")
    kim = scene.colleague()
    code_and_quote(scene, [person.response_id for person in people[: number // 2]], kim)
    responses.withdraw(team.session, team.intake, team.survey, people.pop(0).keys)
    team.session.commit()
    return Installation(scene=scene, recovery=recovery, people=people, drafting=_draft(team))


def _person(team: Team, dice: random.Random) -> Person:
    code, keys = responses.new_code(team.intake, team.consultation)
    words = " ".join("".join(dice.choices("abcdefghij ", k=9)) for _ in range(dice.choice([3, 40, 900])))
    response_id = os.urandom(16)
    responses.send(
        team.session,
        team.intake,
        team.survey,
        response_id=response_id,
        rev=1,
        content={
            "answers": {"looked": "yes", "helped_words": f"They listened. {words}", "words_use": "quote"},
            "depth": "full",
            "language": "en",
        },
        keys=keys,
    )
    team.session.commit()
    return Person(code=code, keys=keys, response_id=response_id, words=words)


def _draft(team: Team) -> Person:
    code, keys = responses.new_code(team.intake, team.consultation)
    content = DraftContent(answers={"helped_words": "not sent yet"}, response_id=os.urandom(16).hex())
    _, saving = drafts.saving(team.intake, team.survey, keys, content, previous=0, days=30, today=TODAY)
    writing.at_once(team.session, saving)
    team.session.commit()
    return Person(code=code, keys=keys, response_id=b"", words="not sent yet")


def code_and_quote(scene: Scene, response_ids: list[bytes], second: Account) -> None:
    """Codings of the first sentence of each, and quotes that a second person passed."""
    team = scene.team
    unlocked = team.unlocked()
    desk = quotes.Desk(
        session=team.session, vault=team.vault, consultation=team.consultation, keys=unlocked.keys
    )
    answers = opened.released(team.session, team.vault, team.consultation, unlocked.keys, ids=response_ids)
    for answer in answers:
        coding = codings.add(
            team.session,
            team.vault,
            team.consultation,
            unlocked.keys,
            Coding(
                response_id=answer.id,
                response_rev=answer.rev,
                question_id="helped_words",
                start=0,
                end=14,
                theme_id=scene.theme.id,
                coder_id=team.account.id,
                seq=1,
            ),
        )
        span = quotes.Span(
            coding_id=coding.id,
            response_id=coding.response_id,
            theme_id=coding.theme_id,
            question_id=coding.question_id,
            start=coding.start,
            end=coding.end,
        )
        made = quotes.propose(desk, answer, span, "They listened.", account_id=team.account.id)
        quotes.confirm(desk, made, account_id=second.id)
    team.session.commit()


def rows(connection: Connection) -> Rows:
    """All rows of all tables that a restore leaves as they were."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        table.name: {
            tuple(json.dumps(value) if isinstance(value, list | dict) else value for value in row)
            for row in connection.execute(select(*sorted(table.columns, key=lambda column: column.name)))
        }
        for table in metadata.sorted_tables
        if table.name not in MOVED
    }


@contextmanager
def elsewhere(settings: Settings, engine: str, folder: Path) -> Iterator[Settings]:
    """Settings of the same installation on a database that holds nothing: "sqlite", or "postgresql"."""
    if engine == "sqlite":
        yield replace(settings, database_url=f"sqlite:///{folder / 'elsewhere.db'}")
        return
    url = make_url(os.environ["CONSULT_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    name = f"elsewhere_{os.getpid()}_{random.randrange(10**9)}"  # noqa: S311 - a name
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield replace(settings, database_url=url.set(database=name).render_as_string(hide_password=False))
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@contextmanager
def opened_app(settings: Settings) -> Iterator[Flask]:
    """The combined application on some database, with a slow hash that is not."""
    from consult import combined  # noqa: PLC0415 - pandas takes seconds

    made = combined.create_app(settings)
    made.extensions["consult.workbench_vault"] = WorkbenchVault(
        serverkeys.read(settings.key_file).workbench, QUICK
    )
    with made.app_context():
        try:
            yield made
        finally:
            db.session.remove()
            db.engine.dispose()
