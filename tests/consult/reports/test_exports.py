"""What leaves the team: published thresholds, safe cells, quotes of two people, and no id."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update

from consult.models.audit import AuditEvent
from consult.models.consultation import Strand
from consult.models.response import Response
from consult.models.standard import Stance
from consult.records import voices
from consult.records.consultations import UnknownConsultationError
from consult.reports import service
from consult.reports.writers.tables import csv_file, safe
from tests.builders import PASSPHRASE, TODAY, make_account
from tests.consult.evidence.scene import Scene, make_scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


def table(made: service.ReportFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"), newline="")))


def html(scene: Scene) -> str:
    made = service.standard_html(scene.unlocked(), "DS1", service_name="Standards", today=TODAY)
    return made.content.decode()


def quote_all(scene: Scene, words: str = "They believed me [...]", passed_by: str = "kim") -> None:
    from consult.evidence import service as evidence  # noqa: PLC0415 - features are strangers, tests are not

    for coding_id in voices.hear(scene.unlocked()).codings:
        evidence.propose_quote(scene.unlocked(), coding_id.hex(), words)
    scene.team.session.commit()
    if passed_by:
        colleague = scene.colleague(passed_by)
        for quote in voices.hear(scene.unlocked()).quotes:
            evidence.pass_quote(scene.unlocked(colleague), quote.id.hex())
        scene.team.session.commit()


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_a_cell_that_could_be_a_formula_stays_text(cell: str) -> None:
    """S26: cells."""
    assert safe(cell) == f"'{cell}"


def test_a_table_reads_back_as_it_was_written() -> None:
    rows = [['He said "yes", twice', "two\r\nlines"], ["ŵ ŷ £", ""]]
    content = csv_file(["a", "b"], rows)
    assert content.startswith(b"\xef\xbb\xbfa,b\r\n")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read == [["a", "b"], *rows]


def test_figures_are_those_for_publication(scene: Scene) -> None:
    scene.coded([""] * 8)
    scene.link("1.1")
    (row,) = [each for each in table(service.standard_csv(scene.unlocked(), "DS1")) if each["people"]]
    assert (row["part"], row["source"], row["evidence"], row["people"], row["says"]) == (
        "1.1",
        "survivors",
        "Being believed",
        "10",
        "supports",
    )


def test_the_file_says_what_the_page_says_after_rounding(scene: Scene) -> None:
    scene.coded([""] * 12)
    scene.coded([""] * 7, survey=scene.practitioners)
    scene.link("1.1")
    shown = {line.strand: int(line.shown) for each in scene.page().evidence.lines for line in each.figures}
    rows = table(service.standard_csv(scene.unlocked(), "DS1"))
    said = {row["source"]: row["people"] for row in rows if row["part"] == "1.1"}
    for strand, people in shown.items():
        assert said[strand] == str((2 * people + 5) // 10 * 5)


def test_a_theme_held_by_one_person_stays_in_every_file(scene: Scene) -> None:
    scene.coded([""] * 9)
    rare = scene.new_theme("Named for men")
    scene.coded([""], rare)
    scene.link("1.1", theme=rare)
    rows = table(service.standard_csv(scene.unlocked(), "DS1"))
    assert {row["people"] for row in rows if row["evidence"] == "Named for men"} == {"raised by a few"}
    rows = table(service.matrix_csv(scene.unlocked()))
    assert [(row["people"], row["1.1"]) for row in rows if row["evidence"] == "Named for men"] == [
        ("raised by a few", "supports")
    ]
    page = html(scene)
    assert "Named for men" in page
    assert "raised by a few survivors" in page


def test_a_formula_in_a_theme_stays_text_in_the_file(scene: Scene) -> None:
    """S26: the name of a theme."""
    trick = scene.new_theme("=1+1")
    scene.coded([""] * 6, trick)
    scene.link("1.1", theme=trick)
    assert "'=1+1" in {row["evidence"] for row in table(service.standard_csv(scene.unlocked(), "DS1"))}
    assert "'=1+1" in {row["evidence"] for row in table(service.matrix_csv(scene.unlocked()))}


def test_gaps_and_silence_are_in_the_files(scene: Scene) -> None:
    scene.coded([""] * 6)
    scene.link("1.1", Stance.CONTRADICTS)
    rows = table(service.standard_csv(scene.unlocked(), "DS1"))
    silent = {(row["part"], row["source"], row["says"]) for row in rows if not row["evidence"]}
    assert ("1.2", "survivors", "asked not raised") in silent
    assert ("1.1", "practitioners", "not asked") in silent
    rows = table(service.matrix_csv(scene.unlocked()))
    last = next(row for row in rows if row["evidence"] == "nothing linked")
    assert (last["evidence"], last["DS1"], last["1.1"], last["1.2"]) == ("nothing linked", "gap", "", "gap")
    assert "Nothing linked contradicts" not in html(scene)


def test_only_quotes_that_two_people_passed_leave(scene: Scene) -> None:
    scene.coded(["quote"] * 6)
    scene.link("1.1")
    quote_all(scene, passed_by="")
    assert "They believed me" not in html(scene)


def test_passed_quotes_leave_without_anything_about_their_author(scene: Scene) -> None:
    ids = scene.coded(["quote"] * 6)
    scene.link("1.1")
    quote_all(scene)
    page = html(scene)
    assert page.count("They believed me [...]") == 6
    assert "Swansea" not in page
    for response_id in ids:
        assert response_id.hex() not in page


def test_a_quote_whose_answer_does_not_open_is_left_out_and_told(scene: Scene) -> None:
    """S2: a changed answer is not quoted, and the report says that something is missing."""
    ids = scene.coded(["quote"] * 6)
    scene.link("1.1")
    quote_all(scene)
    assert "The quotes of" not in html(scene)
    kept = scene.team.session.scalars(select(Response.body).where(Response.id == ids[0])).one()
    changed = kept[:-1] + bytes((kept[-1] ^ 1,))
    scene.team.session.execute(update(Response).where(Response.id == ids[0]).values(body=changed))
    scene.team.session.commit()
    page = html(scene)
    assert page.count("They believed me [...]") == 5
    assert "The quotes of one answer are left out: it does not open" in page


def test_a_person_is_quoted_once_in_a_file(scene: Scene) -> None:
    ids = scene.coded(["quote"] * 6)
    scene.code(ids[:1], end=20)
    scene.link("1.1")
    quote_all(scene)
    assert html(scene).count("They believed me [...]") == 6


def test_nobody_is_quoted_on_a_rare_theme(scene: Scene) -> None:
    scene.coded(["quote"] * 5)
    scene.link("1.1")
    quote_all(scene)
    assert "They believed me" not in html(scene)


def test_a_withdrawn_answer_takes_its_quote_along(scene: Scene) -> None:
    from consult.records import responses  # noqa: PLC0415

    scene.coded(["quote"] * 6)
    _, keys = responses.new_code(scene.team.intake, scene.team.consultation)
    response_id = b"\x02" * 16
    content = {
        "answers": {"helped_words": "A porter walked me in.", "words_use": "quote"},
        "depth": "full",
        "language": "en",
    }
    responses.send(
        scene.team.session,
        scene.team.intake,
        scene.team.survey,
        response_id=response_id,
        rev=1,
        content=content,
        keys=keys,
    )
    scene.team.session.commit()
    scene.release()
    scene.code([response_id])
    scene.link("1.1")
    heard = voices.hear(scene.unlocked())
    coding = next(each for each in heard.codings.values() if each.response_id == response_id)
    from consult.evidence import service as evidence  # noqa: PLC0415

    evidence.propose_quote(scene.unlocked(), coding.id.hex(), "A porter walked me in.")
    (quote,) = voices.hear(scene.unlocked()).quotes
    evidence.pass_quote(scene.unlocked(scene.colleague()), quote.id.hex())
    scene.team.session.commit()
    assert "A porter walked me in." in html(scene)
    responses.withdraw(scene.team.session, scene.team.intake, scene.team.survey, keys)
    scene.team.session.commit()
    assert "A porter walked me in." not in html(scene)
    assert voices.hear(scene.unlocked()).people(scene.theme.id, Strand.SURVIVORS) == 6


def test_the_report_is_one_file_that_needs_nothing_else(scene: Scene) -> None:
    scene.team.consultation.demonstration = True
    scene.coded([""] * 6)
    scene.link("1.1")
    page = html(scene)
    html5lib.HTMLParser(strict=True).parse(page)
    soup = BeautifulSoup(page, "html.parser")
    assert not soup.find_all(["script", "img", "link", "iframe", "form"])
    assert not [each for each in soup.find_all(True) if "style" in each.attrs]
    assert all(each["href"].startswith("#") for each in soup.find_all(href=True))
    assert [each.get_text() for each in soup.find_all("h1")] == ["DS1 Believed"]
    assert "Illustrative draft. Not the published quality standards." in page
    assert "Made on 4 January 2027." in page
    assert "Numbers under 6 are not shown" in page


def test_a_demonstration_says_so_in_its_tables(scene: Scene) -> None:
    scene.team.consultation.demonstration = True
    for made in (service.standard_csv(scene.unlocked(), "DS1"), service.matrix_csv(scene.unlocked())):
        assert "Illustrative draft. Not the published quality standards." in made.content.decode("utf-8-sig")


def test_only_analysts_and_leads_export_from_the_command_line(scene: Scene) -> None:
    session, vault = scene.team.session, scene.team.vault
    make_account(scene.team.app, "lee")
    with pytest.raises(service.NotOnTheTeamError):
        service.for_command(session, vault, "trial", "lee", PASSPHRASE)
    with pytest.raises((service.NotOnTheTeamError, UnknownConsultationError)):
        service.for_command(session, vault, "elsewhere", "sam", PASSPHRASE)
    assert service.for_command(session, vault, "trial", "sam", PASSPHRASE).consultation.name == "trial"


def test_the_command_writes_the_file_and_the_log(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from consult.commands.reports import report  # noqa: PLC0415 - loads the application

    scene.coded([""] * 8)
    scene.link("1.1")
    own = scene.team.app.extensions["consult.settings"]
    monkeypatch.setenv("CONSULT_DATABASE_URL", own.database_url)
    monkeypatch.setenv("CONSULT_KEY_FILE", str(own.key_file))
    monkeypatch.setenv("CONSULT_HOSTS", "localhost")
    secret, out = tmp_path / "passphrase", tmp_path / "out.csv"
    secret.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    before = service.standard_csv(scene.unlocked(), "DS1").content
    scene.team.session.rollback()
    options = ["DS1", "--consultation", "trial", "--as", "sam", "--format", "csv"]
    done = CliRunner().invoke(report, [*options, "--out", str(out), "--passphrase-file", str(secret)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes() == before
    event = scene.team.session.scalars(select(AuditEvent).where(AuditEvent.action == "export")).one()
    assert (event.actor, event.object, event.detail) == ("sam", "trial", "evidence.csv DS1")
