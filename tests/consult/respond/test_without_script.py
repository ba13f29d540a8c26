"""S28, T26: the whole journey without script: start, code, resume, change, take back, leave."""

from __future__ import annotations

from bs4 import Tag
from sqlalchemy import func, select

from consult.models.response import Draft, Receipt, Response, Tombstone
from consult.models.session import Visit
from tests.builders import Team
from tests.visitor import Visitor


def test_start_code_resume_change_take_back_and_leave(team: Team, visitor: Visitor) -> None:
    slug = team.survey.slug
    visitor.visit("/")
    assert visitor.status == 200
    visitor.visit(f"/about/{slug}")
    visitor.press("Start")
    code = visitor.take_code()
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Save and come back", {"helped_words": "A calm"})
    visitor.press("I have my code: stop for now")
    assert visitor.heading == "You can close this page"
    visitor.visit(f"/back/{slug}")
    visitor.press("Continue", {"code": code.upper()})
    visitor.press("Continue", {"looked": "yes", "helped_words": "A calm room."})
    visitor.press("Continue", {"words_use": "quote"})
    visitor.press("Yes, use my answers: send them")
    assert visitor.heading == "Your answers are sent"
    visitor.press("Close this page")
    visitor.visit(f"/back/{slug}")
    visitor.press("Continue", {"code": code})
    visitor.press("Change my answers")
    visitor.press("Change: What helped?")
    visitor.press("Continue", {"looked": "yes", "helped_words": "A calm room and time."})
    visitor.press("Yes, use my answers: send them")
    visitor.press("Close this page")
    visitor.visit(f"/back/{slug}")
    visitor.press("Continue", {"code": code})
    assert "A calm room and time." in visitor.words
    visitor.press("Take back one answer")
    visitor.press("Take back: Have you looked for support?")
    visitor.press("Take my answers back")
    assert visitor.heading == "Your answers are taken back"
    visitor.visit(f"/about/{slug}")
    visitor.press("Start")
    answer = visitor.client.get("/leave", base_url="http://localhost")
    assert answer.status_code == 303
    visitor.visit(f"/s/{slug}")
    assert visitor.heading == "This page is not available."
    team.session.rollback()
    left = [
        team.session.scalar(select(func.count()).select_from(table))
        for table in (Response, Receipt, Draft, Visit, Tombstone)
    ]
    assert left == [0, 0, 0, 0, 1]


def test_every_page_of_the_way_works_by_forms_and_links_alone(team: Team, visitor: Visitor) -> None:
    """Script only makes leaving quicker: every button is in a form, and every form says where it goes."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    for _ in range(10):
        for button in visitor.page.find_all("button"):
            owner = visitor.page.find(id=button["form"]) if button.get("form") else button.find_parent("form")
            assert isinstance(owner, Tag)
            assert owner.get("method") == "post"
            assert owner.get("autocomplete") == "off"
        if visitor.heading == "Check your answers":
            break
        visitor.press("Continue")
    assert visitor.heading == "Check your answers"
