"""T43: easy read in a browser: on the narrowest phone, without script, light in weight, whole for axe."""

from __future__ import annotations

import pytest

from tests.browser.looking import NARROW, Look, Open, Window
from tests.browser.test_weight_and_requests import MOST_BYTES, Meter
from tests.browser.walking import SURVEY, on

pytestmark = pytest.mark.browser

CHECK = "Look at your answers"
WORDS = "A calm room and time to think."
# A page, two stylesheets, the script, the icon, and one picture.
MOST_REQUESTS = 6
LOOKED_AT = {
    "Which of these is most like you?",
    "Are you 18 or over?",
    "What made it easy to get help, or would have?",
    "Do you want to say more about what helps?",
    "I can tell that it is for me",
}


def start(window: Window) -> None:
    window.go("/")
    window.follow(SURVEY)
    window.follow("Easy read")
    assert window.context.cookies() == []
    window.press("Start")


def into_questions(window: Window) -> None:
    window.press("I do not want a code")
    window.tab.get_by_label("All the questions").check()
    window.press("Continue")


def answer(window: Window) -> None:
    """Fill the one question of a page as a thumb does."""
    main = window.tab.locator("main")
    if main.locator(".app-faces").count():
        main.locator(".app-faces__input").last.check()
    elif main.locator("textarea").count() and not main.locator("input[type=checkbox]").count():
        main.locator("textarea").last.fill(WORDS)
    elif main.locator("input[type=radio], input[type=checkbox]").count():
        main.locator("label").last.click()


def test_the_whole_way_on_the_narrowest_phone_without_script(open_: Open) -> None:
    """T43, T26: one question a page, and every page light: at most 60 KB in 6 requests, pictures and all."""
    window = open_(script=False, width=NARROW)
    start(window)
    into_questions(window)
    headings: list[str] = []
    for _ in range(60):
        if window.heading == CHECK:
            break
        headings.append(window.heading)
        assert window.tab.locator("main img").count() == 1, window.heading
        if len(headings) in {1, 4, 14}:
            meter = Meter(window)
            window.tab.reload()
            window.tab.wait_for_load_state("networkidle")
            assert meter.total <= MOST_BYTES, (window.heading, meter.total, meter.addresses)
            assert len(meter.addresses) <= MOST_REQUESTS, meter.addresses
            assert any("/static/easy/" in each for each in meter.addresses)
        box = window.tab.locator("main").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW
        answer(window)
        on(window)
    assert len(headings) >= 30
    assert len(set(headings)) == len(headings)
    assert "(one of three faces)" in window.words
    assert WORDS in window.words
    window.press("Yes, use my answers: send them")
    assert window.heading == "We have your answers"


def test_a_page_of_many_ideas_fetches_its_pictures_at_once(open_: Open) -> None:
    """T43, T26: each idea has its picture, and all of them are one small file."""
    window = open_()
    start(window)
    meter = Meter(window)
    window.tab.reload()
    window.tab.wait_for_load_state("networkidle")
    assert window.tab.locator("main img").count() >= 6
    assert meter.total <= MOST_BYTES, (meter.total, meter.addresses)
    assert len(meter.addresses) <= MOST_REQUESTS, meter.addresses


def test_easy_pages_are_whole_on_phone_and_desktop_light_and_dark(open_: Open) -> None:
    """T43, T28: axe finds nothing, and nothing scrolls sideways with text twice as large either."""
    window = open_()
    look = Look(window)
    window.go("/")
    window.follow(SURVEY)
    window.follow("Easy read")
    look.at("easy about", large_text=True)
    for path in ("/safety", "/privacy", "/support", "/accessibility"):
        window.go(f"{path}?language=en-easy")
        look.at(f"easy {path}", large_text=True)
    start(window)
    look.at("easy welcome", large_text=True)
    into_questions(window)
    for _ in range(60):
        if window.heading == CHECK:
            break
        if window.heading in LOOKED_AT:
            look.at(f"easy {window.heading}", large_text=True)
        if window.heading == "I can tell that it is for me":
            answer(window)
            look.at("easy faces, one chosen", large_text=True)
        on(window)
    look.at("easy check", large_text=True)
    window.press("English")
    look.at("the same answers in the other view", large_text=True)
    window.press("Easy read")
    window.press("Yes, use my answers: send them")
    look.at("easy sent", large_text=True)
    look.done()
    assert look.pages == 15
