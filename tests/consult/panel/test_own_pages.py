"""A panellist's way: invited, joined, rated, back on another device, and what goes wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from consult.models.account import Role
from consult.models.panel import PanelComment, PanelItem, PanelMember
from consult.models.response import Response
from consult.records import standards
from consult.records.standards import StandardText
from consult.web.extensions import db
from tests.builders import TODAY, Team, make_account, make_team
from tests.consult.panel.walking import PANEL, WORDS, enter, join, read_links, send, team_of, token_of
from tests.visitor import Visitor


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Two statements, a locked protocol, nine people on the panel, and round 1 open."""

    team: Team
    slug: str
    lead: Visitor
    manager: Visitor
    links: dict[tuple[str, int], str]
    seats: tuple[Visitor, ...]


def make_scene(app: Flask, *, members: int = 9) -> Scene:
    team = make_team(app)
    make_account(app, "cato", team.consultation, Role.CUSTODIAN)
    make_account(app, "mona", team.consultation, Role.PANEL_MANAGER)
    for key in ("DS1", "DS2"):
        text = StandardText(key=key, title=f"Title {key}", statement=f"A man can see that {key} holds.")
        standards.write(team.session, team.consultation, text, today=TODAY)
    team.session.commit()
    lead, manager = team_of(app, "sam", unlocked=True), team_of(app, "mona")
    lead.visit(f"{PANEL}/protocol")
    lead.press("Save", {"purpose": "To find out."})
    lead.press("Lock the protocol")
    groups = ["men_only_service"] * 5 + ["mixed_service"] * 5
    lines = [f"member {place}, {group}" for place, group in enumerate(groups[: members + 1], start=1)]
    manager.visit(f"{PANEL}/people")
    manager.press("Invite", {"people": "\n".join(lines), "by": "list"})
    links = read_links(manager)
    seats = tuple(
        join(app, links["member", place], f"m{place}@example.org") for place in range(1, members + 1)
    )
    lead.visit(f"{PANEL}/next")
    lead.press("Open the round")
    assert lead.heading == "Round 1"
    return Scene(team=team, slug=team.consultation.slug, lead=lead, manager=manager, links=links, seats=seats)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


def rate_everybody(scene: Scene, answers: dict[str, str]) -> None:
    for seat in scene.seats:
        seat.visit(f"/panel/{scene.slug}/")
        token = token_of(seat)
        for place in (1, 2):
            seat.visit(f"/panel/{scene.slug}/{place}")
            turn = str(seat.page.select("input[name=turn]")[0]["value"])
            assert send(seat, scene.slug, token, place, answers | {"turn": turn}) == 303


def told_apart(scene: Scene) -> None:
    """Where the database numbers versions of rows, all lines of done and not done have one number."""
    db.session.rollback()
    if db.session.get_bind().dialect.name == "postgresql":
        versions = db.session.execute(text("SELECT DISTINCT xmin::text FROM panel_part")).all()
        assert len(versions) == 1
        sheets = db.session.execute(text("SELECT DISTINCT xmin::text FROM panel_sheet")).all()
        assert len(sheets) == len(scene.seats)


def close(scene: Scene, number: int) -> None:
    scene.lead.visit(f"{PANEL}/round/{number}/close")
    scene.lead.press("Close the round")
    assert "The round is closed" in scene.lead.words


def test_two_rounds_of_a_small_panel_with_a_way_back_and_feedback(app: Flask, scene: Scene) -> None:
    first = scene.seats[0]
    first.visit(f"/panel/{scene.slug}/1")
    assert not first.page.select("input[type=radio][checked]"), "nothing is chosen beforehand"
    assert "What the panel said" not in first.words
    first.press("Save and go on", {"imp": "8", "comment": "I work at Oakfield House in Leeds."})
    assert "statement 2 of 2" in first.words
    other = enter(app, scene.slug, "m1@EXAMPLE.org")
    other.visit(f"/panel/{scene.slug}/1")
    assert "Oakfield House" in other.words
    assert other.page.select("#q-imp-8")[0].has_attr("checked")
    scene.seats[1].visit(f"/panel/{scene.slug}/protocol")
    assert "quasi-anonymous" in scene.seats[1].words
    rate_everybody(scene, {"imp": "8", "ach": "6", "comment": "Long overdue."})
    told_apart(scene)
    close(scene, 1)

    scene.lead.visit(f"{PANEL}/comments")
    scene.lead.visit(str(scene.lead.page.select("main .app-card a")[0]["href"]))
    scene.lead.press("Let the panel read this", {"words": "Overdue for many years."})
    first.visit(f"/panel/{scene.slug}/1")
    assert "What you answered" in first.words
    scene.lead.visit(f"{PANEL}/next")
    scene.lead.press("Open the round")

    shown: dict[Visitor, list[str]] = {}
    for seat in scene.seats[:2]:
        shown[seat] = []
        for place in (1, 2):
            seat.visit(f"/panel/{scene.slug}/{place}")
            shown[seat] += [str(each["id"]) for each in seat.page.select("li[id^=c-]")]
    assert len(shown[scene.seats[0]]) == 1
    assert shown[scene.seats[0]] != shown[scene.seats[1]], "another key for each viewer"
    first.visit(f"/panel/{scene.slug}/1")
    assert "You rated it 8." in first.words
    assert "Keep your rating or change it. Either is fine." in first.words
    assert "not shown" in first.words, "a lone group of four takes the other with it"
    assert "consensus" not in first.words.lower()


def test_a_link_works_once_and_a_forwarded_one_tells_so(app: Flask, scene: Scene) -> None:
    stranger = Visitor(app.test_client())
    stranger.visit(scene.links["member", 1])
    assert stranger.status == 404
    assert "A link works once" in stranger.words
    fresh = Visitor(app.test_client())
    fresh.visit(scene.links["member", 10])
    fresh.visit(scene.links["member", 10])
    assert fresh.heading == "An invitation", "looking uses nothing up"
    second = Visitor(app.test_client())
    second.visit(scene.links["member", 10])
    fresh.press("Join the panel", {"sign_in": "m10", "passphrase": WORDS, "consent": "y"})
    assert fresh.path == f"/panel/{scene.slug}/"
    second.press("Join the panel", {"sign_in": "thief", "passphrase": WORDS, "consent": "y"})
    assert (second.status, second.heading) == (404, "This link does not work")


def test_what_was_typed_stays_when_joining_needs_a_tick_or_another_name(app: Flask, scene: Scene) -> None:
    visitor = Visitor(app.test_client())
    visitor.visit(scene.links["member", 10])
    visitor.press("Join the panel", {"sign_in": "m10", "passphrase": WORDS, "interests": "I run one."})
    assert visitor.status == 422
    assert "Please tick this" in visitor.words
    assert "I run one." in visitor.words
    visitor.press("Join the panel", {"passphrase": "short", "consent": "y"})
    assert visitor.status == 422
    visitor.press("Join the panel", {"passphrase": WORDS, "sign_in": "m1@example.org", "consent": "y"})
    assert "please choose another" in visitor.words


def test_two_tabs_lose_nothing_and_a_double_submit_changes_nothing(scene: Scene) -> None:
    seat, slug = scene.seats[0], scene.slug
    seat.visit(f"/panel/{slug}/1")
    token = token_of(seat)
    assert send(seat, slug, token, 1, {"imp": 9, "comment": "From the first tab."}) == 303
    assert send(seat, slug, token, 1, {"imp": 9, "comment": "From the first tab."}) == 303, "sent twice"
    seat.visit(f"/panel/{slug}/1")
    assert str(seat.page.select("input[name=turn]")[0]["value"]) == "1"
    seat.post(
        f"/panel/{slug}/1",
        [("csrf_token", token), ("turn", "0"), ("imp", "2"), ("comment", "From the second tab.")],
    )
    assert seat.status == 409
    assert "From the first tab." in seat.words
    assert "From the second tab." in seat.words
    seat.press("Save and go on")
    seat.visit(f"/panel/{slug}/1")
    assert "From the second tab." in seat.words


def test_words_typed_while_the_round_closes_are_kept_for_the_writer_and_offered_next_time(
    app: Flask, scene: Scene
) -> None:
    rate_everybody(scene, {"imp": "5"})
    seat, slug = scene.seats[0], scene.slug
    seat.visit(f"/panel/{slug}/1")
    close(scene, 1)
    seat.press("Save and go on", {"comment": "Typed as it closed."})
    assert "Your words are kept" in seat.words
    db.session.rollback()
    assert not db.session.query(PanelComment).count()
    scene.lead.visit(f"{PANEL}/next")
    scene.lead.press("Open the round")
    seat.visit(f"/panel/{slug}/1")
    assert "Typed as it closed." in seat.words
    assert "after the last round had closed" in seat.words
    scene.seats[1].visit(f"/panel/{slug}/1")
    assert "Typed as it closed." not in scene.seats[1].words


def test_a_clock_that_jumps_closes_no_round_and_gives_back_what_was_typed(app: Flask, scene: Scene) -> None:
    seat, slug = scene.seats[0], scene.slug
    seat.visit(f"/panel/{slug}/1")
    with time_machine.travel("2031-01-01", tick=True):
        seat.press("Save and go on", {"imp": "7", "comment": "Written for an hour."})
        assert seat.status == 400
        assert "Written for an hour." in seat.words
        seat.visit(f"/panel/{slug}/")
        seat.press("Sign in", {"name": "m1@example.org", "passphrase": "not this one at all"})
        assert seat.status == 422
        seat.press("Sign in", {"name": "m1@example.org", "passphrase": WORDS})
        assert seat.heading == "Round 1 of 3"


def test_a_panel_of_nobody_rating_and_one_that_cannot_rate_both_close(scene: Scene) -> None:
    close(scene, 1)
    scene.lead.visit(f"{PANEL}/round/1")
    assert "too few" in scene.lead.words
    scene.lead.visit(f"{PANEL}/next")
    scene.lead.press("Open the round")
    rate_everybody(scene, {"imp": "cannot_rate"})
    close(scene, 2)
    db.session.rollback()
    kept = db.session.query(PanelItem).filter(PanelItem.figures != "").all()
    assert len(kept) == 4
    assert all('"n": null' in each.figures and '"too_few"' in each.figures for each in kept)
    assert any('"cannot_rate": "9"' in each.figures for each in kept)


def test_who_withdraws_takes_the_open_round_along_and_is_never_written_to_again(scene: Scene) -> None:
    rate_everybody(scene, {"imp": "8"})
    db.session.rollback()
    before = db.session.query(Response).count()
    seat = scene.seats[0]
    seat.visit(f"/panel/{scene.slug}/withdraw")
    seat.press("Leave the panel")
    assert "We will not write again" in seat.words
    db.session.rollback()
    assert db.session.query(Response).count() == before - 1
    gone = db.session.query(PanelMember).filter(PanelMember.state == "withdrawn").one()
    assert (gone.secret, gone.sign_in, gone.link) == (None, None, None)
    seat.visit(f"/panel/{scene.slug}/1")
    assert seat.heading == "Sign in"
    scene.manager.visit(f"{PANEL}/people")
    assert "withdrew" in scene.manager.words


def test_declining_uses_the_link_up(app: Flask, scene: Scene) -> None:
    visitor = Visitor(app.test_client())
    visitor.visit(scene.links["member", 10])
    visitor.press("No, thank you")
    assert visitor.heading == "Thank you for telling us"
    visitor.visit(scene.links["member", 10])
    assert visitor.status == 404


def test_leaving_ends_the_session_of_a_panellist(scene: Scene) -> None:
    """T08: by the way out of every page."""
    seat = scene.seats[0]
    seat.visit(f"/panel/{scene.slug}/1")
    way = str(seat.page.select("[data-leave]")[0]["href"])
    answer = seat.client.get(way)
    assert answer.status_code == 303
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    seat.visit(f"/panel/{scene.slug}/1")
    assert seat.heading == "Sign in"


def test_reminders_go_to_those_not_finished_and_stop_by_rule(app: Flask, scene: Scene) -> None:
    scene.seats[0].visit(f"/panel/{scene.slug}/")
    scene.seats[0].press("I have finished this round")
    scene.manager.visit(f"{PANEL}/people")
    assert "the next reminder may go out on" in scene.manager.words.lower()
    outbox = app.extensions["consult.settings"].outbox
    scene.manager.press(
        "Invite", {"people": "Late Comer, late@example.org, research", "by": "mail", "group": "research"}
    )
    letters = [path.read_text() for path in outbox.glob("*.eml") if "late@example.org" in path.read_text()]
    assert len(letters) == 1
    assert "/panel/join/" in letters[0]
    assert "assault" not in letters[0].lower()
    with time_machine.travel("2031-01-01", tick=True):
        manager = team_of(app, "mona")
        manager.visit(f"{PANEL}/people")
        manager.press("Remind those not finished")
        assert "Letters handed on: 1." in manager.words
        assert "member 1," not in f"{manager.words},", "who has finished is not written to"
        assert "member 2" in manager.words
    letters = [path.read_text() for path in outbox.glob("*.eml") if "late@example.org" in path.read_text()]
    assert len(letters) == 2
