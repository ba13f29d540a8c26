"""Draft standards as files: out and in again, as text and as a document, with nothing lost."""

from __future__ import annotations

import io

import pytest
from docx import Document
from flask import Flask

from consult.exchange import service
from consult.models.standard import ServiceKind, StandardStatus
from consult.records import standards
from consult.records.standards import StandardText
from consult.records.wordings import ClauseWords, put_clause
from consult.reports import service as reports
from tests.builders import PASSPHRASE, TODAY
from tests.consult.evidence.scene import Scene, make_scene
from tests.visitor import HOST, Visitor

ONE = 'format = "consult standards 1"\n[[standards]]\nkey = "DS1"\n'
ODD = 'Ŵy "quoted" \\ back\nsecond line 🙂 =1+1'


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = make_scene(app)
    session, consultation = made.team.session, made.team.consultation
    text = StandardText(
        key="DS2",
        title="Ways in",
        statement="Several ways in.",
        why=ODD,
        applies=ServiceKind.MIXED,
        for_men="They find one.",
        status=StandardStatus.AGREED,
    )
    standard = standards.write(session, consultation, text, today=TODAY)
    words = ClauseWords(
        wording="Phone and text.", criteria="By phone.\nBy text.", applies=ServiceKind.MEN_ONLY
    )
    put_clause(session, standard, "2.1", words, today=TODAY)
    session.commit()
    return made


FILES = [reports.standards_toml, reports.standards_docx]


def take(scene: Scene, content: bytes) -> int:
    drafts = service.read_drafts(content)
    return service.take_drafts(
        scene.team.session, scene.team.vault, "trial", drafts, actor="sam", today=TODAY
    )


@pytest.mark.parametrize("make", FILES)
def test_what_goes_out_says_what_is_here(scene: Scene, make: object) -> None:
    content = make(scene.team.session, "trial").content  # type: ignore[operator]
    assert content == make(scene.team.session, "trial").content, "the same bytes each time"  # type: ignore[operator]
    assert service.differences(scene.team.session, "trial", service.read_drafts(content)) == []
    assert take(scene, content) == 0


@pytest.mark.parametrize("make", FILES)
def test_an_empty_consultation_can_begin_with_them(scene: Scene, make: object) -> None:
    from consult.models.consultation import Consultation  # noqa: PLC0415

    content = make(scene.team.session, "trial").content  # type: ignore[operator]
    scene.team.session.add(Consultation(name="other", title="Other", min_grants=1))
    scene.team.session.flush()
    drafts = service.read_drafts(content)
    service.take_drafts(scene.team.session, scene.team.vault, "other", drafts, actor="sam", today=TODAY)
    assert service.differences(scene.team.session, "other", drafts) == []


def test_a_changed_statement_in_a_document_becomes_the_next_wording(scene: Scene) -> None:
    session, consultation = scene.team.session, scene.team.consultation
    document = Document(io.BytesIO(reports.standards_docx(session, "trial").content))
    for table in document.tables:
        for row in table.rows:
            if row.cells[1].text == "Several ways in.":
                row.cells[1].text = "Three ways in."
    changed = io.BytesIO()
    document.save(changed)
    (difference,) = service.differences(session, "trial", service.read_drafts(changed.getvalue()))
    assert (difference.key, difference.field, difference.before, difference.after) == (
        "DS2",
        "statement",
        "Several ways in.",
        "Three ways in.",
    )
    assert take(scene, changed.getvalue()) == 1
    standard = standards.keyed(session, consultation, "DS2")
    assert [each.statement for each in standards.wordings(session, standard)] == [
        "Several ways in.",
        "Three ways in.",
    ]
    assert standard.status == StandardStatus.AGREED, "the file says nothing of that"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "first line"),
        ("format = ", "no text of standards"),
        ('format = "consult standards 1"', "no \\[\\[standards\\]\\]"),
        (ONE.replace("DS1", "DS 1") + 'title = "T"', "a key has"),
        (f'{ONE}title = "T"', "title and a statement"),
        (f'{ONE}title = 7\nstatement = "S"', "quotation marks"),
        (f'{ONE}title = "T"\nstatement = "S"\napplies = "all"', "applies to one of"),
        (f'{ONE}title = "T"\nstatement = "{"x" * 4001}"', "longer"),
        ("PK\x03\x04", "no Word document"),
    ],
)
def test_what_cannot_be_kept_is_named(content: str, said: str) -> None:
    with pytest.raises(service.DraftsError, match=said):
        service.read_drafts(content.encode())


def test_a_clause_is_not_moved_to_another_standard_by_its_number(scene: Scene) -> None:
    content = (
        'format = "consult standards 1"\n[[standards]]\nkey = "DS9"\ntitle = "T"\nstatement = "S"\n'
        '[[standards.clauses]]\nnumber = "1.1"\nwording = "Taken."\n'
    )
    with pytest.raises(service.DraftsError, match="DS1 already"):
        take(scene, content.encode())


def test_a_lead_looks_first_and_then_takes_it_in(scene: Scene, visitor: Visitor) -> None:
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": "sam", "passphrase": PASSPHRASE})
    visitor.visit("/team/trial/standards")
    assert "Standards as files" in visitor.words
    visitor.visit("/team/trial/exchange/standards")
    token = str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    text = reports.standards_toml(scene.team.session, "trial").content.decode()
    for act, said in (("look", "What would change"), ("take", "Taken in. Fields that changed: 1.")):
        content = text.replace("Several ways in.", "Many ways in.").encode()
        answer = visitor.client.post(
            "/team/trial/exchange/standards",
            data={"csrf_token": token, "act": act, "file": (io.BytesIO(content), "standards.toml")},
            base_url=HOST,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        visitor.read(answer)
        assert said in visitor.words
    visitor.press("Look at the file")
    assert visitor.status == 422
