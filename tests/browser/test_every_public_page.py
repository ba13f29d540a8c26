"""T28, T31: every page that people who answer can meet, looked at on phone and desktop, light and dark."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from consult.records import consultations
from tests.browser.looking import Look, Open
from tests.browser.serving import Demonstration
from tests.browser.walking import SURVEY, into_questions, pages_to_the_check, start, type_back
from tests.builders import make_team

pytestmark = pytest.mark.browser

TOO_LONG = "much " * 1_001
FAR_TOO_LONG = "x" * 300_000


def test_pages_that_anybody_may_read(open_: Open) -> None:
    window = open_()
    look = Look(window)
    for path in ("/", "/safety", "/support", "/privacy", "/accessibility"):
        assert window.go(path) == 200
        look.at(f"public {path}", large_text=True)
    window.go("/")
    window.follow(SURVEY)
    look.at("public about", large_text=True)
    window.follow("Read all questions first, or print them")
    look.at("public questions", large_text=True)
    window.follow("Back to the first page")
    assert window.context.cookies() == []
    window.follow("I have a code")
    look.at("public back", large_text=True)
    window.tab.get_by_label("Your eight words, or the numbers").fill(
        "these are not the eight words of anyone"
    )
    window.press("Continue")
    look.at("public wrong code", large_text=True)
    look.done()


def test_pages_of_what_comes_after_taking_part(open_: Open) -> None:
    window = open_()
    look = Look(window)
    window.go("/")
    window.follow(SURVEY)
    window.follow("What we heard and what it changed")
    look.at("public after", large_text=True)
    window.follow("Hear about further work")
    look.at("public more", large_text=True)
    window.press("Send")
    look.at("public more, wrong", large_text=True)
    window.tab.get_by_label("A safe way to reach you").fill("a.blue.kettle@example.org")
    window.press("Send")
    assert window.heading == "We have it. Thank you."
    look.at("public more, left", large_text=True)
    window.follow("Take it back now")
    window.press("Delete it")
    look.at("public more, wrong code", large_text=True)
    look.done()


def test_pages_of_a_survey(open_: Open) -> None:
    window = open_()
    look = Look(window)
    start(window)
    look.at("survey welcome", large_text=True)
    window.press("I do not want a code")
    look.at("survey depth", large_text=True)
    window.tab.get_by_label("All of it").check()
    window.press("Continue")
    for number in pages_to_the_check(window):
        look.at(f"survey page {number:02}", large_text=True)
    assert look.pages > 15
    look.at("survey check", large_text=True)
    window.press("Yes, use my answers: send them")
    look.at("survey sent", large_text=True)
    window.press("Close this page")
    look.at("survey finished", large_text=True)
    look.done()


def test_pages_of_a_person_with_a_code_and_of_who_stops(open_: Open) -> None:
    window = open_()
    look = Look(window)
    survey = start(window)
    window.press("Get a code")
    look.at("survey code", large_text=True)
    window.press("I have my code: go on")
    look.at("survey code not typed back", large_text=True)
    code = type_back(window)
    window.press("I have my code: go on")
    window.press("Continue")
    window.press("Save and come back")
    look.at("survey pause", large_text=True)
    window.press("I have my code: go on")
    for _ in pages_to_the_check(window):
        for box in window.tab.locator("main textarea").all():
            if "." not in (box.get_attribute("name") or ""):
                box.fill("They listened to me.")
    window.press("Yes, use my answers: send them")
    look.at("survey sent with a code", large_text=True)
    window.press("Close this page")
    window.go(survey.replace("/s/", "/back/"))
    window.tab.get_by_label("Your eight words, or the numbers").fill(code)
    window.press("Continue")
    look.at("survey kept", large_text=True)
    window.press("Take my answers back")
    look.at("survey withdrawn", large_text=True)
    window.go(survey)
    look.at("survey without a visit", large_text=True)
    start(window)
    into_questions(window)
    window.tab.get_by_label("I am answering about someone else").check()
    window.press("Continue")
    look.at("survey about someone else", large_text=True)
    start(window)
    into_questions(window)
    window.press("Continue")
    window.press("I am under 18")
    look.at("survey under 18", large_text=True)
    start(window)
    into_questions(window)
    window.press("Stop and delete my answers")
    look.at("survey deleted", large_text=True)
    look.done()


def test_the_page_of_a_panel_survey(open_: Open) -> None:
    window = open_()
    look = Look(window)
    window.go("/")
    window.follow("Your judgement on twelve draft standards")
    window.press("Start")
    into_questions(window)
    for number in range(1, 5):
        look.at(f"practitioners page {number}", large_text=True)
        window.press("Continue")
    look.done()


def test_pages_about_faults(open_: Open, demonstration: Demonstration) -> None:
    window = open_()
    look = Look(window)
    assert window.go("/not-here") == 404
    look.at("fault 404")
    survey = start(window)
    into_questions(window)
    window.press("Continue")
    window.press("I am 18 or over")
    window.press("Continue")
    box = window.tab.locator("main textarea").last
    box.fill(TOO_LONG)
    window.press("Continue")
    assert window.tab.title().startswith("Error:")
    look.at("fault 422", large_text=True)
    box.fill(FAR_TOO_LONG)
    window.press("Continue")
    assert window.heading == "That is more than this page can take"
    look.at("fault 413")
    window.go(survey)
    window.tab.evaluate("document.querySelector('#page [name=csrf_token]').value = 'stale'")
    window.tab.locator("main textarea").last.fill("Words that must not be lost.")
    window.press("Continue")
    assert window.heading == "This page had been open too long"
    look.at("fault 400")
    window.go(survey)
    window.tab.locator("main textarea").last.fill("Words that must not be lost.")
    with closing(sqlite3.connect(demonstration.installation.home / "consult.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        window.press("Continue")
        other.rollback()
    assert window.heading == "A lot is happening at once"
    assert window.tab.locator("textarea[readonly]").input_value() == "Words that must not be lost."
    look.at("fault 503")
    look.done()


def test_pages_of_a_closed_survey_and_of_another_method(open_: Open, demonstration: Demonstration) -> None:
    window = open_()
    look = Look(window)
    with demonstration.installation.services() as app:
        team = make_team(app, name="closing", person="closer")
        slug = team.survey.slug
        team.session.rollback()  # reading has begun a transaction, which would lock the service out
        window.go(f"/about/{slug}")
        window.press("Start")
        window.press("I do not want a code")
        window.press("Continue")
        window.tab.locator("main textarea").fill("Words that must not be lost.")
        consultations.close_survey(team.survey)
        team.session.commit()
    window.press("Continue")
    assert window.heading == "This has closed"
    assert window.tab.locator("textarea[readonly]").input_value() == "Words that must not be lost."
    look.at("fault 410")
    window.go(f"/about/{slug}")
    look.at("public about, closed", large_text=True)
    assert window.go("/team/demonstration/release") == 405
    look.at("fault 405")
    look.done()
