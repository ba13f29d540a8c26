"""S33: the restore drill, from and to both databases; S18: what was taken back stays away after a restore."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.manage.service import recovery as recovering
from consult.models.audit import AuditChain, AuditEvent
from consult.models.consultation import Consultation, Survey
from consult.models.note import Note
from consult.models.response import Receipt, Response, Tombstone, Total
from consult.models.restoration import Restoration
from consult.records import accounts, audit, auditing, drafts, opened, proofs, responses, writing
from consult.settings import Settings
from consult.vault.passphrases import WrongPassphraseError
from consult.web.extensions import db
from tests.builders import PASSPHRASE, TODAY, make_account
from tests.consult.commands.restoring import restore
from tests.consult.commands.running import Run
from tests.consult.commands.test_recovery_commands import printed
from tests.consult.entering import vault_of
from tests.consult.ledger.copying import Installation, elsewhere, make_installation, opened_app, rows
from tests.forms import FULL
from tests.visitor import Visitor

ENGINES = ("sqlite", "postgresql")
PEOPLE = 200 if FULL else 12


@pytest.fixture(params=ENGINES)
def target(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The same installation on an empty database of each kind that is at hand."""
    if request.param == "postgresql" and "CONSULT_TEST_DATABASE_URL" not in os.environ:
        pytest.skip("no PostgreSQL at hand: tests/on-postgres has one")
    with elsewhere(settings, request.param, tmp_path) as made:
        yield made


def check_everything(app: Flask, made: Installation) -> None:
    """The team signs in and reads, people open what is theirs, and log and batches hold."""
    session, vault = db.session(), vault_of(app)
    account = accounts.named(session, "sam")
    consultation = session.scalars(select(Consultation)).one()
    keys = accounts.opened_keys(session, vault, consultation, accounts.unlock(vault, account, PASSPHRASE))
    answers = {each.id: each for each in opened.released(session, vault, consultation, keys)}
    for person in made.people:
        if person.response_id in answers:
            assert answers[person.response_id].answers["helped_words"] == f"They listened. {person.words}"
    assert len(answers) == len(made.people) - 1, "the last one waits"
    survey = session.scalars(select(Survey).where(Survey.definition_id == "small")).one()
    intake = app.extensions["consult.intake_vault"]
    for person in made.people:
        own = responses.read(session, intake, survey, person.keys)
        assert not own.differs
        assert person.words in own.content["answers"]["helped_words"]
    draft = drafts.open_(session, intake, survey, made.drafting.keys)
    assert draft is not None
    assert draft.answers == {"helped_words": made.drafting.words}
    found = auditing.check(session, vault, recovery=made.recovery.private)
    assert found.wrong == ()
    assert found.mac_entries == found.entries
    assert proofs.check(session).wrong == ()
    session.rollback()


def test_what_was_backed_up_is_there_after_a_restore(
    app: Flask, run: Run, target: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S33: equal in every table, whatever the two databases are."""
    made = make_installation(app, PEOPLE)
    done = run("backup", str(folder))
    assert done.code == 0, done.refused
    with db.engine.connect() as connection:
        before = rows(connection)
    old_head = audit.head(db.session())
    db.session.rollback()

    done = restore(run, monkeypatch, target, made.recovery, folder)

    assert done.code == 0, done.refused
    assert f"{len(made.people)} answers are here" in done.said
    with opened_app(target) as again:
        with db.engine.connect() as connection:
            assert rows(connection) == before
        check_everything(again, made)
        # The entry on the backup itself came after the backup, and is not in it.
        assert db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()[-2:] == [
            "new chain",
            "restore",
        ]
        chain = db.session.scalars(select(AuditChain).order_by(AuditChain.first_seq.desc())).first()
        assert chain is not None
        named = db.session.scalars(select(AuditEvent.hash).where(AuditEvent.seq == chain.first_seq - 1)).one()
        assert chain.previous_head == named != old_head
        assert db.session.scalars(select(Restoration.withdrawals_kept)).all() == [True]


def test_a_backup_of_sqlite_goes_into_postgresql(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S33: the way there; the way back is the test above, on PostgreSQL."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("no PostgreSQL at hand: tests/on-postgres has one")
    with elsewhere(settings, "sqlite", tmp_path) as source:
        monkeypatch.setenv("CONSULT_DATABASE_URL", source.database_url)
        assert run("db", "upgrade").code == 0
        with opened_app(source) as small:
            made = make_installation(small, PEOPLE)
            with db.engine.connect() as connection:
                before = rows(connection)
            assert run("backup", str(folder)).code == 0
    with elsewhere(settings, "postgresql", tmp_path) as target:
        done = restore(run, monkeypatch, target, made.recovery, folder)
        assert done.code == 0, done.refused
        with opened_app(target) as again:
            with db.engine.connect() as connection:
                assert rows(connection) == before
            check_everything(again, made)


def test_what_was_taken_back_since_the_backup_stays_away(
    app: Flask, run: Run, target: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S18: an old backup and the newest tombstones revive neither answer, receipt, note nor draft."""
    made = make_installation(app)
    assert run("backup", str(folder)).code == 0
    team, leaving = made.team, made.people[0]
    responses.withdraw(team.session, team.intake, team.survey, leaving.keys)
    writing.at_once(team.session, drafts.deleting(made.drafting.keys.lookup))
    team.session.commit()
    assert run("backup", "tombstones", str(folder)).code == 0

    done = restore(run, monkeypatch, target, made.recovery, folder)

    assert done.code == 0, done.refused
    assert "1 answers that were taken back since then stayed away" in done.said
    with opened_app(target) as again:
        session = db.session()
        survey = session.scalars(select(Survey).where(Survey.definition_id == "small")).one()
        intake = again.extensions["consult.intake_vault"]
        assert responses.find(session, intake, survey, leaving.keys) is None
        assert drafts.open_(session, intake, survey, made.drafting.keys) is None
        assert session.get(Response, leaving.response_id) is None
        assert session.get(Receipt, leaving.keys.lookup) is None
        assert session.scalars(select(Note).where(Note.response_id == leaving.response_id)).all() == []
        assert session.scalar(select(func.count()).select_from(Tombstone)) == 2
        assert session.scalar(select(func.count()).select_from(Receipt)) == len(made.people) - 1
        assert proofs.check(session).wrong == ()
        left = session.scalars(select(Total.current).where(Total.what == "withdrawn")).all()
        assert left == [2]
        session.rollback()


def test_without_the_tombstones_people_who_come_back_are_told(
    app: Flask, run: Run, target: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_installation(app)
    assert run("backup", str(folder)).code == 0
    team, leaving = made.team, made.people[0]
    slug = team.survey.slug
    responses.withdraw(team.session, team.intake, team.survey, leaving.keys)
    team.session.commit()

    done = restore(run, monkeypatch, target, made.recovery, folder, tombstones=False)

    assert done.code == 0, done.refused
    assert "ATTENTION" in done.said
    with opened_app(target) as again:
        visitor = Visitor(again.test_client())
        visitor.visit(f"/back/{slug}")
        assert "put back from a copy" in visitor.words
        assert "they may be here again" in visitor.words


def test_an_empty_database_with_tables_will_do(
    app: Flask, run: Run, target: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_installation(app)
    assert run("backup", str(folder)).code == 0
    monkeypatch.setenv("CONSULT_DATABASE_URL", target.database_url)
    assert run("db", "upgrade").code == 0
    assert restore(run, monkeypatch, target, made.recovery, folder).code == 0


def test_with_the_old_secret_lost_for_good_the_shares_alone_open_the_answers(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S33: all answers are there for a new account with shares; codes and passphrases lead nowhere."""
    made = make_installation(app)
    with monkeypatch.context() as typing:
        typing.setattr("click.prompt", lambda *_, **__: PASSPHRASE)
        shares = printed(run("recovery", "make", "trial", "--as", "sam").said)
    assert run("backup", str(folder)).code == 0
    other = tmp_path / "other.key"
    assert run("init", str(other)).code == 0
    monkeypatch.setenv("CONSULT_KEY_FILE", str(other))
    with elsewhere(settings, "sqlite", tmp_path) as target:
        done = restore(run, monkeypatch, target, made.recovery, folder, "--other-secret")
        assert done.code == 0, done.refused
        with opened_app(replace(target, key_file=other)) as again:
            session, vault = db.session(), vault_of(again)
            intake = again.extensions["consult.intake_vault"]
            survey = session.scalars(select(Survey).where(Survey.definition_id == "small")).one()
            consultation = session.scalars(select(Consultation)).one()
            for person in made.people[:2]:
                _, keys = responses.read_code(intake, consultation, person.code)
                assert responses.find(session, intake, survey, keys) is None
            with pytest.raises(WrongPassphraseError):
                accounts.unlock(vault, accounts.named(session, "sam"), PASSPHRASE)
            make_account(again, "noor")
            chosen = [shares[2], shares[0]]
            recovering.use_shares(session, vault, "trial", chosen, "noor", actor="ada", today=TODAY)
            session.commit()
            noor = accounts.unlock(vault, accounts.named(session, "noor"), PASSPHRASE)
            theirs = accounts.opened_keys(session, vault, consultation, noor)
            answers = {each.id: each for each in opened.released(session, vault, consultation, theirs)}
            assert len(answers) == len(made.people) - 1, "the last one waits"
            for person in made.people[:-1]:
                assert person.words in answers[person.response_id].answers["helped_words"]
