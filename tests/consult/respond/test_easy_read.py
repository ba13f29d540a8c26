"""T43: the same survey in easy read, from its landing page to its end, and from one view to the other."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template_string

import surveys
from consult import intake
from consult.records import definitions, kept_versions, opened, ready
from consult.respond.service import consent
from consult.settings import Settings
from consult.web.padding import LEAST
from tests.builders import TODAY, Team, definition, make_response, make_team, release
from tests.consult.conftest import Start
from tests.consult.respond.easy_walking import (
    WORDS,
    begin,
    follow,
    go_to,
    held_to_easy_read,
    on,
)
from tests.visitor import Visitor

SOURCE = surveys.shipped_source("survivors")


def test_the_whole_way_in_easy_read_from_the_landing_page_to_the_end(easy: Visitor, easy_team: Team) -> None:
    """T43, T31: one question a page, each with its picture, in sentences and words that are easy to read."""
    held_to_easy_read(easy)
    assert "We want to make support for men better." in easy.words
    for name in ("How to stay safe on this site", "How we keep your answers", "People you can talk to"):
        here = easy.path
        follow(easy, name)
        assert easy.heading == name
        held_to_easy_read(easy)
        easy.visit(f"{here}?language=en-easy")
    easy.press("Start")
    held_to_easy_read(easy)
    assert easy.heading == "Before you start"
    easy.press("I do not want a code")
    held_to_easy_read(easy)
    easy.press("Continue", {"depth": "full"})
    view = definitions.current(easy_team.session, easy_team.survey, easy=True)
    asked = []
    for _ in range(60):
        if easy.heading == "Look at your answers":
            break
        held_to_easy_read(easy)
        (picture,) = easy.page.select("main img")
        fieldsets = easy.page.select("main fieldset") + easy.page.select("main .govuk-form-group > textarea")
        assert len(fieldsets) == 1, easy.heading
        assert easy.response is not None
        assert len(easy.response.data) == LEAST, easy.heading
        asked.append(easy.heading)
        assert "/static/easy/" in str(picture["src"])
        on(easy)
    assert asked == [
        question.text.read("en").words
        for page in surveys.pages(view, {}, surveys.Depth.FULL)
        for question in page.questions
    ]
    easy.press("Change: Do you want to say something else?")
    easy.press("Continue", {"else": WORDS})
    assert WORDS in easy.words
    easy.press("Yes, use my answers: send them")
    held_to_easy_read(easy)
    assert easy.heading == "We have your answers"
    easy.press("Close this page")
    held_to_easy_read(easy)


def test_the_view_is_inside_the_seal_and_nowhere_beside_it(easy: Visitor, easy_team: Team) -> None:
    """T43, T25: which view somebody used is known to who may open the answer, and to nobody else."""
    begin(easy)
    go_to(easy, "Do you want to say something else?")
    easy.press("Continue", {"else": WORDS})
    go_to(easy, "Look at your answers")
    easy.press("Yes, use my answers: send them")
    for _ in range(5):
        make_response(easy_team, {"else": "Other words."})
    release(easy_team)
    unlocked = easy_team.unlocked()
    found = list(opened.released(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys))
    views = {each.answers.get("else"): (each.language, each.view) for each in found}
    assert views == {WORDS: ("en", "easy"), "Other words.": ("en", "")}
    columns = {column.name for column in type(easy_team.survey).metadata.tables["response"].columns}
    assert not {"view", "language", "easy"} & columns


def test_easy_read_goes_along_with_a_code_and_every_button_of_the_way(easy: Visitor, easy_team: Team) -> None:
    """T43, T18, T20: code pages, coming back, what was sent, taking one back, taking all back."""
    easy.press("Start")
    easy.press("Get a code")
    held_to_easy_read(easy)
    easy.press("I have my code: go on", {"word": ["wrong", "words"]})
    assert easy.status == 422
    held_to_easy_read(easy)
    code = easy.code()
    easy.press("I have my code: go on", easy.words_back())
    easy.press("Continue", {"depth": "short"})
    easy.press("Change how much I share")
    held_to_easy_read(easy)
    easy.press("Continue", {"depth": "full"})
    go_to(easy, "Do you want to say more about what helps?")
    easy.press("Save and come back", {"helped_words": WORDS})
    held_to_easy_read(easy)
    easy.press("I have my code: stop for now")
    held_to_easy_read(easy)
    easy.visit(f"/back/{easy_team.survey.slug}?language=en-easy")
    easy.press("Continue", {"code": code})
    assert easy.heading == "Do you want to say more about what helps?"
    go_to(easy, "Look at your answers")
    easy.press("Yes, use my answers: send them")
    easy.press("Close this page")
    easy.visit(f"/back/{easy_team.survey.slug}?language=en-easy")
    easy.press("Continue", {"code": code})
    assert easy.heading == "What you sent"
    held_to_easy_read(easy)
    easy.press("Take back one answer")
    held_to_easy_read(easy)
    easy.press("Back")
    easy.press("Take my answers back")
    held_to_easy_read(easy)
    assert easy.heading == "We have deleted your answers"


def test_who_leaves_at_the_start_is_told_so_in_easy_words(easy: Visitor) -> None:
    """T36: the page for young people, too."""
    begin(easy)
    easy.press("Continue", {"closest": "someone_else"})
    assert easy.heading == "Help for friends and family"
    held_to_easy_read(easy)


def test_deleting_all_is_said_in_easy_words(easy: Visitor) -> None:
    begin(easy)
    easy.press("Stop and delete my answers")
    assert easy.heading == "We have deleted your answers"
    held_to_easy_read(easy)


def test_easy_read_that_nobody_has_reviewed_is_neither_opened_nor_offered(
    app: Flask, vouched: Settings, start: Start
) -> None:
    """T43: a survey with easy read that no person has read does not open; nor is our own offered unread."""
    team = make_team(app)
    unread = SOURCE.replace('reviewed = ["en"]', 'reviewed = ["cy", "en"]')
    survey = kept_versions.load(team.session, team.consultation, unread, name="survivors.toml", today=TODAY)
    with pytest.raises(ready.UnreviewedWordsError, match="'en-easy'"):
        ready.open_survey(team.session, team.vault, survey)
    assert surveys.offered(definition(team), definition(team).reviewed) == ("en",)


def test_our_own_pages_are_offered_in_easy_read_once_a_person_has_read_these_very_ones(
    easy_team: Team, settings: Settings, start: Start
) -> None:
    easy_team.session.rollback()
    other = replace(settings, easy_read_reviewed="0123456789ab somebody, 3 November 2026")
    for kept in (settings, other):
        visitor = Visitor(start(intake.create_app, kept).test_client())
        visitor.visit(f"/about/{easy_team.survey.slug}?language=en-easy")
        assert "Easy read" not in visitor.words
        assert "app-easy" not in str(visitor.page.find("body"))


def test_a_demonstration_shows_a_draft_and_says_so(app: Flask) -> None:
    """T43: the draft can be tried out where no answer is real, and each page says what it is."""
    team = make_team(app, source=SOURCE, demonstration=True)
    team.session.rollback()
    visitor = Visitor(app.test_client())
    visitor.visit(f"/about/{team.survey.slug}")
    assert "Draft easy read" not in visitor.words
    follow(visitor, "Easy read")
    assert "Draft easy read: not yet reviewed" in visitor.words
    begin(visitor)
    assert "Draft easy read: not yet reviewed" in visitor.words


def test_the_words_of_consent_in_easy_read_have_the_version_too(app: Flask) -> None:
    """T44: who changes what `easy/en/agreed.html` says raises `consent.VERSION`, and this hash with it."""
    with app.test_request_context("/"):
        page = render_template_string(
            '{% from "easy/en/agreed.html" import what_happens, later_studies, sending with context %}'
            "{{ what_happens({'consent': []}, 'en', {}, 7) }}{{ later_studies(false) }}"
            "{{ sending(true) }}{{ sending(false) }}"
        )
    words = " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())
    assert (consent.VERSION, hashlib.sha256(words.encode()).hexdigest()[:16]) == (1, "c49728ff62deef5b")


def test_the_language_links_say_which_view_this_is(easy: Visitor) -> None:
    current = easy.page.select_one(".app-languages [aria-current]")
    assert isinstance(current, Tag)
    assert (current.get_text(strip=True), current["lang"]) == ("Easy read", "en")
