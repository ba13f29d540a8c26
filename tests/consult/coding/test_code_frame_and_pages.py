"""The code frame, and the pages of the workbench as a person without script meets them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from consult.coding import service
from consult.coding.service import ThemeText
from consult.faults import ConflictError
from consult.models.account import Role
from consult.models.audit import AuditEvent
from tests.builders import make_account
from tests.consult.coding.workbench import BOX, TEXTS, Workbench, make_workbench, sign_in
from tests.visitor import Visitor

ANSWERS = f"/team/trial/answers/small/{BOX}"


def typed(page: BeautifulSoup, field: str) -> str:
    """What stands in a text box of the page."""
    return page.select(f"#{field}")[0].get_text(strip=True)


def read(visitor: Visitor, response: bytes) -> BeautifulSoup:
    """Open an answer, as its cover asks for."""
    visitor.visit(f"{ANSWERS}/{response.hex()}")
    visitor.press("Open it")
    return visitor.page


def test_a_stale_edit_is_refused(bench: Workbench) -> None:
    session = bench.team.session
    service.change_theme(session, "trial", "waiting", ThemeText(name="Delay"), revision=1)
    with pytest.raises(ConflictError):
        service.change_theme(session, "trial", "waiting", ThemeText(name="Queue"), revision=1)
    assert service.theme(session, "trial", "waiting").text.name == "Delay"


def test_a_stale_edit_shows_both_texts_and_loses_nothing(bench: Workbench, visitor: Visitor) -> None:
    sign_in(visitor)
    visitor.visit("/team/trial/themes/waiting")
    service.change_theme(
        bench.team.session, "trial", "waiting", ThemeText(name="Delay", definition="Theirs."), revision=1
    )
    bench.team.session.commit()
    visitor.press("Save theme", {"name": "Queue", "definition": "Mine."})
    page = visitor.page
    assert visitor.status == 409
    assert "Theirs." in visitor.words
    assert typed(page, "definition") == "Mine."
    visitor.press("Save theme")
    assert visitor.status == 200
    bench.team.session.expire_all()
    assert service.theme(bench.team.session, "trial", "waiting").text.definition == "Mine."


def test_a_theme_without_a_name_is_asked_for_one_and_keeps_what_was_typed(
    bench: Workbench, visitor: Visitor
) -> None:
    sign_in(visitor)
    visitor.visit("/team/trial/themes/new")
    visitor.press("Save theme", {"name": "  ", "definition": "Says something."})
    page = visitor.page
    assert visitor.status == 422
    assert "Give the theme a name" in visitor.words
    assert typed(page, "definition") == "Says something."
    assert page.select("title")[0].get_text(strip=True).startswith("Error:")
    visitor.press("Save theme", {"name": "Trust"})
    assert visitor.heading == "Themes"
    assert "Says something." in visitor.words


def test_the_switch_for_suggestions_is_in_the_log(bench: Workbench, visitor: Visitor) -> None:
    sign_in(visitor)
    visitor.visit("/team/trial/themes")
    visitor.press("Turn suggestions on")
    assert "Suggestions are on" in visitor.words
    bench.team.session.expire_all()
    assert service.frame(bench.team.session, "trial").suggestions
    visitor.press("Turn suggestions off")
    logged = bench.team.session.execute(
        select(AuditEvent.actor, AuditEvent.detail).where(AuditEvent.action == "suggestions")
    )
    assert [tuple(row) for row in logged] == [("sam", "on"), ("sam", "off")]


def test_numbers_beside_themes_are_under_disclosure_control_and_need_the_key(
    bench: Workbench, visitor: Visitor
) -> None:
    for place in range(5):
        bench.press("waiting", place)
    bench.press("kindness", 0)
    sign_in(visitor)
    visitor.visit("/team/trial/themes")
    page = visitor.page
    cells = {
        name.get_text(strip=True): people.get_text(strip=True)
        for name, people in zip(page.select("tbody th"), page.select("tbody td:nth-of-type(1)"), strict=True)
    }
    assert cells["Waiting"] == "5"
    assert not cells["Kindness"].isdigit()


def test_a_person_without_script_codes_an_answer_from_the_list_to_undo(
    bench: Workbench, visitor: Visitor
) -> None:
    sign_in(visitor)
    visitor.visit("/team/trial/answers")
    assert "What helped?" in visitor.words
    visitor.visit(ANSWERS)
    assert visitor.heading == "What helped?"
    assert "Left: 6." in visitor.words
    read(visitor, bench.responses[0])
    assert "The person allows us to quote these words." in visitor.words
    visitor.press("Waiting", {"sentence": ["0", "1"]})
    assert visitor.status == 200
    assert "Added." in visitor.words
    assert "“I waited eight months for a reply. Nobody told me why it took so long.”" in visitor.words
    assert "By you, given by hand." in visitor.words
    visitor.press("Remove")
    assert "Taken away." in visitor.words
    visitor.press("Undo my last step")
    assert "By you, given by hand." in visitor.words
    visitor.visit(ANSWERS)
    assert "Themes: Waiting." in visitor.words


def test_next_to_code_draws_a_blind_answer_and_the_page_says_so_calmly(app: Flask, visitor: Visitor) -> None:
    bench = make_workbench(app, suggestions=True)
    sign_in(visitor)
    visitor.visit(f"{ANSWERS}/next")
    visitor.press("Open it")
    assert "is coded without suggestions" in visitor.words
    assert not visitor.page.find_all("button", attrs={"name": "suggestion"})
    visitor.press("Waiting")
    assert "is coded without suggestions" in visitor.words  # still, after the first coding
    for place in range(len(TEXTS)):
        bench.press("waiting", place)
    visitor.visit(f"{ANSWERS}/next")
    assert "Every answer here has been coded." in visitor.words


def test_a_suggestion_is_added_by_a_press_and_says_where_it_came_from(app: Flask, visitor: Visitor) -> None:
    bench = make_workbench(app, suggestions=True)
    sign_in(visitor)
    read(visitor, bench.responses[1])
    assert "Kindness: how likely is not known yet" in visitor.words
    visitor.press("Add")
    assert "By you, suggestion taken as it was." in visitor.words


def test_words_are_shown_as_text_whatever_they_hold(app: Flask, visitor: Visitor) -> None:
    """S26: words of people."""
    bench = make_workbench(app, ("<script>alert(1)</script> & <b>bold</b> words.", *TEXTS[1:]))
    sign_in(visitor)
    read(visitor, bench.responses[0])
    assert "<script>alert(1)</script> & <b>bold</b> words." in visitor.words
    visitor.visit(ANSWERS)
    assert "<script>alert(1)</script>" in visitor.words


@pytest.mark.parametrize(
    "path",
    [
        "/team/trial/themes/none",
        "/team/trial/answers/small/none",
        "/team/trial/answers/none/helped_words",
        f"{ANSWERS}/00000000000000000000000000000000",
        f"{ANSWERS}/nothing",
        f"{ANSWERS}?after=nothing",
        "/team/other/themes",
    ],
)
def test_what_is_not_there_is_a_404(bench: Workbench, visitor: Visitor, path: str) -> None:
    sign_in(visitor)
    visitor.visit(path)
    assert visitor.status == 404


def test_a_form_that_no_page_of_ours_sends_is_a_404(bench: Workbench, visitor: Visitor) -> None:
    sign_in(visitor)
    here = f"{ANSWERS}/{bench.responses[0].hex()}"
    page = read(visitor, bench.responses[0])
    token = str(page.select("input[name=csrf_token]")[0]["value"])
    for fields in ([("theme", "waiting")], [("rev", "x")], [("rev", "1"), ("suggestion", "1-x-waiting")]):
        visitor.post(f"{here}/code", [("csrf_token", token), *fields])
        assert visitor.status == 404


def test_a_person_without_a_grant_gets_the_same_404_as_for_nothing(
    bench: Workbench, visitor: Visitor
) -> None:
    make_account(bench.team.app, "lee", bench.team.consultation, Role.ANALYST)
    sign_in(visitor, "lee")
    visitor.visit("/team/trial/answers")
    assert visitor.status == 404
    visitor.visit(f"{ANSWERS}/{bench.responses[0].hex()}")
    assert visitor.status == 404
    visitor.visit("/team/trial/themes")
    assert visitor.status == 200


def test_answers_ask_for_the_passphrase_first_and_strangers_for_a_sign_in(
    bench: Workbench, client: FlaskClient, visitor: Visitor
) -> None:
    assert (
        client.get("/team/trial/answers", base_url="http://localhost").headers["Location"] == "/team/sign-in"
    )
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": "sam", "passphrase": "seven quiet kettles on a shelf"})
    visitor.visit("/team/trial/answers")
    assert visitor.heading == "Unlock answers"
    make_account(bench.team.app, "pat", bench.team.consultation, Role.CUSTODIAN)
    other = Visitor(bench.team.app.test_client())
    sign_in(other, "pat")
    other.visit("/team/trial/themes")
    assert other.status == 404
