"""Answers from paper or phone, typed in by the team: read and sealed as others, and not seen again."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url

from consult.gathering.service.keying import AGREED
from consult.models.account import Role
from consult.models.audit import AuditEvent
from consult.models.base import Base
from consult.models.consultation import State
from consult.models.response import Receipt, Response, Total
from consult.records import opened, responses
from consult.resources import TEMPLATES
from consult.web.extensions import db
from tests.builders import Team, make_account, make_response, make_team, release
from tests.consult.entering import sign_in
from tests.consult.gathering.scene import ANSWERS, PAPER
from tests.consult.halves import Halves
from tests.visitor import HOST, Visitor

WORDS = str(ANSWERS["helped_words"])
SEAL = "Seal these answers"


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app, source=PAPER)
    make_account(app, "kim", made.consultation, Role.ANALYST)
    made.session.rollback()
    return made


@pytest.fixture
def keyer(team: Team, visitor: Visitor) -> Visitor:
    """Kim, who may read answers and has unlocked nothing, before an empty form."""
    sign_in(visitor, "kim")
    visitor.visit("/team/trial/")
    follow(visitor, "On paper: questions and posters to print, and typing answers in")
    follow(visitor, "Type answers in")
    assert visitor.heading == "Type answers in"
    return visitor


def follow(visitor: Visitor, words: str) -> None:
    (link,) = [each for each in visitor.page.select("main a") if each.get_text(strip=True) == words]
    visitor.visit(str(link["href"]))


def rows(team: Team) -> list[Response]:
    team.session.rollback()
    return list(team.session.scalars(select(Response)))


def totals(team: Team) -> dict[str, int]:
    team.session.rollback()
    return {total.what: total.current for total in team.session.scalars(select(Total))}


def logged(team: Team) -> list[AuditEvent]:
    team.session.rollback()
    return [event for event in team.session.scalars(select(AuditEvent)) if event.action == "key answers in"]


def shown(visitor: Visitor) -> dict[str, Any]:
    """What the fields of the form hold."""
    held: dict[str, Any] = {}
    for field in visitor.page.select("main input:not([type=hidden]), main textarea"):
        name = str(field["name"])
        if field.name == "textarea":
            held[name] = field.get_text().removeprefix("\n")
        elif field.get("type") == "text":
            held[name] = str(field.get("value", ""))
        elif field.has_attr("checked"):
            before = held.get(name)
            value = str(field["value"])
            held[name] = (
                value if before is None else [*([before] if isinstance(before, str) else before), value]
            )
    return {name: value for name, value in held.items() if value}


def mark(visitor: Visitor) -> str:
    field = visitor.page.find("input", {"name": "sheet-mark"})
    assert field is not None
    return str(field["value"])  # type: ignore[index]  # a tag


def open_all(team: Team) -> list[opened.Opened]:
    """All released answers, opened by who may."""
    unlocked = team.unlocked()
    found = list(opened.released(team.session, team.vault, team.consultation, unlocked.keys))
    team.session.rollback()
    return found


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


def sent_fields(visitor: Visitor, answers: Mapping[str, Any], **more: str) -> list[tuple[str, str]]:
    """What the browser sends for these answers."""
    fields = [(str(f["name"]), str(f["value"])) for f in visitor.page.select("#page input[type=hidden]")]
    for name, given in {**answers, "came-by": "paper", "act": "seal", **more}.items():
        fields += [(name, each) for each in ([given] if isinstance(given, str) else given)]
    return fields


def test_two_presses_at_one_moment_seal_once_and_show_a_code_that_works(team: Team, keyer: Visitor) -> None:
    """S20, T18: the second press meets the first one's mark, and does not make another code."""
    fields = sent_fields(keyer, ANSWERS, **{"wants-code": "yes"})
    cookie = keyer.client.get_cookie("w", path="/")
    assert cookie is not None
    answers: list[int] = []

    def press() -> None:
        client = team.app.test_client(use_cookies=False)
        headers = {"Cookie": f"w={cookie.value}", "Sec-Fetch-Site": "same-origin"}
        answers.append(client.post(keyer.path, data=many(fields), base_url=HOST, headers=headers).status_code)

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


def test_what_is_wrong_stands_beside_its_field_and_everything_typed_stays(team: Team, keyer: Visitor) -> None:
    """T30: too long, no number, two that rule each other out; nothing is stored."""
    wrong = {**ANSWERS, "visits": "a few", "helped": ["text_online", "nothing"], "helped_words": "w" * 5001}
    wrong["helped.another_way"] = ""
    keyer.press(SEAL, wrong)
    assert keyer.status == 422
    assert keyer.page.title is not None
    assert keyer.page.title.get_text(strip=True).startswith("Error:")
    links = [(str(a["href"]), a.get_text(strip=True)) for a in keyer.page.select(".govuk-error-summary a")]
    assert {href for href, _ in links} == {"#q-visits", "#q-helped", "#q-helped_words"}
    assert all(keyer.page.find(id=href[1:]) for href, _ in links)
    assert any(said.startswith("Question 5: Please write a whole number") for _, said in links)
    left = {name: value for name, value in wrong.items() if value}
    assert shown(keyer) == {**left, "came-by": "paper"}
    assert (rows(team), logged(team)) == ([], [])


def test_nothing_is_required_but_an_empty_form_is_a_slip(team: Team, keyer: Visitor) -> None:
    """T01: one answer is enough; a form without any was pressed by mistake."""
    keyer.press(SEAL)
    assert keyer.status == 422
    assert "Nothing is typed in yet" in keyer.words
    keyer.press(SEAL, {"words_use": "count_only"})
    assert keyer.heading == "The answers are sealed"


def test_answers_to_questions_that_were_not_for_the_person_are_not_dropped_unseen(
    team: Team, keyer: Visitor
) -> None:
    """The paper says No and goes on all the same: the numbers are named, and somebody decides."""
    keyer.press(SEAL, {**ANSWERS, "looked": "no"})
    assert keyer.status == 422
    assert "these questions are not for this person: 4, 5, 6." in keyer.words
    assert shown(keyer)["helped_words"] == WORDS
    assert rows(team) == []
    keyer.press("Seal without these answers")
    assert keyer.heading == "The answers are sealed"
    for _ in range(4):
        make_response(team, {"looked": "yes"})
    release(team)
    (mine,) = [each for each in open_all(team) if each.keyed]
    assert set(mine.answers) == {"looked", "helped", "helped.another_way", "words_use"}


def test_a_paper_of_somebody_under_age_is_not_kept(team: Team, keyer: Visitor) -> None:
    """T36: nothing is stored, and what to read out stands there."""
    keyer.press(SEAL, {**ANSWERS, "adult": "under_18"})
    assert keyer.heading == "Nothing was kept"
    assert "You can still talk to someone." in keyer.words
    assert (rows(team), totals(team), logged(team)) == ([], {}, [])


def test_keeping_and_clearing_store_nothing_and_lose_nothing(team: Team, keyer: Visitor) -> None:
    """The press that keeps somebody signed in, and the one that takes a tick back."""
    first = mark(keyer)
    keyer.press("Keep what is typed and go on", ANSWERS)
    assert (keyer.status, shown(keyer)) == (200, {**ANSWERS, "came-by": "paper"})
    keyer.press("Clear this answer", form=3)
    left = {name: value for name, value in ANSWERS.items() if name != "welcome"}
    assert shown(keyer) == {**left, "came-by": "paper"}
    assert mark(keyer) == first
    assert rows(team) == []


def test_a_survey_that_closed_meanwhile_takes_nothing_and_gives_all_back(team: Team, keyer: Visitor) -> None:
    fields = sent_fields(keyer, ANSWERS)
    team.session.get_one(type(team.survey), team.survey.id).state = State.CLOSED
    team.session.commit()
    keyer.post(keyer.path, fields)
    assert keyer.status == 410
    assert "This survey is closed" in keyer.words
    assert shown(keyer) == {**ANSWERS, "came-by": "paper"}
    assert rows(team) == []


def test_too_much_for_one_response_is_said_calmly(team: Team, keyer: Visitor) -> None:
    """T30: the words of one person have one place, and it has an end."""
    team.session.rollback()
    keyer.press(SEAL, {**ANSWERS, "helped_words": "\u20ac" * 5000, "helped.another_way": "\u20ac" * 1000})
    assert keyer.heading == "The answers are sealed"


def test_a_full_or_locked_database_costs_no_word_and_no_tick(
    team: Team, keyer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T30: the form is shown again with everything in it, and the next press seals it once."""
    writer = team.app.extensions["consult.writer"]
    monkeypatch.setattr(writer, "_too_much", lambda: True)
    keyer.press(SEAL, ANSWERS)
    assert keyer.status == 503
    assert "press the button again in a moment" in keyer.words
    assert shown(keyer) == {**ANSWERS, "came-by": "paper"}
    monkeypatch.undo()
    keyer.press(SEAL)
    assert keyer.heading == "The answers are sealed"
    assert (len(rows(team)), totals(team), len(logged(team))) == (1, {"started": 1, "sent": 1}, 1)


@pytest.mark.parametrize("role", [Role.CUSTODIAN, Role.TRANSLATOR, Role.PANEL_MANAGER, Role.ADVISER])
def test_who_does_not_read_answers_types_none_in(team: Team, visitor: Visitor, role: Role) -> None:
    """S6: the paper is somebody's words."""
    make_account(team.app, "lee", team.consultation, role)
    sign_in(visitor, "lee")
    for path in (
        "/team/trial/paper",
        "/team/trial/paper/small/keying",
        "/team/trial/paper/small/keying/done",
    ):
        visitor.visit(path)
        assert visitor.status == 404
    visitor.visit("/team/trial/")
    assert "On paper:" not in visitor.words


def test_the_form_is_not_of_another_survey_or_consultation(team: Team, keyer: Visitor) -> None:
    for path in ("/team/trial/paper/other/keying", "/team/absent/paper/small/keying"):
        keyer.visit(path)
        assert keyer.status == 404


@pytest.mark.parametrize(
    "odd",
    [
        [("sheet-mark", "../../x"), ("came-by", "pigeon"), ("paper-language", "xx")],
        [("sheet-mark", ""), ("looked", "\x00maybe"), ("no_such", "words")],
        [("helped", "absent"), ("welcome", "99999999999999999999")],
        [("act", "delete"), ("clear", "")],
    ],
)
def test_odd_input_is_a_page_and_never_a_fault(
    team: Team, keyer: Visitor, odd: list[tuple[str, str]]
) -> None:
    names = {name for name, _ in odd}
    fields = [each for each in sent_fields(keyer, {"looked": "yes"}) if each[0] not in names]
    keyer.post(keyer.path, [*fields, *odd])
    assert keyer.status in {200, 422}
    for each in rows(team):
        assert re.fullmatch(rb"[0-9a-f]{32}", each.id.hex().encode())


def test_with_the_parts_apart_answers_are_typed_in_by_the_rights_of_the_workbench_alone(
    app: Flask, halves: Halves
) -> None:
    """The team's part seals to the public key, makes no code, and says so."""
    team = make_team(app, source=PAPER)
    visitor = Visitor(halves.workbench.test_client())
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/paper/small/keying")
    assert "No code can be given here" in visitor.words
    visitor.press(SEAL, {**ANSWERS, "came-by": "paper"})
    assert visitor.heading == "The answers are sealed"
    assert len(rows(team)) == 1
    assert totals(team) == {"started": 1, "sent": 1}
    for _ in range(4):
        make_response(team, {"looked": "yes"})
    release(team)
    assert sorted(each.keyed for each in open_all(team)) == ["", "", "", "", "paper"]
