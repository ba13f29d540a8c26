"""T28: a survey made by keyboard alone on a phone, and every page of it looked at."""

from __future__ import annotations

import pytest

from tests.browser.looking import PHONE, Look, Window

pytestmark = pytest.mark.browser

HERE = "/team/demonstration"
_IN_FOCUS = """() => {
  const on = document.activeElement;
  const own = on.labels && on.labels.length ? on.labels[0].textContent : on.textContent;
  return [on.tagName, (own || on.value || '').replace(/\\s+/g, ' ').trim()];
}"""


def tab_to(window: Window, words: str, tag: str) -> None:
    """Press Tab until what has these words has focus. Fails when a whole round finds none."""
    for _ in range(200):
        window.tab.keyboard.press("Tab")
        found_tag, found = window.tab.evaluate(_IN_FOCUS)
        if found_tag == tag and found.startswith(words):
            return
    raise AssertionError(f"the keyboard does not reach {words!r} on {window.heading!r}")


def enter(window: Window, words: str, tag: str = "BUTTON") -> None:
    """Go on by a button or a link, with Enter."""
    tab_to(window, words, tag)
    with window.tab.expect_navigation():
        window.tab.keyboard.press("Enter")


def write(window: Window, label: str, words: str, tag: str = "INPUT") -> None:
    """Type into a field, in place of what stands there."""
    tab_to(window, label, tag)
    window.tab.keyboard.press("Control+a")
    window.tab.keyboard.type(words)


def choose(window: Window, wanted: str) -> None:
    """Reach the next group of radios and go down to the one wanted."""
    for _ in range(200):
        window.tab.keyboard.press("Tab")
        if window.tab.evaluate("() => document.activeElement.type === 'radio'"):
            break
    for _ in range(60):
        if window.tab.evaluate(_IN_FOCUS)[1] == wanted:
            window.tab.keyboard.press("Space")
            return
        window.tab.keyboard.press("ArrowDown")
    raise AssertionError(f"no radio {wanted!r}")


def narrow(window: Window) -> None:
    window.tab.set_viewport_size({"width": PHONE, "height": 844})


def look_at(look: Look, name: str) -> None:
    look.at(f"making {name}")
    narrow(look.window)


def add_question(window: Window, words: str, kind: str) -> None:
    enter(window, "Add a question", "A")
    write(window, "Question", words)
    choose(window, kind)
    enter(window, "Add the question")


def test_a_survey_is_made_by_keyboard_alone_on_a_phone(lead: Window) -> None:
    look = Look(lead)
    narrow(lead)
    lead.go(f"{HERE}/surveys/make")
    look_at(look, "start")
    enter(lead, "Begin")
    look_at(look, "start, wrong")
    lead.go(f"{HERE}/surveys/make")
    choose(lead, "Nothing: an empty survey")
    write(lead, "Title, if you start with nothing", "By keyboard")
    enter(lead, "Begin")
    write(lead, "Title of the part", "Getting support")
    enter(lead, "Add a part")
    add_question(lead, "Have you looked for support?", "One of several options")
    write(lead, "Add options", "Yes\nNo", "TEXTAREA")
    enter(lead, "Add options")
    look_at(look, "question with options")
    enter(lead, "Yes", "A")
    look_at(look, "option")
    enter(lead, "Back", "A")
    enter(lead, "Back", "A")
    add_question(lead, "What helped?", "Own words")
    enter(lead, "Change when it is asked", "A")
    enter(lead, "Add a condition", "A")
    look_at(look, "earlier question")
    choose(lead, "Have you looked for support?")
    enter(lead, "Continue")
    choose(lead, "It is one of the answers below")
    tab_to(lead, "Yes", "INPUT")
    lead.tab.keyboard.press("Space")
    look_at(look, "condition")
    enter(lead, "Add the condition")
    assert "It is asked if “Have you looked for support?” is “Yes”." in lead.words
    look_at(look, "rule")
    rest_of_the_pages(look)


def rest_of_the_pages(look: Look) -> None:
    """From the rule to what is to mend, and to a version."""
    window = look.window
    enter(window, "Back", "A")
    enter(window, "Back", "A")
    look_at(look, "outline")
    enter(window, "One thing to mend", "A")
    look_at(look, "what to mend")
    enter(window, "What helped?", "A")
    enter(window, "Back", "A")
    enter(window, "Words of the survey", "A")
    write(window, "Beside every box", "You do not need to describe what happened to you.", "TEXTAREA")
    look_at(look, "words of the survey")
    enter(window, "Save")
    enter(window, "Questions about people", "A")
    look_at(look, "bank")
    tab_to(window, "Age band", "INPUT")
    window.tab.keyboard.press("Space")
    enter(window, "Copy them into the survey")
    enter(window, "Keep it as a version", "A")
    look_at(look, "keep")
    enter(window, "Keep this version")
    assert "The version is kept." in window.words
    enter(window, "Working copy", "A")
    enter(window, "Down")
    enter(window, "Versions, and what is different", "A")
    look_at(look, "versions")
    enter(window, "Compare")
    assert "Moved to another place in the list" in window.words
    look_at(look, "what is different")
    look.done()
