"""S31: the log of staff acts. What was edited, deleted, exchanged or cut off is found, and at its place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from consult.manage import service as manage
from consult.models.audit import AuditChain, AuditEvent, AuditKey
from consult.models.consultation import Consultation
from consult.records import audit, auditing, installation
from consult.records.auditing import Checked, Filter
from consult.settings import Settings
from consult.vault import audit as chain
from consult.vault.envelope import H
from consult.web.extensions import db
from tests.builders import make_team
from tests.consult.entering import vault_of
from tests.consult.ledger.acting import DAY, Recovery, act, make_recovery, unguarded
from tests.forms import FULL

ROOT = Path(__file__).parents[3]
LENGTH = 2000 if FULL else 60


def checked(app: Flask, recovery: Recovery | None = None, heard: bytes = b"") -> Checked:
    db.session.rollback()
    found = auditing.check(
        db.session(), vault_of(app), recovery=recovery.private if recovery else None, heard=heard
    )
    db.session.rollback()
    return found


def places(found: Checked) -> list[int]:
    return [each.seq for each in found.wrong]


def test_an_untouched_log_holds_with_and_without_shares(app: Flask) -> None:
    recovery = make_recovery(app)
    act(app, LENGTH)
    found = checked(app, recovery)
    assert (found.entries, found.mac_entries, found.chains, found.wrong) == (LENGTH, LENGTH, 1, ())
    assert checked(app).mac_entries == 0
    assert len(found.spoken.split()) == 8


def test_an_empty_log_holds(app: Flask) -> None:
    assert checked(app).wrong == ()
    assert checked(app).spoken == ""


@pytest.mark.parametrize("column", ["date", "actor", "action", "object", "detail", "mac", "hash"])
@pytest.mark.parametrize("place", [1, LENGTH // 2, LENGTH])
def test_an_edited_entry_is_found_at_its_place(app: Flask, column: str, place: int) -> None:
    act(app, LENGTH)
    new = bytes(32) if column in {"mac", "hash"} else "2027-01-05" if column == "date" else "other"
    unguarded(f"UPDATE audit_event SET {column} = :new WHERE seq = :seq", new=new, seq=place)  # noqa: S608
    assert places(checked(app))[0] == place


@pytest.mark.parametrize("place", [1, LENGTH // 2, LENGTH - 1])
def test_a_deleted_entry_is_found_at_its_place(app: Flask, place: int) -> None:
    act(app, LENGTH)
    unguarded("DELETE FROM audit_event WHERE seq = :seq", seq=place)
    assert places(checked(app))[0] == place
    assert "missing" in checked(app).wrong[0].what


@pytest.mark.parametrize("place", [1, LENGTH // 2, LENGTH - 1])
def test_two_exchanged_entries_are_found_at_the_first(app: Flask, place: int) -> None:
    act(app, LENGTH)
    for old, new in ((place, -1), (place + 1, place), (-1, place + 1)):
        unguarded("UPDATE audit_event SET seq = :new WHERE seq = :old", old=old, new=new)
    assert places(checked(app))[0] == place


@pytest.mark.parametrize("left", [0, 1, LENGTH - 1])
def test_an_end_that_was_cut_off_is_found_even_without_a_printed_head(app: Flask, left: int) -> None:
    act(app, LENGTH)
    unguarded("DELETE FROM audit_event WHERE seq > :left", left=left)
    assert places(checked(app))[0] == left + 1


def test_an_end_that_was_cut_off_stays_found_after_more_acts(app: Flask) -> None:
    recovery = make_recovery(app)
    act(app, 10)
    unguarded("DELETE FROM audit_event WHERE seq > 7")
    act(app, 3)
    assert places(checked(app)) == [8]
    assert places(checked(app, recovery)) == [8]


def test_a_printed_head_is_found_again_until_its_entry_is_changed(app: Flask) -> None:
    act(app, 5)
    printed = chain.heard(chain.spoken(audit.head(db.session()) or b""))
    assert printed is not None
    act(app, 5)
    assert checked(app, heard=printed).known == 5
    unguarded("DELETE FROM audit_event WHERE seq >= 5")
    assert checked(app, heard=printed).known is None


def test_a_chain_made_anew_is_found_by_whoever_joins_the_shares(app: Flask) -> None:
    """With the database and the server's secret one can make hashes and the sealed end, but no old mac."""
    recovery = make_recovery(app)
    act(app, 6)
    rows = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    db.session.rollback()
    previous, key = chain.FIRST, chain.new_key()
    for event in rows:
        entry = audit.row_of(event).entry
        link = chain.append(previous, key, entry)
        unguarded(
            "UPDATE audit_event SET mac = :mac, hash = :hash WHERE seq = :seq",
            mac=link.mac,
            hash=link.hash,
            seq=entry.seq,
        )
        previous, key = link.hash, link.next_key
    blob = vault_of(app).seal_secret("audit_key.blob", bytes(16), key + previous)
    unguarded("UPDATE audit_key SET blob = :blob", blob=blob)
    assert checked(app).wrong == ()
    assert places(checked(app, recovery)) == [1]


def test_a_new_recovery_key_begins_a_chain_that_names_the_head_of_the_old_one(app: Flask) -> None:
    act(app, 4)
    before = audit.head(db.session())
    recovery = make_recovery(app)
    audit.begin_chain(db.session(), vault_of(app), DAY)
    act(app, 4)
    found = checked(app, recovery)
    assert (found.entries, found.mac_entries, found.chains, found.wrong) == (9, 5, 2, ())
    newest = db.session.scalars(select(AuditChain).order_by(AuditChain.first_seq.desc())).first()
    assert newest is not None
    assert newest.previous_head == before
    opening = db.session.get_one(AuditEvent, newest.first_seq)
    assert (opening.action, opening.detail) == (audit.NEW_CHAIN, f"after {before.hex() if before else ''}")


def test_taking_the_recovery_key_into_use_begins_a_chain_that_its_shares_check(app: Flask) -> None:
    act(app, 2)
    session, vault = db.session(), vault_of(app)
    made = manage.make_installation_shares(session, vault, (2, 3), actor="ada", today=DAY)
    manage.confirm_installation_share(session, vault, made.texts[1], actor="ada", today=DAY)
    session.commit()
    act(app, 3)
    public = installation.public_key(session, vault)
    assert public is not None
    found = auditing.check(session, vault, recovery=installation.joined(public.id, made.texts[1:]))
    # Two acts and the making of the shares came before; then the chain, its confirmation, and three acts.
    assert (found.entries, found.mac_entries, found.chains, found.wrong) == (8, 5, 2, ())


@pytest.mark.parametrize("chained", ["previous_head", "sealed_key", "first_seq"])
def test_a_chain_that_was_named_otherwise_is_found(app: Flask, chained: str) -> None:
    recovery = make_recovery(app)
    act(app, 4)
    audit.begin_chain(db.session(), vault_of(app), DAY)
    act(app, 4)
    new: object = 7 if chained == "first_seq" else bytes(32)
    if chained == "sealed_key":
        row = db.session.get_one(AuditChain, 5)
        assert row.sealed_key is not None
        new = row.sealed_key[:-1] + bytes([row.sealed_key[-1] ^ 1])
    unguarded(f"UPDATE audit_chain SET {chained} = :new WHERE first_seq = 5", new=new)  # noqa: S608
    assert checked(app, recovery).wrong


def test_a_log_without_entries_begins_no_second_chain(app: Flask) -> None:
    audit.begin_chain(db.session(), vault_of(app), DAY)
    db.session.commit()
    act(app, 1)
    assert checked(app).chains == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'nobody'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE seq = 1",
        "UPDATE audit_chain SET sealed_key = NULL",
        "DELETE FROM audit_chain",
        "REPLACE INTO audit_event SELECT seq, date, 'x', action, object, detail, mac, hash FROM audit_event",
        "TRUNCATE audit_event",
        "TRUNCATE audit_chain",
    ],
)
def test_the_database_refuses_to_change_the_log(app: Flask, statement: str) -> None:
    sqlite = db.engine.dialect.name == "sqlite"
    if statement.startswith("TRUNCATE" if sqlite else "REPLACE"):
        pytest.skip("the other database's word")
    act(app, 2)
    with pytest.raises(DatabaseError, match="never changed"), db.engine.begin() as connection:
        connection.execute(text(statement))
    assert checked(app).wrong == ()


def test_acts_at_the_same_moment_come_one_after_the_other(app: Flask) -> None:
    """From the first two acts of all, for which the row of the key is not there yet."""
    people, each = 6, 5
    start = threading.Barrier(people)
    failures: list[BaseException] = []

    def work(name: str) -> None:
        with app.app_context():
            start.wait()
            try:
                for _ in range(each):
                    act(app, 1, actor=name)
            except BaseException as error:  # noqa: BLE001 - told below, in the test's own thread
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(f"person{n}",)) for n in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert checked(app).wrong == ()
    assert checked(app).entries == people * each
    assert checked(app).chains == 1


_KILLED = """
import os, signal, sys
from consult import clock
from consult.commands.running import application
from consult.models.consultation import Consultation
from consult.records import audit
from consult.web.extensions import db, workbench_vault
with application():
    for number in range(1000):
        db.session.add(Consultation(name=f"made-{number}", title="x"))
        if number == int(sys.argv[1]) and sys.argv[2] == "between":
            db.session.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        audit.note(db.session(), workbench_vault(), "ada", "new consultation", f"made-{number}",
            today=clock.today())
        if number == int(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
        db.session.commit()
"""


@pytest.mark.parametrize("when", ["between", "before the commit"])
def test_after_a_kill_act_and_entry_are_there_together_or_not_at_all(
    app: Flask, settings: Settings, when: str
) -> None:
    db.session.rollback()
    environment = {
        **os.environ,
        "CONSULT_DATABASE_URL": settings.database_url,
        "CONSULT_KEY_FILE": str(settings.key_file),
        "CONSULT_HOSTS": "localhost",
        "CONSULT_SECURE_COOKIES": "no",
        "CONSULT_REQUIRE_MFA": "none",
    }
    for done in (0, 3):
        run = subprocess.run(
            [sys.executable, "-c", _KILLED.replace("made-", f"made-{done}-"), str(done), when],
            cwd=ROOT,
            env=environment,
            check=False,
        )
        assert run.returncode == -signal.SIGKILL
        acts = db.session.scalar(select(func.count()).select_from(Consultation))
        entries = db.session.scalar(select(func.count()).select_from(AuditEvent))
        assert acts == entries == done
        assert checked(app).wrong == ()


def test_the_key_of_the_log_is_stored_sealed_and_moves_on(app: Flask) -> None:
    act(app, 1)
    first = db.session.get_one(AuditKey, 1).blob
    act(app, 1)
    second = db.session.get_one(AuditKey, 1).blob
    assert first != second
    now = audit.live(vault_of(app), db.session.get_one(AuditKey, 1))
    assert now is not None
    assert now.key not in second
    assert now.key != H(now.key)
    assert repr(now.key) not in repr(now)


def test_entries_are_paged_newest_first_and_filtered(app: Flask, session: Session) -> None:
    for place in range(30):
        act(
            app, 1, actor="ada" if place % 2 else "sam", object_=f"spring/{place}" if place % 3 else "springs"
        )
    first, below = auditing.page(session, Filter(), size=20)
    rest, end = auditing.page(session, Filter(), before=below, size=20)
    assert [line.seq for line in first + rest] == list(range(30, 0, -1))
    assert end is None
    mine, _ = auditing.page(session, Filter(actor="sam", consultation="spring"))
    assert mine
    assert {line.actor for line in mine} == {"sam"}
    assert all(line.object.startswith("spring/") for line in mine)
    assert auditing.page(session, Filter(action="grant"))[0] == []
    assert auditing.choices(session) == (["ada", "sam"], ["export"])


def test_a_consultation_never_shows_acts_on_one_whose_name_begins_alike(app: Flask, session: Session) -> None:
    make_team(app)
    act(app, 1, object_="trial-2/survey")
    act(app, 1, object_="people/trial")
    assert auditing.page(session, Filter(consultation="trial"))[0] == []
