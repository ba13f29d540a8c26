"""Bringing in answers from elsewhere, on the pages: seen first, sealed like all others, and undone as one."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
import threading
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.coding import service as coding
from consult.coding.service import Press
from consult.models.account import Role
from consult.models.audit import AuditEvent
from consult.models.note import Note
from consult.models.response import Response, Tombstone
from consult.records import gathered, opened, responses, unlocking
from tests.builders import Team, make_account, make_response, make_team, release
from tests.consult.coding.workbench import THEMES
from tests.consult.entering import sign_in, unlock
from tests.visitor import HOST, Visitor

EDGE = "edge-of-a-part"
WORDS = "a lighthouse beside the old mill"
FORMS = (
    "ID,Start time,Completion time,Email,Name,Last modified time,Have you looked for support?,What helped?,"
    "How may we use your words?\n"
)
ROW = "{n},1/4/27 10:00:00,1/4/27 10:05:00,man{n}@example.org,A. Person,,Yes,{words} {n},quote\n"


def table(rows: int = 5, words: str = WORDS) -> bytes:
    """An export as Microsoft Forms writes it, of made-up people."""
    return (FORMS + "".join(ROW.format(n=n, words=words) for n in range(rows))).encode()


def multipart(fields: dict[str, str], content: bytes) -> bytes:
    """A form with a file, as a browser sends it. The library's own client would put it on the disk."""
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="answers.csv"\r\n\r\n'
    return b"".join([*parts, head.encode(), content, f"\r\n--{EDGE}--\r\n".encode()])


def choose(visitor: Visitor, content: bytes) -> None:
    """Choose a file on the page for it."""
    visitor.visit("/team/trial/gathering")
    token = str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    answer = visitor.client.post(
        visitor.path,
        data=multipart({"csrf_token": token, "survey": "small", "shape": ""}, content),
        base_url=HOST,
        headers={"Sec-Fetch-Site": "same-origin"},
        content_type=f"multipart/form-data; boundary={EDGE}",
        follow_redirects=True,
    )
    visitor.read(answer)


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def lead(team: Team, visitor: Visitor) -> Visitor:
    """Sam, who leads the consultation, signed in."""
    team.session.rollback()
    sign_in(visitor, "sam")
    return visitor


def stored(team: Team) -> int:
    team.session.rollback()
    return team.session.scalar(select(func.count()).select_from(Response)) or 0


def workbook(rows: int = 5) -> bytes:
    """The same as a workbook, with times and numbers as spreadsheets hold them."""
    book = openpyxl.Workbook()
    heads, *lines = csv.reader(io.StringIO(table(rows).decode()))
    book.worksheets[0].append(heads)
    for number, line in enumerate(lines):
        book.worksheets[0].append([number, datetime(2027, 1, 4, 10, number, tzinfo=None), *line[2:]])  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("content", [table(), workbook()], ids=["csv", "xlsx"])
def test_a_file_is_seen_checked_and_sealed_and_what_tells_on_people_stays_out(
    team: Team, lead: Visitor, content: bytes
) -> None:
    choose(lead, content)
    assert lead.heading == "What the columns answer"
    assert "Microsoft Forms" in lead.words
    for head, why in (("Email", "who answered"), ("Start time", "when somebody answered")):
        assert f"{head} {why}" in lead.words
    assert f"First rows: {WORDS} 0 | {WORDS} 1 | {WORDS} 2" in lead.words
    assert "@example.org" not in lead.words
    lead.press("Check every row")
    assert "Rows that fit: 5." in lead.words
    assert stored(team) == 0
    lead.press("Import and seal")
    assert "The answers are imported and sealed." in lead.words
    assert stored(team) == 5
    release(team)
    unlocked = team.unlocked()
    found = list(opened.released(team.session, team.vault, team.consultation, unlocked.keys))
    assert sorted(each.answers["helped_words"] for each in found) == [f"{WORDS} {n}" for n in range(5)]
    assert all(each.answers["words_use"] == "quote" for each in found)
    assert "@example.org" not in repr(found)
    team.session.rollback()
    lead.visit("/team/trial/gathering/columns")
    assert "not held any more" in lead.words


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 and no more", workbook()[:-40]], ids=["no workbook", "cut short"]
)
def test_a_workbook_that_does_not_open_is_refused_in_words(team: Team, lead: Visitor, content: bytes) -> None:
    choose(lead, content)
    assert lead.status == 422
    assert "This file does not open as a workbook" in lead.words
    assert stored(team) == 0


def test_rows_with_something_to_mend_are_named_without_what_stands_in_them(team: Team, lead: Visitor) -> None:
    wrong = table(2) + b"9,,,,,,perhaps so,Private words,quote\n" + b",,,,,,,,\n"
    choose(lead, wrong)
    lead.press("Check every row")
    assert (
        "Rows that fit: 2. Rows with something to mend: 1. Rows without an answer, left out: 1." in lead.words
    )
    problems = next(each for each in lead.page.find_all("table") if "Rows to mend" in each.get_text())
    assert problems.get_text(" ", strip=True).endswith("4 looked none of the options")
    assert "perhaps so" not in problems.get_text()
    lead.press("Import and seal")
    assert lead.status == 422
    assert "row 4: looked: unknown_option" in lead.words
    assert stored(team) == 0
    lead.press("Check every row")
    lead.press("Import and seal", {"skip": "yes"})
    assert stored(team) == 2


def test_columns_are_matched_by_hand_and_twice_the_same_is_said(team: Team, lead: Visitor) -> None:
    choose(lead, b"One,Two\nyes,Kindness\n" * 1)
    lead.press("Import and seal")
    assert "No column answers a question" in lead.words
    lead.press("Check every row", {"column-0": "looked", "column-1": "looked"})
    assert lead.status == 422
    assert "Two columns answer looked" in lead.words
    assert [each["value"] for each in lead.page.select("option[selected]")] == ["looked", "looked"]
    lead.press("Import and seal", {"column-0": "looked", "column-1": "helped_words"})
    assert stored(team) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"caf\xe9", "not UTF-8 text"),
        (b'went,words\nyes,"never closed\n', "not well-formed CSV"),
        (b"a,a\n1,2\n", "two columns are called 'a'"),
        (b"looked\n" + b"yes\n" * 230_000, "too large for the page"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_calmly(
    team: Team, lead: Visitor, content: bytes, said: str
) -> None:
    choose(lead, content)
    assert lead.status == 422
    assert said.casefold() in lead.words.casefold()
    assert stored(team) == 0


def test_a_request_larger_than_any_file_is_refused(lead: Visitor) -> None:
    choose(lead, b"looked\n" + b"yes\n" * 260_000)
    assert lead.status == 413


def test_a_stranger_may_send_no_more_than_a_form(team: Team, visitor: Visitor) -> None:
    team.session.rollback()
    answer = visitor.client.post(
        "/team/trial/gathering",
        data=multipart({}, b"x" * 300_000),
        base_url=HOST,
        headers={"Sec-Fetch-Site": "same-origin"},
        content_type=f"multipart/form-data; boundary={EDGE}",
    )
    assert answer.status_code == 413


def test_a_file_never_touches_the_disk(
    team: Team, lead: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S1: the library would put files of more than 500 kB into a temporary file, in plain text."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was asked for")

    for name in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    choose(lead, table(5_000))
    assert lead.heading == "What the columns answer"
    lead.press("Check every row")
    assert "Rows that fit: 5000." in lead.words
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert WORDS.encode() not in path.read_bytes(), path
    lead.press("Forget this file")
    assert "Nothing of it was stored" in lead.words
    assert stored(team) == 0


def test_five_thousand_rows_are_one_act_in_no_order(team: Team, lead: Visitor) -> None:
    choose(lead, table(5_000, words="kind"))
    lead.press("Import and seal")
    assert stored(team) == 5_000
    release(team)
    unlocked = team.unlocked()
    found = opened.released(team.session, team.vault, team.consultation, unlocked.keys)
    order = [int(each.answers["helped_words"].removeprefix("kind ")) for each in found]
    assert sorted(order) == list(range(5_000))
    rising = sum(one < following for one, following in itertools.pairwise(order))
    assert 2_200 < rising < 2_800, "ids say nothing of the line that a row stood on"
    noted = team.session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "import")).all()
    assert [each.split(",")[0] for each in noted] == ["5000 responses"]


def test_what_is_held_goes_when_the_person_signs_out(team: Team, lead: Visitor) -> None:
    choose(lead, table())
    unlocking.lock(team.account.id)
    lead.visit("/team/trial/gathering/columns")
    assert "not held any more" in lead.words


def test_what_one_person_holds_is_not_shown_to_another(team: Team, app: Flask, lead: Visitor) -> None:
    choose(lead, table())
    make_account(app, "lea", team.consultation, Role.LEAD)
    other = Visitor(app.test_client())
    sign_in(other, "lea")
    other.visit("/team/trial/gathering/columns")
    assert WORDS not in other.words
    assert "not held any more" in other.words


def test_an_import_is_undone_as_one_and_nothing_else_goes(team: Team, lead: Visitor) -> None:
    own = make_response(team, {"looked": "no"})
    choose(lead, table())
    lead.press("Import and seal")
    lead.visit("/team/trial/gathering/imports")
    assert lead.heading != "Imports", "only a key finds the answers of an import"
    unlock(lead)
    lead.visit("/team/trial/gathering/imports")
    assert "Answers that are here 5" in lead.words
    key = str(lead.page.select_one("form[id^=import-]")["id"]).removeprefix("import-")  # type: ignore[index]
    token = str(lead.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    lead.press("Undo this import")
    assert "The answers of that import are gone." in lead.words
    lead.post(f"/team/trial/gathering/imports/{key}", [("csrf_token", token), ("act", "undo")])
    assert "it was taken out already" in lead.words
    assert "Nothing was imported, or nothing of it is left." in lead.words
    team.session.rollback()
    assert list(team.session.scalars(select(Response.id))) == [own]
    assert team.session.scalar(select(func.count()).select_from(Tombstone)) == 5, "no backup brings them back"
    release(team)
    release_all = responses.totals(team.session, team.survey)
    assert release_all.get("withdrawn", 0) == 0


def test_answers_that_were_coded_are_withdrawn_and_not_undone(team: Team, lead: Visitor) -> None:
    choose(lead, table())
    lead.press("Import and seal")
    release(team)
    unlocked = team.unlocked()
    ids = [each.id for each in opened.released(team.session, team.vault, team.consultation, unlocked.keys)]
    theme = coding.add_theme(team.session, "trial", THEMES[0]).key
    team.session.commit()
    press = Press(definition_id="small", box="helped_words", response=ids[0].hex(), rev=1, theme=theme)
    coding.code(team.unlocked(), press)
    team.session.commit()
    unlock(lead)
    lead.visit("/team/trial/gathering/imports")
    assert "Of these, coded or noted 1" in lead.words
    key = next(gathered.marks(team.unlocked()))[2].act
    team.session.rollback()
    token = str(lead.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    lead.post(f"/team/trial/gathering/imports/{key}", [("csrf_token", token), ("act", "undo")])
    assert lead.status == 409
    assert "withdraw them instead" in lead.words
    lead.press("Withdraw all answers of this import")
    assert stored(team) == 0
    assert team.session.scalar(select(func.count()).select_from(Note)) == 0


def test_nothing_outside_the_seal_says_that_an_answer_was_imported(team: Team, lead: Visitor) -> None:
    """The row of an imported answer looks like any other; its mark is under the seal."""
    own = make_response(team, {"looked": "yes", "helped_words": "own words"})
    choose(lead, table())
    lead.press("Import and seal")
    team.session.rollback()
    rows = team.session.execute(select(Response.__table__)).all()
    assert len({(row.definition_id, row.fingerprint, row.epoch, row.rev, row.batch_id) for row in rows}) == 1
    assert len({(len(row.body), len(row.slot)) for row in rows}) == 1
    marks = {response_id: mark for response_id, _, mark in gathered.marks(team.unlocked())}
    assert len(marks) == 5
    assert own not in marks
    assert len({mark.act for mark in marks.values()}) == 1
    everything = b"".join(bytes(value) for row in rows for value in row if isinstance(value, bytes))
    assert next(iter(marks.values())).act.encode() not in everything


def test_two_imports_at_once_are_two(team: Team, lead: Visitor, app: Flask) -> None:
    make_account(app, "lea", team.consultation, Role.LEAD)
    other = Visitor(app.test_client())
    sign_in(other, "lea")
    for visitor in (lead, other):
        choose(visitor, table(20))
    both = [threading.Thread(target=visitor.press, args=("Import and seal",)) for visitor in (lead, other)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert stored(team) == 40
    assert len({mark.act for _, _, mark in gathered.marks(team.unlocked())}) == 2
