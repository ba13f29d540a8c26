"""T44, T45: the use of words is chosen for each answer, and what was agreed to stays with the answers."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from flask import Flask, render_template_string

from consult.records import opened, quotes
from consult.records.quotes import Span
from consult.respond.service import consent
from tests.builders import Team, make_response, make_team, release
from tests.visitor import Visitor

CHECK = "Check your answers"
SEND = "Yes, use my answers: send them"
LIST = "use.helped_words"


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def at_the_check(team: Team, visitor: Visitor, *, code: bool, general: str = "quote") -> str:
    """Somebody on the check page, with words that may be quoted; returns the code."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    taken = visitor.take_code() if code else ""
    if not code:
        visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": "They listened."})
    visitor.press("Continue", {"words_use": general} if general else {})
    assert visitor.heading == CHECK
    return taken


def chosen(visitor: Visitor) -> str:
    """What stands in the list beside the answer."""
    return str(visitor.page.select(f"select[name='{LIST}'] option[selected]")[0]["value"])


def released(team: Team) -> opened.Opened:
    """The one real answer among others."""
    for _ in range(5):
        make_response(team, {})
    release(team)
    found = opened.released(team.session, team.vault, team.consultation, team.unlocked().keys)
    return next(each for each in found if each.answers)


@pytest.mark.parametrize("code", [True, False], ids=["with a code", "without"])
def test_the_use_of_words_is_chosen_beside_each_answer_and_no_button_loses_it(
    team: Team, visitor: Visitor, code: bool
) -> None:
    """T45: change, code and copy are pressed in between, and the choice stands."""
    at_the_check(team, visitor, code=code)
    words = visitor.page.select_one(f"select[name='{LIST}']")
    assert words is not None
    assert "For all your words this holds now: You may quote my words." in visitor.words
    assert "As for all my words" in words.get_text()
    assert not visitor.page.select("select[name='use.looked']"), "a ticked answer has no words"
    visitor.press("Change: Have you looked for support?", {LIST: "paraphrase", "archive": "yes"})
    visitor.press("Continue", {"looked": "no"})
    assert chosen(visitor) == "paraphrase"
    assert visitor.page.select("input[name=archive][checked]")
    visitor.press("Keep a copy for yourself")
    assert "These words: Put them in your own words" in visitor.words
    visitor.press("Back")
    assert chosen(visitor) == "paraphrase"
    visitor.press("Back")
    visitor.press("Continue")
    assert chosen(visitor) == "paraphrase"
    visitor.press(SEND)
    found = released(team)
    assert (dict(found.words), found.archive) == ({"helped_words": "paraphrase"}, True)
    assert found.consent_for("helped_words") == "paraphrase"


def test_uses_are_separate_and_off_at_first(team: Team, visitor: Visitor) -> None:
    """T44: nothing is ticked or chosen beforehand, and nothing chosen means counted only."""
    at_the_check(team, visitor, code=False, general="")
    assert not visitor.page.select("main [checked], main option[selected]")
    assert "For all your words this holds now: Only count my answers." in visitor.words
    visitor.press(SEND)
    found = released(team)
    assert (found.consent_for("helped_words"), found.archive) == ("count_only", False)


def test_a_use_that_is_not_offered_or_of_no_own_words_is_never_kept(team: Team, visitor: Visitor) -> None:
    at_the_check(team, visitor, code=False)
    visitor.press(SEND, {LIST: "sell", "use.looked": "quote", "use.nothing": "quote"})
    assert dict(released(team).words) == {}


def test_the_choice_waits_in_the_draft_and_comes_back_with_the_code(team: Team, visitor: Visitor) -> None:
    code = at_the_check(team, visitor, code=True)
    visitor.press("Show my code again", {LIST: "count_only", "archive": "yes"})
    visitor.press("I have my code: stop for now")
    visitor.visit(f"/back/{team.survey.slug}")
    visitor.press("Continue", {"code": code})
    if visitor.heading != CHECK:
        visitor.press("Continue")
    assert chosen(visitor) == "count_only"
    visitor.press(SEND)
    visitor.press("Close this page")
    visitor.visit(f"/back/{team.survey.slug}")
    visitor.press("Continue", {"code": code})
    assert "These words: Only count my answers" in visitor.words
    assert "You chose to keep these answers for later studies." in visitor.words
    visitor.press("Change my answers")
    assert chosen(visitor) == "count_only"
    visitor.press(SEND, {LIST: ""})
    assert released(team).consent_for("helped_words") == "quote"


def test_words_allowed_for_all_but_not_for_one_answer_are_not_quoted_from_it(
    team: Team, visitor: Visitor
) -> None:
    """T45: the team cannot propose a quote from the one answer, whatever was chosen for all."""
    at_the_check(team, visitor, code=False)
    visitor.press(SEND, {LIST: "count_only"})
    found, unlocked = released(team), team.unlocked()
    desk = quotes.Desk(
        session=team.session, vault=team.vault, consultation=team.consultation, keys=unlocked.keys
    )
    span = Span(
        coding_id=bytes(16),
        response_id=found.id,
        theme_id=bytes(16),
        question_id="helped_words",
        start=0,
        end=14,
    )
    with pytest.raises(quotes.NoConsentError):
        quotes.propose(desk, found, span, "They listened.", account_id=team.account.id)


def sealed_content(team: Team, visitor: Visitor, code: str) -> dict[str, object]:
    """What is inside the seal of the answers, opened with their author's code."""
    from consult.records import responses  # noqa: PLC0415 - for this one look alone

    _, keys = responses.read_code(team.intake, team.consultation, code)
    found = responses.find(team.session, team.intake, team.survey, keys)
    team.session.rollback()
    assert found is not None
    return dict(found.content)


def test_the_words_of_consent_are_kept_by_version_and_hash_inside_the_seal(
    app: Flask, visitor: Visitor
) -> None:
    """T44: a team that knows the survey's words and dates finds the same hash."""
    from tests.builders import SMALL  # noqa: PLC0415 - as the survey, with words of consent in it

    words = "Your answers are locked. After {freeze_date} published words stay published."
    team = make_team(app, source=f'consent = "{words}"\n{SMALL}')
    code = at_the_check(team, visitor, code=True)
    visitor.press(SEND)
    shown = words.replace("{freeze_date}", "a date that we will announce here")
    told = json.dumps({"version": consent.VERSION, "shown": [shown]}, separators=(",", ":"))
    assert sealed_content(team, visitor, code)["consent"] == {
        "version": consent.VERSION,
        "hash": hashlib.sha256(told.encode()).hexdigest(),
    }


def test_other_words_of_the_service_have_another_version(app: Flask) -> None:
    """T44: who changes what `agreed.html` says raises `consent.VERSION`, and this hash with it."""
    with app.test_request_context("/"):
        page = render_template_string(
            '{% from "respond/agreed.html" import what_happens, later_studies, sending with context %}'
            "{{ what_happens({'consent': []}, 'en', {}, 7) }}{{ later_studies(false) }}"
            "{{ sending(true) }}{{ sending(false) }}"
        )
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert (consent.VERSION, hashlib.sha256(words.encode()).hexdigest()[:16]) == (1, "cc3bcd380fb39879")
