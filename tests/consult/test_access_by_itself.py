"""S6: the rule of access by itself, on pages made for the purpose: who gets in, and who does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask, g, jsonify
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from consult.models.account import Account, Role
from consult.models.consultation import Consultation
from consult.web import access
from consult.web.access import ADMINISTRATOR, ANYBODY
from consult.web.extensions import db
from tests.builders import Team, make_account, make_team
from tests.consult.test_access import enter

WANTED: dict[str, tuple[str, ...] | None] = {
    "lead": (Role.LEAD,),
    "analyst-or-lead": (Role.ANALYST, Role.LEAD),
    "administrator": (ADMINISTRATOR,),
    "lead-or-administrator": (Role.LEAD, ADMINISTRATOR),
    "anybody": (ANYBODY,),
    "nobody": (),
    "forgotten": None,
}


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application with one page for each rule, in a consultation and outside."""
    made = Blueprint("trial_pages", __name__, url_prefix="/team/trial-pages")
    access.guard(made)

    def page(consultation: str | None = None) -> ResponseReturnValue:
        return jsonify(name=access.account().name, demonstration=g.demonstration, nav=len(g.staff_nav))

    for name, roles in WANTED.items():
        view = _copy(page)
        if roles is not None:
            view = access.roles(*roles)(view)
        for rule in (f"/{name}", f"/{name}/<consultation>"):
            made.add_url_rule(rule, f"{name}-{rule.count('/')}", view)

    @made.get("/opens/<consultation>")
    @access.needs_key
    @access.roles(ANYBODY)
    def opens(consultation: str) -> ResponseReturnValue:
        return jsonify(key=len(access.staff_key()), same=access.key_if_unlocked() == access.staff_key())

    @made.get("/locked")
    @access.roles(ANYBODY)
    def locked() -> ResponseReturnValue:
        return jsonify(key=access.key_if_unlocked() is not None)

    app.register_blueprint(made)
    return app


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def _copy(page: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    def view(consultation: str | None = None) -> ResponseReturnValue:
        return page(consultation)

    return view


def allowed(client: FlaskClient, consultation: str = "") -> set[str]:
    """The rules that let somebody in; all others must look like nothing."""
    found = set()
    for name in WANTED:
        response = client.get(f"/team/trial-pages/{name}{consultation and '/' + consultation}")
        assert response.status_code in {200, 404}, name
        if response.status_code == 200:
            found.add(name)
    return found


def person(team: Team, name: str, *roles: Role, administrator: bool = False) -> FlaskClient:
    """Somebody signed in, with roles in the consultation of the team."""
    account: Account = make_account(team.app, name, team.consultation, *roles)
    account.administrator = administrator
    db.session.commit()
    return enter(team.app, name)[0]


def test_a_role_lets_in_where_it_is_held_and_nowhere_else(team: Team) -> None:
    client = person(team, "lea", Role.LEAD)
    assert allowed(client, "trial") == {"lead", "analyst-or-lead", "lead-or-administrator", "anybody"}
    assert allowed(client, "elsewhere") == {"anybody"}
    assert allowed(client) == {"anybody"}


def test_one_of_several_wanted_roles_is_enough_and_another_role_is_not(team: Team) -> None:
    assert allowed(person(team, "ann", Role.ANALYST), "trial") == {"analyst-or-lead", "anybody"}
    assert allowed(person(team, "ada", Role.ADVISER), "trial") == {"anybody"}
    assert allowed(person(team, "nob"), "trial") == {"anybody"}


def test_an_administrator_gets_into_what_is_for_administrators_anywhere_and_into_no_role(team: Team) -> None:
    client = person(team, "adm", administrator=True)
    for consultation in ("", "trial", "elsewhere"):
        assert allowed(client, consultation) == {"administrator", "lead-or-administrator", "anybody"}


def test_who_is_not_signed_in_is_led_to_the_door(team: Team) -> None:
    client = team.app.test_client()
    for name in WANTED:
        response = client.get(f"/team/trial-pages/{name}")
        assert (response.status_code, response.headers["Location"]) == (303, "/team/sign-in")


def test_a_page_that_opens_asks_for_the_passphrase_and_leads_back(team: Team) -> None:
    client = person(team, "lea", Role.LEAD)
    response = client.get("/team/trial-pages/opens/trial")
    assert response.status_code == 303
    assert response.headers["Location"] == "/team/unlock?next=/team/trial-pages/opens/trial"
    assert client.get("/team/trial-pages/locked").json == {"key": False}
    unlocked, _ = enter(team.app, "lea", unlocked=True)
    assert unlocked.get("/team/trial-pages/opens/trial").json == {"key": 96, "same": True}
    assert unlocked.get("/team/trial-pages/locked").json == {"key": True}


def test_a_page_knows_who_is_there_and_whether_answers_are_invented(team: Team) -> None:
    invented = Consultation(name="invented", title="Invented", demonstration=True, min_grants=1)
    db.session.add(invented)
    db.session.flush()
    make_account(team.app, "dee", invented, Role.LEAD)
    client, _ = enter(team.app, "dee")
    shown = client.get("/team/trial-pages/lead/invented").json
    assert shown is not None
    assert (shown["name"], shown["demonstration"]) == ("dee", True)
    assert shown["nav"] > 0
    elsewhere = client.get("/team/trial-pages/anybody/trial").json
    assert elsewhere is not None
    assert elsewhere["demonstration"] is False


def test_a_session_of_another_generation_is_over(team: Team) -> None:
    client = person(team, "lea", Role.LEAD)
    assert allowed(client, "trial")
    account = db.session.query(Account).filter_by(name="lea").one()
    account.generation += 1
    db.session.commit()
    response = client.get("/team/trial-pages/anybody")
    assert (response.status_code, response.headers["Location"]) == (303, "/team/sign-in")
