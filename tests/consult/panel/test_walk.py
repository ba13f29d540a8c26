"""The seeded consultation through the pages: 46 invited, 42, 38, 35, and every verdict as designed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from consult.commands.demonstration import documents, rounds
from consult.commands.demonstration.panel import panellists
from consult.models.consultation import Consultation
from consult.panel.service import dashboard, protocol
from consult.records import practitioners
from consult.web.extensions import db
from tests.consult.panel.seeded import Seeded, make_seeded
from tests.consult.panel.test_rounds_as_seeded import says
from tests.consult.panel.walking import PANEL, invite_everybody, join, send, team_of, token_of
from tests.visitor import Visitor

Seats = dict[tuple[str, int], Visitor]


def lock_protocol(lead: Visitor) -> None:
    """Write and lock it, with 1.5 beside the statements of the twelve standards."""
    lead.visit(f"{PANEL}/protocol")
    asked = {each.key for each in documents.panel().items if each.key != "P1"}
    labels = lead.page.select("label[for^=items]")
    ids = {str(label["for"]) for label in labels if label.get_text().split()[0] in asked}
    chosen = [str(box["value"]) for box in lead.page.select("input[name=items]") if box["id"] in ids]
    assert len(chosen) == 13
    lead.press("Save", {"purpose": rounds.PURPOSE, "items": chosen})
    lead.press("Lock the protocol")
    assert "Locked. Its mark is in the log." in lead.words


def open_round(lead: Visitor, number: int) -> None:
    """The next round, about what the stop rule ticked; P1 comes in with the second."""
    lead.visit(f"{PANEL}/next")
    ticked = {
        label.get_text().split()[0]: str(box["value"])
        for box in lead.page.select("input[name=items]")
        for label in lead.page.select(f"label[for={box['id']}]")
        if box.has_attr("checked") or (number == 2 and label.get_text().split()[0] == "P1")
    }
    lead.press("Open the round", {"items": list(ticked.values()), **({"vote": "y"} if number == 3 else {})})
    assert lead.heading == f"Round {number}"


def answers_of(seeded: Seeded, number: int) -> Mapping[tuple[str, int], Mapping[str, Any]]:
    """What each panellist answers, by the number of the statement."""
    ids = {each.clause_id: each.number for each in protocol.worded(db.session(), seeded.team.consultation)}
    found = {}
    for each in panellists():
        if number in each.rounds:
            given = rounds.given(seeded.stage, number, each.group, each.place)
            found[each.group, each.place] = {ids[clause]: dict(answers) for clause, answers in given.items()}
    return found


def rate_all(seeded: Seeded, seats: Seats, slug: str, number: int) -> None:
    places = {line.number: place for place, line in enumerate(board(seeded, number).lines, start=1)}
    for seat, given in answers_of(seeded, number).items():
        visitor = seats[seat]
        visitor.visit(f"/panel/{slug}/")
        token = token_of(visitor)
        for name, answers in given.items():
            assert send(visitor, slug, token, places[name], answers) == 303
    db.session.rollback()


def board(seeded: Seeded, number: int) -> dashboard.Board:
    db.session.rollback()
    return dashboard.board(db.session(), consultation_of(seeded), number)


def consultation_of(seeded: Seeded) -> Consultation:
    return db.session.get_one(Consultation, seeded.team.consultation.id)


@pytest.mark.hostile
def test_three_rounds_through_the_pages_come_out_as_designed(app: Flask) -> None:
    """Invited by links, rated on pages, closed by somebody with a key, moderated, and carried on."""
    seeded = make_seeded(app)
    slug = seeded.team.consultation.slug
    lead, manager = team_of(app, "sam", unlocked=True), team_of(app, "mona")
    lock_protocol(lead)
    links = invite_everybody(manager)
    assert len(links) == 46
    seats: Seats = {
        (each.group, each.place): join(app, links[each.group, each.place], f"{each.group} {each.place}")
        for each in panellists()
    }
    assert len(seats) == 42
    for number in (1, 2, 3):
        seeded.stage.reword(number)
        db.session.commit()
        open_round(lead, number)
        rate_all(seeded, seats, slug, number)
        lead.visit(f"{PANEL}/round/{number}/close")
        lead.press("Close the round")
        assert "The round is closed" in lead.words
        lead.visit(f"{PANEL}/comments")
        while lead.page.find("a", string=lambda text: bool(text) and "Read and decide" in text) or (
            "Read and decide" in lead.words
        ):
            lead.visit(str(lead.page.select("main .app-card a")[0]["href"]))
            lead.press("Let the panel read this")
    in_second, in_third = (
        {line.number: line.figures for line in board(seeded, number).lines} for number in (2, 3)
    )
    assert list(in_third) == ["DS4", "DS5", "DS8", "DS11", "DS12", "P1"]
    for entry in documents.panel().items:
        found = in_second[entry.key]
        assert found is not None
        assert says(found, entry.round_2), (entry.key, found)
        last = in_third.get(entry.key) or found
        assert says(last, entry.final), (entry.key, last)
    strand = practitioners.of_standard(db.session(), seeded.team.consultation.id, "DS3")
    assert len(strand[0].comments.words + strand[0].comments.contrary) > 0
    lead.visit(f"{PANEL}/round/3")
    assert "in, with reservation: service for men and women" in lead.words
