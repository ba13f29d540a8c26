"""S1, S27, S28: from landing page to evidence, without script, on a phone; nothing in clear on disk."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import surveys
from consult.records import standards, themes
from consult.records.standards import StandardText
from consult.records.themes import ThemeText
from tests.browser.looking import Window, come_in, open_window
from tests.browser.serving import Cluster, Elsewhere, Installation
from tests.browser.walking import SURVEY, type_back
from tests.builders import PASSPHRASE, TODAY, make_response, make_team
from tests.consult.test_no_trace import spellings

pytestmark = pytest.mark.browser

SAID = "Nobody hurried me and the kettle was always on."
ALSO = "A quieter door at the side would help Zebediah most."
REASON = "Several say that they were not hurried."
IN_CLEAR = "A consultation whose title is kept in clear"


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, elsewhere: Elsewhere
) -> tuple[Installation, Cluster | None]:
    """An empty installation on each of the two databases."""
    cluster: Cluster | None = None
    url = f"sqlite:///{tmp_path / 'home' / 'consult.db'}"
    if request.param == "postgresql":
        found: Cluster = request.getfixturevalue("cluster")
        cluster, url = found, found.new_database(f"journey_{os.getpid()}")
    made = Installation(home=tmp_path / "home", database_url=url, exit_url=elsewhere.url)
    made.prepare()
    return made, cluster


def test_a_mans_words_reach_the_evidence_and_nothing_on_disk(
    installation: tuple[Installation, Cluster | None], chromium: Browser, tmp_path: Path
) -> None:
    made, cluster = installation
    _furnish(made)
    with made.served() as home:
        respondent = open_window(chromium, home, made.exit_url, script=False)
        code = _answers(respondent)
        respondent.context.close()
        staff = open_window(chromium, home, made.exit_url, script=False)
        _releases(staff)
        _codes(staff)
        _links(staff)
        report, table = _hands_over(staff, tmp_path)
        staff.context.close()
        assert respondent.wrongs == staff.wrongs == []
        _is_a_table(table)
        assert SAID not in report.read_text(encoding="utf-8"), "a few: not in a file that leaves the team"
        # The title is searched too, to show that the search finds what is there in clear.
        secrets = [IN_CLEAR, SAID, ALSO, "kettle was always", "Zebediah", PASSPHRASE, *code]
        assert _found(made, cluster, secrets) == {IN_CLEAR}
    assert _found(made, cluster, secrets) == {IN_CLEAR}, "nor when the service has stopped"


def _furnish(made: Installation) -> None:
    """A survey that is open, four other answers, a theme, a standard with a clause."""
    with made.services() as app:
        team = make_team(app, source=surveys.shipped_source("survivors"), title=IN_CLEAR)
        for number in range(4):
            make_response(team, {"helped_words": f"It helped to be asked, {number}.", "words_use": "quote"})
        text = StandardText(key="DS1", title="Unhurried", statement="Nobody is hurried.")
        standard = standards.write(team.session, team.consultation, text, today=TODAY)
        standards.write_clause(
            team.session, standard, "1.1", "A first talk has no fixed length.", today=TODAY
        )
        themes.add(
            team.session, team.consultation, ThemeText(name="Time", definition="Says that there was time.")
        )
        team.session.commit()


def _answers(window: Window) -> list[str]:
    """One man's way through the whole survey; returns his code as words and as digits."""
    window.go("/")
    window.follow(SURVEY)
    assert window.context.cookies() == []
    window.press("Start")
    window.press("Get a code")
    code = window.tab.locator(".app-code").all_inner_texts()
    type_back(window)
    window.press("I have my code: go on")
    window.tab.get_by_label("A little (about 5 questions)").check()
    window.press("Continue")
    written = 0
    for _ in range(40):
        if window.heading == "Check your answers":
            break
        for question, words in (("q-helped_words", f"{SAID} It did."), ("q-else", ALSO)):
            if (box := window.tab.locator(f"#{question}")).count():
                box.fill(words)
                written += 1
        if (quote := window.tab.get_by_label("You may quote my words")).count():
            quote.check()
        over_18 = window.tab.get_by_role("button", name="I am 18 or over")
        window.press("I am 18 or over" if over_18.count() else "Continue")
    assert written == 2
    assert SAID in window.words
    assert ALSO in window.words
    window.press("Yes, use my answers: send them")
    assert window.tab.locator(".app-code").all_inner_texts() == code
    window.press("Close this page")
    assert window.context.cookies() == []
    return code


def _releases(window: Window) -> None:
    """Sign in, unlock, and let the five answers appear together."""
    come_in(window, "sam", PASSPHRASE)
    window.go("/team/trial/")
    window.press("Release now")
    assert "Answers were released" in window.words


def _codes(window: Window) -> None:
    """Find his answer, tick his sentence, press the theme."""
    window.follow("Answers")
    with window.tab.expect_navigation():
        window.tab.get_by_role("link", name="Is there more you want to say about what helps?").click()
    card = window.tab.locator("li.app-card", has_text=SAID)
    with window.tab.expect_navigation():
        card.get_by_role("button", name=re.compile("^Open")).click()
    window.tab.get_by_label(SAID, exact=True).check()
    with window.tab.expect_navigation():
        window.tab.locator("button.app-theme", has_text="Time").click()
    assert "Added." in window.words
    assert window.tab.locator(".app-card", has_text=f"“{SAID}”").count() == 1


def _links(window: Window) -> None:
    """From the theme to a clause, with stance and reason; then his very words stand beside the standard."""
    window.follow("Standards")
    window.follow("DS1 Unhurried")
    assert SAID not in window.words
    window.follow("Link a theme or a finding")
    window.tab.get_by_label("Clause", exact=True).select_option(label=_option(window, "Clause", "1.1"))
    window.tab.get_by_label("Theme", exact=True).select_option(label="Time")
    window.tab.get_by_label("Supports it", exact=True).check()
    window.tab.get_by_label("Moderate", exact=True).check()
    window.tab.get_by_label("Reason").fill(REASON)
    window.press("Link")
    assert window.heading == "DS1 Unhurried"
    said = window.tab.locator(".app-own-words", has_text="kettle")
    assert said.first.inner_text().strip() == SAID
    assert REASON in window.words
    assert "1.2" not in window.words


def _option(window: Window, label: str, part: str) -> str:
    options = window.tab.get_by_label(label, exact=True).locator("option").all_inner_texts()
    return next(option for option in options if part in option)


def _hands_over(window: Window, folder: Path) -> tuple[Path, Path]:
    """The report and the table, as files."""
    files = []
    for link in ("Download a report that can be handed on", "Download the evidence as a table (CSV)"):
        with window.tab.expect_download() as handed_over:
            window.tab.get_by_role("link", name=link).click()
        files.append(folder / handed_over.value.suggested_filename)
        handed_over.value.save_as(files[-1])
    report, table = files
    assert REASON in report.read_text(encoding="utf-8")
    return report, table


def _is_a_table(file: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert any("Time" in row and REASON in row for row in rows), rows
    assert len({len(row) for row in rows if len(row) > 1}) == 1


def _found(made: Installation, cluster: Cluster | None, texts: Sequence[str]) -> set[str]:
    """Which of the texts stand anywhere on disk, in any usual spelling."""
    spelled = [(text, spelling) for text in texts for spelling in spellings(text)]
    return {
        text for content in _left_behind(made, cluster) for text, spelling in spelled if spelling in content
    }


def _left_behind(made: Installation, cluster: Cluster | None) -> Iterator[bytes]:
    """Everything that the service can have written: database, its log, temporary files, what it printed."""
    for path in made.home.rglob("*"):
        if path.is_file():
            yield path.read_bytes()
    if cluster is not None:
        for path in cluster.files(made.database_url):
            yield path.read_bytes()
