"""T28 for the team: what pages say after something was done or typed wrong; the crawler looks at the rest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.looking import Look, Open, Window, come_in
from tests.browser.serving import Demonstration

pytestmark = pytest.mark.browser

HERE = "/team/demonstration"
ANSWERS = f"{HERE}/answers/survivors/helped_words"


def test_the_door(open_: Open, demonstration: Demonstration) -> None:
    window = open_()
    look = Look(window)
    window.go("/team/sign-in")
    look.at("door sign in")
    window.tab.get_by_label("Name").fill("lead")
    window.tab.get_by_label("Passphrase").first.fill("not the passphrase of anybody")
    window.press("Sign in")
    assert window.tab.title().startswith("Error:")
    assert window.tab.get_by_label("Passphrase").first.input_value() == ""
    look.at("door wrong passphrase")
    window.tab.get_by_label("Passphrase").first.fill(demonstration.sign_ins["lead"])
    window.press("Sign in")
    look.at("team home, locked")
    window.go("/team/unlock")
    look.at("door unlock")
    window.tab.get_by_label("Passphrase").first.fill("not the passphrase of anybody")
    window.press("Unlock")
    look.at("door unlock, wrong")
    window.go("/team/passphrase")
    look.at("door passphrase")
    window.press("Change passphrase")
    look.at("door passphrase, wrong")
    look.done()


def test_pages_that_run_a_consultation(lead: Window) -> None:
    look = Look(lead)
    lead.go("/team/new")
    lead.press("Make the consultation and its keys")
    look.at("team new, wrong")
    lead.go(f"{HERE}/settings")
    lead.tab.get_by_label("Title").fill("")
    lead.press("Save")
    look.at("team settings, wrong")
    lead.go("/team/people")
    lead.press("Add")
    look.at("team people, wrong")
    lead.tab.locator("#display_name").fill("Looked At")
    lead.tab.locator("#name").fill("looked-at")
    lead.press("Add")
    look.at("team person added")
    lead.go(f"{HERE}/keys/give")
    lead.press("Give the key")
    look.at("team keys, wrong")
    look.done()


def test_pages_before_a_survey_opens(lead: Window) -> None:
    """T28: what is signed and what is missing, the preview and all ways, in every look."""
    look = Look(lead)
    survey = f"{HERE}/surveys/survivors"
    for path, name in (
        ("preview?page=depth&width=phone", "preview, as on a phone"),
        ("preview?page=sent&width=tablet", "preview, after sending"),
    ):
        assert lead.go(f"{survey}/{path}") == 200, path
        look.at(f"team {name}")
    lead.go(f"{survey}/sign/pilot")
    lead.press("Sign")
    look.at("team sign, wrong")
    lead.go(f"{survey}/closing")
    lead.tab.get_by_label("Last day to start").fill("2020-01-01")
    lead.press("Put it off")
    look.at("team last day to start, wrong")
    look.done()


def test_pages_of_recovery_shares(lead: Window) -> None:
    look = Look(lead)
    lead.go(f"{HERE}/recovery/make")
    lead.press("Make the shares and show them once")
    look.at("team recovery, shares")
    shares = lead.tab.locator(".app-share .app-code").all_inner_texts()
    assert len(shares) == 3
    lead.go(f"{HERE}/recovery/confirm")
    lead.tab.get_by_label("One share").fill(shares[0][:-1])
    lead.press("Check this share")
    look.at("team recovery, one share, wrong")
    lead.tab.get_by_label("One share").fill(shares[0])
    lead.press("Check this share")
    look.at("team recovery, confirmed")
    lead.go(f"{HERE}/recovery/use")
    lead.press("Let this person in")
    look.at("team recovery, use, wrong")
    look.done()


def test_pages_on_paper(open_: Open, demonstration: Demonstration) -> None:
    lead = open_()  # a session of its own: sealing gives it another cookie
    come_in(lead, "lead", demonstration.sign_ins["lead"])
    look = Look(lead)
    assert lead.go(f"{HERE}/paper") == 200
    look.at("paper")
    lead.tab.get_by_role("link", name="Type answers in").first.click()
    lead.tab.wait_for_url(re.compile("keying"))
    look.at("paper, keying")
    lead.tab.get_by_role("button", name="Seal these answers").click()
    lead.tab.locator(".govuk-error-summary").wait_for()
    look.at("paper, keying, empty")
    lead.tab.locator("main textarea").first.fill("much " * 1_001)
    lead.press("Seal these answers")
    look.at("paper, keying, wrong")
    lead.tab.locator("main textarea").first.fill("Somebody who had time.")
    lead.tab.get_by_label("The person wants a code").check()
    lead.press("Seal these answers")
    assert "The answers are sealed" in lead.words
    look.at("paper, sealed")
    lead.press("Next: an empty form")
    assert "Somebody who had time." not in lead.tab.content()
    lead.tab.go_back()
    assert "Somebody who had time." not in lead.tab.content()
    look.done()


def test_pages_that_load_a_survey(lead: Window) -> None:
    look = Look(lead)
    lead.go(f"{HERE}/surveys/load")
    lead.press("Check")
    look.at("team load, empty")
    lead.tab.locator("#source").fill('id = "Not Good"\nfrom = "nowhere"\n')
    lead.press("Check")
    look.at("team load, faults")
    lead.press("Put its text into the box below")
    look.at("team load, none chosen")
    lead.tab.get_by_label("What good support looks like").check()
    lead.press("Put its text into the box below")
    look.at("team load, ours")
    lead.press("Check")
    assert "There is nothing to mend" in lead.words
    look.at("team load, checked")
    lead.press("Keep this version")
    look.at("team load, refused")
    lead.go("/team/elsewhere/")
    look.at("team 404")
    look.done()


def test_pages_for_coding(lead: Window) -> None:
    look = Look(lead)
    lead.go(f"{HERE}/themes")
    lead.follow("Add a theme")
    lead.press("Save theme")
    look.at("coding new theme, wrong")
    lead.go(f"{ANSWERS}/next")
    look.at("coding an answer, covered")
    lead.press("Open it")
    look.at("coding an answer, drawn")
    lead.tab.locator("input[name=sentence]").first.check()
    lead.tab.locator("button.app-theme").first.click()
    lead.tab.wait_for_url(re.compile("done="))
    look.at("coding an answer, given")
    lead.go(f"{ANSWERS}?which=coded")
    lead.tab.get_by_role("button", name=re.compile("^Open")).first.click()
    lead.tab.wait_for_url(re.compile("helped_words/[0-9a-f]{32}"))
    look.at("coding an answer, chosen")
    lead.press("Keep the memo")
    look.at("coding an answer, wrong")
    lead.go(f"{HERE}/care")
    look.at("coding care")
    look.done()


def test_pages_that_look_over_the_coding(lead: Window) -> None:
    look = Look(lead)
    for path, name in (
        (f"{HERE}/frame", "history"),
        (f"{HERE}/journal", "journal"),
        (f"{HERE}/double", "double coding"),
        (f"{ANSWERS}/progress?estimate=yes", "progress"),
        (f"{ANSWERS}/sure", "very sure"),
        (f"{HERE}/search", "search"),
    ):
        assert lead.go(path) == 200, path
        look.at(f"coding {name}")
    lead.go(f"{HERE}/journal")
    lead.press("Keep it")
    look.at("coding journal, wrong")
    lead.go(f"{HERE}/themes")
    lead.tab.get_by_role("link", name="Change").nth(1).click()
    lead.press("See what that would do")
    look.at("coding merge")
    look.done()


def test_pages_of_the_evidence(lead: Window) -> None:
    look = Look(lead)
    lead.go(f"{HERE}/standards/DS3/links")
    lead.press("Link")
    look.at("evidence link, wrong")
    lead.go(f"{HERE}/standards/new")
    lead.press("Save standard")
    look.at("evidence new standard, wrong")
    lead.go(f"{HERE}/standards/DS3/edit")
    lead.press("Save clause")
    look.at("evidence clause, wrong")
    lead.go(f"{HERE}/literature/new")
    lead.press("Record publication")
    look.at("evidence publication, wrong")
    lead.go(f"{HERE}/literature")
    lead.tab.locator("main a[href*='/works/']").first.click()
    lead.tab.wait_for_url(re.compile("/works/"))
    lead.press("Add finding")
    look.at("evidence finding, wrong")
    look.done()


def test_pages_of_what_comes_after_taking_part(lead: Window) -> None:
    look = Look(lead)
    lead.go(f"{HERE}/changes")
    lead.tab.locator("main h2 a").first.click()
    lead.tab.wait_for_url(re.compile("changes/[0-9a-f]{32}"))
    look.at("after an entry")
    lead.go(f"{HERE}/changes/new")
    lead.press("Save")
    look.at("after an entry, wrong")
    lead.go(f"{HERE}/hear-more")
    lead.tab.locator("#until").fill("2020-01-01")
    lead.press("Save")
    look.at("after hear more, wrong")
    look.done()


def _to_words_that_may_be_quoted(lead: Window) -> None:
    """A page shows a few answers of each theme, drawn anew with each demonstration; not all may be quoted."""
    for number in range(1, 13):
        lead.go(f"{HERE}/standards/DS{number}")
        if lead.tab.locator("details:has(textarea[name=words])").count():
            return
    raise AssertionError("no words that may be quoted")


def test_a_quote_and_the_report(lead: Window, tmp_path: Path) -> None:
    look = Look(lead)
    _to_words_that_may_be_quoted(lead)
    quoting = lead.tab.locator("details:has(textarea[name=words])").first
    quoting.locator("summary").click()
    quoting.locator("textarea").fill("Words that nobody said.")
    with lead.tab.expect_navigation():
        quoting.get_by_role("button", name="Propose this quote").click()
    look.at("evidence quote, wrong")
    own = lead.tab.locator(".app-card").filter(has=lead.tab.locator("details[open]")).first
    own.locator("textarea").fill(own.locator(".app-own-words").first.inner_text())
    with lead.tab.expect_navigation():
        own.get_by_role("button", name="Propose this quote").click()
    assert "Somebody else needs to pass it." in lead.words
    look.at("evidence quote, proposed")
    with lead.tab.expect_download() as handed_over:
        lead.tab.get_by_role("link", name="Download a report that can be handed on").click()
    file = tmp_path / handed_over.value.suggested_filename
    handed_over.value.save_as(file)
    lead.tab.goto(file.as_uri())
    look.at("report")
    look.done()
