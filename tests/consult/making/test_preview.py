"""A survey as people will see it, for those who make it: each page, each way, and nothing kept."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

import surveys
from consult.making.service import copies
from consult.making.service.sources import source_of
from consult.models.account import Role
from consult.models.base import Base
from consult.models.consultation import State
from consult.records import kept_versions
from consult.web.extensions import db
from surveys.paths import paths
from tests.builders import TODAY, Team, make_account, make_team
from tests.consult.entering import sign_in
from tests.consult.halves import Halves
from tests.surveys.small import SMALL as BRANCHING
from tests.visitor import Visitor

NOTHING_KEPT = "Preview: nothing is kept."
HERE = "/team/trial/surveys/small"
SOURCE = BRANCHING.replace('languages = ["en", "cy"]', 'languages = ["en", "cy"]\nreviewed = ["en", "cy"]')


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app, source=SOURCE)


@pytest.fixture
def author(team: Team, visitor: Visitor) -> Visitor:
    sign_in(visitor, "sam")
    return visitor


def rows() -> dict[str, int]:
    """How many rows there are in each table but that of the team's web sessions."""
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if table.name != "staff_session"
    }


def links(visitor: Visitor) -> list[str]:
    return [str(link["href"]) for link in visitor.page.select(".app-preview-bar a[href*=preview]")]


def test_every_page_in_every_language_and_depth_is_the_page_that_people_get(
    team: Team, author: Visitor
) -> None:
    """T42: the same renderer, so what was looked at is what people see."""
    before = rows()
    seen = set()
    for language in ("en", "cy"):
        for depth in surveys.Depth:
            author.visit(f"{HERE}/preview?language={language}&depth={depth}")
            assert author.status == 200
            for address in links(author):
                author.visit(address)
                assert author.status == 200, address
                assert NOTHING_KEPT in author.words
                assert author.page.select_one("a[href='/leave']"), "the way out is on each page"
                seen.add(parse_qs(urlsplit(address).query)["page"][0])
    assert seen >= {"depth", "first", "first.went", "second", "second.visits", "third", "sent", "end.young"}
    assert rows() == before


def test_where_the_team_works_on_a_host_of_its_own_it_can_look_as_well(halves: Halves) -> None:
    """No page of a preview leads to what only the other application has."""
    with halves.workbench.app_context():
        make_team(halves.workbench, source=SOURCE)
        author = Visitor(halves.workbench.test_client())
        sign_in(author, "sam")
        author.visit(f"{HERE}/preview")
        for address in [f"{HERE}/ways", f"{HERE}/ready", *links(author)]:
            author.visit(address)
            assert author.status == 200, address


def test_welsh_is_shown_in_welsh(team: Team, author: Visitor) -> None:
    author.visit(f"{HERE}/preview?language=cy&page=first.went")

    assert "Aethoch chi?" in author.words


def test_buttons_lead_where_they_lead_everybody_and_own_words_are_forgotten(
    team: Team, author: Visitor
) -> None:
    """T15, T16: depth decides what comes, and no page is shown that is not on the way."""
    before = rows()
    author.visit(f"{HERE}/preview")
    author.press("I do not want a code")
    author.press("Continue", {"depth": "short"})
    author.press("I am")
    assert "Did you go?" in author.words
    author.press("Continue", {"went": "yes"})
    assert "Which ways?" in author.words
    author.press("Continue", {"ways": ["by_phone"]})
    assert "Anything else?" in author.words
    author.press("Continue", {"words": "a lighthouse"})
    assert author.heading == "Your answers are sent"
    assert "lighthouse" not in str(author.response.request.url if author.response else "")
    assert rows() == before


def test_who_leaves_sees_the_ending(team: Team, author: Visitor) -> None:
    """T36: the page for young people can be looked at like any other."""
    author.visit(f"{HERE}/preview?page=first")
    author.press("I am not")

    assert author.heading == "For young people"
    assert NOTHING_KEPT in author.words


def test_what_cannot_be_is_said_as_it_is_to_people(team: Team, author: Visitor) -> None:
    """T30: status 422, and what was typed is there."""
    author.visit(f"{HERE}/preview?page=third")
    author.press("Continue", {"words": "x" * 21})

    assert author.status == 422
    assert "x" * 21 in str(author.page)


@pytest.mark.parametrize("width", ["phone", "tablet", "desktop"])
def test_the_column_is_as_narrow_as_asked_for(team: Team, author: Visitor, width: str) -> None:
    author.visit(f"{HERE}/preview?width={width}")

    body = author.page.body
    assert body is not None
    assert f"app-preview--{width}" in body["class"]
    assert "open a trial and its address on a phone" in author.words


def test_an_earlier_version_can_be_looked_at_too(team: Team, author: Visitor) -> None:
    first = team.survey.fingerprint.hex()[:16]
    team.survey.state = State.CLOSED
    changed = SOURCE.replace("Did you go?", "Did you ever go?")
    kept_versions.load(team.session, team.consultation, changed, name="small.toml", today=TODAY)
    team.session.commit()

    author.visit(f"{HERE}/preview?page=first.went")
    assert "Did you ever go?" in author.words
    author.visit(f"{HERE}/preview?page=first.went&version={first}")
    assert "Did you go?" in author.words
    author.visit(f"{HERE}/preview?version=0000000000000000")
    assert author.status == 404


def test_a_working_copy_is_looked_at_before_it_is_a_version(team: Team, author: Visitor) -> None:
    """Nobody who answers sees it, and its author does."""
    changed = surveys.parse(SOURCE.replace("Did you go?", "Did you ever go?"))
    begin(team, changed)

    author.visit(f"{HERE}/edit")
    links_there = [str(link["href"]) for link in author.page.find_all("a") if "Look at it" in link.get_text()]
    author.visit(links_there[0])
    assert "the working copy" in author.words
    author.visit(f"{HERE}/preview?version=copy&page=first.went")
    assert "Did you ever go?" in author.words
    author.visit(f"{HERE}/ways?version=copy")
    assert author.status == 200
    author.visit(f"{HERE}/preview?page=first.went")
    assert "Did you go?" in author.words


def test_a_copy_that_leads_nowhere_yet_says_what_to_mend(team: Team, author: Visitor) -> None:
    begin(team, replace(surveys.parse(SOURCE), endings=()))

    author.visit(f"{HERE}/preview?version=copy")

    assert author.status == 409
    assert "mend it first" in author.words


def begin(team: Team, survey: surveys.Survey) -> None:
    """A working copy of the team's survey, committed."""
    copies.begin(
        team.session,
        team.vault,
        "trial",
        survey,
        based_on=team.survey.fingerprint,
        actor="sam",
        today=TODAY,
    )
    team.session.commit()


def test_a_page_that_is_not_on_this_way_leads_to_the_beginning(team: Team, author: Visitor) -> None:
    author.visit(f"{HERE}/preview?page=second.visits&q.went=no")

    assert author.heading == "Before you start"


def test_all_ways_are_listed_and_each_can_be_walked(team: Team, author: Visitor) -> None:
    author.visit(f"{HERE}/ways")

    walks = [str(link["href"]) for link in author.page.find_all("a") if "Walk it" in link.get_text()]
    source = source_of(team.session, "trial", "small")
    assert len(walks) == len(paths(source.survey, surveys.Depth.FULL).found) == 4
    assert "It ends with: For young people" in author.words
    for address in walks:
        author.visit(address)
        assert author.status == 200
        assert NOTHING_KEPT in author.words


def test_as_if_somebody_had_answered_so_shows_which_pages_come(team: Team, author: Visitor) -> None:
    author.visit(f"{HERE}/ways")
    assert "5 pages come:" in author.words

    form = author.page.select_one("form[method=get]")
    assert form is not None
    author.visit(f"{HERE}/ways?depth=full&q.went=no&q.adult=yes")
    assert "3 pages come:" in author.words
    author.visit(f"{HERE}/ways?depth=full&q.ways=none&q.ways=by_phone")
    assert author.status == 200, "what cannot be answered so is left out"


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.TRANSLATOR, 200), (Role.ADVISER, 200), (Role.ANALYST, 200), (Role.PANEL_MANAGER, 404)],
)
def test_who_signs_for_words_can_look_at_them(team: Team, visitor: Visitor, role: Role, status: int) -> None:
    """T43, T47: translators and advisers see what they sign for."""
    make_account(team.app, "kim", team.consultation, role)
    sign_in(visitor, "kim")

    for page in ("preview", "ways"):
        visitor.visit(f"{HERE}/{page}")
        assert visitor.status == status
