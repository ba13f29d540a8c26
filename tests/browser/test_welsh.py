"""T41: the whole way in Welsh in a browser, on the narrowest phone; another language with words typed."""

from __future__ import annotations

import pytest

from tests.browser.looking import NARROW, Look, Open, Window
from tests.browser.walking import SURVEY

pytestmark = pytest.mark.browser

WORDS = "Ystafell dawel, a digon o amser i feddwl."
CHECK = "Gwiriwch eich atebion"
WAYS_ON = ("Parhau", "Rwy\u2019n 18 oed neu\u2019n hŷn")
LOOKED_AT = 12


def into_questions(window: Window) -> None:
    window.go("/")
    window.follow(SURVEY)
    window.follow("Cymraeg")
    assert window.tab.locator("html").get_attribute("lang") == "cy"
    assert window.context.cookies() == []
    window.press("Dechrau")
    window.press("Nid wyf am gael cod")
    window.tab.get_by_label("Popeth").check()
    window.press("Parhau")


def on(window: Window) -> None:
    for name in WAYS_ON:
        if window.tab.get_by_role("button", name=name, exact=True).count():
            window.press(name)
            return
    raise AssertionError(f"no way on from {window.heading}")


def fill(window: Window) -> None:
    for box in window.tab.locator("main textarea").all():
        box.fill(WORDS)
    for kind in ("checkbox", "radio"):
        for group in window.tab.locator(f"main fieldset:has(input[type={kind}])").all():
            group.locator(f"input[type={kind}]").last.check(force=True)


def test_the_whole_way_in_welsh_on_the_narrowest_phone(open_: Open) -> None:
    """T41, T28: no page falls back into English, each is whole for axe and fits 320 px."""
    window = open_(width=NARROW)
    look = Look(window)
    into_questions(window)
    pages = 0
    while window.heading != CHECK:
        pages += 1
        assert pages < 60, "the survey does not end"
        assert window.tab.locator("html").get_attribute("lang") == "cy"
        assert window.tab.get_by_role("button", name="Continue", exact=True).count() == 0
        fill(window)
        if pages <= LOOKED_AT:
            look.at(f"welsh page {pages:02}", large_text=True)
        on(window)
    assert pages > 15
    assert WORDS in window.words
    look.at("welsh check", large_text=True)
    window.press("Iawn, defnyddiwch fy atebion: anfonwch nhw")
    look.at("welsh sent", large_text=True)
    look.done()


def test_another_language_keeps_the_page_and_what_was_typed(open_: Open) -> None:
    window = open_(width=NARROW, script=False)
    into_questions(window)
    for _ in range(60):
        if window.tab.locator("main textarea").count():
            break
        on(window)
    window.tab.locator("main textarea").first.fill(WORDS)
    window.press("English")
    assert window.tab.locator("html").get_attribute("lang") == "en"
    assert window.tab.locator("main textarea").first.input_value() == WORDS
