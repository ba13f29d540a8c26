"""T02, T07, T28: ways on that weigh the same, and everything by keyboard alone with focus in view."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import FloatRect, expect

from tests.browser.looking import DESKTOP, NARROW, PHONE, Open, Window
from tests.browser.serving import Demonstration
from tests.browser.walking import into_questions, on, pages_to_the_check, start
from tests.builders import make_team

pytestmark = pytest.mark.browser

NUMBERED = """
id = "numbered"
strand = "survivors"
title = "A survey with a number"
reassurance = "You do not need to describe what happened to you."

[[sections]]
id = "part"
title = "Getting support"

[[sections.questions]]
id = "weeks"
kind = "number"
text = "How many weeks did you wait?"

[[sections]]
id = "after"
title = "Afterwards"

[[sections.questions]]
id = "words_use"
kind = "choice"
text = "How may we use your words?"
options = [
  { id = "quote", text = "You may quote my words" },
  { id = "paraphrase", text = "Put them in your own words" },
  { id = "count_only", text = "Only count my answers" },
]
"""

_WEIGHT = """each => {
  const box = each.getBoundingClientRect(), style = getComputedStyle(each);
  return [Math.round(box.width), Math.round(box.height), style.color, style.backgroundColor, style.fontSize,
          style.fontWeight, style.boxShadow];
}"""
_FOCUS = """() => {
  const on = document.activeElement, box = on.getBoundingClientRect();
  const line = on.getClientRects()[0] || box;  // words that wrap have a box for each line
  // A box for words is scrolled to until its first line is in view: the middle of what is in view counts.
  const above = Math.max(0, line.top), below = Math.min(innerHeight, line.bottom);
  const top = document.elementFromPoint(line.left + line.width / 2, (above + below) / 2);
  const own = [on, ...(on.labels || [])];
  const words = (on.value || on.textContent).trim().slice(0, 30);
  return {
    what: `${on.tagName} ${on.name || on.id || on.className} ${words}`,
    body: on === document.body,
    seen: box.height > innerHeight || (above < below && own.some(each => each.contains(top))),
    x: Math.max(0, box.left - 8), y: Math.max(0, box.top - 8), width: box.width + 16, height: box.height + 16,
  };
}"""


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [float(each) / 255 for each in colour[colour.index("(") + 1 : -1].split(",")[:3]]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_continue_and_skip_weigh_the_same_on_every_page(open_: Open) -> None:
    window = open_(script=False)
    start(window)
    into_questions(window)
    pages = 0
    for _ in pages_to_the_check(window):
        ways = window.tab.locator(".app-ways button")
        assert ways.count() == 2
        if ways.first.inner_text() == "Continue":
            assert ways.last.inner_text() in {"Skip this question", "Skip these questions"}
        for width, colours in ((NARROW, "light"), (PHONE, "dark"), (DESKTOP, "light")):
            window.tab.set_viewport_size({"width": width, "height": 800})
            window.tab.emulate_media(color_scheme=colours)  # type: ignore[arg-type]  # one of two words
            first, last = ways.first.evaluate(_WEIGHT), ways.last.evaluate(_WEIGHT)
            assert first == last, (window.heading, width, colours)
            assert _contrast(first[2], first[3]) >= 4.5
        pages += 1
    assert pages > 10


def test_a_choice_that_stops_people_has_two_buttons_of_one_weight(open_: Open) -> None:
    window = open_(script=False)
    start(window)
    buttons = window.tab.locator("main .app-choice button")
    assert buttons.all_inner_texts() == ["Get a code", "I do not want a code"]
    assert buttons.first.evaluate(_WEIGHT) == buttons.last.evaluate(_WEIGHT)
    into_questions(window)
    for _ in pages_to_the_check(window):
        pass
    buttons = window.tab.locator("main .app-choice button")
    assert buttons.all_inner_texts() == ["Yes, use my answers: send them", "Delete my answers"]
    assert buttons.first.evaluate(_WEIGHT) == buttons.last.evaluate(_WEIGHT)


def _stops(window: Window, key: str) -> Iterator[str]:
    """Goes round the page with a key; at each stop focus must be seen and not be covered."""
    tab = window.tab
    for _ in range(120):  # Chromium may go round twice
        tab.keyboard.press(key)
        at = tab.evaluate(_FOCUS)
        if at["body"]:
            return
        assert at["seen"], f"covered: {at['what']}"
        around: FloatRect = {"x": at["x"], "y": at["y"], "width": at["width"], "height": at["height"]}
        with_focus = tab.screenshot(clip=around, animations="disabled", caret="hide")
        tab.evaluate("window.stop_ = document.activeElement; window.stop_.blur()")
        without = tab.screenshot(clip=around, animations="disabled", caret="hide")
        tab.evaluate("window.stop_.focus({preventScroll: true})")
        assert with_focus != without, f"focus cannot be seen: {at['what']}"
        yield at["what"]
    raise AssertionError("the page has no end for the Tab key")


@pytest.mark.parametrize("width", [NARROW, DESKTOP])
def test_focus_is_seen_and_never_covered(open_: Open, width: int) -> None:
    window = open_(width=width)
    window.tab.set_viewport_size({"width": width, "height": 500})
    start(window)
    into_questions(window)
    for _ in range(2):
        on(window)
    window.press("Continue")
    forwards = list(_stops(window, "Tab"))
    assert any("Leave this site" in stop for stop in forwards)
    assert any(stop.startswith("TEXTAREA") for stop in forwards)
    window.tab.evaluate("scrollTo(0, document.body.scrollHeight)")
    backwards = list(_stops(window, "Shift+Tab"))
    assert len(backwards) >= len(forwards) - 1


def test_a_page_of_scales_by_keyboard_alone(open_: Open) -> None:
    window = open_()
    start(window)
    into_questions(window)
    while window.tab.locator(".app-scale").count() == 0:
        on(window)
    keys = window.tab.keyboard
    while window.tab.evaluate("document.activeElement.type") != "radio":
        keys.press("Tab")
    name = window.tab.evaluate("document.activeElement.name")
    keys.press("Space")
    for _ in range(3):
        keys.press("ArrowRight")
    expect(window.tab.locator(f"input[name={name}]:checked")).to_have_value("4")
    before = window.heading
    while window.tab.evaluate("document.activeElement.textContent") != "Continue":
        keys.press("Tab")
    with window.tab.expect_navigation():
        keys.press("Enter")
    assert (window.heading, window.tab.locator(f"input[name={name}]").count()) != (before, 5)
    window.press("Back")
    expect(window.tab.locator(f"input[name={name}]:checked")).to_have_value("4")


def test_enter_in_a_field_is_continue_and_no_other_button(open_: Open, demonstration: Demonstration) -> None:
    with demonstration.installation.services() as app:
        slug = make_team(app, name="numbered", person="counter", source=NUMBERED).survey.slug
    window = open_(script=False)
    window.go(f"/about/{slug}")
    window.press("Start")
    window.press("I do not want a code")
    window.press("Continue")
    field = window.tab.get_by_label("How many weeks did you wait?")
    field.fill("12")
    with window.tab.expect_navigation():
        field.press("Enter")
    assert window.heading == "Afterwards"
    window.press("Back")
    assert field.input_value() == "12"


def test_an_answer_is_coded_by_keyboard_alone(lead: Window) -> None:
    lead.go("/team/demonstration/answers/survivors/hindered_words/next")
    keys, tab = lead.tab.keyboard, lead.tab
    with tab.expect_navigation():
        keys.press("o")  # its cover comes first
    while tab.evaluate("document.activeElement.name") != "sentence":
        keys.press("Tab")
    keys.press("Space")
    words = tab.locator("input[name=sentence]:checked + label").inner_text()
    while not tab.evaluate("document.activeElement.classList.contains('app-theme')"):
        keys.press("Tab")
    theme = tab.evaluate("document.activeElement.firstChild.textContent.trim()")
    with tab.expect_navigation():
        keys.press("Enter")
    assert "Added." in lead.words
    given = tab.locator(".app-card", has=tab.get_by_role("heading", name=theme, exact=True))
    assert words in given.inner_text() or "The whole answer" in given.inner_text()
    for _ in _stops(lead, "Tab"):
        pass
    while tab.evaluate("document.activeElement.textContent.trim()") != "Undo my last step":
        keys.press("Tab")
    with tab.expect_navigation():
        keys.press("Enter")
    assert "Undone." in lead.words
