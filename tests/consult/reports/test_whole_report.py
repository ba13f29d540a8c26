"""The evidence report in its forms: the same words, the same bytes, and every figure with its source."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pikepdf
import pytest
from bs4 import BeautifulSoup
from docx import Document
from flask import Flask
from openpyxl import load_workbook

from consult.evidence import service as evidence
from consult.evidence.service import (
    Concern,
    Confidence,
    DecisionKind,
    Disposition,
    ReplyText,
    Settled,
    Sureness,
)
from consult.literature import service as literature
from consult.models.coding import Theme
from consult.models.panel import RoundState
from consult.models.standard import Stance
from consult.records import audit, comments, themes, voices
from consult.records.panel_figures import ItemFigures
from consult.reports import service
from consult.reports.writers import sheets, word
from consult.web import paper
from tests.builders import TODAY
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.panel.test_practitioners import keep

TRICK = '=HYPERLINK("http://example.org")'
DECIDED = Settled(
    clause_id=b"",
    wording=0,
    kind=DecisionKind.KEEP,
    reason="Men and services say the same.",
    people="R. Okafor: works for a mixed service",
    dissent="Too strict for small teams.",
    notes="Long talk about Tuesday.",
)
REPLY = ReplyText(
    summary="Small teams find it hard.",
    disposition=Disposition.ACCEPTED_IN_PART,
    reason="A text counts as an answer.",
)


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Themes common, rare and hostile; a finding; something against the standard."""
    made = make_scene(app)
    session, me = made.team.session, made.team.account.id
    made.coded([""] * 12)
    made.coded([""] * 7, survey=made.practitioners)
    rare, trick = made.new_theme("Named for men"), made.new_theme(TRICK)
    made.coded([""], rare)
    made.coded([""] * 6, trick)
    made.link("1.1")
    made.link("1.1", theme=rare)
    made.link("1.2", Stance.CONTRADICTS, theme=trick)
    assert literature.add_publication(session, "trial", "Ash-2020", "Ash 2020", design="", setting="")
    literature.mark_read(session, "trial", "Ash-2020", account_id=me, today=TODAY)
    literature.add_finding(session, "trial", "Ash-2020", "Men who are believed come back.", "12")
    judge(made, rare)
    session.commit()
    return made


def judge(scene: Scene, rare: Theme) -> None:
    """A row against the rules, one that says more than may be published, sureness, a decision, an answer."""
    at = evidence.desk(scene.unlocked(), "DS1")
    part = at.part("1.1")
    common, few = part.rows
    cells = {"survivors": "supports/some", "practitioners": "qualifies/some", "literature": ""}
    evidence.judge_row(at, "1.1", common.key, cells, "convergence", "Both want it.", today=TODAY)
    assert few.theme_id == rare.id
    cells = {"survivors": "contradicts/many", "practitioners": "", "literature": ""}
    evidence.judge_row(at, "1.1", few.key, cells, "", "All in the room of two said so.", today=TODAY)
    concerns = dict.fromkeys(evidence.COMPONENTS, Concern.NONE_OR_VERY_MINOR) | {"adequacy": Concern.SERIOUS}
    sure = Sureness(concerns=concerns, level=Confidence.LOW, reason="Few words each.")
    link = part.clause.lines[0].link_id.hex()
    evidence.judge_link(at, link, sure, today=TODAY)
    other = evidence.desk(scene.unlocked(scene.colleague()), "DS1")
    evidence.confirm_row(other, "1.1", common.key)
    evidence.confirm_link(other, link)
    evidence.note_equity(at, "1.1", "Mixed services need two rooms.", today=TODAY)
    at = evidence.desk(scene.unlocked(), "DS1")
    evidence.decide(at, "1.1", DECIDED, "", actor="sam", today=TODAY)
    opened = scene.unlocked()
    said = [comments.write_down(opened, scene.clause("1.1"), "Our two desks in Rhyl.", "a letter")]
    comments.reply(opened, scene.clause("1.1"), REPLY, said, today=TODAY)


def whole(scene: Scene) -> service.ReportFile:
    return service.evidence_html(scene.unlocked(), service_name="Standards", today=TODAY)


def words(content: bytes) -> str:
    return " ".join(BeautifulSoup(content, "html.parser").get_text(" ").split())


def test_each_form_made_twice_from_one_state_is_the_same_byte_for_byte(scene: Scene) -> None:
    for make in (
        whole,
        lambda s: service.as_document(whole(s)),
        lambda s: service.evidence_xlsx(s.unlocked()),
    ):
        assert make(scene).content == make(scene).content
    first = service.codebooks_zip(scene.team.session, "trial").content
    assert first == service.codebooks_zip(scene.team.session, "trial").content


def test_every_figure_leads_to_what_was_counted(scene: Scene) -> None:
    page = BeautifulSoup(whole(scene).content, "html.parser")
    heard = voices.hear(scene.unlocked())
    shown = {str(link["href"])[1:] for link in page.select('a[href^="#F"]')}
    assert shown
    people = 0
    for key in shown:
        row = page.find(id=key).find_parent("tr")  # type: ignore[union-attr]
        cells = [cell.get_text(" ", strip=True) for cell in row.find_all("td")]  # type: ignore[union-attr]
        if cells[2].startswith("comments(1.1"):
            assert cells[1] == "a few"
        found = re.match(r"people\((\w+), (\w+)\)", cells[2])
        if found is None:
            continue
        theme_id = next(each.id for each in scene_themes(scene) if each.key == found[1])
        count = heard.people(theme_id, found[2])  # type: ignore[arg-type]  # a strand's name
        assert cells[1] == ("a few" if count < 6 else str((2 * count + 5) // 10 * 5)), found[1]
        people += 1
    assert people >= 4


NO_FIGURE = re.compile(
    r"F\d+|[Ww]ording \d+|\d+ January 2027|2027-01-\d+|round \d+|page 12|Ash[- ]2020|1\.[123]|DS1|7 to 9"
    r"|1 to 3|of 9|version \w+|20\d\d;\d+:\S+|example.org|speak to: \d+ of \d+|under \d+|nearest \d+"
    r"|least \d+ %|than \d+ %|items 1 to 9"
)
"""Digits that count nothing: numbers of things, dates, scales, names."""


@pytest.fixture
def rated(scene: Scene) -> Scene:
    """The scene with a round of the panel that has closed."""
    figures = ItemFigures(
        verdict="in", n=20, median=7.5, equal_hi=72, equal_lo=5, pooled_hi=74, pooled_lo=5, stable=True
    )
    keep(scene, 1, RoundState.CLOSED, figures)
    return scene


def test_no_figure_of_a_page_stands_without_the_way_to_its_query(rated: Scene) -> None:
    """Every line, row and paragraph with a number in it, of both reports, leads to the table of queries."""
    sheet = service.standard_html(rated.unlocked(), "DS1", service_name="Standards", today=TODAY)
    for content in (whole(rated).content, sheet.content):
        page = BeautifulSoup(content, "html.parser")
        main = page.find("main")
        rows = {str(row["id"]) for row in main.select("th[id]")}  # type: ignore[union-attr]
        walked, missing = 0, []
        for part in main.select("p, li, dd, tr, caption"):  # type: ignore[union-attr]
            cells = part.find_all("td") if part.name == "tr" else [part]
            words = NO_FIGURE.sub("", " ".join(cell.get_text(" ", strip=True) for cell in cells))
            if part.select_one("th[id]") or not re.search(r"\d", words):
                continue
            walked += 1
            table = part.find_parent("table")
            caption = table.find("caption").get_text(" ") if table else ""  # type: ignore[union-attr]
            own = set(re.findall(r"\bF\d+\b", f"{part.get_text(' ')} {caption}"))
            if not own or not own <= rows:
                missing.append(words)
        assert not missing
        assert walked >= 6
    assert "panel(1.1, round 1, wording 1)" in words_of_panel(whole(rated).content)


def words_of_panel(content: bytes) -> str:
    """The row of the figures of the panel."""
    return next(
        str(row.get_text(" ", strip=True))
        for row in BeautifulSoup(content, "html.parser").find_all("tr")
        if "What the panel found on 1.1" in row.get_text()
    )


def test_no_figure_of_a_table_stands_without_its_query(rated: Scene) -> None:
    book = load_workbook(io.BytesIO(service.evidence_xlsx(rated.unlocked()).content))
    keys = {row[0] for row in book["Figures"].iter_rows(min_row=2, values_only=True)}
    figures = {"People", "Median", "7 to 9, %", "1 to 3, %", "Comments", "How widely"}
    seen = set()
    for sheet in book:
        head, *rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
        for row in rows:
            cells = dict(zip(head, row, strict=True))
            shown = [cells[name] for name in figures & cells.keys() if cells[name]]
            if not shown or shown == ["not raised"]:
                continue
            seen.add(sheet.title)
            assert cells.get("Figure") in keys or "people(" in cells.get("Counted by", ""), (sheet.title, row)
    assert seen == {"Evidence", "Answers", "Panel", "Matrix"}
    for made in (service.standard_csv(rated.unlocked(), "DS1"), service.matrix_csv(rated.unlocked())):
        table = csv.DictReader(io.StringIO(made.content.decode("utf-8-sig")))
        told = [row for row in table if row["people"] not in {"", "not raised"}]
        assert told
        assert all(row["counted by"].startswith("people(") for row in told)


def scene_themes(scene: Scene) -> list[Theme]:
    return themes.of(scene.team.session, scene.team.consultation)


def test_a_rare_theme_stays_and_its_count_does_not(scene: Scene) -> None:
    for content in (
        whole(scene).content,
        service.standard_html(scene.unlocked(), "DS1", service_name="Standards", today=TODAY).content,
    ):
        said = words(content)
        assert "Named for men" in said
        assert "raised by a few survivors" in said
        assert "Men who are believed come back." in said or b"report" in content


def test_what_people_judged_is_in_every_form_and_who_judged_is_in_none(scene: Scene) -> None:
    sheet = service.standard_html(scene.unlocked(), "DS1", service_name="Standards", today=TODAY)
    content = service.evidence_xlsx(scene.unlocked()).content
    book = load_workbook(io.BytesIO(content))
    named = ("Together", "Confidence", "Decisions", "Answers")
    rows = {name: list(book[name].iter_rows(min_row=2, values_only=True)) for name in named}
    cells = " ".join(str(cell) for found in rows.values() for row in found for cell in row)
    for said in (words(whole(scene).content), words(sheet.content), cells):
        for told in (
            "Both want it.",
            "Few words each.",
            "Men and services say the same.",
            "Too strict for small teams.",
            "Small teams find it hard.",
            "A text counts as an answer.",
        ):
            assert told in said
        for kept in ("Sam", "Kim", "Okafor", "Tuesday", "Rhyl"):
            assert kept not in said
    said = words(whole(scene).content)
    assert (
        "Being believed: They agree. Survivors (supports, some); Practitioners (supports in part, some); "
        "Literature (silent: asked, not raised). The rules say “They add to one another”; a person decided "
        "otherwise. Both want it. Judged on 4 January 2027; a second person looked again and agrees."
    ) in said
    assert "about coherence: none, or very small; about adequacy: serious" in said
    assert "1.1: some did not agree with the decision. Too strict for small teams." in said
    assert "Mixed services need two rooms." in said
    decided = rows["Decisions"][0]
    assert decided[2:6] == ("keep", TODAY.isoformat(), DECIDED.reason, DECIDED.dissent)
    assert rows["Answers"][0][3:5] == ("a few", "accepted in part")


def test_a_word_for_how_widely_a_hidden_theme_is_held_is_always_a_few(scene: Scene) -> None:
    """The team saw the figure and wrote "many"; one person had raised it."""
    assert "Named for men: Too few speak to it. Survivors (contradicts, a few)" in words(whole(scene).content)
    book = load_workbook(io.BytesIO(service.evidence_xlsx(scene.unlocked()).content))
    (row,) = [each for each in book["Together"].iter_rows(values_only=True) if each[2] == "Named for men"]
    assert row[3] == "contradicts: few"


def test_the_document_says_what_the_page_says(scene: Scene) -> None:
    made = whole(scene)
    document = Document(io.BytesIO(service.as_document(made).content))
    said = [part.text for part in document.paragraphs]
    said += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    together = " ".join(" ".join(said).split())
    page = BeautifulSoup(made.content, "html.parser")
    for part in page.select("main h2, main h3, main h4, main p, main li, main dt, main td, main caption"):
        if part.get("aria-hidden") != "true":
            text = " ".join(part.get_text("").split())
            assert text in together, text
    assert document.core_properties.language == "en-GB"
    heads = [t.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for t in document.tables if len(t.columns) > 2]
    assert all(heads)
    assert [p.style and p.style.name for p in document.paragraphs if p.text == "How it was done"] == [
        "Heading 1"
    ]


def test_no_cell_of_a_workbook_is_a_formula(scene: Scene) -> None:
    """S26: names of themes and reasons in a workbook."""
    content = service.evidence_xlsx(scene.unlocked()).content
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [
        "About",
        "Standards",
        "Evidence",
        "Together",
        "Confidence",
        "Decisions",
        "Answers",
        "Panel",
        "Matrix",
        "Literature",
        "Method",
        "Figures",
    ]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert TRICK in {cell.value for cell in cells}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        every = b"".join(archive.read(name) for name in archive.namelist())
    assert b"<f>" not in every
    assert b"<hyperlink " not in every
    few = [row for row in book["Evidence"].iter_rows(values_only=True) if row[3] == "Named for men"]
    assert {row[7] for row in few} == {"raised by a few"}


def test_a_formula_in_every_cell_of_a_workbook_and_a_document_stays_text() -> None:
    """S26: cells of a workbook."""
    cells = ["=1+1", "+1", "-1", "@x", "\t=1", "http://example.org", "{=1}", "\x00=1", "x" * 40_000]
    content = sheets.workbook(
        "T", [sheets.Sheet(name="S", columns=cells[:3], rows=[[cell] * 3 for cell in cells])]
    )
    book = load_workbook(io.BytesIO(content))
    assert {cell.data_type for row in book["S"].iter_rows() for cell in row} == {"s"}
    document = word.Word("T")
    document.table(["a"], [[cell] for cell in cells])
    assert len(Document(io.BytesIO(document.bytes())).tables[0].rows) == len(cells) + 1


def test_the_method_is_filled_from_what_is_stored_and_gaps_are_marked(scene: Scene) -> None:
    from consult.reports.service import methods  # noqa: PLC0415

    opened = scene.unlocked()
    accord, srqr = methods.checklists(methods.told(opened, voices.hear(opened)), {})
    assert (len(accord.items), len(srqr.items)) == (35, 21)
    parts = [item.part for item in accord.items]
    assert [
        parts.count(each) for each in ("Title", "Introduction", "Methods", "Results", "Discussion", "Other")
    ] == [
        1,
        3,
        21,
        5,
        2,
        3,
    ]
    told = {item.key: item for item in accord.items}
    assert not told["M12"].told, "there was no round: no rule was used"
    assert told["M12"].gap
    assert "findings taken" in told["M7"].told
    coding = next(item for item in srqr.items if item.key == "14")
    assert "has 3 themes, of which 3 were raised" in coding.told
    assert coding.gap
    assert words(whole(scene).content).count("[To be written by the team.]") >= 40


def test_a_report_for_paper_is_tagged_and_the_same_each_time(scene: Scene) -> None:
    made = whole(scene)
    content = paper.pdf(made.content.decode())
    assert content == paper.pdf(made.content.decode())
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.StructTreeRoot is not None
        assert str(pdf.docinfo["/Title"]) == "Trial"


def test_the_head_of_the_log_is_all_that_two_reports_of_two_days_differ_in(scene: Scene) -> None:
    session, vault = scene.team.session, scene.team.vault
    audit.note(session, vault, "sam", "export", "trial", detail="evidence.html", today=TODAY)
    before = whole(scene).content
    audit.note(session, vault, "sam", "export", "trial", detail="evidence.html", today=TODAY)
    session.commit()
    after = whole(scene).content
    lines = [pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert len(lines) == 1
    assert all(b"Head of the log" in old for old, _ in lines)
