"""Pages that are answered without the framework are those that the views give, to the last byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

import surveys
from consult.models.consultation import State
from consult.respond.quick import Quick
from tests.builders import Team, make_team
from tests.consult.moving import Clock
from tests.visitor import HOST, Visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = re.compile(rb'name="csrf_token"[^>]*value="[^"]+"')
Answer = tuple[str, list[tuple[str, str]], bytes]


class Twice:
    """Asks both ways, holds one against the other, and gives the answer of the short one."""

    def __init__(self, quick: Quick) -> None:
        self._quick, self._whole = quick, quick.whole
        quick.whole = self._handed_on
        self.quickly: list[str] = []
        self.handed_on = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        before = self.handed_on
        short = answered(self._quick, dict(environ))
        if self.handed_on == before:
            self.quickly.append(environ["PATH_INFO"])
            whole = answered(self._whole, dict(environ))
            assert short[0] == whole[0]
            assert sorted(short[1]) == sorted(whole[1])
            assert TOKEN.sub(b"TOKEN", short[2]) == TOKEN.sub(b"TOKEN", whole[2])
            assert TOKEN.search(short[2])
        start_response(short[0], short[1])
        return [short[2]]

    def _handed_on(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.handed_on += 1
        return self._whole(environ, start_response)


def answered(app: Callable[..., Iterable[bytes]], environ: WSGIEnvironment) -> Answer:
    said: list[Any] = []
    body = app(environ, lambda status, headers, *_: said.extend((status, list(headers))))
    try:
        return said[0], said[1], b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()


@pytest.fixture
def twice(app: Flask) -> Twice:
    assert isinstance(app.wsgi_app, Quick)
    made = Twice(app.wsgi_app)
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

    monkeypatch.setattr("consult.web.sessions.undisturbed", broken)
    asking.visit(asking.path)
    assert asking.status == 200
    assert len(twice.quickly) == 1
