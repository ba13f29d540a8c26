"""S4: no form is taken that we did not give out to this browser; nothing changes and no word is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from consult import clock
from consult.models.base import Base
from consult.web.extensions import db
from consult.web.throttle import StartTokens
from tests.builders import PASSPHRASE, Team, make_team
from tests.forms import FULL
from tests.visitor import Visitor

TYPED = "Nobody had asked me before; nobody wrote it down."
OURS = {"Sec-Fetch-Site": "same-origin", "Referer": "https://localhost/anything"}
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What a request carries beside the address and the typed text."""

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=lambda: OURS)


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def insider(team: Team, visitor: Visitor) -> FlaskClient:
    """A browser with a visit under way and somebody of the team signed in and unlocked."""
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": "sam", "passphrase": PASSPHRASE})
    visitor.visit("/team/unlock")
    visitor.press("Unlock", {"passphrase": PASSPHRASE})
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    return visitor.client


def right(client: FlaskClient, team: Team, path: str) -> dict[str, str]:
    """What a form of ours at this address carries in this browser."""
    if path.startswith("/more/"):  # apart from every visit, so with a token of its own
        return {"start_token": team.app.extensions["consult.start_tokens"].make(path)}
    shown = "/team/passphrase" if path.startswith(("/team", "/panel")) else f"/s/{team.survey.slug}"
    return {"csrf_token": token_on(client.get(shown))}


def token_on(response: TestResponse, name: str = "csrf_token") -> str:
    """The token in the first form of a page."""
    return str(BeautifulSoup(response.text, "html.parser").select(f"input[name={name}]")[0]["value"])


def unsafe(team: Team) -> Iterator[tuple[str, str]]:
    """Every method and address that changes something, filled in with what is there."""
    known = {"slug": team.survey.slug, "consultation": "trial", "survey_id": "small", "name": "sam"}
    adapter = team.app.url_map.bind("localhost")
    for rule in team.app.url_map.iter_rules():
        parts = {name: known.get(name, "absent") for name in rule.arguments}
        for method in sorted((rule.methods or set()) - SAFE):
            yield method, adapter.build(rule.endpoint, parts, method=method)


def state() -> dict[str, list[Any]]:
    """Every row of every table."""
    # Without a transaction: the test's own session may hold one.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Whatever is asked meanwhile, every row of every table is as before."""
    before = state()
    yield
    assert state() == before


def refused(client: FlaskClient, method: str, path: str, attack: Attack) -> None:
    """Make the request and hold the answer and the database to the rule."""
    with nothing_changes():
        turned_away(client, method, path, attack)


def turned_away(client: FlaskClient, method: str, path: str, attack: Attack) -> None:
    """Make the request and hold the answer to the rule."""
    response = client.open(
        path,
        method=method,
        data={**attack.fields, "helped_words": TYPED},
        headers=dict(attack.headers),
        base_url="https://localhost",
    )
    assert response.status_code in {400, 403}, (attack.name, method, path, response.status_code)
    assert TYPED in response.text, (attack.name, method, path)


def attacks(team: Team, mine: Mapping[str, str], others: str) -> list[Attack]:
    """All ways in which a form can be somebody else's; `mine` is what a form of ours carries."""
    foreign = {"Sec-Fetch-Site": "same-origin", "Referer": "https://evil.example/localhost/"}
    start: StartTokens = team.app.extensions["consult.start_tokens"]
    return [
        Attack(name="no token"),
        Attack(name="an empty token", fields={"csrf_token": ""}),
        Attack(name="made up", fields={"csrf_token": "x.y.z"}),
        Attack(name="another's", fields={"csrf_token": others}),
        Attack(name="a start token of another address", fields={"start_token": start.make("/s/elsewhere")}),
        Attack(name="a made up start token", fields={"start_token": "x" * 75}),
        Attack(name="foreign referrer", fields=mine, headers=foreign),
        Attack(name="no referrer", fields=mine, headers={"Sec-Fetch-Site": "same-origin"}),
        *(
            Attack(name=site, fields=mine, headers=OURS | {"Sec-Fetch-Site": site})
            for site in ("cross-site", "same-site", "none")
        ),
    ]


def some(place: int, known: list[Attack]) -> list[Attack]:
    """In the long form each attack on each address; in the short one three, by turns, with none left out."""
    if FULL:
        return known
    return [known[(place + step * len(known) // 3) % len(known)] for step in range(3)]


def test_every_address_that_changes_something_refuses_forms_that_are_not_ours(
    team: Team, insider: FlaskClient, figure: Callable[[str, object], None]
) -> None:
    other = Visitor(team.app.test_client())
    other.visit(f"/about/{team.survey.slug}")
    other.press("Start")
    others = token_on(other.client.get(f"/s/{team.survey.slug}"))
    walked = list(unsafe(team))
    assert len(walked) > 10
    tried = 0
    with nothing_changes():
        for place, (method, path) in enumerate(walked):
            for attack in some(place, attacks(team, right(insider, team, path), others)):
                turned_away(insider, method, path, attack)
                tried += 1
    figure("attacks", tried)
    figure("taken", 0)


def test_the_same_addresses_take_a_form_of_ours(team: Team, insider: FlaskClient) -> None:
    for method, path in unsafe(team):
        if path.endswith(("/sign-out", "/end-others", "/disable")):
            continue  # these end the session that the other addresses need
        mine = right(insider, team, path)
        response = insider.open(path, method=method, data=mine, headers=OURS, base_url="https://localhost")
        assert response.status_code not in {400, 403}, path


def test_somebody_without_a_session_changes_nothing(team: Team) -> None:
    with nothing_changes():
        for method, path in unsafe(team):
            for attack in (Attack(name="no session"), Attack(name="a token", fields={"csrf_token": "x"})):
                turned_away(team.app.test_client(), method, path, attack)


def test_a_start_token_is_used_once(team: Team) -> None:
    token = start_token(team)
    first = start(team.app.test_client(), team, token)
    assert first.status_code == 303
    refused(team.app.test_client(), "POST", f"/s/{team.survey.slug}", with_start(token))


def test_a_start_token_is_good_for_a_day(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    made = clock.now()
    token, late = start_token(team), start_token(team)
    monkeypatch.setattr(clock, "now", lambda: made + 23.9 * 3600)
    assert start(team.app.test_client(), team, token).status_code == 303
    monkeypatch.setattr(clock, "now", lambda: made + 24.1 * 3600)
    refused(team.app.test_client(), "POST", f"/s/{team.survey.slug}", with_start(late))


def test_a_start_token_from_the_future_is_refused(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    made = clock.now()
    token = start_token(team)
    monkeypatch.setattr(clock, "now", lambda: made - 3600)
    refused(team.app.test_client(), "POST", f"/s/{team.survey.slug}", with_start(token))


def test_a_start_token_opens_no_door_of_the_team(team: Team, insider: FlaskClient) -> None:
    tokens_of_ours: StartTokens = team.app.extensions["consult.start_tokens"]
    with nothing_changes():
        for method, path in unsafe(team):
            if path.startswith("/team"):
                turned_away(insider, method, path, with_start(tokens_of_ours.make(path)))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Referer": "https://localhost/"},
        {"Referer": "https://evil.example/"},
        {"Referer": "https://localhost.evil.example/"},
        {"Referer": "https://localhost:8443/"},
        {},
    ],
)
def test_a_start_form_on_somebody_elses_page_begins_no_visit(team: Team, headers: dict[str, str]) -> None:
    attack = Attack(name="start", fields={"start_token": start_token(team)}, headers=headers)
    refused(team.app.test_client(), "POST", f"/s/{team.survey.slug}", attack)


def test_a_form_can_wait_for_a_long_time(
    team: Team, insider: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = right(insider, team, "/s/")["csrf_token"]
    made = clock.now()
    monkeypatch.setattr(clock, "now", lambda: made + 6 * 3600)
    response = insider.post(
        f"/s/{team.survey.slug}",
        data={"csrf_token": token, "act": "no_code"},
        headers=OURS,
        base_url="https://localhost",
    )
    assert response.status_code == 303


def test_neither_codes_nor_passphrases_are_given_back(team: Team) -> None:
    typed = {"code": "able acid aged also", "passphrase": "seven quiet kettles", "helped_words": TYPED}
    response = team.app.test_client().post(f"/s/{team.survey.slug}", data=typed)
    assert response.status_code == 400
    assert TYPED in response.text
    assert "able acid" not in response.text
    assert "quiet kettles" not in response.text


def start_token(team: Team) -> str:
    """The token in the form with Start."""
    return token_on(team.app.test_client().get(f"/about/{team.survey.slug}"), "start_token")


def start(client: FlaskClient, team: Team, token: str) -> TestResponse:
    """Press Start."""
    return client.post(
        f"/s/{team.survey.slug}", data={"start_token": token}, headers=OURS, base_url="https://localhost"
    )


def with_start(token: str) -> Attack:
    """A request of our own origin with a start token."""
    return Attack(name="start token", fields={"start_token": token})
