"""T18, T08: a pause on one device and the way on from another; leaving from every page there is."""

from __future__ import annotations

import pytest

from tests.browser.looking import DESKTOP, NARROW, Open, Window
from tests.browser.serving import Elsewhere
from tests.browser.walking import SURVEY, into_questions, on, start, take_code
from tests.forms import FULL

pytestmark = pytest.mark.browser

WORDS = "Somebody who did not hurry me."


def to_a_text_box(window: Window) -> None:
    for _ in range(60):
        if window.tab.locator("main textarea").count():
            return
        on(window)
    raise AssertionError("no question for own words")


def test_a_pause_on_a_phone_and_the_way_on_from_another_device(open_: Open) -> None:
    """T18: the code finds the page and the words where he left them, and the phone shows nothing more."""
    phone = open_(script=False, width=NARROW)
    start(phone)
    code = take_code(phone)
    phone.tab.get_by_label("All of it").check()
    phone.press("Continue")
    to_a_text_box(phone)
    there, page = phone.heading, phone.tab.url
    phone.tab.locator("main textarea").first.fill(WORDS)
    phone.press("Save and come back")
    assert WORDS not in phone.tab.content()
    phone.go(page.removeprefix(phone.home))
    assert WORDS not in phone.tab.content()

    desk = open_(width=DESKTOP)
    desk.go("/")
    desk.follow(SURVEY)
    desk.follow("I have a code")
    desk.tab.get_by_label("Your eight words, or the numbers").fill(code)
    desk.press("Continue")
    assert desk.heading == there
    assert desk.tab.locator("main textarea").first.input_value() == WORDS


def test_leaving_from_every_page_of_the_survey(open_: Open, elsewhere: Elsewhere) -> None:
    """T06, T08: whichever page he is on, one press leaves, and the page is gone for who looks for it."""
    # In the long form each page; in the short one every fourth, and the last.
    for page in range(1, 60, 1 if FULL else 4):
        window = open_(script=False)
        path = start(window)
        into_questions(window)
        for _ in range(page - 1):
            if window.heading != "Check your answers":
                on(window)
        last = window.heading == "Check your answers"
        with window.tab.expect_navigation():
            window.tab.locator(".app-exit__link").click()
        assert window.tab.url == elsewhere.url
        assert window.context.cookies() == []
        window.go(path)
        assert window.tab.locator("form#page, main textarea").count() == 0
        window.context.close()
        if last:
            assert page > 10
            return
    raise AssertionError("the survey does not end")
