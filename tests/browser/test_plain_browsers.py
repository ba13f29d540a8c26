"""Colours that the system forces, and a browser that draws no vector graphics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.browser import firefox
from tests.browser.firefox import Firefox
from tests.browser.looking import Open, Window
from tests.browser.serving import Demonstration
from tests.browser.walking import SURVEY, into_questions, start

pytestmark = pytest.mark.browser


def controls(window: Window) -> Iterator[tuple[str, Locator]]:
    """One of each kind of thing that can be pressed or filled in on the page in view."""
    for kind in (
        "main input[type=radio]",
        "main input[type=checkbox]",
        "main textarea",
        "main button:not([tabindex])",
        "main a",
        ".app-exit__link",
        ".app-languages__link",
    ):
        found = window.tab.locator(kind)
        if found.count():
            yield kind, found.first


def picture(window: Window, control: Locator) -> bytes:
    """A control with a little around it, as it looks now."""
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    assert box is not None
    clip = {
        "x": max(box["x"] - 12, 0),
        "y": max(box["y"] - 12, 0),
        "width": box["width"] + 24,
        "height": box["height"] + 24,
    }
    return window.tab.screenshot(clip=clip, animations="disabled")  # type: ignore[arg-type]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_with_forced_colours_focus_and_choice_can_be_seen(open_: Open, colours: str) -> None:
    """T29."""
    window = open_(script=False)
    window.tab.emulate_media(forced_colors="active", color_scheme="dark" if colours == "dark" else "light")
    seen: set[str] = set()
    start(window)
    into_questions(window)
    for _ in range(5):
        for kind, control in controls(window):
            window.tab.locator("h1").evaluate("each => { each.tabIndex = -1; each.focus(); }")
            before = picture(window, control)
            control.focus()
            assert picture(window, control) != before, f"{kind} on {window.heading}: focus cannot be seen"
            if "radio" in kind or "checkbox" in kind:
                control.check(force=True)
                window.tab.locator("h1").evaluate("each => each.focus()")
                assert picture(window, control) != before, f"{kind} on {window.heading}: no mark"
            seen.add(kind)
        window.press("Continue" if "18" not in window.heading else "I am 18 or over")
    assert seen >= {"main input[type=radio]", "main input[type=checkbox]", "main textarea", ".app-exit__link"}


def test_without_vector_graphics_every_page_looks_the_same(
    tmp_path: Path, demonstration: Demonstration
) -> None:
    """T26."""
    shown: list[dict[str, str]] = []
    for vectors in (True, False):
        profile = tmp_path / f"profile-{vectors}"
        with firefox.running(profile, script=False, settings={"svg.disabled": not vectors}) as window:
            shown.append(dict(pictures(window, demonstration.home)))
    assert len(shown[0]) >= 6
    assert shown[0] == shown[1]


def pictures(window: Firefox, home: str) -> Iterator[tuple[str, str]]:
    """Pages by heading, from the landing page to the first questions, and those that stand beside them."""
    for path in ("/safety", "/support", "/privacy", "/"):
        window.go(home + path)
        yield window.heading, window.picture()
    window.follow_named("a", SURVEY)
    yield window.heading, window.picture()
    for button in ("Start", "I do not want a code", "Continue"):
        window.follow_named("button", button)
        yield window.heading, window.picture()
