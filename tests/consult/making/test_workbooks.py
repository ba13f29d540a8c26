"""Surveys as workbooks: chosen, taken over, checked and kept; and handed out for other tools to read."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl
import pytest
from flask import Flask
from hypothesis import Phase, given, settings
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

import surveys
from consult.making.service import workbook
from consult.making.service.workbook import WorkbookError
from consult.models.account import Role
from consult.records import consultations, definitions
from consult.web.extensions import db
from tests.builders import make_account, make_team
from tests.consult.entering import make_consultation, sign_in
from tests.forms import FULL
from tests.surveys import whole
from tests.visitor import HOST, Visitor

SHEETS: dict[str, list[list[object]]] = {
    "settings": [["form_title", "form_id"], ["Support", "support_form"]],
    "choices": [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]],
    "survey": [
        ["type", "name", "label", "required", "relevant"],
        ["begin_group", "first", "First", None, None],
        ["select_one yn", "looked", "Did you look for support?", "yes", None],
        ["text", "more", "What helped?", None, "${looked} = 'yes'"],
        ["end_group", None, None, None, None],
    ],
}


def packed(sheets: Mapping[str, Sequence[Sequence[object]]] = SHEETS) -> bytes:
    """A workbook as somebody would save it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def choose(visitor: Visitor, content: bytes, act: str, name: str = "form.xlsx") -> None:
    """Choose a file on the page that is open, and press a button."""
    token = str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    answer = visitor.client.post(
        visitor.path,
        data={"csrf_token": token, "act": act, "source": "", "file": (io.BytesIO(content), name)},
        base_url=HOST,
        headers={"Sec-Fetch-Site": "same-origin"},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    visitor.read(answer)


@pytest.fixture
def at_the_page(app: Flask, visitor: Visitor) -> Visitor:
    """A lead, on the page where a survey is loaded."""
    consultation = make_consultation(app)
    make_account(app, "lea", consultation, Role.LEAD)
    sign_in(visitor, "lea")
    visitor.visit("/team/spring/surveys/load")
    return visitor


def test_a_workbook_becomes_a_text_that_can_be_read_checked_and_kept(at_the_page: Visitor) -> None:
    choose(at_the_page, packed(), "check")
    assert at_the_page.status == 200, at_the_page.words
    assert "There is nothing to mend." in at_the_page.words
    assert "it was required, and can be skipped here" in at_the_page.words
    at_the_page.press("Keep this version")
    assert "loaded" in at_the_page.words.lower()
    kept = consultations.survey_of(db.session(), consultations.named(db.session(), "spring"), "support_form")
    assert [question.id for question in definitions.current(db.session(), kept).questions] == [
        "looked",
        "more",
    ]


def test_a_workbook_with_faults_is_refused_with_each_row_named(at_the_page: Visitor) -> None:
    survey: list[list[object]] = [*SHEETS["survey"], ["geopoint", "where", "Where are you?", None, None]]
    choose(at_the_page, packed(SHEETS | {"survey": survey}), "keep")
    assert at_the_page.status == 422
    assert "would keep where somebody is" in at_the_page.words
    assert "Nothing was loaded." in at_the_page.words


def test_a_file_that_only_looks_like_a_workbook_is_refused_calmly(at_the_page: Visitor) -> None:
    choose(at_the_page, b"PK\x03\x04 and so on", "check")
    assert at_the_page.status == 422
    assert "does not open as a workbook" in at_the_page.words


def test_advice_stands_on_the_page_and_stops_nothing(at_the_page: Visitor) -> None:
    asked: list[list[object]] = [
        *SHEETS["survey"][:3],
        ["text", "more", "Please describe the assault.", None, None],
        ["end_group"],
    ]
    choose(at_the_page, packed(SHEETS | {"survey": asked}), "check")
    assert at_the_page.status == 200
    assert "may ask what happened" in at_the_page.words
    assert "ask about services and what helps" in at_the_page.words


def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * (21 * 2**20))
    with pytest.raises(WorkbookError, match="too large"):
        workbook.take_over(out.getvalue(), name="bomb.xlsx")


def test_what_a_cell_says_is_words_whatever_its_kind() -> None:
    survey: list[list[object]] = [
        ["type", "name", "label"],
        ["text", "q1", 2027.0],
        ["text", "q2", 3.5],
        ["text", "q3", True],
    ]
    made = surveys.parse(workbook.take_over(packed(SHEETS | {"survey": survey}), name="f.xlsx").source)
    assert [question.text.read("en").words for question in made.questions] == ["2027", "3.5", "True"]


@pytest.mark.parametrize("name", ["survivors", "practitioners"])
def test_a_shipped_survey_as_a_workbook_is_read_without_error_by_pyxform(name: str) -> None:
    """pyxform is what other tools read XLSForm with."""
    said: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        form = convert(io.BytesIO(workbook.written(surveys.load(name))), file_type=".xlsx", warnings=said)
    assert said == []
    for question in surveys.load(name).questions:
        assert f"/{question.id}" in form.xform, question.id


HEADS = ["type", "name", "label::English (en)", "label::Welsh (cy)", "constraint", "parameters", "relevant"]
FORMS: dict[str, list[list[object]]] = {
    "groups in groups": [
        ["begin_group", "one", "One", "Un"],
        ["begin_group", "inner", "Inner", "Mewnol", None, None, "${a} = 'yes'"],
        ["select_one yn", "b", "B?", "B?"],
        ["end_group"],
        ["end_group"],
    ],
    "ranges and constraints": [
        ["range", "r", "How much?", "Faint?", None, "start=1 end=9 step=1"],
        ["integer", "n", "How many?", "Sawl?", ". >= 1 and . <= 50", None, "${r} >= 7"],
        ["text", "t", "Words?", "Geiriau?", "string-length(.) <= 300", None, "${n} != ''"],
    ],
    "notes and many choices": [
        ["begin_group", "one", "One", "Un"],
        ["note", "intro", "Two questions.", "Dau gwestiwn."],
        ["select_multiple yn", "m", "Which?", "Pa rai?"],
        ["text", "t", "More?", "Mwy?", None, None, "count-selected(${m}) >= 2 or selected(${m}, 'yes')"],
        ["end_group"],
    ],
}


def accepted(content: bytes) -> str:
    """What pyxform makes of a workbook; it raises for one that is no XLSForm."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(convert(io.BytesIO(content), file_type=".xlsx").xform)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_pyxform_reads_is_read_here_and_what_we_write_is_read_by_pyxform(name: str) -> None:
    first: list[object] = ["select_one yn", "a", "A?", "A?"]
    rows = [first, *FORMS[name]]
    sheets: dict[str, list[list[object]]] = {
        "settings": [["form_title", "form_id", "default_language"], ["S", "s", "English (en)"]],
        "choices": [
            ["list_name", "name", "label::English (en)", "label::Welsh (cy)"],
            ["yn", "yes", "Yes", "Ie"],
            ["yn", "no", "No", "Na"],
        ],
        "survey": [list(HEADS), *rows],
    }
    accepted(packed(sheets))
    made = surveys.parse(workbook.take_over(packed(sheets), name="form.xlsx").source)
    asked = {str(row[1]) for row in rows if str(row[0]).split("_")[0] not in {"begin", "end", "note"}}
    assert {question.id for question in made.questions} == asked
    assert all(set(question.text.languages) == {"en", "cy"} for question in made.questions)
    written = workbook.written(made)
    assert all(f"/{each}" in accepted(written) for each in asked)
    again = surveys.parse(workbook.take_over(written, name="again.xlsx").source)
    assert [(each.id, each.when, each.text) for each in again.questions] == [
        (each.id, each.when, each.text) for each in made.questions
    ]


@settings(deadline=None, max_examples=60 if FULL else 12, phases=[Phase.explicit, Phase.generate])
@given(whole.surveys(most_sections=2))
def test_a_random_survey_as_a_workbook_is_read_by_pyxform(survey: surveys.Survey) -> None:
    form = accepted(workbook.written(survey))
    assert all(f"/{question.id}" in form for question in survey.questions)


def test_a_lead_takes_the_present_version_away_as_text_and_as_workbook(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    team.session.rollback()
    sign_in(visitor, "sam")
    page = visitor.client.get("/team/trial/surveys/small/toml", base_url=HOST)
    assert surveys.fingerprint(surveys.parse(page.text)) == team.survey.fingerprint
    answer = visitor.client.get("/team/trial/surveys/small/xlsx", base_url=HOST)
    assert answer.headers["Content-Disposition"] == "attachment; filename=small.xlsx"
    assert workbook.take_over(answer.data, name="small.xlsx").source
    assert visitor.client.get("/team/trial/surveys/absent/xlsx", base_url=HOST).status_code == 404
