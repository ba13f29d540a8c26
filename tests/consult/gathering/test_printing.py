"""What the team can print: the questions as people get them, and a poster that leads to them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from consult.models.consultation import State
from consult.settings import Settings, SettingsError
from consult.web.extensions import db
from tests.builders import Team, make_team
from tests.consult.entering import make_administrator, sign_in
from tests.consult.gathering.scene import PAPER
from tests.consult.paper.reading import read
from tests.visitor import HOST, Visitor

TOPIC = re.compile(r"sex|violen|abuse|assault|rape|surviv|trauma|\bm[ea]n\b|support", re.IGNORECASE)
HERE = "/team/trial/paper"


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app, source=PAPER)
    made.session.rollback()
    return made


@pytest.fixture
def lead(team: Team, visitor: Visitor) -> Visitor:
    """Sam, who leads the consultation."""
    sign_in(visitor, "sam")
    return visitor


def fetch(visitor: Visitor, path: str) -> bytes:
    answer = visitor.client.get(path, base_url=HOST)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text[:200]
    return bytes(answer.data)


def decoded(pdf: bytes) -> str:
    """What a reader of QR codes that knows nothing of ours sees on the first page.

    The code is drawn as one stroke a run of dark modules: `x y m x2 y l`, one module wide.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        points = [
            (str(each.operator), [float(number) for number in each.operands])
            for each in pikepdf.parse_content_stream(opened.pages[0])
            if str(each.operator) in {"m", "l"}
        ]
    strokes = [
        (int(start[0]), int(end[0]), int(start[1]))
        for (first, start), (second, end) in pairwise(points)
        if (first, second) == ("m", "l") and start[1] % 1 == 0.5
    ]
    size = max(end for _, end, _ in strokes) + 4
    picture = np.full((size, size), 255, np.uint8)
    for start, end, line in strokes:
        picture[line, start:end] = 0
    (found,) = zxingcpp.read_barcodes(np.kron(picture, np.ones((8, 8), np.uint8)))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


def test_the_code_of_a_poster_leads_to_the_survey_and_its_words_say_nothing_of_it(
    team: Team, lead: Visitor
) -> None:
    """T13, T28: read back by a reader of its own; neutral words and title; a text for the code."""
    made = fetch(lead, f"{HERE}/small/poster-en.pdf")
    address = f"{HOST}/about/{team.survey.slug}"
    assert decoded(made) == address
    poster = read(made)
    assert (poster.title, poster.language, poster.marked) == ("Standards consultation", "en", True)
    spelled = address.removeprefix("http://")
    assert poster.alternatives == (f"QR code of the address {spelled}",)
    assert poster.words.replace(" ", "").count(spelled) == 7, "once large, and on six slips"
    assert not TOPIC.search(poster.words)
    assert max(run.page for run in poster.runs) == 1
    assert min(run.points for run in poster.runs if run.words.strip()) >= 12
    lead.visit(address.removeprefix(HOST))
    assert lead.heading == "A small survey"


def test_the_team_prints_what_people_get(team: Team, lead: Visitor) -> None:
    lead.visit(HERE)
    assert lead.heading == "On paper"
    links = [str(link["href"]) for link in lead.page.select("main a[href$='.pdf']")]
    assert links == [
        f"{HERE}/small/{name}-en.pdf" for name in ("questions-ordinary", "questions-large", "poster")
    ]
    made = fetch(lead, links[1])
    assert made == fetch(lead, f"/about/{team.survey.slug}/questions/large.pdf")
    assert "Draft, not for use" not in read(made).words


def test_a_survey_that_is_not_open_is_printed_as_a_draft_and_takes_nothing_in(
    team: Team, lead: Visitor
) -> None:
    team.session.get_one(type(team.survey), team.survey.id).state = State.PREPARING
    team.session.commit()
    lead.visit(HERE)
    assert "Type answers in" not in lead.words
    assert "Draft, not for use" in read(fetch(lead, f"{HERE}/small/questions-ordinary-en.pdf")).words


def test_the_address_of_a_consultation_is_kept_line_by_line_and_printed(team: Team, lead: Visitor) -> None:
    """And it may change after opening: it protects nobody and binds nothing."""
    lead.visit("/team/trial/settings")
    lead.press("Save", {"post_to": "  FREEPOST SMALL \r\n\r\nSome Town "})
    assert lead.path == "/team/trial/"
    lead.visit(HERE)
    assert "Papers are posted to: FREEPOST SMALL Some Town" in lead.words
    words = read(fetch(lead, f"{HERE}/small/questions-ordinary-en.pdf")).words
    assert words.count("FREEPOST SMALL Some Town") == 2
    assert "Please ask the people who gave you this paper" not in words
    lead.visit("/team/trial/settings")
    lead.press("Save", {"post_to": "line\n" * 9})
    assert lead.status == 422
    assert "8 lines at most" in lead.words
    assert lead.page.select_one("#post_to").get_text().strip() == ("line\n" * 9).strip()  # type: ignore[union-attr]


def test_the_number_for_answers_by_phone_stands_with_the_survey_and_on_paper(
    team: Team, lead: Visitor
) -> None:
    """T43: and where there is none, nobody is told of this way."""
    number, said = "0808 157 0003, Monday, 10 to 4", "Would you rather say your answers?"
    about = f"/about/{team.survey.slug}"
    lead.visit(about)
    assert said not in lead.words
    lead.visit("/team/trial/settings")
    lead.press("Save", {"phone_to": "any time"})
    assert lead.status == 422
    assert "no number in it that somebody could call" in lead.words
    lead.press("Save", {"phone_to": f"  {number} "})
    assert lead.path == "/team/trial/"
    lead.visit(about)
    assert f"{said} Somebody can write them down for you. Call: {number}" in lead.words
    lead.visit(HERE)
    assert f"Answers by phone are taken at: {number}" in lead.words
    assert number in read(fetch(lead, f"{HERE}/small/questions-ordinary-en.pdf")).words


def test_an_administrator_prints_and_does_not_read_what_came(team: Team, visitor: Visitor) -> None:
    """S6: whoever only runs the service prints; a paper that came back is somebody's words."""
    make_administrator(team.app)
    sign_in(visitor, "ada")
    visitor.visit(HERE)
    assert visitor.status == 200
    assert "Type answers in" not in visitor.words
    visitor.visit(f"{HERE}/small/keying")
    assert visitor.status == 404


@pytest.mark.parametrize(
    "path", ["small/questions-tiny-en", "small/questions-large-cy", "small/poster-cy", "none/poster-en"]
)
def test_other_files_are_not_there(lead: Visitor, path: str) -> None:
    lead.visit(f"{HERE}/{path}.pdf")
    assert lead.status == 404


def test_who_asks_while_a_file_is_made_gets_a_page_that_asks_again(team: Team, lead: Visitor) -> None:
    with team.app.extensions["consult.paper"].busy():
        lead.visit(f"{HERE}/small/poster-en.pdf")
    assert lead.response is not None
    assert (lead.status, lead.response.headers["Refresh"]) == (503, "5")
    assert lead.page.select_one(f"main a[href='{HERE}/small/poster-en.pdf']")


def test_a_server_without_packages_names_them_to_the_team(
    team: Team, lead: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team.app.extensions["consult.press"], "_missing", True)
    lead.visit(f"{HERE}/small/poster-en.pdf")
    assert lead.status == 503
    assert "libpango-1.0-0" in lead.words


def test_a_set_address_stands_on_the_poster(app: Flask, team: Team, lead: Visitor) -> None:
    """With the workbench apart nothing else tells where people answer."""
    app.extensions["consult.settings"] = replace(
        app.extensions["consult.settings"], public_url="https://standards.example.org"
    )
    made = fetch(lead, f"{HERE}/small/poster-en.pdf")
    assert decoded(made) == f"https://standards.example.org/about/{team.survey.slug}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://a.example/", "https://a.example"),
        ("", ""),
        ("a.example", None),
        ("https://a.example/x", None),
    ],
)
def test_the_public_address_is_one_without_a_path(tmp_path: Path, given: str, kept: str | None) -> None:
    env = {
        "CONSULT_DATABASE_URL": f"sqlite:///{tmp_path}/a.db",
        "CONSULT_KEY_FILE": str(tmp_path / "key"),
        "CONSULT_HOSTS": "localhost",
        "CONSULT_PUBLIC_URL": given,
    }
    if kept is None:
        with pytest.raises(SettingsError, match="CONSULT_PUBLIC_URL"):
            Settings.from_env(env)
    else:
        assert Settings.from_env(env).public_url == kept


def test_a_poster_is_for_who_is_signed_in(team: Team, client: FlaskClient) -> None:
    db.session.rollback()
    assert client.get(f"{HERE}/small/poster-en.pdf").status_code == 303
