"""S31: proof of counting. Each released answer is there unchanged, superseded by its author, or withdrawn."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from sqlalchemy import select

from consult.manage import service as manage
from consult.models.audit import AuditEvent
from consult.models.response import Response
from consult.records import batches, proofs, responses
from consult.web.extensions import db
from tests.builders import TODAY, Team, make_response, make_team
from tests.consult.ledger.acting import unguarded

WHO = {"actor": "ada", "today": TODAY}


@pytest.fixture
def team(app: Flask) -> Team:
    """A released batch of six."""
    made = make_team(app)
    for _ in range(6):
        make_response(made, {"looked": "yes"})
    manage.release(made.session, made.vault, "trial", actor="ada", today=TODAY)
    made.session.commit()
    return made


def wrong(team: Team) -> list[str]:
    team.session.rollback()
    return [each.what for each in proofs.check(team.session).wrong]


def test_a_release_writes_the_root_into_the_log(team: Team) -> None:
    batch = batches.of(team.session, team.consultation)[0]
    entry = team.session.scalars(select(AuditEvent).where(AuditEvent.action == proofs.ROOT)).one()
    assert entry.object == "trial/small"
    assert entry.detail == f"{batch.id.hex()} {batch.merkle_root.hex()}"
    assert wrong(team) == []
    proofs.note_roots(team.session, team.vault, team.consultation, actor="ada", today=TODAY)
    assert len(team.session.scalars(select(AuditEvent).where(AuditEvent.action == proofs.ROOT)).all()) == 1


def test_changed_by_their_authors_and_withdrawn_answers_are_accounted_for(team: Team) -> None:
    ids = []
    for _ in range(5):
        _, keys = responses.new_code(team.intake, team.consultation)
        ids.append((make_response(team, {"looked": "no"}, keys=keys), keys))
    manage.release(team.session, team.vault, "trial", actor="ada", today=TODAY)
    changed, keys = ids[0]
    content = {"answers": {"looked": "yes"}, "depth": "full", "language": "en"}
    responses.send(
        team.session, team.intake, team.survey, response_id=changed, rev=2, content=content, keys=keys
    )
    responses.withdraw(team.session, team.intake, team.survey, ids[1][1])
    team.session.commit()
    found = proofs.check(team.session)
    assert (found.batches, found.unchanged, found.superseded, found.withdrawn) == (2, 9, 1, 1)
    assert found.wrong == ()


def test_a_changed_answer_that_comes_back_to_its_batch_is_unchanged_there(team: Team) -> None:
    _, keys = responses.new_code(team.intake, team.consultation)
    late = make_response(team, {"looked": "no"}, keys=keys)
    manage.close(team.session, team.vault, "trial", "small", actor="ada", today=TODAY)
    team.session.commit()
    content = {"answers": {"looked": "yes"}, "depth": "full", "language": "en"}
    responses.send(
        team.session, team.intake, team.survey, response_id=late, rev=2, content=content, keys=keys
    )
    manage.close(team.session, team.vault, "trial", "small", actor="ada", today=TODAY)
    team.session.commit()
    assert wrong(team) == []
    assert proofs.check(team.session).unchanged == 7


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM response WHERE id = :id", "is gone without a withdrawal"),
        ("UPDATE response SET body = :other WHERE id = :id", "was changed, and not by its author"),
        ("UPDATE response SET rev = 2 WHERE id = :id", "was changed, and not by its author"),
        ("UPDATE response SET batch_id = NULL WHERE id = :id", "was taken out of its batch"),
        (
            "DELETE FROM batch_leaf WHERE response_hash = :hash",
            "was put into the batch after its release",
        ),
        ("UPDATE batch SET merkle_root = :other", "the root does not stand for these responses"),
        ("UPDATE batch SET n = 7", "the root does not stand for these responses"),
    ],
)
def test_what_no_author_did_is_named(team: Team, statement: str, said: str) -> None:
    chosen = team.session.scalars(select(Response.id)).first()
    assert chosen is not None
    values = {"id": chosen, "hash": hashlib.sha256(chosen).digest(), "other": b"\1" * 32}
    unguarded(statement, **{name: value for name, value in values.items() if f":{name}" in statement})
    assert said in wrong(team)
    assert proofs.check(team.session).wrong[0].survey == "small"


def test_leaves_and_root_changed_together_are_found_by_the_log(team: Team) -> None:
    from consult.vault import batches as merkle  # noqa: PLC0415 - what an attacker would use

    first = team.session.scalars(select(Response.id)).first()
    assert first is not None
    hashed = hashlib.sha256(first).digest()
    unguarded("DELETE FROM response WHERE id = :id", id=first)
    unguarded("DELETE FROM batch_leaf WHERE response_hash = :hash", hash=hashed)
    leaves = [
        merkle.leaf(hashlib.sha256(row.id).digest(), row.rev, hashlib.sha256(row.body).digest())
        for row in team.session.scalars(select(Response))
    ]
    unguarded("UPDATE batch SET merkle_root = :root, n = 5", root=merkle.root(leaves))
    assert wrong(team) == ["the root is not the one in the log"]
    assert db.session.scalars(select(Response.id)).first() != first
