"""Answers from paper or phone, typed in by the team: sealed and counted as others, and not seen again."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from consult.gathering import service
from consult.gathering.service.keying import AGREED
from consult.models.base import Base
from consult.models.response import Receipt
from consult.records import responses
from consult.resources import TEMPLATES
from consult.web.extensions import db
from tests.builders import Team, make_response, release
from tests.consult.gathering.keying.sheet import (
    SEAL,
    WORDS,
    logged,
    mark,
    open_all,
    rows,
    sent_fields,
    shown,
    totals,
)
from tests.consult.gathering.scene import ANSWERS
from tests.visitor import HOST, Visitor


def test_answers_are_sealed_counted_and_open_with_their_batch_as_any_others(
    team: Team, keyer: Visitor
) -> None:
    """S15: marked inside the seal as from paper; beside it nothing differs."""
    keyer.press(SEAL, {**ANSWERS, "came-by": "phone", "later-studies": "yes"})
    assert (keyer.status, keyer.heading) == (200, "The answers are sealed")
    assert totals(team) == {"started": 1, "sent": 1}
    for _ in range(4):
        make_response(team, {"looked": "yes", "helped_words": WORDS})
    assert {len(row.body) for row in rows(team)} == {len(rows(team)[0].body)}
    assert release(team) == 5
    found = open_all(team)
    assert sorted(each.keyed for each in found) == ["", "", "", "", "phone"]
    (mine,) = [each for each in found if each.keyed]
    assert mine.answers == {
        "looked": "yes",
        "helped": ["text_online", "another_way"],
        "helped.another_way": "A card in the library",
        "welcome": 4,
        "visits": 12,
        "helped_words": WORDS,
        "words_use": "quote",
    }
    assert (mine.depth, mine.language, mine.words_consent, mine.archive) == ("full", "en", "quote", True)


def test_whoever_changes_the_words_of_consent_on_paper_changes_their_version() -> None:
    """T44: sealed answers say which words were agreed to."""
    words = (TEMPLATES / "paper" / "agreed.html").read_text(encoding="utf-8")
    said = re.findall(r'_\("([^"]+)"\)', words)
    assert (AGREED, hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]) == (
        "paper 1",
        "e88cfdae117514e6",
    )


def test_the_form_is_emptied_after_each_and_nothing_of_it_is_kept(team: Team, keyer: Visitor) -> None:
    """S1, T25: no plain text in any table, web session, log of the team or page that follows."""
    first = mark(keyer)
    keyer.press(SEAL, {**ANSWERS, "came-by": "phone"})
    assert WORDS not in keyer.words
    keyer.press("Next: an empty form")
    assert keyer.heading == "Type answers in"
    assert shown(keyer) == {"came-by": "phone"}
    assert mark(keyer) != first
    team.session.rollback()
    held = [repr(row) for table in Base.metadata.sorted_tables for row in team.session.execute(select(table))]
    assert not [row for row in held if WORDS in row or "library" in row]
    team.session.rollback()
    if team.session.get_bind().dialect.name == "sqlite":
        database = Path(str(make_url(str(db.engine.url)).database))
        for file in database.parent.glob(database.name + "*"):
            content = file.read_bytes()
            assert WORDS.encode() not in content, file.name
            if file.name.endswith("-wal"):  # a receipt beside its response, or the log's line
                assert rows(team)[0].body not in content


def test_the_log_says_that_it_was_done_and_nothing_of_what(team: Team, keyer: Visitor) -> None:
    """S16: who, in which survey, on which day."""
    keyer.press(SEAL, ANSWERS)
    (event,) = logged(team)
    assert (event.actor, event.object, event.detail) == ("kim", "trial/small", "")


def test_a_filled_form_does_not_come_back_from_the_memory_of_the_browser(team: Team, keyer: Visitor) -> None:
    """T09: after sealing the cookie is another one, and every field refuses to be refilled."""
    assert keyer.page.select_one("form#page")["autocomplete"] == "off"  # type: ignore[index]
    before = keyer.client.get_cookie("w", path="/")
    keyer.press(SEAL, ANSWERS)
    after = keyer.client.get_cookie("w", path="/")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert keyer.response is not None
    assert keyer.response.headers["Cache-Control"] == "no-store"


def test_a_second_press_seals_nothing_a_second_time(team: Team, keyer: Visitor) -> None:
    """S20: the same form sent twice, one after the other."""
    fields = sent_fields(keyer, ANSWERS)
    path = keyer.path
    for _ in range(2):
        keyer.post(path, fields)
        assert keyer.heading == "The answers are sealed"
    keyer.press("Next: an empty form")
    keyer.post(path, fields)  # from a page that some browser kept after all
    assert keyer.status == 409
    assert "This form was sealed already" in keyer.words
    assert (len(rows(team)), totals(team), len(logged(team))) == (1, {"started": 1, "sent": 1}, 1)


def test_two_presses_at_one_moment_seal_once_and_show_a_code_that_works(team: Team, keyer: Visitor) -> None:
    """S20, T18: the second press meets the first one's mark, and does not make another code."""
    answers, press = presses(keyer)
    pressing = [threading.Thread(target=press) for _ in range(3)]
    for each in pressing:
        each.start()
    for each in pressing:
        each.join()
    assert answers == [303, 303, 303]
    keyer.visit(f"{keyer.path}/done")
    assert (len(rows(team)), totals(team)) == (1, {"started": 1, "sent": 1})
    words, keys = responses.read_code(team.intake, team.consultation, keyer.code())
    assert words == keyer.code()
    found = responses.find(team.session, team.intake, team.survey, keys)
    assert found is not None
    assert found.content["answers"]["helped_words"] == WORDS


def test_a_press_while_another_one_begins_waits_for_it_and_begins_nothing(
    keyer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S20: else it would put the first one's mark away, and with it the code of somebody who waits."""
    answers, press = presses(keyer)
    begun, begins = threading.Event(), service.begin
    times: list[int] = []

    def slowly(*given: Any, **more: Any) -> None:
        times.append(1)
        begun.set()
        time.sleep(0.5)
        begins(*given, **more)

    monkeypatch.setattr(service, "begin", slowly)
    pressing = [threading.Thread(target=press) for _ in range(2)]
    pressing[0].start()
    assert begun.wait(20)
    pressing[1].start()
    for each in pressing:
        each.join()
    assert len(times) == 1
    assert answers == [303, 303]
    keyer.visit(f"{keyer.path}/done")
    assert len(keyer.code().split()) == 8


def presses(keyer: Visitor) -> tuple[list[int], Callable[[], None]]:
    """What presses the button of a filled form, for any thread, and how each press was answered."""
    fields = sent_fields(keyer, ANSWERS, **{"wants-code": "yes"})
    cookie = keyer.client.get_cookie("w", path="/")
    assert cookie is not None
    headers = {"Cookie": f"w={cookie.value}", "Sec-Fetch-Site": "same-origin"}
    answers: list[int] = []

    def press() -> None:
        client = keyer.client.application.test_client(use_cookies=False)
        answers.append(client.post(keyer.path, data=many(fields), base_url=HOST, headers=headers).status_code)

    return answers, press


def many(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in fields:
        gathered.setdefault(name, []).append(value)
    return gathered


def test_a_code_for_the_person_opens_changes_and_takes_back_and_is_shown_once(
    team: Team, keyer: Visitor
) -> None:
    """T18, T20, T21: the person goes on alone with it; here it is gone once the next form is asked for."""
    keyer.press(SEAL, {**ANSWERS, "wants-code": "yes"})
    code = keyer.code()
    assert len(code.split()) == 8
    assert f"{HOST}/back/{team.survey.slug}" in keyer.words
    assert team.session.scalars(select(Receipt)).one()
    team.session.rollback()
    keyer.press("Next: an empty form")
    keyer.visit(f"{keyer.path}/done")
    assert keyer.heading == "Type answers in"
    assert code not in keyer.words
    person = Visitor(team.app.test_client())
    person.visit(f"/back/{team.survey.slug}")
    person.press("Continue", {"code": code})
    assert WORDS in person.words
    person.press("Take my answers back")
    assert person.heading == "Your answers are taken back"
    assert rows(team) == []


def test_without_a_code_there_is_no_receipt(team: Team, keyer: Visitor) -> None:
    keyer.press(SEAL, ANSWERS)
    assert team.session.scalars(select(Receipt)).all() == []
    assert keyer.page.select(".app-code") == []


def test_a_paper_of_somebody_under_age_is_not_kept(team: Team, keyer: Visitor) -> None:
    """T36: nothing is stored, and what to read out stands there."""
    keyer.press(SEAL, {**ANSWERS, "adult": "under_18"})
    assert keyer.heading == "Nothing was kept"
    assert "You can still talk to someone." in keyer.words
    assert (rows(team), totals(team), logged(team)) == ([], {}, [])
