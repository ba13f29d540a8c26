"""T07 to T10, S29: leaving by link and by three Shifts, and what Back shows afterwards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.browser.looking import Open, Window
from tests.browser.serving import Elsewhere
from tests.browser.walking import SURVEY, into_questions, start

pytestmark = pytest.mark.browser

TYPED = "words that nobody else may see"


def at_a_text_box(window: Window) -> None:
    """From the landing page to a page of questions with something typed and chosen."""
    start(window)
    into_questions(window)
    window.press("Continue")
    window.press("I am 18 or over")
    window.press("Continue")
    window.tab.locator("main input[type=checkbox]").first.check()
    window.tab.locator("main textarea").last.fill(TYPED)


def back(window: Window) -> int:
    """The browser's Back button; returns how many steps are left behind the page that it leads to.

    A page from memory fires no event that the library waits for, and pages of one address look alike to it.
    """
    stand = _history(window)
    wanted = int(stand["currentIndex"]) - 1
    line = window.context.new_cdp_session(window.tab)
    line.send("Page.navigateToHistoryEntry", {"entryId": stand["entries"][wanted]["id"]})
    for _ in range(100):
        window.tab.wait_for_timeout(50)
        try:
            ready = window.tab.evaluate("document.readyState") == "complete"
            if ready and _history(window)["currentIndex"] == wanted:
                return wanted
        except Error:
            continue  # the browser is exchanging one page for another just now
    raise AssertionError("Back led nowhere")


def _history(window: Window) -> dict[str, Any]:
    """The steps of this tab; asked anew each time, since Back may put another page in the tab."""
    line = window.context.new_cdp_session(window.tab)
    found: dict[str, Any] = line.send("Page.getNavigationHistory")
    line.detach()
    return found


def nothing_of_the_visit_is_left(window: Window, elsewhere: Elsewhere) -> None:
    """On the stand-in now: it was told nothing, and each step back shows nothing of the survey."""
    assert elsewhere.told[-1]["path"] == "/weather"
    assert not {"referer", "cookie"} & elsewhere.told[-1].keys()
    assert window.context.cookies() == []
    shown = []
    while back(window) > 1:  # the very first entry is the empty page of a new window
        shown.append(window.heading)
        assert TYPED not in window.tab.content()
        assert window.tab.locator("form#page, textarea").count() == 0
    assert shown[0] == "This page is not available."
    assert set(shown) == {"This page is not available.", SURVEY}


def test_the_memory_of_pages_is_on_in_these_tests(
    open_: Open, remembering: Browser, elsewhere: Elsewhere
) -> None:
    window = open_(browser=remembering)
    window.tab.goto(elsewhere.url)
    window.tab.evaluate("window.kept = 'yes'")
    window.go("/safety")
    back(window)
    assert window.tab.url == elsewhere.url
    assert window.tab.evaluate("window.kept") == "yes", "without it these tests would prove nothing"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_back_after_the_link_shows_neither_the_survey_nor_what_was_typed(
    open_: Open, remembering: Browser, elsewhere: Elsewhere, script: bool
) -> None:
    window = open_(browser=remembering, script=script)
    at_a_text_box(window)
    window.tab.locator(".app-exit__link").click()
    window.tab.wait_for_url(elsewhere.url)
    nothing_of_the_visit_is_left(window, elsewhere)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_back_shows_nothing_that_was_typed_into_the_form_apart_from_answers(
    open_: Open, remembering: Browser, elsewhere: Elsewhere, script: bool
) -> None:
    """T09, T23: there is no visit on that page, and yet nothing comes back from the browser's memory."""
    window = open_(browser=remembering, script=script)
    window.go("/")
    window.follow(SURVEY)
    window.follow("What we heard and what it changed")
    window.follow("Hear about further work")
    window.tab.locator("#contact").fill(TYPED)
    window.tab.locator(".app-exit__link").click()
    window.tab.wait_for_url(elsewhere.url)
    assert window.context.cookies() == []
    back(window)
    # The script takes the place of the form in the list of steps; without it, the form is asked for anew.
    assert window.heading == ("What we heard and what it changed" if script else "Hear about further work")
    assert TYPED not in window.tab.content()
    assert all(box.input_value() == "" for box in window.tab.locator("textarea").all())


def test_three_shifts_leave_and_say_so(open_: Open, remembering: Browser, elsewhere: Elsewhere) -> None:
    window = open_(browser=remembering)
    at_a_text_box(window)
    said = window.tab.locator("[data-leave-count]")
    keys = window.tab.keyboard
    keys.press("Shift")
    expect(said).to_have_text("Press Shift two more times to leave this site.")
    keys.press("Shift")
    expect(said).to_have_text("Press Shift once more to leave this site.")
    keys.press("Shift")
    window.tab.wait_for_url(elsewhere.url)
    nothing_of_the_visit_is_left(window, elsewhere)


def test_shift_as_part_of_writing_does_not_leave(open_: Open) -> None:
    window = open_()
    at_a_text_box(window)
    box = window.tab.locator("main textarea").last
    box.fill("")
    box.press_sequentially("I AM ALL RIGHT")
    for _ in range(4):
        window.tab.keyboard.press("Shift+Tab")
    window.tab.keyboard.press("Shift")
    window.tab.keyboard.press("Shift")
    window.tab.keyboard.press("Escape")
    window.tab.keyboard.press("Shift")
    expect(window.tab.locator("h1")).to_have_text("Getting support")
    assert box.input_value() == "I AM ALL RIGHT"


def test_two_shifts_long_ago_do_not_count(open_: Open, elsewhere: Elsewhere) -> None:
    window = open_()
    window.tab.clock.install()
    at_a_text_box(window)
    keys = window.tab.keyboard
    keys.press("Shift")
    keys.press("Shift")
    window.tab.clock.fast_forward(5_100)
    keys.press("Shift")
    expect(window.tab.locator("[data-leave-count]")).to_have_text(re.compile("two more times"))
    keys.press("Shift")
    keys.press("Shift")
    window.tab.wait_for_url(elsewhere.url)


@pytest.mark.parametrize("path", ["/", "/safety", "/not-here", "survey"])
def test_leaving_is_the_second_stop_after_the_skip_link(open_: Open, path: str) -> None:
    window = open_(script=False)
    if path == "survey":
        start(window)
        into_questions(window)
    else:
        window.go(path)
    stops = []
    for _ in range(2):
        window.tab.keyboard.press("Tab")
        focused = window.tab.locator(":focus")
        stops.append((focused.inner_text(), focused.is_visible()))
    assert stops == [("Skip to main content", True), ("Leave this site", True)]


def test_a_browser_that_only_looks_ahead_ends_nothing(open_: Open) -> None:
    window = open_()
    at_a_text_box(window)
    looked = window.context.request.get(f"{window.home}/leave", headers={"Sec-Purpose": "prefetch"})
    assert looked.status == 204
    window.press("Continue")
    assert window.heading == "Getting support"
    assert len(window.context.cookies()) == 1


def test_there_is_no_cookie_before_start_and_one_that_scripts_cannot_read_after(open_: Open) -> None:
    window = open_()
    window.go("/")
    window.follow(SURVEY)
    assert window.context.cookies() == []
    window.press("Start")
    (cookie,) = window.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (
        "s",
        True,
        "Strict",
        -1,
    )
    assert window.tab.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
