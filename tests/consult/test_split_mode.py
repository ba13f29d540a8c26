"""S11, S6: intake and workbench apart, each with half of the keys and the rights of a role of its own."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from consult import clock
from consult.models.account import Role
from consult.models.approval import ApprovalKind
from consult.models.audit import AuditEvent
from consult.models.base import Base
from consult.models.consultation import Consultation, State
from consult.models.note import Note
from consult.models.response import Batch, Receipt, Response, Tombstone
from consult.records import approvals, people, responses, rights
from consult.web.extensions import db
from tests.builders import PASSPHRASE, make_account, make_response, make_team, release
from tests.consult.coding.workbench import BOX, DEFINITION, TEXTS, Workbench, make_workbench
from tests.consult.entering import make_administrator, sign_in, unlock
from tests.consult.halves import Halves
from tests.visitor import Visitor

NEW = "eleven kind gardeners in a row"
WORDS = "Nobody hurried me, and the letter was plain."


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def take_part(visitor: Visitor, slug: str) -> str:
    """From Start to sent; returns the code."""
    visitor.visit(f"/about/{slug}")
    visitor.press("Start")
    visitor.press("Get a code")
    shown = visitor.page.find(class_="app-code")
    assert shown is not None
    code = shown.get_text(strip=True)
    visitor.press("I have my code: go on", visitor.words_back())
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": WORDS})
    visitor.press("Continue", {"words_use": "quote"})
    send(visitor)
    return code


def send(visitor: Visitor) -> None:
    visitor.press("Yes, use my answers: send them")
    assert visitor.heading == "Your answers are sent"
    visitor.press("Close this page")


def come_back(visitor: Visitor, slug: str, code: str) -> None:
    visitor.visit(f"/back/{slug}")
    visitor.press("Continue", {"code": code})
    assert visitor.heading == "What you sent"


def test_the_intake_with_its_rights_alone_serves_a_person_from_start_to_taking_back(
    app: Flask, halves: Halves
) -> None:
    bench = make_workbench(app, ())
    slug, least = bench.team.survey.slug, bench.team.consultation.release_min
    visitor = Visitor(halves.intake.test_client())
    bench.team.session.rollback()
    code = take_part(visitor, slug)
    come_back(visitor, slug, code)
    assert WORDS in visitor.words
    visitor.press("Change my answers")
    send(visitor)
    (sent,) = db.session.scalars(select(Response.id))
    for _ in range(least - 1):
        make_response(bench.team, {"helped_words": "Somebody else."})
    assert release(bench.team) == least
    Workbench(team=bench.team, responses=(sent,)).press("kindness", rev=2)
    assert count(Note) == 1
    come_back(visitor, slug, code)
    assert "Counted with other answers" in visitor.words
    visitor.press("Take my answers back")
    assert visitor.heading == "Your answers are taken back"
    assert [count(table) for table in (Response, Receipt, Note, Tombstone)] == [least - 1, 0, 0, 1]


def test_an_unfinished_visit_can_be_left_and_deleted_at_the_intake(app: Flask, halves: Halves) -> None:
    slug = make_team(app).survey.slug
    db.session.rollback()
    for way_out in ("leave", "delete"):
        visitor = Visitor(halves.intake.test_client())
        visitor.visit(f"/about/{slug}")
        visitor.press("Start")
        visitor.press("Get a code")
        if way_out == "leave":
            assert visitor.client.get("/leave").status_code == 303
            continue
        visitor.press("I have my code: go on", visitor.words_back())
        visitor.press("Continue", {"depth": "full"})
        visitor.press("Continue", {"looked": "yes", "helped_words": WORDS})
        visitor.press("Stop and delete my answers")
        assert visitor.status == 200


def test_the_workbench_with_its_rights_alone_serves_the_team(app: Flask, halves: Halves) -> None:
    bench = make_workbench(app)
    make_account(app, "kim", bench.team.consultation, Role.ANALYST)
    make_response(bench.team, {BOX: TEXTS[0]})
    visitor = Visitor(halves.workbench.test_client())
    sign_in(visitor, "sam")
    unlock(visitor)
    place = f"/team/trial/answers/{DEFINITION}/{BOX}"
    visitor.visit(f"{place}/{bench.responses[0].hex()}")
    visitor.press("Open it")
    assert TEXTS[0].split(".")[0] in visitor.words
    visitor.press("Kindness")
    assert count(Note) == 1
    visitor.press("Undo my last step")
    visitor.visit("/team/trial/themes/new")
    visitor.press("Save theme", {"name": "Being asked", "definition": "Says that they were asked first."})
    visitor.visit("/team/trial/standards/new")
    visitor.press("Save standard", {"key": "DS1", "title": "Ways in", "statement": "Several ways in."})
    visitor.press("Save clause", {"clause-number": "1.1", "clause-wording": "Phone, text and in person."})
    visitor.visit("/team/trial/standards/DS1")
    assert visitor.status == 200
    visitor.visit("/team/trial/")
    visitor.press("Close")
    assert visitor.status == 200
    assert bench.team.survey.state == State.CLOSED
    assert count(Batch) == 1
    assert "Sam" in visitor.words
    assert count(AuditEvent) >= 2


def test_the_workbench_with_its_rights_alone_serves_an_administrator(app: Flask, halves: Halves) -> None:
    make_administrator(app)
    db.session.rollback()
    visitor = Visitor(halves.workbench.test_client())
    sign_in(visitor, "ada")
    visitor.visit("/team/new")
    visitor.press(
        "Make the consultation and its keys", {"name": "spring", "title": "Spring", "grantees": "ada"}
    )
    assert visitor.status == 200, visitor.words
    visitor.visit("/team/people")
    visitor.press("Add", {"name": "kim", "display_name": "Kim"})
    assert visitor.status == 200, visitor.words
    visitor.visit("/team/passphrase")
    visitor.press("Change passphrase", {"passphrase": PASSPHRASE, "new_passphrase": NEW, "repeat": NEW})
    assert visitor.status == 200, visitor.words


def test_the_workbench_with_its_rights_alone_deletes_a_whole_consultation(app: Flask, halves: Halves) -> None:
    team = make_team(app)
    team.survey.state = State.CLOSED
    kim = make_account(app, "kim", team.consultation, Role.CUSTODIAN)
    make_response(team, {"looked": "yes"}, keys=responses.new_code(team.intake, team.consultation)[1])
    two = [people.signed_in(team.session, each.id, each.generation) for each in (team.account, kim)]
    kind, where = ApprovalKind.DELETE_CONSULTATION, (team.session, team.vault, team.consultation)
    approvals.ask(*where, kind, two[0], "over", today=clock.today())  # type: ignore[arg-type]
    approvals.approve(*where, kind, two[1], today=clock.today())  # type: ignore[arg-type]
    db.session.commit()
    visitor = Visitor(halves.workbench.test_client())
    sign_in(visitor, "kim")
    visitor.visit("/team/trial/delete")
    visitor.press("Delete everything", {"typed": "trial"})
    assert "The consultation is deleted" in visitor.words
    assert [count(each) for each in (Response, Receipt, Batch, Consultation)] == [0, 0, 0, 0]


CLOSED_TO_THE_INTAKE = (
    "SELECT 1 FROM key_grant",
    "SELECT 1 FROM account",
    "SELECT 1 FROM membership",
    "SELECT 1 FROM audit_event",
    "SELECT 1 FROM audit_key",
    "SELECT 1 FROM staff_session",
    "SELECT blob FROM note",
    "SELECT id FROM note",
    "SELECT 1 FROM theme",
    "INSERT INTO note SELECT * FROM note",
    "UPDATE note SET epoch = 1",
    "UPDATE public_key SET epoch = 1",
    "UPDATE consultation SET epoch = 1",
    "UPDATE survey SET state = 'closed'",
    "DELETE FROM definition",
    "DELETE FROM total",
    "DELETE FROM batch",
)
CLOSED_TO_THE_WORKBENCH = (
    "SELECT lookup FROM receipt",
    "SELECT ptr FROM receipt",
    "SELECT blob FROM draft",
    "SELECT expires FROM draft",
    "UPDATE receipt SET ptr = lookup",
    "SELECT 1 FROM visit",
    "DELETE FROM tombstone",
    "UPDATE audit_event SET detail = ''",
    "DELETE FROM audit_event",
)


def test_what_a_half_does_not_need_is_refused_to_it_by_the_database(app: Flask, halves: Halves) -> None:
    refused(halves.intake, CLOSED_TO_THE_INTAKE)
    refused(halves.workbench, CLOSED_TO_THE_WORKBENCH)


def refused(half: Flask, statements: tuple[str, ...]) -> None:
    """The database itself says no to each. Raises when it does not."""
    with half.app_context():
        for statement in statements:
            with pytest.raises(DatabaseError, match=r"permission denied|not authorized|prohibited"):
                db.session.execute(text(statement))
            db.session.rollback()


def test_every_table_is_put_on_a_side() -> None:
    assert set(rights.TABLES) == set(Base.metadata.tables)
    for table, given in rights.TABLES.items():
        assert given.intake or given.workbench, table
        assert {*given.columns, *given.workbench_columns} <= set(Base.metadata.tables[table].columns.keys())


def test_the_intake_may_do_what_was_agreed_and_nothing_more() -> None:
    every = ("SELECT", "INSERT", "UPDATE", "DELETE")
    assert {table: given.intake for table, given in rights.TABLES.items() if given.intake} == {
        "response": every,
        "receipt": every,
        "draft": every,
        "tombstone": every,
        "visit": every,
        "total": ("SELECT", "INSERT", "UPDATE"),
        "note": ("SELECT", "DELETE"),
        # Whoever changes an answer takes the vectors of the old words along.
        "meaning": ("SELECT", "DELETE"),
        "consultation": ("SELECT",),
        "survey": ("SELECT",),
        "definition": ("SELECT",),
        "public_key": ("SELECT",),
        "batch": ("SELECT",),
        # What everybody may read anyway: where to find support, and whether a backup was put back.
        "support_service": ("SELECT",),
        "support_check": ("SELECT",),
        "restoration": ("SELECT",),
        # Left and taken back with a code; what is in it stays shut.
        "interest": ("SELECT", "INSERT", "DELETE"),
        # The public page, off which an answer that is changed or taken back takes its words.
        "heard_entry": ("SELECT",),
        "heard_version": ("SELECT",),
        "heard_quote": ("SELECT", "DELETE"),
        # Agreed standards as they were put before the public.
        "edition": ("SELECT",),
    }
    assert rights.TABLES["note"].columns == ("response_id",)
    assert rights.TABLES["meaning"].columns == ("response_id",)


def test_each_half_answers_404_to_addresses_of_the_other_whatever_cookie_comes(
    app: Flask, halves: Halves
) -> None:
    """The intake may not even look for a session of the team, and has nothing to say about it."""
    slug = make_team(app).survey.slug
    db.session.rollback()
    cookie = {"Cookie": "s=" + "A" * 43 + "; w=" + "A" * 43}
    team = [rule.rule for rule in halves.workbench.url_map.iter_rules() if rule.rule.startswith("/team")]
    client = halves.intake.test_client(use_cookies=False)
    for path in team:
        assert client.get(path, headers=cookie).status_code == 404, path
        assert client.post(path, headers=cookie).status_code in {400, 404}, path
    client = halves.workbench.test_client(use_cookies=False)
    for path in ("/", f"/s/{slug}", f"/about/{slug}", f"/back/{slug}"):
        assert client.get(path, headers=cookie).status_code == 404, path
    assert client.get("/leave", headers=cookie).status_code == 303
