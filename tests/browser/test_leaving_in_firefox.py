"""Leaving in Firefox, which keeps whole pages in memory and steps through them in its own way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import firefox
from tests.browser.firefox import Firefox
from tests.browser.serving import Demonstration, Elsewhere
from tests.browser.walking import SURVEY

pytestmark = pytest.mark.browser

TYPED = "words that nobody else may see"
GONE = "This page is not available."
BEFORE = [SURVEY, "Standards consultation", "Rain"]
"""What people see before they start. Firefox takes all pages of the one address for one step."""
SHIFT = "\ue008"


def at_a_text_box(window: Firefox, home: str, elsewhere: Elsewhere) -> None:
    """From another site to a page of questions with something typed."""
    window.go(elsewhere.url.replace("weather", "before"))
    window.go(home)
    window.follow_named("a", SURVEY)
    for button in ("Start", "I do not want a code", "Continue", "Continue", "I am 18 or over", "Continue"):
        if window.heading == "How much do you want to share today?":
            window.click("#depth-full")
        window.follow_named("button", button)
    window.click("main textarea")
    window.type(TYPED)
    assert window.ask("document.querySelector('main textarea').value") == TYPED


def steps_back(window: Firefox, elsewhere: Elsewhere) -> list[str]:
    """On the stand-in now: it was told nothing, and no step back shows what was typed. Returns headings."""
    window.wait_for("location.href", elsewhere.url)
    assert elsewhere.told[-1]["path"] == "/weather"
    assert not {"referer", "cookie"} & elsewhere.told[-1].keys()
    assert window.command("storage.getCookies")["cookies"] == []
    shown = []
    while window.ask("location.pathname") != "/before":
        window.back()
        assert TYPED not in window.ask("document.documentElement.outerHTML")
        assert window.ask("document.querySelectorAll('form#page, textarea').length") == 0
        shown.append(window.heading)
    return shown


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_back_after_the_link_shows_neither_the_survey_nor_what_was_typed_in_firefox(
    tmp_path: Path, demonstration: Demonstration, elsewhere: Elsewhere, script: bool
) -> None:
    """T08, T09, S29."""
    with firefox.running(tmp_path / "profile", script=script) as window:
        at_a_text_box(window, demonstration.home, elsewhere)
        window.click(".app-exit__link")
        assert steps_back(window, elsewhere) == ([] if script else [GONE]) + BEFORE


def test_three_shifts_leave_in_firefox(
    tmp_path: Path, demonstration: Demonstration, elsewhere: Elsewhere
) -> None:
    """T07, T09, S29."""
    with firefox.running(tmp_path / "profile", script=True) as window:
        at_a_text_box(window, demonstration.home, elsewhere)
        window.type(SHIFT * 3)
        assert steps_back(window, elsewhere) == BEFORE
