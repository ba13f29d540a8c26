"""A timed trial: fifty answers coded with the keyboard, as fast as somebody types; no key is missed."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from playwright.sync_api import expect

from consult.coding import service
from consult.records import codings, themes, unlocking
from consult.web.extensions import db
from tests.browser.looking import DESKTOP, Open, come_in
from tests.browser.serving import Demonstration
from tests.builders import PASSPHRASE, make_response, make_team, release
from tests.consult.coding.workbench import BOX, THEMES

pytestmark = pytest.mark.browser

ANSWERS = 52
KEYS_A_SECOND = 12
LONGEST_SECONDS = 300


def test_fifty_answers_are_coded_with_the_keyboard_without_a_missed_key(
    open_: Open, demonstration: Demonstration
) -> None:
    """T28: keys alone; what is pressed while the page changes waits its turn, and nothing is doubled."""
    with demonstration.installation.services() as app:
        team = make_team(app, name="trial-of-keys", person="typist")
        for number in range(ANSWERS):
            make_response(team, {BOX: f"It took {number} weeks. Nobody said why. A worker was kind 👍🏽."})
        release(team)
        for text in THEMES:
            service.add_theme(team.session, "trial-of-keys", text)
        team.session.commit()
    window = open_(width=DESKTOP)
    come_in(window, "typist", PASSPHRASE)
    window.go(f"/team/trial-of-keys/answers/small/{BOX}")
    window.press("Next to code")
    tab = window.tab
    expect(tab.get_by_role("heading", name="Code an answer")).to_be_visible()
    loaded = len(window.requests)
    began = time.monotonic()
    for number in range(50):
        tab.keyboard.type(f"{number % 3 + 1}d", delay=1000 / KEYS_A_SECOND)
    left = re.compile(rf"Left: {ANSWERS - 50}\s")
    expect(tab.locator("form#coding")).to_contain_text(left, timeout=LONGEST_SECONDS * 1000)
    seconds = time.monotonic() - began
    print(f"fifty answers in {seconds:.0f} s, {len(window.requests) - loaded} requests")  # noqa: T201 - the figure
    with demonstration.installation.services() as app:
        vault = app.extensions["consult.workbench_vault"]
        roles = frozenset({"analyst"})
        unlocked = unlocking.by_passphrase(
            db.session(), vault, "trial-of-keys", "typist", PASSPHRASE, roles=roles
        )
        stands = codings.live(
            codings.acts(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys)
        )
        names = {each.id: each.key for each in themes.of(unlocked.session, unlocked.consultation)}
    assert len({each.response_id for each in stands}) == 50
    assert Counter(names[each.theme_id] for each in stands) == {
        "waiting": 17,
        "plain_words": 17,
        "kindness": 16,
    }
    assert not [each for each in window.requests[loaded:] if ".js" in each], "a page was loaded anew"


def test_a_selection_with_script_is_kept_in_code_points_and_keys_can_be_off(
    open_: Open, demonstration: Demonstration
) -> None:
    """T28: a free stretch behind an emoji is the words that were selected; switched off, keys do nothing."""
    with demonstration.installation.services() as app:
        team = make_team(app, name="selecting", person="selector")
        for _ in range(5):
            make_response(team, {BOX: "Good 👍🏽 café, slow though. They wrote back."})
        release(team)
        service.add_theme(team.session, "selecting", THEMES[0])
        team.session.commit()
    window = open_(width=DESKTOP)
    come_in(window, "selector", PASSPHRASE)
    window.go(f"/team/selecting/answers/small/{BOX}")
    window.press("Next to code")
    tab = window.tab
    tab.evaluate(
        """() => {
        const text = document.querySelector("[data-words] [data-from]").firstChild;
        const at = text.data.indexOf("café");
        document.getSelection().setBaseAndExtent(text, at, text, at + 10);
    }"""
    )
    expect(tab.locator("[data-selected-words]")).to_have_text("café, slow")
    tab.keyboard.press("1")
    expect(tab.locator("#said")).to_have_text("Added.")
    expect(tab.locator(".app-card .app-own-words", has_text="“café, slow”")).to_be_visible()
    # Typed at once, before the page has answered: into the memo, and nothing else.
    tab.keyboard.type("unD1")
    expect(tab.locator("#said")).to_have_text("Undone.")
    expect(tab.locator("#memo")).to_have_value("D1")
    tab.keyboard.type("2")
    expect(tab.locator("#memo")).to_have_value("D12")
    expect(tab.locator("#said")).to_have_text("Undone.")
    window.go("/team/selecting/care")
    window.press("Switch single keys off for me")
    window.go(f"/team/selecting/answers/small/{BOX}")
    window.press("Next to code")
    tab.keyboard.press("1")
    tab.locator("#theme-waiting").click()
    expect(tab.locator("#said")).to_have_text("Added.")
    assert tab.locator("#coding-1").count() == 1
    assert tab.evaluate("document.activeElement.id") == "theme-waiting"  # the swap kept the focus
