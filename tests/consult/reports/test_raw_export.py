"""The answers as a file: only when two people agreed, once, and with nothing in it that says who it was."""

from __future__ import annotations

import csv
import gc
import io
import os
import random
import re
import tracemalloc
import zipfile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

import surveys
from benchmarks import survey
from consult import clock
from consult.models.account import Account, Role
from consult.models.approval import ApprovalKind
from consult.models.audit import AuditEvent
from consult.models.export import ExportQuote
from consult.models.key import KeyGrant
from consult.models.response import Batch, Response
from consult.records import accounts, approvals, people, places, responses, writing
from consult.reports import service
from consult.web.extensions import db
from tests.builders import PASSPHRASE, TODAY, Team, make_account, make_response, make_team, release
from tests.consult.entering import sign_in, unlock
from tests.consult.scratch import nameless
from tests.visitor import Visitor

CANARY = "a lighthouse beside the old mill"


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app)
    for consent in ("quote", "paraphrase", "count_only", None, "quote", "quote"):
        answers: dict[str, object] = {"looked": "yes", "helped_words": f"{CANARY} {consent}"}
        make_response(made, answers | ({"words_use": consent} if consent else {}))
    release(made)
    return made


def whole(made: service.ReportFile) -> bytes:
    content = b"".join(made.pieces())
    assert len(content) == made.size
    return content


def unpacked(content: bytes) -> dict[str, list[dict[str, str]] | str]:
    """Tables by file name; other files as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    return {
        name: list(csv.DictReader(io.StringIO(words, newline=""))) if name.endswith(".csv") else words
        for name, words in found.items()
    }


def rows(team: Team, name: str = "small.csv") -> list[dict[str, str]]:
    found = unpacked(whole(service.answers_zip(team.unlocked())))[name]
    assert isinstance(found, list)
    return found


def test_a_row_is_one_answer_with_the_day_of_its_batch(team: Team) -> None:
    found = rows(team)

    assert len(found) == 6
    assert set(found[0]) == {"released", "looked", "helped_words", "words_use", "later_studies"}
    assert {row["released"] for row in found} == {TODAY.isoformat()}
    assert {row["looked"] for row in found} == {"yes"}


def test_words_stand_there_only_where_their_author_allowed_quoting(team: Team) -> None:
    found = rows(team)

    for row in found:
        if row["words_use"] == "quote":
            assert row["helped_words"] == f"{CANARY} quote"
        else:
            assert CANARY not in row["helped_words"]
    withheld = sorted(row["helped_words"] for row in found if row["words_use"] != "quote")
    assert withheld == [
        "(words: counted only)",
        "(words: counted only)",
        "(words: may be put in other words, not quoted)",
    ]


def test_no_row_and_no_other_file_holds_an_id_or_a_language(team: Team) -> None:
    made = service.answers_zip(team.unlocked())
    with zipfile.ZipFile(io.BytesIO(whole(made))) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    team.session.rollback()

    for column in (Response.id, Response.batch_id, Batch.id, Response.fingerprint):
        for each in team.session.scalars(select(column)):
            assert each is not None
            assert each not in everything
            assert each.hex().encode() not in everything
    assert b"language" not in everything.split(b"released", 1)[1].splitlines()[0]


def test_an_answer_that_waits_for_its_batch_is_not_in_the_file(team: Team) -> None:
    """S32: what is below the least number is in no export."""
    make_response(team, {"looked": "no"})

    assert "no" not in {row["looked"] for row in rows(team)}
    assert len(rows(team)) == 6


def test_a_cell_that_could_be_a_formula_stays_text(team: Team) -> None:
    """S26: also in the answers themselves."""
    for formula in ("=1+1", "@SUM(A1)", "+44", "-1", "\t=1"):
        make_response(team, {"helped_words": formula, "words_use": "quote"})
    release(team)

    cells = {cell for row in rows(team) for cell in row.values()}

    assert {"'=1+1", "'@SUM(A1)", "'+44", "'-1", "'\t=1"} <= cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_the_order_of_rows_is_neither_that_of_arrival_nor_that_of_ids(app: Flask) -> None:
    team = make_team(app)
    for number in range(40):
        make_response(team, {"helped_words": f"n{number:02}", "words_use": "quote"})
    release(team)

    orders = {tuple(row["helped_words"] for row in rows(team)) for _ in range(3)}

    assert len(orders) == 3
    assert tuple(f"n{number:02}" for number in range(40)) not in orders


def fill(team: Team, first: int, last: int) -> None:
    """Sealed and released responses of some 14 kB."""
    seal(
        team,
        [{"helped_words": f"{number:04} " * 2800, "words_use": "quote"} for number in range(first, last)],
    )


def seal(team: Team, every: list[dict[str, Any]]) -> None:
    """Sealed and released responses, quicker than one by one."""
    place = places.of(team.session, team.survey)
    writes = [
        responses.sending(
            team.intake,
            place,
            response_id=os.urandom(16),
            rev=1,
            content={"answers": answers},
            keys=None,
        )
        for answers in every
    ]
    writing.at_once(team.session, *writes)
    release(team)


def test_memory_does_not_grow_with_the_number_of_answers(app: Flask) -> None:
    """And what lies in the scratch folder meanwhile holds no word of them."""
    team = make_team(app)
    peaks, sizes, before = [], [], nameless()
    for first, last in ((0, 700), (700, 2100)):
        fill(team, first, last)
        opened = team.unlocked()
        gc.collect()
        tracemalloc.start()
        made = service.answers_zip(opened)
        service.note(team.session, team.vault, "sam", "trial", made, today=TODAY)
        sizes.append(sum(len(piece) for piece in made.pieces()))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        scratch = b"".join(file.read_bytes() for file in nameless() - before)
        assert len(scratch) > sizes[-1] - 100_000, "the file was too large for memory"
        assert b"0007 0007" not in scratch
        team.session.commit()
    assert sizes[1] > 2.9 * sizes[0] > 9_000_000
    assert peaks[1] < 1.5 * peaks[0], "three times the answers"
    assert peaks[1] < 32_000_000

    table = unpacked(whole(made))["small.csv"]

    assert sorted(str(row["helped_words"])[:4] for row in table) == [f"{number:04}" for number in range(2100)]  # type: ignore[index]
    assert not team.session.scalars(select(Response.id).where(Response.id.in_(hashes(team)))).all()
    assert len(hashes(team)) == 2100 + 700


def hashes(team: Team) -> list[bytes]:
    return list(team.session.scalars(select(ExportQuote.response_hash)))


def test_every_cell_comes_out_as_it_went_in(app: Flask) -> None:
    team = make_team(app)
    hard = ['She said "no".\r\nThen, "yes".', '"', ",", "Ŵy'n 🙂", "two\nlines", '"=1', "plain"]
    for words in hard:
        make_response(team, {"helped_words": words, "words_use": "quote"})
    release(team)

    assert sorted(row["helped_words"] for row in rows(team)) == sorted(hard)


def plainly(answers: dict[str, Any]) -> bytes:
    """One line of the file, written once more and with nothing shared: by `csv`, cell by cell."""
    use = answers.get("words_use", "count_only")
    withheld = {
        "paraphrase": "(words: may be put in other words, not quoted)",
        "count_only": "(words: counted only)",
    }
    cells = [TODAY.isoformat()]
    for name, kind, _ in survey.KINDS:
        value = answers.get(name)
        cell = "|".join(value) if isinstance(value, list) else "" if value is None else str(value)
        cell = f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
        cells.append(withheld[use] if kind == "words" and cell and use != "quote" else cell)
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([*cells, "no"])
    return out.getvalue().encode()


def test_lines_are_byte_for_byte_those_of_a_plain_writer(app: Flask) -> None:
    team = make_team(app, source=survey.one_page())
    chance = random.Random(5)  # noqa: S311 - no secret
    words = ["plain", 'She said "no".', "=1+1", "-", "Ŵy'n\r\nda 🙂", "", '"', "a,b", None]
    every = []
    for _ in range(150):
        answers: dict[str, Any] = {
            "waited": chance.choice(["0", "4", None]),
            "first": chance.choice(["m1", "m7", None]),
            "others": chance.choice([["m1"], ["m0", "m3", "m7"], [], None]),
            "age": chance.choice([0, 18, -3, None]),
            "words_use": chance.choice(["quote", "quote", "paraphrase", "count_only", None]),
            **{name: chance.choice(words) for name in ("region", "better", "more")},
        }
        every.append({key: value for key, value in answers.items() if value is not None})
    seal(team, every)

    with zipfile.ZipFile(io.BytesIO(whole(service.answers_zip(team.unlocked())))) as archive:
        head, _, table = archive.read("fifteen.csv").partition(b"\r\n")

    assert head.startswith("\ufeffreleased,waited,".encode())
    written = b"".join(sorted(map(plainly, every)))
    assert b"".join(sorted(re.findall(rb'(?:"(?:[^"]|"")*"[,\r])+\n', table))) == written
    assert len(table) == len(written)


def test_a_codebook_says_what_each_column_and_value_means(team: Team) -> None:
    book = rows(team, "small-codebook.csv")

    assert ("looked", "Have you looked for support?") in {(row["column"], row["question"]) for row in book}
    assert ("looked", "yes", "Yes") in {(row["column"], row["value"], row["label"]) for row in book}
    assert {row["column"] for row in book} == set(rows(team)[0])


def test_an_answer_from_three_faces_stands_in_no_column_of_numbers(app: Flask) -> None:
    """T43: what easy read asked by three faces is marked "not comparable", in table and codebook."""
    source = surveys.shipped_source("survivors")
    team = make_team(app, source=source)
    for answer in (8, "face_high", "face_low", "cannot_rate", 2):
        make_response(team, {"matters_ds1": answer})
    release(team)
    found, book = rows(team, "survivors.csv"), rows(team, "survivors-codebook.csv")

    assert sorted(row["matters_ds1"] for row in found) == ["", "", "2", "8", "cannot_rate"]
    assert sorted(row["matters_ds1.face"] for row in found) == ["", "", "", "face_high", "face_low"]
    (named,) = {row["note"] for row in book if row["column"] == "matters_ds1.face"}
    assert named == "three faces of easy read: not comparable with the numbers in matters_ds1"
    assert ("face_high", "Matters a lot") in {(row["value"], row["label"]) for row in book}
    assert {row["note"] for row in book if row["column"] == "matters_ds1"} == {""}
    about = unpacked(whole(service.answers_zip(team.unlocked())))["about.txt"]
    assert "not comparable with the numbers" in " ".join(str(about).split())


def test_a_file_of_the_demonstration_says_so_in_every_name(app: Flask) -> None:
    team = make_team(app, demonstration=True)

    found = unpacked(whole(service.answers_zip(team.unlocked())))

    assert set(found) == {
        "about.txt",
        "checking.txt",
        "demonstration-small.csv",
        "demonstration-small-codebook.csv",
    }
    assert "Illustrative draft" in str(found["about.txt"])


def agreed(team: Team) -> Account:
    """A second person with a key has agreed to what the first asked for."""
    kim = make_account(team.app, "kim", team.consultation, Role.ANALYST)
    accounts.grant(team.session, team.vault, team.consultation, team.key, kim)
    sam, other = (people.signed_in(team.session, each.id, each.generation) for each in (team.account, kim))
    assert sam is not None
    assert other is not None
    kind, where = ApprovalKind.RAW_EXPORT, (team.session, team.vault, team.consultation)
    approvals.ask(*where, kind, sam, "for the annex", today=clock.today())
    approvals.approve(*where, kind, other, today=clock.today())
    team.session.commit()
    return kim


def test_without_an_agreement_the_page_offers_no_file_and_gives_none(team: Team, visitor: Visitor) -> None:
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/export")
    assert not [each for each in visitor.page.find_all("button") if "Download" in each.get_text()]
    token = str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]

    visitor.post("/team/trial/export", [("csrf_token", token)])

    assert visitor.status == 409
    assert "this takes two people" in visitor.words
    assert visitor.response is not None
    assert CANARY not in visitor.response.text


def test_with_an_agreement_the_file_is_given_once_and_noted(team: Team, visitor: Visitor) -> None:
    agreed(team)
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/export")

    visitor.press("Download the answers")

    assert visitor.response is not None
    assert visitor.response.headers["Content-Disposition"] == 'attachment; filename="answers.zip"'
    assert visitor.response.headers["Cache-Control"] == "no-store"
    assert set(unpacked(visitor.response.data)) == {
        "about.txt",
        "checking.txt",
        "small.csv",
        "small-codebook.csv",
    }
    db.session.rollback()
    acts = db.session.execute(select(AuditEvent.actor, AuditEvent.action, AuditEvent.detail)).all()
    assert ("sam", "use approval", "raw export") in [tuple(row) for row in acts]
    assert ("sam", "export", "answers.zip") in [tuple(row) for row in acts]
    for name in ("sam", "kim"):
        again = Visitor(team.app.test_client())
        sign_in(again, name)
        unlock(again)
        again.visit("/team/trial/export")
        token = str(again.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
        again.post("/team/trial/export", [("csrf_token", token)])
        assert again.status == 409


def test_the_second_person_may_press_the_button_too(team: Team, visitor: Visitor) -> None:
    agreed(team)
    sign_in(visitor, "kim")
    unlock(visitor, PASSPHRASE)
    visitor.visit("/team/trial/export")

    visitor.press("Download the answers")

    assert visitor.response is not None
    assert visitor.response.mimetype == "application/zip"


def test_who_has_not_unlocked_is_asked_first_and_nothing_is_used_up(team: Team, visitor: Visitor) -> None:
    agreed(team)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/export")
    visitor.press("Download the answers")
    assert visitor.heading == "Unlock answers"
    visitor.press("Unlock", {"passphrase": PASSPHRASE})
    assert visitor.path == "/team/trial/export"

    visitor.press("Download the answers")

    assert visitor.response is not None
    assert visitor.response.mimetype == "application/zip"


def test_a_file_that_cannot_be_made_leaves_the_agreement_unused(team: Team, visitor: Visitor) -> None:
    """S2: a grant that was tampered with opens for nobody, and the page says so."""
    agreed(team)
    mine = KeyGrant.grantee_id == team.account.id
    kept = db.session.scalars(select(KeyGrant.blob).where(mine)).one()
    db.session.execute(update(KeyGrant).where(mine).values(blob=kept[:-1] + bytes((kept[-1] ^ 1,))))
    db.session.commit()
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/export")
    visitor.press("Download the answers")
    assert visitor.status == 500
    db.session.execute(update(KeyGrant).where(mine).values(blob=kept))
    db.session.commit()

    visitor.visit("/team/trial/export")
    visitor.press("Download the answers")

    assert visitor.status == 200


def test_an_answer_that_does_not_open_is_told_in_the_file(team: Team, visitor: Visitor) -> None:
    """S2: a response that was tampered with is left out, and hides no other."""
    agreed(team)
    first = db.session.scalars(select(Response.id)).first()
    whole = len(db.session.scalars(select(Response.id)).all())
    kept = db.session.scalars(select(Response.body).where(Response.id == first)).one()
    changed = kept[:-1] + bytes((kept[-1] ^ 1,))
    db.session.execute(update(Response).where(Response.id == first).values(body=changed))
    db.session.commit()
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/export")
    visitor.press("Download the answers")
    assert visitor.response is not None
    found = unpacked(visitor.response.data)
    assert "Left out of small.csv: 1 that do not open" in str(found["about.txt"])
    assert len(found["small.csv"]) == whole - 1
