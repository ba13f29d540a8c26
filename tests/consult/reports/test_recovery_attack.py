"""Somebody collects every table that leaves the team, at two times, and solves for what is suppressed.

Nothing here asks the service for a figure: each claim is read off the files and public pages as they were
made, and a linear program looks for the least and the most that a suppressed count can be by all together.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import pyreadstat
import pytest
from bs4 import BeautifulSoup
from docx import Document
from flask import Flask
from openpyxl import load_workbook
from scipy.optimize import linprog

from consult.models.panel import RoundState
from consult.models.standard import StandardStatus
from consult.records import themes
from consult.records.panel_figures import ItemFigures
from consult.reports import service
from tests.builders import TODAY, make_account
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.panel.test_practitioners import keep
from tests.visitor import Visitor

K, STEP = 6, 5
LATER = TODAY + timedelta(days=7)
NAMES = ("Being believed", "Waiting", "Named for men", "From prison", "Open door")
Cell = tuple[str, str, int]
"""A theme (or nothing: all who were asked), a strand, and at which of the two times."""


@dataclass
class Attack:
    """What was read: bounds of single cells, and that a later count is no smaller. `files`: where from."""

    bounds: dict[Cell, tuple[float, float]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    hidden: set[Cell] = field(default_factory=set)

    def claim(self, file: str, theme: str, strand: str, time: int, shown: str) -> None:
        """What one place says of one count: "a few", or a number give or take half a step."""
        if theme not in {*NAMES, ""}:
            return
        self.files.add(file)
        number = re.search(r"\d+", shown)
        cell = (theme, strand, time)
        if number is None:
            assert "few" in shown, (file, theme, shown)
            self.hidden.add(cell)
            self._within(cell, 0, K - 1)
        else:
            self._within(cell, max(K, int(number[0]) - STEP / 2), int(number[0]) + STEP / 2)

    def exactly(self, file: str, theme: str, strand: str, time: int, number: int) -> None:
        """A count that is told as it is."""
        self.files.add(file)
        self._within((theme, strand, time), number, number)

    def range_of(self, cell: Cell) -> tuple[float, float]:
        """The least and the most that a count may be."""
        names = sorted(self.bounds)
        rows, most = [], []
        for theme, strand, time in names:
            for other in ((theme, strand, 1), ("", strand, time)):
                # Nobody withdrew between the two times; and who raised a theme was asked.
                if other in self.bounds and other != (theme, strand, time):
                    row = np.zeros(len(names))
                    row[names.index((theme, strand, time))], row[names.index(other)] = 1, -1
                    rows.append(row)
                    most.append(0)
        found = []
        for sign in (1, -1):
            target = np.zeros(len(names))
            target[names.index(cell)] = sign
            answer = linprog(target, A_ub=rows, b_ub=most, bounds=[self.bounds[name] for name in names])
            assert answer.success, answer.message
            found.append(sign * float(answer.fun))
        return found[0], found[1]

    def _within(self, cell: Cell, low: float, high: float) -> None:
        before = self.bounds.get(cell, (0.0, np.inf))
        self.bounds[cell] = max(low, before[0]), min(high, before[1])


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Two common themes, three that a few raised, and a round of the panel."""
    made = make_scene(app)
    common, waiting, *rare = [made.theme, *(made.new_theme(name) for name in NAMES[1:])]
    asked = made.coded([""] * 14)
    made.code(asked[:7], waiting)
    made.code(asked[:1], rare[0])
    made.code(asked[2:7], rare[1])
    heard = made.coded([""] * 9, survey=made.practitioners)
    made.code(heard[:3], rare[2])
    for number, theme in (
        ("1.1", common),
        ("1.1", rare[0]),
        ("1.2", waiting),
        ("1.2", rare[1]),
        ("1.2", rare[2]),
    ):
        made.link(number, theme=theme)
    made.standard.status = StandardStatus.AGREED
    figures = ItemFigures(verdict="in", n=20, median=8, equal_hi=80, equal_lo=3, pooled_hi=81, pooled_lo=4)
    keep(made, 1, RoundState.CLOSED, figures)
    return made


def test_all_that_leaves_the_team_together_tells_no_suppressed_count(scene: Scene, visitor: Visitor) -> None:
    attack = Attack()
    read_all(attack, scene, visitor, 0)
    more = scene.coded([""] * 10)  # enough for new figures; one of them raises a theme that one had raised
    rare = next(
        each
        for each in themes.of(scene.team.session, scene.team.consultation)
        if each.name == "Named for men"
    )
    scene.code(more[:1], rare)
    read_all(attack, scene, visitor, 1)

    assert attack.files == {
        *("report.html", "sheet.html", "report.docx", "evidence.xlsx", "evidence.csv", "matrix.csv"),
        *("edition.json", "public page", "site", "answers.sav"),
    }
    few = {(name, "survivors", time) for name in NAMES[2:4] for time in (0, 1)}
    few |= {("Open door", "practitioners", time) for time in (0, 1)}
    assert attack.hidden == few
    for cell in sorted(few):
        least, most = attack.range_of(cell)
        assert most - least >= K - 1, (cell, least, most)


def test_one_number_too_many_would_be_found() -> None:
    """The attack can succeed: a count of the whole before and after, exact, leaves a rare theme no room."""
    attack = Attack()
    attack.claim("a", "Named for men", "survivors", 0, "raised by a few")
    attack.exactly("b", "", "survivors", 0, 1)
    least, most = attack.range_of(("Named for men", "survivors", 0))
    assert most - least < K - 1


def read_all(attack: Attack, scene: Scene, visitor: Visitor, time: int) -> None:
    """Make every file and page, and read what it says."""
    opened, today = scene.unlocked(), (TODAY, LATER)[time]
    whole = service.evidence_html(opened, service_name="S", today=today)
    read_page(attack, "report.html", whole.content.decode(), time)
    sheet = service.standard_html(opened, "DS1", service_name="S", today=today)
    read_page(attack, "sheet.html", sheet.content.decode(), time)
    document = Document(io.BytesIO(service.as_document(whole).content))
    for table in document.tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        for what, shown in ((row[1], row[2]) for row in rows if len(row) == 4):
            read_trace(attack, "report.docx", what, shown, time)
    book = load_workbook(io.BytesIO(service.evidence_xlsx(opened).content))
    for name in ("Evidence", "Matrix"):
        head, *lines = [[str(cell or "") for cell in row] for row in book[name].iter_rows(values_only=True)]
        named = (dict(zip([each.lower() for each in head], line, strict=True)) for line in lines)
        read_rows(attack, "evidence.xlsx", named, time)
    for made, file in (
        (service.standard_csv(opened, "DS1"), "evidence.csv"),
        (service.matrix_csv(opened), "matrix.csv"),
    ):
        read_rows(attack, file, csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"))), time)
    read_edition(attack, scene, visitor, time)
    with zipfile.ZipFile(io.BytesIO(service.answers_sav(opened).content)) as archive:
        for name, strand in (("small.sav", "survivors"), ("second.sav", "practitioners")):
            answers, _ = pyreadstat.read_sav(io.BytesIO(archive.read(name)))
            attack.exactly("answers.sav", "", strand, time, len(answers))


def read_page(attack: Attack, file: str, content: str, time: int) -> None:
    """Sentences, bars and the table of queries of a report."""
    page = BeautifulSoup(content, "html.parser")
    for part in page.select("main p"):
        name = part.find("strong")
        words = part.get_text(" ", strip=True)
        for strand in ("survivors", "practitioners"):
            found = re.search(rf"{strand} who raised it: \d+|raised by a few {strand}", words)
            if name is not None and found:
                attack.claim(file, name.get_text(strip=True), strand, time, found[0])
    for table in page.select("table.app-bars"):
        strand = table.find("caption").get_text(strip=True).split()[0].lower()  # type: ignore[union-attr]
        for row in table.select("tbody tr"):
            label = re.sub(r" \[F\d+\]$", "", row.find("th").get_text(strip=True))  # type: ignore[union-attr]
            attack.claim(file, label, strand, time, row.find("td").get_text(" ", strip=True))  # type: ignore[union-attr]
            drawn = re.search(r"w-(\d+)", str(row))
            assert drawn
            assert (drawn[1] == "0") == ("few" in row.get_text())
    for row in page.select("tr:has(th[id])"):
        what, shown, _ = (cell.get_text(" ", strip=True) for cell in row.find_all("td"))
        read_trace(attack, file, what, shown, time)


def read_trace(attack: Attack, file: str, what: str, shown: str, time: int) -> None:
    """A row of the table of queries."""
    if found := re.match(r"(\w+) who raised “(.+)”", what):
        attack.claim(file, found[2], found[1].lower(), time, shown)
    elif found := re.match(r"Answers of (\w+) that were released", what):
        attack.claim(file, "", found[1], time, shown)


def read_rows(
    attack: Attack, file: str, rows: Iterator[dict[str, str]] | csv.DictReader[str], time: int
) -> None:
    """Rows of a table with a source, evidence and people."""
    for row in rows:
        if row["people"] and row["people"] != "not raised":
            attack.claim(file, row["evidence"], row["source"], time, row["people"])


def read_edition(attack: Attack, scene: Scene, visitor: Visitor, time: int) -> None:
    """What the public reads: the page, the files for a web server, and the values."""
    number = service.make_edition(scene.unlocked(), actor="sam", today=(TODAY, LATER)[time])
    scene.team.session.commit()
    kim = make_account(scene.team.app, f"kim{number}")
    session, vault = scene.team.session, scene.team.vault
    service.put_out_edition(session, vault, "trial", number, account_id=kim.id, actor=kim.name, today=TODAY)
    session.commit()
    visitor.visit(f"/standards/{scene.team.consultation.slug}/of/DS1")
    read_public(attack, "public page", visitor.page, time)
    site = service.edition_site(session, "trial", number, service_name="S")
    with zipfile.ZipFile(io.BytesIO(site.content)) as files:
        read_public(attack, "site", BeautifulSoup(files.read("DS1.html"), "html.parser"), time)
        values = json.loads(files.read("standards.json"))
    for clause in values["standards"][0]["clauses"]:
        for line in clause["evidence"]:
            for figure in line["figures"]:
                shown = figure["shown"] or "a few"
                attack.claim("edition.json", line["name"], figure["strand"], time, shown)
                assert set(figure) == {"strand", "shown", "mark", "counted"}


def read_public(attack: Attack, file: str, page: BeautifulSoup, time: int) -> None:
    """Lines of a public page."""
    strands = {"men who answered": "survivors", "people who work in services": "practitioners"}
    for part in page.select("main li"):
        words = part.get_text(" ", strip=True)
        for people, strand in strands.items():
            found = re.search(rf"{people} and raised it: about \d+|raised by a few {people}", words)
            name = next((each for each in NAMES if each in words), "")
            if found and name:
                attack.claim(file, name, strand, time, found[0])
