"""The seeded panel through the interface: 46 invited, 42, 38, 35, and every verdict as designed.

The team sits at browsers, and so do a few members: on a phone without script, on a narrow phone, at a desk.
The others send the same forms of the same pages by plain requests, so that the walk ends in minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from consult.commands.demonstration import documents, rounds
from consult.commands.demonstration.panel import panellists
from consult.models.consultation import Consultation
from consult.panel.service import dashboard, protocol
from consult.records.panel_figures import ItemFigures
from consult.web.extensions import db
from tests.browser.looking import DESKTOP, NARROW, PHONE, Look, Window, come_in, open_window
from tests.browser.panellists import WORDS, Correspondent, correspondents
from tests.browser.serving import Elsewhere, Installation
from tests.builders import PASSPHRASE
from tests.consult.panel.seeded import Seeded, make_seeded
from tests.consult.panel.test_rounds_as_seeded import says

pytestmark = [pytest.mark.browser, pytest.mark.hostile]

PANEL = "/team/trial/panel"
CAME = {1: 42, 2: 38, 3: 35}
Seat = tuple[str, int]
Answers = Mapping[str, Mapping[str, Any]]
# Who sits at a browser: how wide it is, and whether it runs scripts. One of them does not return in round 3.
AT_A_BROWSER: dict[Seat, tuple[int, bool]] = {
    ("men_only_service", 1): (PHONE, False),
    ("mixed_service", 2): (NARROW, True),
    ("lived_experience", 1): (DESKTOP, True),
}
SAID = {
    "in": "in",
    "in_with_reservation": "in, with reservation",
    "out": "out",
    "no_consensus": "no consensus",
    "too_few": "too few",
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A served installation, what is seeded in it, and ways to open a browser and a line to it."""

    seeded: Seeded
    slug: str
    open: Callable[..., Window]
    write: Callable[[], Correspondent]

    def board(self, number: int) -> dict[str, ItemFigures]:
        """Figures of a closed round by the number of the statement."""
        db.session.rollback()
        consultation = db.session.get_one(Consultation, self.seeded.team.consultation.id)
        lines = dashboard.board(db.session(), consultation, number).lines
        found = {line.number: line.figures for line in lines if line.figures}
        db.session.rollback()  # else the lock of this process keeps the server waiting
        return found

    def answers(self, number: int) -> dict[Seat, Answers]:
        """What each panellist who takes part answers, by the number of the statement."""
        ids = {
            each.clause_id: each.number
            for each in protocol.worded(db.session(), self.seeded.team.consultation)
        }
        found: dict[Seat, Answers] = {}
        for each in panellists():
            if number in each.rounds:
                given = rounds.given(self.seeded.stage, number, each.group, each.place)
                found[each.group, each.place] = {ids[key]: answers for key, answers in given.items()}
        db.session.rollback()
        return found


@pytest.fixture
def stage(browsers: Playwright, chromium: Browser, elsewhere: Elsewhere, tmp_path: Path) -> Iterator[Stage]:
    """Standards in their first wording, and nobody on the panel yet."""
    home = tmp_path / "home"
    installation = Installation(
        home=home, database_url=f"sqlite:///{home / 'consult.db'}", exit_url=elsewhere.url
    )
    installation.prepare()
    windows: list[Window] = []

    def open_one(**choices: Any) -> Window:
        windows.append(open_window(chromium, address, installation.exit_url, **choices))
        return windows[-1]

    with installation.services() as app:
        seeded = make_seeded(app)
        slug = seeded.team.consultation.slug
        db.session.rollback()
        with installation.served() as address, correspondents(browsers, address) as write:
            yield Stage(seeded=seeded, slug=slug, open=open_one, write=write)
            for window in windows:
                window.context.close()
    assert [wrong for window in windows for wrong in window.wrongs] == []


def invite(manager: Window) -> dict[Seat, str]:
    """The 46 of the content by a list of links."""
    lines = [
        f"{group.key} {place}, {group.key}"
        for group in documents.panel().groups
        for place in range(1, group.invited + 1)
    ]
    manager.go(f"{PANEL}/people")
    manager.tab.locator("textarea[name=people]").fill("\n".join(lines))
    manager.tab.locator("input[name=by][value=list]").check()
    manager.press("Invite")
    found = {}
    for row in manager.tab.locator("tbody tr").all():
        name, link = (each.strip() for each in row.locator("th, td").all_inner_texts())
        group, _, place = name.rpartition(" ")
        found[group, int(place)] = link.removeprefix(manager.home)
    return found


def lock_protocol(lead: Window) -> None:
    """Write and lock it, with 1.5 beside the statements of the twelve standards."""
    lead.go(f"{PANEL}/protocol")
    asked = {each.key for each in documents.panel().items if each.key != "P1"}
    for box in lead.tab.locator("input[name=items]").all():
        label = lead.tab.locator(f"label[for={box.get_attribute('id')}]").inner_text()
        box.set_checked(label.split()[0] in asked)
    lead.tab.locator("textarea[name=purpose]").fill(rounds.PURPOSE)
    lead.press("Save")
    lead.press("Lock the protocol")
    assert "Locked. Its mark is in the log." in lead.words


def open_round(lead: Window, number: int) -> list[str]:
    """The next round about what the stop rule ticked; P1 comes in with the second. Returns what it asks."""
    lead.go(f"{PANEL}/next")
    asked = []
    for box in lead.tab.locator("input[name=items]").all():
        name = lead.tab.locator(f"label[for={box.get_attribute('id')}]").inner_text().split()[0]
        if number == 2 and name == "P1":
            box.check()
        if box.is_checked():
            asked.append(name)
    if number == 3:
        lead.tab.locator("input[name=vote]").check()
    lead.press("Open the round")
    assert lead.heading == f"Round {number}"
    return asked


def join_at_a_browser(window: Window, link: str, name: str) -> None:
    window.go(link)
    assert window.heading == "An invitation"
    window.tab.locator("[name=sign_in]").fill(name)
    window.tab.locator("[name=passphrase]").fill(WORDS)
    window.tab.locator("[name=consent]").check()
    window.press("Join the panel")


def rate_at_a_browser(window: Window, stage: Stage, asked: list[str], given: Answers) -> None:
    """Statement by statement, as the page leads on."""
    window.go(f"/panel/{stage.slug}/1")
    for name in asked:
        assert window.heading.startswith(f"{name} ")
        for key, value in given[name].items():
            boxes = window.tab.locator(f"input[name={key}][value='{value}']")
            if boxes.count():
                boxes.check(force=True)
            else:
                window.tab.locator(f"textarea[name={key}]").fill(str(value))
        window.press("Save and go on")
    window.press("I have finished this round")


def rate_by_letter(member: Correspondent, stage: Stage, asked: list[str], given: Answers) -> None:
    """The same pages and forms without a browser."""
    member.visit(f"/panel/{stage.slug}/1")
    for name in asked:
        assert member.heading.startswith(f"{name} ")
        member.send("next", given[name])
    assert member.heading.startswith("Round")


def moderate(lead: Window, look: Look) -> int:
    """Read each comment that waits, and let the panel read it; returns how many."""
    lead.go(f"{PANEL}/comments")
    passed = 0
    while lead.tab.locator("main .app-card a").count():
        with lead.tab.expect_navigation():
            lead.tab.locator("main .app-card a").first.click()
        if not passed:
            look.at("panel comment")
        lead.press("Let the panel read this")
        lead.go(f"{PANEL}/comments")
        passed += 1
    return passed


def close(lead: Window, look: Look, number: int) -> None:
    """Close a round, read what waits, and look at what can come next."""
    lead.go(f"{PANEL}/round/{number}/close")
    look.at(f"panel close round {number}")
    lead.press("Close the round")
    assert "The round is closed" in lead.words
    assert (moderate(lead, look) > 0) is (number == 1)
    lead.go(f"{PANEL}/next")
    look.at(f"panel after round {number}")


def verdict_on_the_page(lead: Window, number: int) -> dict[str, str]:
    """What the table of a round says of each statement."""
    lead.go(f"{PANEL}/round/{number}")
    rows = lead.tab.get_by_role("table", name="Every statement", exact=True).locator("tbody tr").all()
    return {row.locator("th").inner_text().strip(): row.locator("td").nth(5).inner_text() for row in rows}


def test_three_rounds_at_the_browser_come_out_as_designed(stage: Stage) -> None:
    """Invited, joined, rated, closed, moderated, carried on: fourteen statements end as the content says."""
    lead, manager = stage.open(width=DESKTOP), stage.open(width=DESKTOP)
    come_in(lead, "sam", PASSPHRASE)
    come_in(manager, "mona", PASSPHRASE)
    lock_protocol(lead)
    links = invite(manager)
    assert len(links) == 46
    seated: dict[Seat, Window] = {}
    writing: dict[Seat, Correspondent] = {}
    for each in panellists():
        seat = (each.group, each.place)
        name = f"{each.group} {each.place}"
        if seat in AT_A_BROWSER:
            width, script = AT_A_BROWSER[seat]
            seated[seat] = stage.open(width=width, script=script)
            join_at_a_browser(seated[seat], links[seat], name)
        else:
            writing[seat] = stage.write()
            writing[seat].visit(links[seat])
            writing[seat].send("join", {"sign_in": name, "passphrase": WORDS, "consent": "y"})
    assert len(seated) + len(writing) == 42

    told: dict[str, str] = {}
    look = Look(lead)
    lead.go(f"{PANEL}/names")
    look.at("panel names")
    for number in (1, 2, 3):
        stage.seeded.stage.reword(number)
        db.session.commit()
        asked = open_round(lead, number)
        given = stage.answers(number)
        assert len(given) == CAME[number]
        for seat, answers in given.items():
            if seat in seated:
                rate_at_a_browser(seated[seat], stage, asked, answers)
            else:
                rate_by_letter(writing[seat], stage, asked, answers)
        close(lead, look, number)
        told |= verdict_on_the_page(lead, number)

    look.done()
    in_second, in_third = stage.board(2), stage.board(3)
    assert list(in_third) == ["DS4", "DS5", "DS8", "DS11", "DS12", "P1"]
    assert len(documents.panel().items) == 14
    for entry in documents.panel().items:
        assert says(in_second[entry.key], entry.round_2), entry.key
        last = in_third.get(entry.key) or in_second[entry.key]
        assert says(last, entry.final), entry.key
        assert told[entry.key].startswith(SAID[last.verdict]), (entry.key, told[entry.key])
    assert told["DS4"] == "in, with reservation: service for men and women"
    assert lead.go("/team/trial/standards/DS4") == 200
    assert "Round 3, wording" in lead.words, "the panel is a strand of the evidence"
