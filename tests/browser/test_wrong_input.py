"""What people see when something is wrong: calm words, everything typed kept, and nothing left in the log."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from consult.models.consultation import Survey
from consult.models.response import Response
from consult.records import consultations
from consult.web.extensions import db
from tests.browser.looking import Look, Open, Window, come_in
from tests.browser.serving import Demonstration
from tests.browser.walking import take_code
from tests.builders import PASSPHRASE, make_response, make_team, release
from tests.consult.test_no_trace import spellings

pytestmark = pytest.mark.browser


def at_the_words(window: Window, slug: str) -> None:
    """To the page of the small survey with room for own words."""
    window.go(f"/about/{slug}")
    window.press("Start")
    window.press("I do not want a code")
    window.press("Continue")


def assert_calm(window: Window) -> None:
    """The way out and the support box are there, and nothing of the machinery."""
    expect(window.tab.locator(".app-exit__link")).to_be_visible()
    expect(window.tab.locator("#support")).to_be_visible()
    for alarming in (
        "Traceback",
        "Exception",
        "Internal Server Error",
        "fatal",
        "invalid",
        "failed",
        "SealError",
    ):
        assert alarming.lower() not in window.words.lower()


def assert_not_in_the_log(demonstration: Demonstration, words: str) -> None:
    """Nothing that was typed is in what the service printed."""
    printed = demonstration.installation.log.read_bytes()
    assert not any(spelling in printed for spelling in spellings(words))


@pytest.fixture
def slug(demonstration: Demonstration, request: pytest.FixtureRequest) -> str:
    """An open survey of this test's own."""
    name = request.node.name.split("[")[0].removeprefix("test_").replace("_", "-")[:30]
    with demonstration.installation.services() as app:
        return make_team(app, name=name, person=f"of-{name}").survey.slug


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_answer_that_is_too_long_comes_back_whole(
    open_: Open, demonstration: Demonstration, script: bool
) -> None:
    with demonstration.installation.services() as app:
        slug = make_team(app, name=f"long-{script}".lower(), person=f"long-{script}".lower()).survey.slug
    window = open_(script=script)
    at_the_words(window, slug)
    typed = "It  has\n\nroom. " + "Seven words that nobody should lose.\n" * 150
    window.tab.get_by_label("Yes", exact=True).check()
    window.tab.get_by_label("What helped?").fill(typed)
    with window.tab.expect_navigation() as shown:
        window.tab.get_by_role("button", name="Continue", exact=True).first.click()
    assert shown.value is not None
    assert shown.value.status == 422
    assert window.tab.title() == "Error: Standards consultation"
    assert window.tab.get_by_label("What helped?").input_value() == typed.strip()
    assert window.tab.get_by_label("Yes", exact=True).is_checked()
    expect(window.tab.locator("#problems")).to_be_focused()
    window.tab.locator("#problems a").click()
    expect(window.tab.get_by_label("What helped?")).to_be_focused()
    assert_calm(window)


def test_far_more_than_a_page_can_take_gets_a_page_and_not_a_broken_line(
    open_: Open, slug: str, demonstration: Demonstration
) -> None:
    window = open_(script=False)
    at_the_words(window, slug)
    for size in (300_000, 6_000_000):
        window.tab.get_by_label("What helped?").fill("unmistakable " + "x" * size)
        with window.tab.expect_navigation() as shown:
            window.tab.get_by_role("button", name="Continue", exact=True).first.click()
        assert shown.value is not None
        assert shown.value.status == 413
        assert window.heading == "That is more than this page can take"
        assert_calm(window)
        window.go(f"/s/{slug}")
        assert window.heading == "Getting support"
    assert_not_in_the_log(demonstration, "unmistakable")


def test_a_wrong_passphrase_is_never_shown_again(open_: Open, demonstration: Demonstration) -> None:
    window = open_()
    window.go("/team/sign-in")
    window.tab.get_by_label("Name").fill("lead")
    window.tab.get_by_label("Passphrase").first.fill("a guess that is wrong")
    window.press("Sign in")
    assert "do not go together" in window.words
    assert window.tab.get_by_label("Name").input_value() == "lead"
    assert "a guess that is wrong" not in window.tab.content()
    assert window.context.cookies() == [] or all(each["httpOnly"] for each in window.context.cookies())
    assert_not_in_the_log(demonstration, "a guess that is wrong")


def test_a_survey_that_closes_while_somebody_writes_gives_the_words_back(
    open_: Open, slug: str, demonstration: Demonstration
) -> None:
    window = open_(script=False)
    at_the_words(window, slug)
    window.tab.get_by_label("What helped?").fill("Somebody who listened at last")
    with demonstration.installation.services():
        survey = db.session.scalars(select(Survey).where(Survey.slug == slug)).one()
        consultations.close_survey(survey)
        db.session.commit()
    window.press("Continue")
    assert window.heading == "This has closed"
    assert window.tab.locator("textarea[readonly]").input_value() == "Somebody who listened at last"
    assert_calm(window)
    assert_not_in_the_log(demonstration, "Somebody who listened at last")


def test_a_record_that_was_changed_in_the_store_is_named_calmly_and_not_shown(
    open_: Open, demonstration: Demonstration
) -> None:
    with demonstration.installation.services() as app:
        team = make_team(app, name="tampered", person="tamper")
        sent = [make_response(team, {"helped_words": f"A kind voice, {number}"}) for number in range(5)]
        release(team)
        sealed = team.session.get_one(Response, sent[2])
        body = bytearray(sealed.body)
        body[len(body) // 2] ^= 1
        team.session.execute(update(Response).where(Response.id == sealed.id).values(body=bytes(body)))
        team.session.commit()
    window = open_()
    come_in(window, "tamper", PASSPHRASE)
    assert window.go("/team/tampered/answers/small/helped_words") == 200
    assert "One answer does not open, so it is not among these" in window.words
    assert "A kind voice, 1" in window.words
    assert "A kind voice, 2" not in window.tab.content()
    assert_not_in_the_log(demonstration, "A kind voice")
    look = Look(window)
    look.at("one answer does not open")
    look.done()


def test_two_windows_with_one_code_overwrite_nothing_unseen(open_: Open, slug: str) -> None:
    """S20: two windows of one browser."""
    first, second = open_(), open_(script=False)
    first.go(f"/about/{slug}")
    first.press("Start")
    code = take_code(first)
    first.press("Continue")
    first.tab.get_by_label("What helped?").fill("From the first window")
    first.press("Save and come back")
    second.go(f"/back/{slug}")
    second.tab.get_by_label("Your eight words, or the numbers").fill(code)
    second.press("Continue")
    assert second.tab.get_by_label("What helped?").input_value() == "From the first window"
    second.tab.get_by_label("What helped?").fill("From the second window")
    second.press("Save and come back")
    first.press("I have my code: go on")
    first.tab.get_by_label("What helped?").fill("From the first window again")
    with first.tab.expect_navigation() as shown:
        first.tab.get_by_role("button", name="Continue", exact=True).first.click()
    assert shown.value is not None
    assert shown.value.status == 409
    assert first.tab.locator("textarea[readonly]").input_value() == "From the first window again"
    assert "another window of yours" in first.words
    assert "This was saved from another page meanwhile." in first.words
    assert_calm(first)
    look = Look(first)
    look.at("fault 409")
    look.done()
