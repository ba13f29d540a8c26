"""S26: script and formulas that somebody types are words everywhere: nothing runs, nothing is a formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from consult.models.account import Role
from consult.models.standard import Stance, Strength
from consult.records import accounts, codings, opened, standards, themes
from consult.records.codings import Coding
from consult.records.standards import StandardText
from consult.records.themes import ThemeText
from tests.browser.looking import Open, Window, come_in
from tests.browser.serving import Demonstration
from tests.browser.walking import take_code
from tests.builders import PASSPHRASE, TODAY, Team, make_account, make_response, make_team, release

pytestmark = pytest.mark.browser

IMAGE = """"><img src=x onerror="window.ran = 1"><iframe srcdoc="<script>parent.ran = 1</script>"></iframe>"""
LINK = """<a href="javascript:window.ran = 1" autofocus onfocus="ran = 1">a</a><base href="//e.example/">"""
VECTOR = """</textarea></title><svg onload="window.ran = 1"><style>*{background:url(//e.example/)}</style>"""
MOVE = """<meta http-equiv="refresh" content="0;url=javascript:window.ran = 1">{{ 7 * 7 }}{% raise %}${7*7}"""
PAYLOADS = ("<script>window.ran = 1; alert('ran')</script>", IMAGE + LINK, VECTOR + MOVE, "=1+1")
PAYLOAD = " ".join(PAYLOADS[:3])
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def assert_only_words(window: Window, *payloads: str) -> None:
    """The page shows the payloads letter by letter, and nothing of them has become part of it."""
    for payload in payloads:
        boxes = [box.input_value() for box in window.tab.locator("textarea, input[type=text]").all()]
        assert payload in window.tab.locator("body").inner_text() or any(payload in box for box in boxes), (
            payload
        )
    assert window.tab.evaluate("window.ran") is None
    planted = (
        "[onerror], [onload], [onfocus], img[src=x], iframe, main base, meta[http-equiv], [href^=javascript]"
    )
    assert window.tab.locator(planted).count() == 0
    assert window.tab.locator("script:not([src])", has_text="window.ran").count() == 0


def test_who_answers_sees_own_script_as_words(open_: Open, demonstration: Demonstration) -> None:
    with demonstration.installation.services() as app:
        slug = make_team(app, name="scripts-answers", person="scripts-answers").survey.slug
    window = open_()
    window.go(f"/about/{slug}")
    window.press("Start")
    code = take_code(window)
    window.press("Continue")
    box = window.tab.get_by_label("What helped?")
    box.fill(PAYLOAD * 40)
    window.press("Continue")
    assert window.tab.title().startswith("Error:")
    assert_only_words(window, *PAYLOADS[:3])
    box.fill(PAYLOAD)
    window.press("Continue")
    window.press("Back")
    assert_only_words(window, *PAYLOADS[:3])
    window.tab.evaluate("document.querySelector('#page [name=csrf_token]').value = 'stale'")
    window.press("Continue")
    assert_only_words(window, *PAYLOADS[:3])
    window.go(f"/s/{slug}")
    window.press("Continue")
    window.press("Continue")
    assert window.heading == "Check your answers"
    assert_only_words(window, *PAYLOADS[:3])
    window.press("Yes, use my answers: send them")
    window.press("Close this page")
    window.go(f"/back/{slug}")
    window.tab.get_by_label("Your eight words, or the numbers").fill(code)
    window.press("Continue")
    assert window.heading == "What you sent"
    assert_only_words(window, *PAYLOADS[:3])
    window.go(f"/back/{slug}")


def test_the_team_sees_script_as_words_in_pages_and_files(
    open_: Open, demonstration: Demonstration, tmp_path: Path
) -> None:
    with demonstration.installation.services() as app:
        _furnish(make_team(app, name="scripts-team", person="scripts-team", published_k=6, team_k=5))
    window = open_()
    come_in(window, "scripts-team", PASSPHRASE)
    for path in ("answers/small/helped_words", "themes", "matrix", "standards"):
        window.go(f"/team/scripts-team/{path}")
        assert_only_words(window)
    window.go("/team/scripts-team/answers/small/helped_words")
    with window.tab.expect_navigation():
        window.tab.locator("li.app-card button").first.click()
    assert_only_words(window, PAYLOADS[0])
    window.go("/team/scripts-team/standards/DS1")
    assert_only_words(window, *PAYLOADS)
    window.tab.locator("summary", has_text="Propose as a quote").first.click()
    window.press("Propose this quote")
    other = open_()
    come_in(other, "scripts-second", PASSPHRASE)
    other.go("/team/scripts-team/standards/DS1")
    other.press("Pass this quote")
    assert_only_words(other, *PAYLOADS)
    window.go("/team/scripts-team/themes")
    assert_only_words(window, *PAYLOADS)
    files = []
    window.go("/team/scripts-team/standards/DS1")
    for link in ("Download a report that can be handed on", "Download the evidence as a table (CSV)"):
        with window.tab.expect_download() as handed_over:
            window.tab.get_by_role("link", name=link).click()
        files.append(tmp_path / handed_over.value.suggested_filename)
        handed_over.value.save_as(files[-1])
    window.tab.goto(files[0].as_uri())
    assert_only_words(window, *PAYLOADS[:3])
    assert "In people's own words" in window.words
    with files[1].open(encoding="utf-8-sig", newline="") as table:
        cells = [cell for row in csv.reader(table) for cell in row]
    assert [cell for cell in cells if cell.startswith(FORMULAS)] == []
    assert any("=1+1" in cell for cell in cells)


def _furnish(team: Team) -> None:
    """Eight people who type nothing but script, coded with themes of script, and a second analyst."""
    session, consultation, unlocked = team.session, team.consultation, team.unlocked()
    for _ in range(8):
        make_response(team, {"helped_words": PAYLOAD, "words_use": "quote"})
    release(team)
    script, image, end, formula = PAYLOADS
    text = StandardText(key="DS1", title=script, statement=image, why=end, how_checked=formula)
    standard = standards.write(session, consultation, text, today=TODAY)
    made = [
        themes.add(session, consultation, ThemeText(name=payload, definition=payload, example=payload))
        for payload in PAYLOADS
    ]
    clause = standards.write_clause(session, standard, "1.1", PAYLOADS[3], today=TODAY)
    for theme in made:
        standards.link(
            session,
            clause,
            theme,
            Stance.SUPPORTS,
            Strength.STRONG,
            PAYLOADS[3],
            account_id=team.account.id,
            today=TODAY,
        )
    second = make_account(team.app, "scripts-second", consultation, Role.ANALYST)
    accounts.grant(session, team.vault, consultation, team.key, second)
    for response in list(opened.released(session, team.vault, consultation, unlocked.keys)):
        for seq, theme in enumerate(made, start=1):
            coding = Coding(
                response_id=response.id,
                response_rev=response.rev,
                question_id="helped_words",
                start=0,
                end=len(PAYLOAD),
                theme_id=theme.id,
                coder_id=team.account.id,
                seq=seq,
            )
            codings.add(session, team.vault, consultation, unlocked.keys, coding)
    session.commit()
