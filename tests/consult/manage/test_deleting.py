"""Deleting a whole consultation: two people, nobody who can still answer, and nothing of it left."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult import clock
from consult.models.account import Account, Role
from consult.models.approval import ApprovalKind
from consult.models.audit import AuditEvent
from consult.models.base import Base
from consult.models.consultation import Consultation, State, Survey
from consult.models.response import Response, Tombstone
from consult.records import approvals, consultations, erasure, people, responses, rights
from consult.web.extensions import db
from tests.builders import make_account, make_response, make_team, release
from tests.consult.entering import make_consultation, sign_in
from tests.consult.evidence.scene import make_scene
from tests.visitor import Visitor

# What a deletion leaves as it is, with the reason.
STAYING = {
    "account": "people work on elsewhere",
    "audit_chain": "how the log began",
    "audit_event": "the log of acts",
    "audit_key": "the key of the log",
    "public_key": "of accounts; those of the consultation go, see below",
    "restoration": "when a backup was put back",
    "second_factor": "of accounts",
    "spare_code": "of accounts",
    "staff_session": "ends by itself",
    "support_check": "of the whole service",
    "support_service": "of the whole service",
    "tombstone": "keeps a copy that is put back from bringing answers back",
    "visit": "sealed to a browser: nobody can tell which consultation it is of",
}


def counted() -> dict[str, int]:
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def agreed(app: Flask, consultation: Consultation, *two: Account) -> None:
    """The first asked for the deletion and the second agreed."""
    vault = app.extensions["consult.workbench_vault"]
    first, second = (people.signed_in(db.session(), each.id, each.generation) for each in two)
    assert first is not None
    assert second is not None
    kind, today = ApprovalKind.DELETE_CONSULTATION, clock.today()
    approvals.ask(db.session(), vault, consultation, kind, first, "over", today=today)
    approvals.approve(db.session(), vault, consultation, kind, second, today=today)
    db.session.commit()


def closed(consultation: Consultation) -> None:
    for survey in consultations.surveys_of(db.session(), consultation):
        survey.state = State.CLOSED
    db.session.commit()


def press_delete(visitor: Visitor, name: str) -> None:
    visitor.visit(f"/team/{name}/delete")
    visitor.press("Delete everything", {"typed": name})


@pytest.fixture
def full(app: Flask) -> Mapping[str, int]:
    """A consultation with something in almost every table, ready to be deleted; returns the counts before."""
    scene = make_scene(app)
    scene.coded(["They believed me"] * 6)
    scene.link("1.1")
    team = scene.team
    kim = make_account(app, "kim", team.consultation, Role.CUSTODIAN)
    make_response(team, {"looked": "yes"}, keys=responses.new_code(team.intake, team.consultation)[1])
    closed(team.consultation)
    agreed(app, team.consultation, team.account, kim)
    return counted()


def test_every_table_is_either_emptied_or_stays_for_a_reason() -> None:
    assert not erasure.tables() & set(STAYING)
    assert erasure.tables() | set(STAYING) == {table.name for table in Base.metadata.sorted_tables}


def test_the_workbench_has_the_right_to_delete_from_each_of_them() -> None:
    for table in erasure.tables():
        assert "DELETE" in rights.TABLES[table].workbench, table


def test_nothing_of_it_is_left_and_everything_of_others_is(
    app: Flask, visitor: Visitor, full: Mapping[str, int]
) -> None:
    lea = make_account(app, "lea")
    make_consultation(app, lea)
    make_account(app, "max", db.session.scalars(select(Consultation).filter_by(name="spring")).one(), *Role)
    before = counted()
    name = next(each for each in db.session.scalars(select(Consultation.name)) if each != "spring")
    sign_in(visitor, "kim")

    press_delete(visitor, name)

    assert "The consultation is deleted" in visitor.words
    after = counted()
    assert {table for table, rows in full.items() if rows} > {
        "batch", "batch_leaf", "clause", "evidence_link", "membership", "note", "receipt", "response",
        "theme", "total", "wording_version",
    }  # fmt: skip
    left = {table: rows for table, rows in after.items() if rows and table in erasure.tables()}
    assert left == {"consultation": 1, "key_grant": 1, "membership": len(Role)}
    assert after["tombstone"] == before["response"]
    # One public key of the other consultation, and one of each account.
    assert after["public_key"] == 1 + after["account"]
    assert after["account"] == before["account"]
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert last is not None
    assert (last.actor, last.action, last.object, last.detail) == ("kim", "delete consultation", name, "")


def test_deleted_bytes_are_gone_from_the_files_too(
    app: Flask, visitor: Visitor, full: Mapping[str, int]
) -> None:
    """S18: also in free pages and the database's own log."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("reads SQLite's files")
    name = db.session.scalars(select(Consultation.name)).one()
    bodies = [body[200:260] for body in db.session.scalars(select(Response.body))]
    path = str(db.engine.url.database)
    db.session.rollback()

    def on_disk() -> bytes:
        files = [Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")]
        return b"".join(file.read_bytes() for file in files if file.exists())

    assert all(body in on_disk() for body in bodies)
    sign_in(visitor, "kim")

    press_delete(visitor, name)

    assert not [body for body in bodies if body in on_disk()]


def test_whoever_comes_with_a_code_is_told_that_nothing_is_here(
    app: Flask, visitor: Visitor, full: Mapping[str, int]
) -> None:
    slug = db.session.scalars(select(Survey.slug)).first()
    name = db.session.scalars(select(Consultation.name)).one()
    sign_in(visitor, "kim")
    press_delete(visitor, name)

    visitor.visit(f"/about/{slug}")

    assert visitor.status == 404


def test_a_copy_that_is_put_back_meets_a_tombstone_for_each_answer(
    app: Flask, visitor: Visitor, full: Mapping[str, int]
) -> None:
    ids = db.session.scalars(select(Response.id)).all()
    name = db.session.scalars(select(Consultation.name)).one()
    sign_in(visitor, "kim")

    press_delete(visitor, name)

    db.session.rollback()
    kept = set(db.session.scalars(select(Tombstone.response_hash)))
    assert {hashlib.sha256(each).digest() for each in ids} <= kept


def test_while_people_can_answer_nothing_is_deleted(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    kim = make_account(app, "kim", team.consultation, Role.CUSTODIAN)
    agreed(app, team.consultation, team.account, kim)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/delete")
    assert "Close every survey first" in visitor.words
    before = counted()

    visitor.post("/team/trial/delete", [("csrf_token", token(visitor)), ("typed", "trial")])

    assert visitor.status == 409
    assert "close every survey first" in visitor.words
    assert counted() == before


def test_without_a_second_person_nothing_is_deleted(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    closed(team.consultation)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/delete")
    assert "This takes two people" in visitor.words
    before = counted()

    visitor.post("/team/trial/delete", [("csrf_token", token(visitor)), ("typed", "trial")])

    assert visitor.status == 409
    assert counted() == before


def test_another_name_deletes_nothing_and_uses_nothing_up(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    for _ in range(5):
        make_response(team, {})
    release(team)
    kim = make_account(app, "kim", team.consultation, Role.CUSTODIAN)
    closed(team.consultation)
    agreed(app, team.consultation, team.account, kim)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/delete")

    visitor.press("Delete everything", {"typed": "spring"})

    assert visitor.status == 422
    assert "This is not the name of the consultation" in visitor.words
    visitor.press("Delete everything", {"typed": "trial"})
    assert "The consultation is deleted" in visitor.words


def token(visitor: Visitor) -> str:
    return str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
