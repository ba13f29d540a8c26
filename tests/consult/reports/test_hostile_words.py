"""Words from hell go through every report: formulas, two directions, emoji, an answer of 20,000 letters."""

from __future__ import annotations

import csv
import io

import pikepdf
from bs4 import BeautifulSoup
from docx import Document
from flask import Flask
from openpyxl import load_workbook

from consult.evidence import service as evidence
from consult.models.standard import Stance
from consult.records import voices
from consult.reports import service
from consult.web import paper
from tests.builders import TODAY
from tests.consult.evidence.scene import make_scene

NAMES = (
    '=HYPERLINK("http://example.org","x")',
    "+44 ŵ ŷ Llŷn, â thŷ",
    "@SUM 😀👩🏽‍⚖️",
    "שלום \u202eabc\u202c مرحبا",
    "<script>alert(1)</script>{{ 7 * 7 }}",
)
LONG = ("He said שלום and ŷ 😀 <b>&amp; " * 700)[:20_000]


def test_words_from_hell_stay_words_in_every_form(app: Flask) -> None:
    """S26: names, reasons and quotes in pages, workbook, tables, document and PDF."""
    scene = make_scene(app)
    ids = [scene.one_answer("quote", words=LONG) for _ in range(6)]
    scene.release()
    for name in NAMES:
        theme = scene.new_theme(name)
        scene.code(ids, theme, end=len(LONG))
        scene.link("1.1", Stance.CONTRADICTS, theme=theme)
    heard = voices.hear(scene.unlocked())
    first = next(iter(heard.codings))
    quoted = " ".join(LONG.split()[:150])
    evidence.propose_quote(scene.unlocked(), first.hex(), quoted)
    scene.team.session.commit()
    (quote,) = voices.hear(scene.unlocked()).quotes
    evidence.pass_quote(scene.unlocked(scene.colleague()), quote.id.hex())
    scene.team.session.commit()

    opened = scene.unlocked()
    made = service.evidence_html(opened, service_name="S", today=TODAY)
    page = BeautifulSoup(made.content, "html.parser")
    assert not page.find_all("script")
    assert {each.get_text(strip=True) for each in page.select("main p strong")} >= set(NAMES)
    assert "".join(page.find("blockquote").get_text().split()) == "".join(quoted.split())  # type: ignore[union-attr]

    document = Document(io.BytesIO(service.as_document(made).content))
    said = "\n".join(part.text for part in document.paragraphs)
    assert all(name in said for name in NAMES)

    book = load_workbook(io.BytesIO(service.evidence_xlsx(opened).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value for cell in cells} >= set(NAMES)

    for table in (service.standard_csv(opened, "DS1"), service.matrix_csv(opened)):
        rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert {cell.removeprefix("'") for row in rows for cell in row} >= set(NAMES)

    with pikepdf.open(io.BytesIO(paper.pdf(made.content.decode()))) as pdf:
        assert len(pdf.pages) >= 2
        assert "/JavaScript" not in str(pdf.Root.get("/Names", ""))
