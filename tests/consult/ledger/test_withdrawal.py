"""S18, T20: a withdrawal reaches all that was made from an answer, and its bytes are gone from the files."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from consult.coding import service as coding
from consult.evidence import service as evidence
from consult.models.meaning import Meaning
from consult.models.note import Note
from consult.models.response import Receipt, Response, Tombstone
from consult.records import batches, exports, meanings, opened, proofs, responses, voices
from consult.reports import service as reports
from consult.web.extensions import db
from tests.builders import TODAY
from tests.consult.entering import sign_in, unlock
from tests.consult.ledger.copying import Installation, make_installation
from tests.visitor import Visitor

WHO = {"actor": "sam", "today": TODAY}


@pytest.fixture
def made(app: Flask) -> Installation:
    """Twelve people, half of them coded and quoted, and a report that quotes them."""
    return make_installation(app)


def hand_on(made: Installation) -> reports.ReportFile:
    """A report of the standard, noted as one that left."""
    file = reports.standard_html(made.team.unlocked(), "DS1", service_name="Standards", today=TODAY)
    reports.note(made.team.session, made.team.vault, "sam", "trial", file, today=TODAY)
    made.team.session.commit()
    return file


def take_back(made: Installation, place: int) -> bytes:
    """One person withdraws; returns the id of the response that was."""
    person = made.people[place]
    team = made.team
    responses.withdraw(team.session, team.intake, team.survey, person.keys)
    team.session.commit()
    return person.response_id


def test_a_withdrawal_reaches_every_place_that_was_derived_from_the_answer(made: Installation) -> None:
    file = hand_on(made)
    unlocked = made.team.unlocked()
    before = voices.hear(unlocked)
    page = evidence.page(unlocked, "DS1")
    gone = made.people[0].response_id
    assert gone in dict(file.used.items())
    assert gone in {quote.response_id for quote in before.quotes}
    coded = sum(len(spans) for spans in before.raised.values())

    take_back(made, 0)

    unlocked = made.team.unlocked()
    session = made.team.session
    # Answer, receipt, codings, memos and quotes: all notes beside it.
    assert session.get(Response, gone) is None
    assert session.get(Receipt, made.people[0].keys.lookup) is None
    assert session.scalars(select(Note).where(Note.response_id == gone)).all() == []
    assert session.get(Tombstone, hashlib.sha256(gone).digest()) is not None
    # What is held in memory between two pages, and counts of people by theme.
    after = voices.hear(unlocked)
    assert sum(len(spans) for spans in after.raised.values()) == coded - 1
    assert gone not in {response_id for spans in after.raised.values() for response_id in spans}
    # Quotes.
    assert gone not in {quote.response_id for quote in after.quotes}
    assert len(after.quotes) == len(before.quotes) - 1
    # The link's figures on the evidence page.
    assert [
        figure.shown for line in evidence.page(unlocked, "DS1").evidence.lines for figure in line.figures
    ] != [figure.shown for line in page.evidence.lines for figure in line.figures]
    # The list of answers and single answers.
    listed = opened.released(session, made.team.vault, made.team.consultation, unlocked.keys)
    assert gone not in {answer.id for answer in listed}
    assert opened.one(session, made.team.vault, made.team.consultation, unlocked.keys, gone) is None
    # The next file.
    file_now = reports.standard_html(unlocked, "DS1", service_name="x", today=TODAY)
    assert gone not in dict(file_now.used.items())
    # The proof of counting: accounted for.
    counted = proofs.check(session)
    assert counted.wrong == ()
    assert counted.withdrawn == 1 + 1
    # The register: the file that left says so.
    (line,) = exports.register(session, made.team.consultation)
    assert (line.kind, line.quotes, line.withdrawn, line.changed) == (
        "report.html DS1",
        len(file.used),
        1,
        0,
    )


def test_a_changed_answer_shows_beside_the_file_that_quoted_it(made: Installation) -> None:
    hand_on(made)
    team, person = made.team, made.people[1]
    content = {"answers": {"helped_words": "They did not."}, "depth": "full", "language": "en"}
    responses.send(
        team.session,
        team.intake,
        team.survey,
        response_id=person.response_id,
        rev=2,
        content=content,
        keys=person.keys,
    )
    team.session.commit()
    (line,) = exports.register(team.session, team.consultation)
    assert (line.withdrawn, line.changed) == (0, 1)


def test_the_page_of_files_that_left_says_which_to_make_again(
    app: Flask, made: Installation, visitor: Visitor
) -> None:
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.client.get("/team/trial/standards/DS1/report.html")
    visitor.client.get("/team/trial/evidence.csv")
    visitor.visit("/team/trial/exports")
    assert "as it was" in visitor.words
    assert "figures only" in visitor.words
    assert "taken back since" not in visitor.words
    take_back(made, 0)
    visitor.visit("/team/trial/exports")
    assert "1 taken back since: make it again" in visitor.words
    visitor.visit("/team/trial/")
    assert "Files that left" in visitor.words


def test_every_file_prints_the_head_of_the_log_and_the_roots_of_batches(made: Installation) -> None:
    unlocked = made.team.unlocked()
    roots = [batch.merkle_root.hex() for batch in batches.of(unlocked.session, unlocked.consultation)]
    assert len(roots) == 2
    head = reports.standard_csv(unlocked, "DS1").content.decode("utf-8-sig").split("log of the team: ")[1]
    words = head.split(",")[0]
    assert len(words.split()) == 8
    for file in (
        reports.standard_html(unlocked, "DS1", service_name="x", today=TODAY),
        reports.standard_csv(unlocked, "DS1"),
        reports.matrix_csv(unlocked),
    ):
        said = file.content.decode("utf-8-sig")
        assert words in said
        assert all(root in said for root in roots)


def test_the_bytes_of_what_was_taken_back_are_gone_from_the_files(app: Flask, made: Installation) -> None:
    """Body, slot, receipt, notes and vectors; from tables, free pages, and SQLite's log."""
    session, gone = made.team.session, made.people[0]
    row = session.get_one(Response, gone.response_id)
    receipt = session.get_one(Receipt, gone.keys.lookup)
    notes = session.scalars(select(Note).where(Note.response_id == gone.response_id)).all()
    assert len(notes) == 3
    assert meanings.keep(made.team.unlocked(), {gone.response_id: (row.rev, bytes(2_000))})
    session.commit()
    vectors = session.get_one(Meaning, gone.response_id)
    sealed = [vectors.blob, row.body, row.slot, receipt.ptr, receipt.lookup, *(note.blob for note in notes)]
    marks = [blob[-40:] if len(blob) > 40 else blob for blob in sealed]
    session.rollback()
    settle()
    assert all(any(mark in content for content in on_disk()) for mark in marks)

    take_back(made, 0)
    settle()

    assert still_there(marks) == []


def still_there(marks: list[bytes]) -> list[tuple[str, bytes]]:
    """Which marks are in which files, after as many nights as it takes for nobody to look on, five at most.

    PostgreSQL keeps a deleted row for whoever began before, such as a worker of its own that counts the rows
    of a table just then: what one night leaves behind goes with the next.
    """
    left: list[tuple[str, bytes]] = []
    for _night in range(5):
        left = [(name, mark) for name, content in named_on_disk() for mark in marks if mark in content]
        if not left or db.engine.dialect.name == "sqlite":
            break
        time.sleep(1)
        settle()
    return left


def settle() -> None:
    """What every withdrawal does on SQLite, and the night's work on PostgreSQL."""
    from consult.records import scrub  # noqa: PLC0415

    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        assert scrub.checkpoint(db.engine)
        return
    scrub.rewrite(db.engine)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))


def named_on_disk() -> Iterator[tuple[str, bytes]]:
    """Files of the database. PostgreSQL's write-ahead log is kept by the server for a while, and not here."""
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        for file in path.parent.glob(f"{path.name}*"):
            yield file.name, file.read_bytes()
        return
    with db.engine.connect() as connection:
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        number = connection.execute(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        ).scalar_one()
    for file in (folder / "base" / str(number)).iterdir():
        if file.is_file():
            yield file.name, file.read_bytes()


def on_disk() -> list[bytes]:
    return [content for _, content in named_on_disk()]


def test_what_the_coding_pages_hold_between_two_pages_lets_go_of_it(made: Installation) -> None:
    unlocked = made.team.unlocked()
    before = coding.answers(unlocked, "small", "helped_words")
    mentions = coding.mentions(unlocked)
    gone = made.people[0].response_id
    assert gone.hex() in {row.response for row in before.rows}

    take_back(made, 0)

    unlocked = made.team.unlocked()
    after = coding.answers(unlocked, "small", "helped_words")
    assert gone.hex() not in {row.response for row in after.rows}
    assert (after.answers, after.coded) == (before.answers - 1, before.coded - 1)
    assert coding.mentions(unlocked) != mentions
    (rows,) = [each for each in coding.questions(unlocked) if each.definition_id == "small"]
    assert max(row.answers for row in rows.rows) == before.answers - 1
