"""S33: the restore drill, from and to both databases; S18: what was taken back stays away after a restore."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from consult.manage.service import recovery as recovering
from consult.models.audit import AuditChain, AuditEvent
from consult.models.base import Base
from consult.models.consultation import Consultation, Survey
from consult.models.note import Note
from consult.models.response import Receipt, Response, Tombstone, Total
from consult.models.restoration import Restoration
from consult.records import accounts, audit, auditing, drafts, opened, proofs, responses, writing
from consult.records.parts import NEVER, PARTS
from consult.settings import Settings
from consult.vault import backup
from consult.vault.passphrases import WrongPassphraseError
from consult.web.extensions import db
from tests.builders import PASSPHRASE, TODAY, make_account
from tests.consult.commands.running import Outcome, Run
from tests.consult.commands.test_recovery_commands import printed
from tests.consult.entering import vault_of
from tests.consult.ledger.acting import Recovery, make_recovery
from tests.consult.ledger.copying import Installation, elsewhere, make_installation, opened_app, rows
from tests.forms import FULL
from tests.visitor import Visitor

ENGINES = ("sqlite", "postgresql")
PEOPLE = 200 if FULL else 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go."""
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture(params=ENGINES)
def target(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The same installation on an empty database of each kind that is at hand."""
    if request.param == "postgresql" and "CONSULT_TEST_DATABASE_URL" not in os.environ:
        pytest.skip("no PostgreSQL at hand: tests/on-postgres has one")
    with elsewhere(settings, request.param, tmp_path) as made:
        yield made


def parts(folder: Path) -> dict[str, Path]:
    """The newest file of each part."""
    return {path.name.split("-")[0]: path for path in sorted(folder.iterdir())}


def restore(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    target: Settings,
    recovery: Recovery,
    folder: Path,
    *options: str,
    tombstones: bool = True,
) -> Outcome:
    """`consult restore` of the newest parts, with shares 3 and 1 typed."""
    monkeypatch.setenv("CONSULT_DATABASE_URL", target.database_url)
    typed = iter([recovery.texts[2], recovery.texts[0]])
    monkeypatch.setattr("click.prompt", lambda _words, *, hide_input: next(typed) if hide_input else "")
    found = parts(folder)
    more = ("--tombstones", str(found["tombstones"])) if tombstones else ()
    return run("restore", str(found["bodies"]), str(found["keys"]), *more, *options)


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


def test_a_restore_goes_into_an_empty_database_alone(
    app: Flask, run: Run, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_installation(app)
    assert run("backup", str(folder)).code == 0
    with db.engine.connect() as connection:
        before = rows(connection)
    done = restore(run, monkeypatch, settings, made.recovery, folder)
    assert done.code == 1
    assert "not empty" in done.refused
    with db.engine.connect() as connection:
        assert rows(connection) == before


def test_an_empty_database_with_tables_will_do(
    app: Flask, run: Run, target: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_installation(app)
    assert run("backup", str(folder)).code == 0
    monkeypatch.setenv("CONSULT_DATABASE_URL", target.database_url)
    assert run("db", "upgrade").code == 0
    assert restore(run, monkeypatch, target, made.recovery, folder).code == 0


@pytest.mark.parametrize("part", ["bodies", "keys", "tombstones"])
@pytest.mark.parametrize("harm", ["cut", "extended", "flipped", "renamed", "exchanged"])
def test_a_harmed_file_is_refused_and_nothing_is_written(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    harm: str,
) -> None:
    recovery = make_recovery(app)
    assert run("backup", str(folder)).code == 0
    path = parts(folder)[part]
    content = path.read_bytes()
    if harm == "renamed":
        path.rename(folder / f"{part}-2020-01-01")
    elif harm == "exchanged":
        shutil.copyfile(parts(folder)["keys" if part != "keys" else "bodies"], path)
    else:
        flipped = bytes([content[-50] ^ 1])
        path.write_bytes(
            {
                "cut": content[:-20],
                "extended": content + b"x",
                "flipped": content[:-50] + flipped + content[-49:],
            }[harm]
        )
    with elsewhere(settings, "sqlite", tmp_path) as target:
        done = restore(run, monkeypatch, target, recovery, folder)
        assert done.code == 1
        assert "does not open" in done.refused
        assert not (tmp_path / "elsewhere.db").exists()


def test_older_tombstones_than_the_backup_are_refused(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recovery = make_recovery(app)
    with time_machine.travel("2027-01-04T10:00:00Z", tick=False):
        assert run("backup", "tombstones", str(folder)).code == 0
    old = (folder / "tombstones-2027-01-04").read_bytes()
    with time_machine.travel("2027-01-04T11:00:00Z", tick=False):
        assert run("backup", str(folder)).code == 0
    (folder / "tombstones-2027-01-04").write_bytes(old)
    with elsewhere(settings, "sqlite", tmp_path) as target:
        done = restore(run, monkeypatch, target, recovery, folder)
    assert done.code == 1
    assert "older than the backup" in done.refused


def test_another_key_file_is_refused_unless_the_old_secret_is_lost(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recovery = make_recovery(app)
    assert run("backup", str(folder)).code == 0
    assert run("init", str(tmp_path / "other.key")).code == 0
    monkeypatch.setenv("CONSULT_KEY_FILE", str(tmp_path / "other.key"))
    with elsewhere(settings, "sqlite", tmp_path) as target:
        done = restore(run, monkeypatch, target, recovery, folder)
        assert done.code == 1
        assert "put back the secret from the safe" in done.refused


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


def test_shares_of_another_installation_open_nothing(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_recovery(app)
    assert run("backup", str(folder)).code == 0
    other = make_recovery(app)
    with elsewhere(settings, "sqlite", tmp_path) as target:
        done = restore(run, monkeypatch, target, other, folder)
    assert done.code == 1
    assert "do not belong to this recovery key" in done.refused


def test_without_a_recovery_key_there_is_no_backup(app: Flask, run: Run, folder: Path) -> None:
    done = run("backup", str(folder))
    assert done.code == 1
    assert "consult recovery installation" in done.refused
    assert list(folder.iterdir()) == []


def test_files_are_for_their_owner_alone_and_say_no_hour(app: Flask, run: Run, folder: Path) -> None:
    make_recovery(app)
    assert run("backup", str(folder)).code == 0
    found = sorted(folder.iterdir())
    assert [path.name.split("-")[0] for path in found] == ["bodies", "keys", "tombstones"]
    for path in found:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.stat().st_mtime % 86_400 == 0


def test_parts_are_destroyed_when_their_days_are_over_and_nothing_else_is(
    app: Flask, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_recovery(app)
    (folder / "keys-and-notes.txt").write_text("somebody's own file", encoding="utf-8")
    day = date(2027, 1, 4)
    for number in (0, 1, 6, 7, 29, 30):
        with time_machine.travel(f"{day + timedelta(days=number)}T03:00:00Z", tick=False):
            assert run("backup", str(folder)).code == 0
    names = {path.name for path in folder.iterdir()}
    days = [(day + timedelta(days=number)).isoformat() for number in (1, 6, 7, 29, 30)]
    assert names == {
        "keys-and-notes.txt",
        *(f"bodies-{each}" for each in days),
        *(f"keys-{each}" for each in days[-2:]),
        f"tombstones-{days[-1]}",
    }
    monkeypatch.setenv("CONSULT_BACKUP_DAYS_BODIES", "2")
    with time_machine.travel(f"{day + timedelta(days=31)}T03:00:00Z", tick=False):
        assert run("backup", str(folder)).code == 0
    assert len([path for path in folder.iterdir() if path.name.startswith("bodies")]) == 2


def test_nothing_of_a_backup_is_ever_on_disk_in_clear(
    app: Flask, run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file that the command opens for writing, and every database that it connects to."""
    make_installation(app)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    databases: list[str] = []
    connect = sqlite3.connect

    def watched(where: str, *more: object, **options: object) -> sqlite3.Connection:
        databases.append(str(where))
        return connect(where, *more, **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", watched)
    assert run("backup", str(folder)).code == 0
    assert databases.count(":memory:") == 3
    assert {each for each in databases if each != ":memory:"} <= {str(tmp_path / "consult.db")}
    assert list(scratch.iterdir()) == []
    for path in folder.iterdir():
        content = path.read_bytes()
        assert content.startswith(b"CNS1")
        assert b"SQLite format" not in content
        assert b"CREATE TABLE" not in content


def test_sessions_the_live_key_of_the_log_and_the_secret_are_in_no_backup(
    app: Flask, run: Run, folder: Path, settings: Settings
) -> None:
    made = make_installation(app)
    visitor = Visitor(app.test_client())
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": "sam", "passphrase": PASSPHRASE})
    assert run("backup", str(folder)).code == 0
    with db.engine.connect() as connection:
        live = connection.execute(select(Base.metadata.tables["audit_key"].c.blob)).scalar_one()
    secrets = re.findall(r"[0-9a-f]{64}", settings.key_file.read_text(encoding="ascii"))
    assert secrets
    for part, path in parts(folder).items():
        with path.open("rb") as file:
            plain = b"".join(backup.open_(made.recovery.private, part, path.name[-10:], file))
        assert plain.startswith(b"SQLite format")
        for absent in (
            b'TABLE "staff_session',
            b'TABLE "visit',
            b'TABLE "audit_key',
            live,
            *map(bytes.fromhex, secrets),
        ):
            assert absent not in plain


def test_every_table_is_in_one_part_or_never_copied() -> None:
    """A new table must be put into `records/parts.py` by somebody who has thought about it."""
    bodies, keys = set(PARTS["bodies"].tables), set(PARTS["keys"].tables)
    assert bodies & keys == {"response"}
    assert bodies | keys | NEVER == set(Base.metadata.tables)
    assert (bodies | keys) & NEVER == set()
    held = [column.name for part in PARTS.values() for column in part.columns("response")]
    assert set(held) == set(Base.metadata.tables["response"].columns.keys())
    assert sorted(name for name in held if held.count(name) > 1) == ["id", "id", "rev", "rev"]
