"""S24: whatever a form holds, it is no failure of ours, and nothing is kept but what the survey asks."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import surveys
from consult.models.session import Visit as VisitRow
from consult.respond.service import Visit
from consult.vault import cookies
from consult.web.extensions import db
from tests.builders import SMALL, Team, make_team
from tests.forms import FULL
from tests.visitor import Visitor

EXAMPLES = 400 if FULL else 20
ODD = [
    *("", " ", "\x00", "a\x00b", "\u202eabc\u202c", "\u2066x\u2069", "\ufeff", "\U0001f600", "\ud800"),
    *("'; DROP TABLE response; --", "{{ config }}", "{% raw %}", "../../etc/passwd", "=cmd|' /C calc'!A0"),
    *("[[" * 500, "9" * 400, "-0", "1e400", "\u0663", "yes", "no", "quote", "x" * 5000, "é" * 5001),
]
RAW = [
    b"%ED%A0%80", b"%FF%FE", b"%C0%80", b"%", b"%%%", b"a=b=c&&&==&", b"helped_words", b"%00=%00",
    b"helped_words=%ED%B0%80&looked=%ED%A0%80",
]  # fmt: skip


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def person(team: Team, visitor: Visitor) -> Visitor:
    """Somebody without a code on the first page of questions: the answers live in the sealed visit."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    return visitor


def token(visitor: Visitor) -> str:
    return str(visitor.page.select("input[name=csrf_token]")[0]["value"])


def post(visitor: Visitor, path: str, body: bytes) -> int:
    response = visitor.client.post(
        path, data=body, content_type="application/x-www-form-urlencoded", base_url="http://localhost"
    )
    assert response.status_code < 500, response.status_code
    return response.status_code


def kept(visitor: Visitor) -> dict[str, Any]:
    """What the visit holds."""
    cookie = visitor.client.get_cookie("s")
    assert cookie is not None
    db.session.rollback()
    blob = db.session.scalars(
        select(VisitRow.blob).where(VisitRow.id_hash == cookies.Secret(cookie.value).row)
    ).one()
    db.session.rollback()
    found = Visit.from_plain(cookies.Secret(cookie.value).open("visit", blob)["visit"])
    return {**found.answers, **found.steering}


def hold(answers: dict[str, Any], definition: surveys.Survey) -> None:
    """Nothing beyond the definition: known questions, known options, texts within their length."""
    questions = {each.id: each for each in definition.questions}
    for key, value in answers.items():
        question = questions[key.split(".")[0]]
        options = {option.id for option in surveys.options_of(question)}
        if "." in key:
            assert key.split(".", 1)[1] in options
            assert isinstance(value, str)
        elif options:
            assert set([value] if isinstance(value, str) else value) <= options
        elif isinstance(question, surveys.FreeText):
            assert isinstance(value, str)
            assert len(value) <= question.max_length
        else:
            assert isinstance(value, (int, str))


names = st.sampled_from(
    [
        *("looked", "helped_words", "words_use", "looked.yes", "helped_words.x", "act", "page", "question"),
        *("clear", "depth", "word", "language", "website", "code", "__class__", "id", ""),
    ]
)
values = st.one_of(st.sampled_from(ODD), st.text(max_size=60))
forms = st.lists(st.tuples(st.one_of(names, st.text(max_size=20)), values), max_size=25)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    form=forms, act=st.sampled_from(["continue", "skip", "back", "clear", "save", "depth", "none of these"])
)
def test_any_form_is_answered_calmly_and_nothing_is_kept_that_was_not_asked(
    team: Team, person: Visitor, form: list[tuple[str, str]], act: str
) -> None:
    path = f"/s/{team.survey.slug}"
    definition = surveys.parse(SMALL, name="small.toml")
    team.session.rollback()
    if person.client.get_cookie("s") is None:
        return
    fields = [(name, value) for name, value in form if name not in {"csrf_token", "act", "start_token"}]
    fields += [("csrf_token", token(person)), ("act", act)]
    body = urlencode(
        [(n.encode("utf-8", "surrogatepass"), v.encode("utf-8", "surrogatepass")) for n, v in fields]
    )
    post(person, path, body.encode())
    if person.client.get_cookie("s") is not None:
        hold(kept(person), definition)


@pytest.mark.parametrize("raw", RAW)
def test_bytes_that_are_no_text_are_no_failure(team: Team, person: Visitor, raw: bytes) -> None:
    body = b"csrf_token=" + quote_plus(token(person)).encode() + b"&act=continue&" + raw
    post(person, f"/s/{team.survey.slug}", body)
    hold(kept(person), surveys.parse(SMALL, name="small.toml"))
    person.visit(f"/s/{team.survey.slug}")
    assert person.status == 200


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (b"&".join(b"k%d=v" % number for number in range(100_000)), {413}),
        (b"helped_words=" + b"x" * 2**20, {413}),
        (b"&".join(b"k%d=" % number for number in range(20_000)), {303, 413}),
        (b"a" + b"[b]" * 20_000 + b"=c", {303, 404, 413}),
    ],
    ids=["100,000 keys", "1 MiB", "20,000 keys", "deep nesting"],
)
def test_large_and_deep_forms_are_refused_or_read_and_the_visit_goes_on(
    team: Team, person: Visitor, body: bytes, statuses: set[int]
) -> None:
    sent = b"csrf_token=" + quote_plus(token(person)).encode() + b"&act=continue&" + body
    assert post(person, f"/s/{team.survey.slug}", sent) in statuses
    person.visit(f"/s/{team.survey.slug}")
    assert person.status == 200
    hold(kept(person), surveys.parse(SMALL, name="small.toml"))


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "application/xml", "x"]
)
def test_other_kinds_of_content_are_no_form_of_ours(team: Team, person: Visitor, kind: str) -> None:
    response = person.client.post(
        f"/s/{team.survey.slug}",
        data=b'{"helped_words": "x"}',
        content_type=kind,
        base_url="http://localhost",
    )
    assert response.status_code == 400


def test_the_forms_of_shipped_surveys_take_odd_values_in_every_field(app: Flask) -> None:
    for survey_id in surveys.shipped():
        team = make_team(app, source=surveys.shipped_source(survey_id), name=survey_id, person=survey_id)
        definition = surveys.load(survey_id)
        visitor = Visitor(team.app.test_client())
        visitor.visit(f"/about/{team.survey.slug}")
        visitor.press("Start")
        visitor.press("I do not want a code")
        visitor.press("Continue", {"depth": "full"})
        for number in range(80):
            if visitor.heading == "Check your answers":
                break
            path, sent = f"/s/{team.survey.slug}", [("csrf_token", token(visitor)), ("act", "continue")]
            for place, field in enumerate(visitor.page.select("main [name]")):
                if field["name"] not in {"csrf_token", "act"}:
                    sent.append((str(field["name"]), ODD[(number + place) % len(ODD)]))
            post(visitor, path, urlencode(sent, errors="surrogatepass").encode())
            hold(kept(visitor), definition)
            visitor.visit(path)
            if visitor.heading == "Check your answers":
                break
            buttons = visitor.shown.buttons
            skips = [name for name in buttons if name.startswith("Skip")]
            visitor.press("I am 18 or over" if "I am 18 or over" in buttons else (skips or ["Continue"])[0])
        assert visitor.heading == "Check your answers"
