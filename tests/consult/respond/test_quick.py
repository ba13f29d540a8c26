"""What is answered without the framework: pages are to the last byte the views', acts store the same."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, Request
from hypothesis import example, given, strategies
from itsdangerous import URLSafeTimedSerializer

import surveys
from consult.models.consultation import State
from consult.records.writing import TooManyActsError, Writer
from consult.respond.quick import Quick
from consult.respond.quick.asked import form
from tests.builders import Team, make_team
from tests.consult.moving import Clock
from tests.consult.respond.two_ways import Twice, answered, in_the_loop
from tests.visitor import HOST, Visitor


@pytest.fixture(params=[answered, in_the_loop], ids=["by a thread", "in the loop"])
def twice(app: Flask, request: pytest.FixtureRequest) -> Twice:
    assert isinstance(app.wsgi_app, Quick)
    made = Twice(app, app.wsgi_app, request.param)
    app.wsgi_app = made  # type: ignore[method-assign]
    return made


@pytest.fixture
def invented(app: Flask) -> Team:
    """The survivors' survey, in all its languages and views."""
    made = make_team(app, source=surveys.shipped_source("survivors"), demonstration=True)
    made.session.rollback()
    return made


@pytest.mark.parametrize("language", ["en", "cy", "en-easy"])
@pytest.mark.parametrize("code", [False, True])
def test_every_page_of_a_visit_is_the_same_by_both_ways(
    twice: Twice, invented: Team, visitor: Visitor, language: str, code: bool
) -> None:
    slug = invented.survey.slug
    visitor.visit(f"/about/{slug}?language={language}")
    press_act(visitor, "")
    if code:
        press_act(visitor, "code")
        typed = visitor.words_back()
        press_act(visitor, "continue", typed)
    else:
        press_act(visitor, "no_code")
    press_act(visitor, "continue", {"depth": "full"})
    pages = 0
    while (way := visitor.page.find(class_="app-ways__button")) is not None and pages < 40:
        visitor.visit(f"/s/{slug}")
        visitor.press(" ".join(way.get_text().split()))
        pages += 1
    assert pages > 10
    # Now and then the list of support is read anew, by the views.
    assert len(twice.quickly) > pages // 2
    assert len(twice.acts) > pages // 2


def press_act(visitor: Visitor, act: str, typed: dict[str, Any] | None = None) -> None:
    """Press the button that does this, whatever its words."""
    wanted = {"value": act} if act else {}
    button = visitor.page.select_one("main form").find("button", attrs=wanted)  # type: ignore[union-attr]
    visitor.press(" ".join(button.get_text().split()), typed)  # type: ignore[union-attr]


@pytest.fixture
def asking(twice: Twice, team: Team, visitor: Visitor) -> Visitor:
    """Somebody at the first page of questions, which is answered quickly."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.visit(visitor.path)
    del twice.quickly[:]
    visitor.visit(visitor.path)
    assert len(twice.quickly) == 1
    return visitor


def test_a_page_with_an_answer_goes_the_whole_way(asking: Visitor, twice: Twice) -> None:
    asking.press("Continue", {"looked": "yes", "helped_words": "They listened."})
    del twice.quickly[:]
    asking.press("Back")
    assert "They listened." in asking.words
    assert twice.quickly == []


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Host": "elsewhere.example"}, {"Cookie": "s={0}; s=two"}]
)
def test_what_is_not_plain_goes_the_whole_way(asking: Visitor, twice: Twice, headers: dict[str, str]) -> None:
    cookie = asking.client.get_cookie("s")
    assert cookie is not None
    bare = asking.client.application.test_client(use_cookies=False)
    bare.get(asking.path, base_url=HOST, headers={"Cookie": f"w=other; s={cookie.value}"})
    assert len(twice.quickly) == 2
    sent = {"Cookie": f"s={cookie.value}", **headers}
    sent["Cookie"] = sent["Cookie"].format(cookie.value)
    bare.get(asking.path, base_url=HOST, headers=sent)
    assert len(twice.quickly) == 2


def test_other_methods_addresses_and_questions_go_the_whole_way(asking: Visitor, twice: Twice) -> None:
    asking.client.head(asking.path, base_url=HOST)
    asking.client.get(f"{asking.path}?language=cy", base_url=HOST)
    asking.client.get(f"{asking.path}/more", base_url=HOST)
    asking.client.get("/s/another", base_url=HOST)
    assert len(twice.quickly) == 1


def test_a_visit_to_note_to_lock_or_to_end_goes_the_whole_way(
    asking: Visitor, twice: Twice, moved: Clock
) -> None:
    for seconds in (61, 3600, 21 * 3600):
        moved.go_on(seconds)
        asking.client.get(asking.path, base_url=HOST)
    assert len(twice.quickly) == 1


def test_a_closed_survey_is_seen_at_once(asking: Visitor, twice: Twice, team: Team) -> None:
    team.survey.state = State.CLOSED
    team.session.commit()
    asking.visit(asking.path)  # the page still stands, and holds what is typed; nothing more is taken
    asking.press("Continue", {"looked": "yes"})
    assert asking.status == 403 or "closed" in asking.words.lower()


def test_a_fault_of_the_short_way_leads_the_whole_way(
    asking: Visitor, twice: Twice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no such file")

    monkeypatch.setattr("consult.web.sessions.in_use", broken)
    asking.visit(asking.path)
    assert asking.status == 200
    assert len(twice.quickly) == 1


@pytest.mark.parametrize("code", [False, True])
def test_buttons_store_the_same_by_both_ways(twice: Twice, team: Team, visitor: Visitor, code: bool) -> None:
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    if code:
        visitor.take_code()
    else:
        visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": "They listened.\r\nÉ + & = %"})
    visitor.press("Back")
    visitor.press("Continue", {"looked": "no"})
    press_act(visitor, "skip")
    while "Check" not in visitor.heading:
        press_act(visitor, "continue")
    press_act(visitor, "send")
    assert visitor.heading == "Your answers are sent"
    assert twice.acts[:2] == ["continue" if code else "no_code", "continue"]
    assert {"continue", "back", "skip", "send"} <= set(twice.acts)


def test_buttons_before_the_questions_store_the_same_by_both_ways(
    twice: Twice, team: Team, visitor: Visitor
) -> None:
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    press_act(visitor, "code")
    press_act(visitor, "continue", {"word": ["not", "these"]})
    assert visitor.status == 422
    assert twice.acts == []
    press_act(visitor, "no_code")
    visitor.press("Back")
    press_act(visitor, "no_code")
    press_act(visitor, "continue", {"depth": "full"})
    assert twice.acts == ["no_code", "back", "no_code", "continue"]


def test_the_first_page_of_a_visit_has_nothing_to_store(twice: Twice, team: Team, visitor: Visitor) -> None:
    for somebody in (visitor, Visitor(visitor.client.application.test_client())):  # the first page is kept
        assert twice.quickly == []
        somebody.visit(f"/about/{team.survey.slug}")
        somebody.press("Start")
    assert twice.quickly == [f"/s/{team.survey.slug}"]


@pytest.mark.parametrize(
    ("changed", "headers"),
    [
        ({"csrf_token": ["of somebody else"]}, {}),
        ({"csrf_token": []}, {}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Content-Type": "multipart/form-data; boundary=x"}),
        ({"act": ["save"]}, {}),
        ({"act": ["no such button"]}, {}),
        ({"switch": ["cy"]}, {}),
        ({"helped_words": ["x" * 300_000]}, {}),
        ({"no_such_field": ["x"] * 600}, {}),
    ],
)
def test_forms_that_are_not_plain_go_the_whole_way(
    asking: Visitor, twice: Twice, changed: dict[str, list[str]], headers: dict[str, str]
) -> None:
    _, sent = asking.shown.sent_by("Continue", {"helped_words": "They listened."}, 0)
    fields: dict[str, list[str]] = {}
    for name, typed in sent:
        fields.setdefault(name, []).append(typed)
    before = twice.handed_on
    del twice.acts[:]
    asking.client.post(asking.path, base_url=HOST, data={**fields, **changed}, headers=headers)
    assert twice.handed_on == before + 1
    assert twice.acts == []


def test_a_form_that_ends_too_soon_stores_nothing(asking: Visitor, twice: Twice) -> None:
    _, sent = asking.shown.sent_by("Continue", {"helped_words": "They listened."}, 0)
    cut = asking.client.post(
        asking.path, base_url=HOST, data=urlencode(sent), environ_overrides={"CONTENT_LENGTH": "9999"},
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert cut.status_code == 400
    asking.visit(asking.path)
    assert "They listened." not in asking.words


def test_what_cannot_be_kept_as_it_is_typed_goes_the_whole_way(asking: Visitor, twice: Twice) -> None:
    del twice.acts[:]
    asking.press("Continue", {"helped_words": "long " * 5000})
    assert asking.status == 422
    assert "long long" in asking.words
    assert twice.acts == []


def test_who_meets_a_full_queue_waits_once_and_gets_the_words_back(
    asking: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []

    def full(*_: object, **__: object) -> None:
        tried.append(None)
        raise TooManyActsError("too much at once")

    monkeypatch.setattr(Writer, "run", full)
    monkeypatch.setattr(Writer, "later", full)
    asking.press("Continue", {"helped_words": "They listened."})
    assert asking.status == 503
    assert "They listened." in asking.words
    assert len(tried) == 1


def test_tokens_of_forms_are_those_of_the_views(asking: Visitor) -> None:
    app = asking.client.application
    token = str(asking.page.select_one("[name=csrf_token]")["value"])  # type: ignore[index]
    views = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
    assert views.dumps(views.loads(token)).partition(".")[0] == token.partition(".")[0]


@example("a=1&&b&=2&a=%C3%89+%26&c=%FF%zz%&d=x=y")
@given(strategies.text(alphabet="ab=&+%C39É;\r\n\x00", max_size=40))
def test_forms_are_read_as_the_framework_reads_them(sent: str) -> None:
    body = sent.encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    assert form(sent) == dict(Request(environ).form.lists())
