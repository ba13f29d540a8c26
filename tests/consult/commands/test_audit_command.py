"""`consult audit`: the log is read and checked by who runs the service, and the exit code tells."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.records import audit, proofs
from consult.web.extensions import db
from tests.builders import TODAY, make_response, make_team, release
from tests.consult.commands.running import Run
from tests.consult.entering import vault_of
from tests.consult.ledger.acting import act, make_recovery, unguarded


def test_a_log_that_nobody_changed_is_said_to_be_so_with_its_head(app: Flask, run: Run) -> None:
    act(app, 3)
    done = run("audit", "check")
    assert done.code == 0, done.refused
    assert "3 entries in 1 chain" in done.said
    assert "nothing was changed" in done.said
    head = next(line for line in done.said.splitlines() if line.startswith("head: "))
    again = run("audit", "check", "--head", head.removeprefix("head: "))
    assert again.code == 0
    assert "entry 3" in again.said


def test_a_changed_entry_is_named_and_the_exit_code_is_one(app: Flask, run: Run) -> None:
    act(app, 5)
    unguarded("UPDATE audit_event SET actor = 'nobody' WHERE seq = 4")
    done = run("audit", "check")
    assert done.code == 1
    assert "entry 4" in done.refused


def test_a_head_that_is_nowhere_any_more_is_a_fault(app: Flask, run: Run) -> None:
    act(app, 2)
    head = run("audit", "check").said.split("head: ")[1].splitlines()[0]
    unguarded("DELETE FROM audit_event")
    unguarded("UPDATE audit_key SET blob = :blob", blob=b"")
    unguarded("DELETE FROM audit_chain")
    act(app, 2, actor="eve")
    done = run("audit", "check", "--head", head)
    assert done.code == 1
    assert "no entry has this head" in done.refused
    assert run("audit", "check", "--head", "these are not eight words of the list").code == 1


def test_with_shares_typed_unseen_every_mac_is_checked(
    app: Flask, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovery = make_recovery(app)
    act(app, 4)
    typed = iter(["no share", recovery.texts[0], recovery.texts[2]])
    asked: list[bool] = []

    def prompt(words: str, *, hide_input: bool) -> str:
        asked.append(hide_input)
        return next(typed)

    monkeypatch.setattr("click.prompt", prompt)
    done = run("audit", "check", "--shares")
    assert done.code == 0, done.refused
    assert "4 of them checked with the key from the shares" in done.said
    assert asked == [True, True, True]


def test_without_a_recovery_key_nobody_is_asked_for_shares(app: Flask, run: Run) -> None:
    done = run("audit", "check", "--shares")
    assert done.code == 1
    assert "no recovery key yet" in done.refused


def test_the_list_is_newest_first_and_can_be_narrowed(app: Flask, run: Run) -> None:
    act(app, 2, actor="ada")
    act(app, 1, actor="sam", object_="spring/small")
    assert [line.split("\t")[0] for line in run("audit", "list").said.splitlines()] == ["3", "2", "1"]
    assert run("audit", "list", "--person", "sam").said.startswith("3\t2027-01-04\tsam\texport\tspring/small")
    assert len(run("audit", "list", "--consultation", "trial").said.splitlines()) == 2


def test_an_answer_that_vanished_without_a_withdrawal_is_named(app: Flask, run: Run) -> None:
    team = make_team(app)
    for _ in range(5):
        make_response(team, {"looked": "yes"})
    release(team)
    proofs.note_roots(team.session, vault_of(app), team.consultation, actor="ada", today=TODAY)
    team.session.commit()
    assert "1 batches: 5 answers as they were released" in run("audit", "check").said
    unguarded("DELETE FROM response WHERE id = (SELECT id FROM response ORDER BY id LIMIT 1)")
    done = run("audit", "check")
    assert done.code == 1
    assert "is gone without a withdrawal" in done.refused
    db.session.rollback()
    assert audit.head(db.session()) is not None
