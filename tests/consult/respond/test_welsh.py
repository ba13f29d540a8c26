"""T42: a whole visit in Welsh, and no page in Welsh that no person has read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

import surveys
from consult import combined
from consult.records import kept_versions, opened, ready
from consult.settings import Settings
from consult.web import catalogue
from tests.builders import TODAY, Team, make_team, release
from tests.consult.conftest import Start
from tests.consult.respond.welsh_walking import WORDS, begin, cy, look, switches, texts, to
from tests.visitor import Visitor

SURVEY = surveys.shipped_source("practitioners")
"""In both languages; a team of a test has its Welsh read by a person."""

Read = Callable[..., Flask]


@pytest.fixture
def read(app: Flask, settings: Settings, start: Start) -> Read:
    """Makes an installation that vouches for the Welsh of its pages."""

    def make(**changes: object) -> Flask:
        mark = catalogue.mark(catalogue.read("cy"))
        vouched = replace(settings, welsh_reviewed=f"{mark} Ann Example, 1 December 2026", **changes)  # type: ignore[arg-type]
        made = start(combined.create_app, vouched)
        made.test_client_class = app.test_client_class
        return made

    return make


def test_a_whole_visit_in_welsh_has_no_english_sentence_on_any_page(
    demonstration: Team, visitor: Visitor
) -> None:
    """T42: from the landing page to the answers that were taken back again."""
    slug = demonstration.survey.slug
    for path in ("/", "/safety", "/support", "/privacy", f"/back/{slug}", f"/about/{slug}/questions"):
        visitor.visit(f"{path}?language=cy")
        look(visitor)
    begin(visitor, slug)
    look(visitor)
    visitor.press(cy("Get a code"))
    look(visitor)
    code = visitor.code()
    shown = code.split()
    asked = [str(label.get_text()).split()[-1] for label in visitor.page.select("label[for^=word-]")]
    visitor.press(cy("I have my code: go on"), {"word": [shown[int(number) - 1] for number in asked]})
    look(visitor)
    visitor.press(cy("Continue"), {"depth": "full"})
    pages = 0
    while visitor.heading != cy("Check your answers"):
        look(visitor)
        pages += 1
        ways = visitor.page.select(".app-ways__button")
        typed = {str(box["name"]): WORDS for box in visitor.page.select("main textarea.govuk-textarea")}
        visitor.press(" ".join(ways[0].get_text().split()), {**typed})
    assert pages > 15
    look(visitor)
    assert WORDS in visitor.words
    visitor.press(cy("Yes, use my answers: send them"))
    look(visitor)
    visitor.press(cy("Close this page"))
    look(visitor)
    visitor.visit(f"/back/{slug}?language=cy")
    visitor.press(cy("Continue"), {"code": code})
    look(visitor)
    assert visitor.heading == cy("What you sent")
    visitor.press(cy("Take back one answer"))
    look(visitor)
    visitor.press(cy("Back"))
    visitor.press(cy("Take my answers back"))
    look(visitor)
    assert visitor.heading == cy("Your answers are taken back")


def test_each_page_of_a_draft_says_that_nobody_has_read_it(demonstration: Team, visitor: Visitor) -> None:
    """T42: Welsh is shown in a demonstration, with a calm line on each page."""
    line = cy("Draft Welsh: not yet reviewed by a person.")
    slug = demonstration.survey.slug
    for path in ("/", "/safety", "/support", "/privacy", f"/about/{slug}", f"/back/{slug}"):
        visitor.visit(f"{path}?language=cy")
        assert line in visitor.words, path
        visitor.visit(path)
        assert "Draft Welsh" not in visitor.words, path
    begin(visitor, slug)
    assert line in visitor.words
    visitor.visit("/nothing/here")
    assert visitor.status == 404
    look(visitor)
    assert line in visitor.words


def test_unreviewed_welsh_is_not_on_a_real_page_whatever_the_address_says(
    app: Flask, visitor: Visitor
) -> None:
    """T42: not in a link, not by a form, not by the button of a page."""
    team = make_team(app, source=SURVEY)  # the survey was read, the words of the pages were not
    slug = team.survey.slug
    team.session.rollback()
    for path in ("/", "/safety", f"/about/{slug}", f"/back/{slug}"):
        visitor.visit(f"{path}?language=cy")
        assert visitor.page.html is not None
        assert visitor.page.html["lang"] == "en", path
        assert "Cymraeg" not in visitor.words, path
    visitor.visit(f"/about/{slug}")
    token = str(visitor.page.find(attrs={"name": "start_token"})["value"])  # type: ignore[index]
    visitor.post(f"/s/{slug}", [("start_token", token), ("language", "cy")])
    assert visitor.heading == "Before you start"
    csrf = str(visitor.page.find(attrs={"name": "csrf_token"})["value"])  # type: ignore[index]
    visitor.post(f"/s/{slug}", [("csrf_token", csrf), ("switch", "cy")])
    assert visitor.heading == "Before you start"


def test_reviewed_pages_do_not_lead_into_a_survey_whose_welsh_nobody_read(app: Flask, read: Read) -> None:
    """T42: no half Welsh page; each page offers what people have read of it."""
    team = make_team(app)  # in English alone
    slug = team.survey.slug
    team.session.rollback()
    visitor = Visitor(read().test_client())
    visitor.visit("/safety?language=cy")
    look(visitor)
    assert "drafft" not in visitor.words.lower()
    visitor.visit("/?language=cy")
    (link,) = [each for each in visitor.page.select("main a") if "/about/" in str(each["href"])]
    assert (link["lang"], link.get_text()) == ("en", "A small survey")
    visitor.visit(str(link["href"]))
    assert visitor.page.html is not None
    assert visitor.page.html["lang"] == "en"
    assert switches(visitor) == []
    visitor.press("Start")
    assert visitor.heading == "Before you start"
    assert slug in visitor.path


def test_where_people_have_read_both_welsh_is_offered_without_a_word_of_draft(app: Flask, read: Read) -> None:
    """T42: and the language stands inside the seal of the answers, never beside it."""
    team = make_team(app, source=SURVEY)
    slug = team.survey.slug
    team.session.rollback()
    visitor = Visitor(read().test_client())
    visitor.visit(f"/about/{slug}")
    to(visitor, "cy")
    assert "drafft" not in " ".join(words for words, _ in texts(visitor) if "ddrafft" not in words).lower()
    assert visitor.heading == "Eich barn am ddeuddeg safon ddrafft"
    visitor.press(cy("Start"))
    visitor.press(cy("I do not want a code"))
    visitor.press(cy("Continue"), {"depth": "full"})
    visitor.press(cy("Continue"), {"group": "research"})
    while visitor.heading != cy("Check your answers"):
        look(visitor)
        visitor.press(cy("Continue"))
    visitor.press(cy("Yes, use my answers: send them"))
    assert visitor.heading == cy("Your answers are sent")
    team.consultation.release_min = 1
    team.session.commit()
    release(team)
    found = opened.released(team.session, team.vault, team.consultation, team.unlocked().keys)
    assert [each.language for each in found] == ["cy"]


def test_a_reason_that_a_page_says_no_for_is_in_welsh(demonstration: Team, visitor: Visitor) -> None:
    """T42: a survey that closed meanwhile."""
    slug = demonstration.survey.slug
    begin(visitor, slug)
    demonstration.survey.state = "closed"
    demonstration.session.commit()
    visitor.press(cy("I do not want a code"))
    assert visitor.status == 410
    look(visitor)
    assert cy("this survey is closed").removeprefix("mae") in visitor.words


def test_dates_and_numbers_are_written_in_the_language_of_their_sentence(
    demonstration: Team, visitor: Visitor
) -> None:
    """T42: dates through Babel, in the consent and beside each service."""
    demonstration.consultation.freeze_date = date(2027, 3, 1)
    demonstration.session.commit()
    begin(visitor, demonstration.survey.slug)
    assert "Ar ôl 1 Mawrth 2027 ni allwn" in visitor.words
    assert "Gwiriwyd ar" in visitor.words
    to(visitor, "en")
    assert "After 1 March 2027 we cannot" in visitor.words


def test_what_a_service_says_of_itself_is_marked_as_english(demonstration: Team, visitor: Visitor) -> None:
    """T42: `lang` tells a screen reader how to read a name and a description that has no Welsh."""
    visitor.visit("/support?language=cy")
    marked = {words for words, lang in texts(visitor) if lang == "en"}
    names = {str(each.get_text(strip=True)) for each in visitor.page.select(".app-support__service strong")}
    assert names
    assert names <= marked


def test_a_survey_does_not_open_in_welsh_that_nobody_has_read(app: Flask) -> None:
    """T42: D9 at the one place where every survey opens; a demonstration asks nobody."""
    team = make_team(app)
    draft = kept_versions.load(team.session, team.consultation, SURVEY, name="draft.toml", today=TODAY)
    with pytest.raises(ready.UnreviewedWordsError, match="'cy'"):
        ready.open_survey(team.session, team.vault, draft)
    assert draft.state == "preparing"
