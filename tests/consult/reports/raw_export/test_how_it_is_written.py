"""The file is written in little memory however many answers there are, and each cell comes out whole."""

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

from flask import Flask
from sqlalchemy import select

from benchmarks import survey
from consult.models.export import ExportQuote
from consult.models.response import Response
from consult.records import places, responses, writing
from consult.reports import service
from tests.builders import TODAY, Team, make_response, make_team, release
from tests.consult.reports.raw_export.unpacking import rows, unpacked, whole
from tests.consult.scratch import nameless


def test_a_cell_that_could_be_a_formula_stays_text(team: Team) -> None:
    """S26: also in the answers themselves."""
    for formula in ("=1+1", "@SUM(A1)", "+44", "-1", "\t=1"):
        make_response(team, {"helped_words": formula, "words_use": "quote"})
    release(team)

    cells = {cell for row in rows(team) for cell in row.values()}

    assert {"'=1+1", "'@SUM(A1)", "'+44", "'-1", "'\t=1"} <= cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


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
