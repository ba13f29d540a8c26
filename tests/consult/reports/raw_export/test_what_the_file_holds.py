"""The file of the answers holds what people allowed, says what it means, and never who somebody was."""

from __future__ import annotations

import io
import zipfile

from flask import Flask
from sqlalchemy import select

import surveys
from consult.models.response import Batch, Response
from consult.reports import service
from tests.builders import TODAY, Team, make_response, make_team, release
from tests.consult.reports.raw_export.unpacking import CANARY, rows, unpacked, whole


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


def test_the_order_of_rows_is_neither_that_of_arrival_nor_that_of_ids(app: Flask) -> None:
    team = make_team(app)
    for number in range(40):
        make_response(team, {"helped_words": f"n{number:02}", "words_use": "quote"})
    release(team)

    orders = {tuple(row["helped_words"] for row in rows(team)) for _ in range(3)}

    assert len(orders) == 3
    assert tuple(f"n{number:02}" for number in range(40)) not in orders


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
