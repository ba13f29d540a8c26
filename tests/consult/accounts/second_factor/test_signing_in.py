"""What the passphrase alone opens, and what a code does to the session."""

from __future__ import annotations

from collections.abc import Iterator

from tests.builders import Team
from tests.client import fixed_parts
from tests.consult.accounts.second_factor.factor import Clock, code, leads_nowhere, set_up
from tests.consult.entering import cookie_of, sign_in, unlock
from tests.stored import rows
from tests.visitor import HOST, Visitor


def test_with_a_second_factor_the_passphrase_alone_opens_nothing(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    """S6: half-way in, a session reaches the page for the code and the way out, and nothing else."""
    set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    assert half.heading == "Your code"
    token = str(half.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    before = rows()
    walked = 0

    for method, path, endpoint in addresses(team):
        if endpoint.startswith("accounts.") and getattr(team.app.view_functions[endpoint], "half_way", False):
            continue
        if endpoint in {"accounts.sign_in", "accounts.enter"}:
            continue
        answer = half.client.open(
            path,
            method=method,
            data={"csrf_token": token},
            base_url=HOST,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 303, (method, path)
        assert answer.headers["Location"] == "/team/second-factor", (method, path)
        walked += 1

    assert walked > 40
    assert rows() == before


def addresses(team: Team) -> Iterator[tuple[str, str, str]]:
    known = {"consultation": "trial", "survey_id": "small", "definition_id": "small", "name": "sam"}
    adapter = team.app.url_map.bind("localhost")
    for rule in team.app.url_map.iter_rules():
        if rule.rule.startswith("/team"):
            parts = {name: known.get(name, "absent") for name in rule.arguments} | fixed_parts(rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, adapter.build(rule.endpoint, parts, method=method), rule.endpoint


def test_a_half_way_session_can_be_ended(team: Team, visitor: Visitor, time: Clock) -> None:
    set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    cookie = cookie_of(half)

    half.press("Sign out")

    assert half.heading == "Sign in"
    assert leads_nowhere(team.app, cookie)


def test_the_id_is_new_at_each_stage_and_the_old_one_is_dead(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    """S7: sign-in, second factor, unlock."""
    secret = set_up(visitor, time)
    person = Visitor(team.app.test_client())
    person.visit("/team/sign-in")
    seen = [cookie_of(person)]
    sign_in(person, "sam")
    seen.append(cookie_of(person))
    person.press("Continue", {"code": code(secret, time.moment)})
    assert person.heading == "Consultations"
    seen.append(cookie_of(person))
    unlock(person)
    seen.append(cookie_of(person))

    assert len(set(seen)) == 4
    assert [leads_nowhere(team.app, each) for each in seen] == [True, True, True, False]


def test_half_way_in_nobody_puts_a_device_of_their_own_in_place(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")

    half.visit("/team/second-factor/new")

    assert half.heading == "Your code"
