"""A panellist's answers are kept while they are at it: by a quiet script, which nobody needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from consult.models.panel import PanelMember
from consult.panel.service import closing, entering, rounds
from consult.records import standards
from consult.records.standards import StandardText
from consult.web.extensions import db
from tests.browser.looking import NARROW, PHONE, Window, open_window
from tests.browser.serving import Elsewhere, Installation
from tests.builders import TODAY, Team, make_team
from tests.consult.panel.small import begin_panel

pytestmark = pytest.mark.browser

WORDS = "I would ask him first."


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody on a panel whose second round is open, and ways to open windows for them."""

    team: Team
    slug: str
    passphrase: str
    chromium: Browser
    address: str
    exit_url: str
    windows: list[Window]

    def open(self, *, script: bool = True, width: int = PHONE) -> Window:
        """A device on which they have signed in and look at the first statement."""
        window = open_window(self.chromium, self.address, self.exit_url, script=script, width=width)
        self.windows.append(window)
        window.go(f"/panel/{self.slug}/sign-in")
        window.tab.get_by_label("Name you sign in with").fill("jo")
        window.tab.locator("[name=passphrase]").fill(self.passphrase)
        window.press("Sign in")
        window.go(f"/panel/{self.slug}/1")
        return window


@pytest.fixture(scope="module")
def member(
    chromium: Browser, elsewhere: Elsewhere, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Member]:
    """One installation for all tests of this file; each looks at what it changed itself."""
    home = tmp_path_factory.mktemp("saving") / "home"
    installation = Installation(
        home=home, database_url=f"sqlite:///{home / 'consult.db'}", exit_url=elsewhere.url
    )
    installation.prepare()
    windows: list[Window] = []
    with installation.services() as app:
        team = make_team(app)
        text = StandardText(key="DS1", title="Choice", statement="A man can choose whom he talks to.")
        standards.write(team.session, team.consultation, text, today=TODAY)
        team.session.commit()
        seat = begin_panel(team.unlocked())
        row = db.session.get_one(PanelMember, seat.member_id)
        passphrase = entering.seat_with_passphrase(db.session(), seat.vault, row, seat.secret, sign_in="jo")
        slug = team.consultation.slug
        db.session.commit()
        with installation.served() as address:
            yield Member(
                team=team,
                slug=slug,
                passphrase=passphrase,
                chromium=chromium,
                address=address,
                exit_url=elsewhere.url,
                windows=windows,
            )
            for window in windows:
                window.context.close()
    assert [wrong for window in windows for wrong in window.wrongs] == []


def mark(window: Window, value: int) -> None:
    window.tab.locator(f"input[name=imp][value='{value}']").check(force=True)


def told(window: Window, words: str) -> None:
    expect(window.tab.locator("[data-kept]")).to_have_text(words)


def test_marks_and_words_are_kept_without_a_button_and_seen_on_another_device(member: Member) -> None:
    phone = member.open()
    mark(phone, 7)
    told(phone, "Saved.")
    phone.tab.evaluate("document.querySelector('[data-kept]').textContent = ''")
    phone.tab.locator("textarea[name=comment]").fill(WORDS)
    told(phone, "Saved.")
    phone.context.clear_cookies()

    other = member.open(script=False, width=NARROW)
    assert other.tab.locator("input[name=imp][value='7']").is_checked()
    assert other.tab.locator("textarea[name=comment]").input_value() == WORDS
    assert other.tab.locator("[data-kept]").inner_text() == ""

    mark(phone, 3)
    told(phone, "Not saved yet. Please press the button below.")
    phone.press("Save and go on")
    given_back = phone.tab.content()
    assert "How important is this? 3" in given_back, "what was chosen can be copied, and not words alone"
    assert WORDS in given_back


def test_a_button_after_the_script_has_saved_is_no_second_page_and_a_real_one_is_told_of(
    member: Member,
) -> None:
    phone, desk = member.open(), member.open()
    mark(phone, 2)
    told(phone, "Saved.")
    mark(phone, 6)
    phone.press("Save and see all")
    assert "Your rating: 6" in phone.words
    desk.tab.locator("textarea[name=changed]").fill("The wording is better.")
    told(desk, "You changed this statement from another page. Press a button below to see both.")
    desk.press("Save and go on")
    assert "Nothing is lost: what you typed here is below" in desk.words
    desk.press("Save and go on")


def test_what_is_typed_in_the_last_second_before_leaving_is_not_sent(member: Member) -> None:
    """T08: the way out empties the page, and what was under way with it."""
    phone = member.open()
    phone.tab.locator("textarea[name=evidence]").fill("Half a thought")
    phone.tab.locator(".app-exit__link").first.click()
    phone.tab.wait_for_url(member.exit_url)
    sent = len(phone.requests)
    phone.tab.wait_for_timeout(2500)
    assert len(phone.requests) == sent
    assert "Half a thought" not in member.open(script=False).tab.content()


def test_words_typed_while_the_round_closes_are_kept_by_the_script_too(member: Member) -> None:
    phone = member.open()
    unlocked = member.team.unlocked()
    closing.close(unlocked, 2, actor="sam", today=TODAY)
    db.session.commit()
    phone.tab.locator("textarea[name=clearer]").fill("Say who decides.")
    told(phone, "The round has closed. Your words are kept for you, and are offered in the next round.")

    asked = {each.worded.clause_id for each in rounds.candidates(db.session(), unlocked.consultation)}
    rounds.open_next(
        db.session(),
        unlocked.vault,
        unlocked.consultation,
        asked,
        closes=None,
        vote=False,
        actor="sam",
        today=TODAY,
    )
    db.session.commit()
    phone.go(f"/panel/{member.slug}/1")
    assert phone.tab.locator("textarea[name=clearer]").input_value() == "Say who decides."
    mark(phone, 5)
    told(phone, "Saved.")
    again = member.open(script=False)
    assert again.tab.locator("input[name=imp][value='5']").is_checked()
    assert "You typed this after the last round had closed." in again.words, "offered still, and not sent"
