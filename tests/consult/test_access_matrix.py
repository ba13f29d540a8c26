"""S6: every page of the team x every role x own and other consultation x with and without a key: no leak."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

import surveys
import surveys.editing
from consult.afterwards.service import ChangeText, publishing
from consult.making import service as making
from consult.models.account import Account, Role
from consult.models.base import Base
from consult.models.consultation import Consultation, State
from consult.records import accounts, standards
from consult.web.access import ADMINISTRATOR, ANYBODY
from consult.web.extensions import db
from tests.builders import SMALL, TODAY, make_account
from tests.consult.access_table import EXPECTED, HALF_WAY, NEED_A_KEY, READERS, allowed, answers
from tests.consult.access_walking import ask, enter, pages, refused, rules
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.panel.small import begin_panel
from tests.forms import FULL
from tests.stored import rows
from tests.visitor import HOST, Visitor

CANARY = "a lighthouse beside the old mill"


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A consultation with answers, codings, a standard with evidence; "other" beside it, with answers too."""
    made = make_scene(app)
    ids = [made.one_answer("quote", words=f"{CANARY}. It helped me.") for _ in range(6)]
    made.release()
    made.code(ids, end=len(CANARY))
    made.link("1.1")
    begin_copy(made)
    standards.add_source(db.session(), made.team.consultation, "Ash-2020", "Ash 2020")
    text = ChangeText(theme=made.theme.key, heading="A heading", heard="Heard.", changed="Changed.")
    publishing.write(made.unlocked(), text, today=TODAY)
    begin_panel(made.unlocked())
    other = Consultation(name="other", title="Other", min_grants=1, state=State.CLOSED)
    db.session.add(other)
    db.session.flush()
    accounts.make_consultation_keys(db.session(), made.team.vault, other, [made.team.account])
    db.session.commit()
    return made


def begin_copy(made: Scene) -> None:
    """The survey is being worked on, too, with an ending more."""
    young = surveys.Ending(id="young", title=surveys.text("For young people"))
    copy = surveys.editing.add_ending(surveys.parse(SMALL), young)
    print_ = made.team.survey.fingerprint
    making.begin(db.session(), made.team.vault, "trial", copy, based_on=print_, actor="sam", today=TODAY)


def test_each_view_says_what_the_table_says(app: Flask) -> None:
    known = [each for _, endpoints in EXPECTED.values() for each in endpoints.split()]
    assert len(known) == len(set(known)), "an endpoint stands in the table once"
    there = {rule.endpoint for rule in rules(app)}
    assert there == set(known), "a new page is put into the table by somebody who has thought about it"
    for endpoint in sorted(there):
        view = app.view_functions[endpoint]
        assert frozenset(getattr(view, "wanted_roles", ())) == allowed(endpoint), endpoint
        assert bool(getattr(view, "half_way", False)) == (endpoint in HALF_WAY), endpoint


def test_whatever_opens_answers_or_moves_keys_asks_for_the_key(app: Flask) -> None:
    found = {
        rule.endpoint for rule in rules(app) if getattr(app.view_functions[rule.endpoint], "needs_key", False)
    }
    assert found == NEED_A_KEY


def test_nobody_opens_answers_by_being_an_administrator() -> None:
    for endpoint in NEED_A_KEY - {"manage.give_key"}:  # which takes a key of one's own
        assert ADMINISTRATOR not in allowed(endpoint), endpoint


PEOPLE = [*map(str, Role), ADMINISTRATOR, "nobody"]


def make_person(scene: Scene, role: str, *, grant: bool) -> Account:
    """Somebody with this one role in the consultation, or none, and perhaps with a key to its answers."""
    team = scene.team
    roles = [Role(role)] if role in tuple(Role) else []
    person = make_account(team.app, "kim", team.consultation, *roles)
    person.administrator = role == ADMINISTRATOR
    if grant:
        accounts.grant(team.session, team.vault, team.consultation, team.key, person)
    team.session.commit()
    return person


@pytest.mark.parametrize("grant", [False, True], ids=["without a key", "with a key"])
@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_sees_its_own_pages_and_for_all_others_there_is_nothing_here(
    scene: Scene, role: str, grant: bool
) -> None:
    """S6: the same 404 for absent and forbidden; no word of an answer without role and key; no change."""
    make_person(scene, role, grant=grant)
    walked = pages(scene)
    mine = [page for page in walked if allowed(page.endpoint) & {role, ANYBODY}]
    client, token = enter(scene.team, "kim")
    before = rows()
    forbidden = [page for page in walked if page not in mine]
    assert len(forbidden) > 20
    turn = PEOPLE.index(role)
    for place, page in enumerate(forbidden):
        if not (FULL or grant or place % 3 == turn % 3):
            continue  # in the short form who has no key, and so can do less, asks for each third page
        answer = ask(client, page.method, page.path, token)
        assert refused(answer), (role, page, answer.status_code)
        # In the short form by turns of the roles; the next test compares every one.
        if page.of_consultation and (FULL or place % len(PEOPLE) == turn):
            absent = ask(client, page.method, page.elsewhere, token)
            assert (absent.status_code, absent.text) == (answer.status_code, answer.text), page
            assert sorted(absent.headers) == sorted(answer.headers), page
    assert rows() == before
    reads, told = role in READERS and grant, 0
    for page in mine:
        if page.method == "GET":  # what an act does is the affair of its own tests
            answer = ask(client, "GET", page.path, token)
            assert answer.status_code in answers(page, grant=grant), (role, page, answer.status_code)
            assert reads or CANARY.encode() not in answer.data, (role, page)
            told += CANARY.encode() in answer.data
    assert bool(told) == reads


def test_every_role_in_another_consultation_is_none_in_this_one(scene: Scene) -> None:
    """S6: own and other consultation, with a key to the other."""
    team = scene.team
    other = team.session.scalars(select(Consultation).where(Consultation.name == "other")).one()
    kim = make_account(team.app, "kim", other, *Role)
    accounts.grant(team.session, team.vault, other, team.key, kim)
    team.session.commit()
    walked = [page for page in pages(scene) if page.of_consultation]
    client, token = enter(team, "kim")
    before = rows()
    for page in walked:
        answer = ask(client, page.method, page.path, token)
        absent = ask(client, page.method, page.elsewhere, token)
        assert refused(answer), page
        assert (absent.status_code, absent.text) == (answer.status_code, answer.text), page
    assert rows() == before


def test_things_of_another_consultation_are_not_reached_through_ones_own(scene: Scene) -> None:
    """S6: the id of an answer, theme, standard or survey of "trial", asked for in "other"."""
    team = scene.team
    other = team.session.scalars(select(Consultation).where(Consultation.name == "other")).one()
    kim = make_account(team.app, "kim", other, *Role)
    accounts.grant(team.session, team.vault, other, team.key, kim)
    team.session.commit()
    walked = [
        page
        for page in pages(scene)
        if page.of_consultation and page.method == "GET" and {"analyst", "lead"} & allowed(page.endpoint)
    ]
    client, token = enter(team, "kim")
    for page in walked:
        path = page.path.replace("/team/trial", "/team/other")
        answer = ask(client, "GET", path, token)
        assert answer.status_code < 500, path
        assert CANARY.encode() not in answer.data, path
        if page.endpoint in {"coding.answer", "coding.theme", "evidence.standard", "reports.standard_csv"}:
            assert refused(answer), path


def test_nobody_and_somebody_who_answers_get_no_further_than_the_door(scene: Scene) -> None:
    """S6: anonymous, and another respondent with a visit of their own."""
    walked = pages(scene)
    visitor = Visitor(scene.team.app.test_client())
    visitor.visit(f"/about/{scene.team.survey.slug}")
    visitor.press("Start")
    before = rows()
    for client in (scene.team.app.test_client(), visitor.client):
        page = Visitor(client)
        page.visit("/team/sign-in")
        token = str(page.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
        for each in walked:
            answer = ask(client, each.method, each.path, token)
            assert answer.status_code == 303, each
            assert answer.headers["Location"] == "/team/sign-in", each
    assert rows() == before


def test_one_person_who_answers_sees_nothing_of_another(scene: Scene) -> None:
    """S6: other respondent x every public page, with a visit and with a code of one's own."""
    visitor = Visitor(scene.team.app.test_client())
    visitor.visit(f"/about/{scene.team.survey.slug}")
    visitor.press("Start")
    adapter = scene.team.app.url_map.bind("localhost")
    seen = 0
    for rule in list(scene.team.app.url_map.iter_rules()):
        if rule.rule.startswith(("/team", "/static", "/leave")) or "GET" not in (rule.methods or ()):
            continue
        for slug in (scene.team.survey.slug, scene.practitioners.slug):
            parts = dict.fromkeys(rule.arguments, slug)
            answer = visitor.client.get(adapter.build(rule.endpoint, parts), base_url=HOST)
            assert CANARY not in answer.text, rule.rule
            assert answer.status_code < 500, rule.rule
            seen += 1
    assert seen > 6


def test_taking_a_role_away_closes_its_pages_at_the_next_click_though_the_key_stays(scene: Scene) -> None:
    """S6: a key without a role opens no page."""
    kim = make_person(scene, "analyst", grant=True)
    client, token = enter(scene.team, "kim")
    path = "/team/trial/answers/small/helped_words"
    assert CANARY in ask(client, "GET", path, token).text
    membership = Base.metadata.tables["membership"]
    db.session.execute(membership.delete().where(membership.c.account_id == kim.id))
    db.session.commit()

    assert refused(ask(client, "GET", path, token))
