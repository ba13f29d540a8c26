"""Three rounds of the seeded consultation: every verdict comes out as it was designed."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from sqlalchemy import event

from consult.commands.demonstration import documents
from consult.panel.service import dashboard, feedback
from consult.records import practitioners
from consult.records.panel_figures import ItemFigures
from consult.web.extensions import db
from tests.consult.panel.seeded import make_seeded, run


def says(figures: ItemFigures, designed: str) -> bool:
    """Whether figures bear out what the content says of an item, such as "in; stable; parity red"."""
    verdict, *more = re.split(r"; ", designed)
    name, _, group = verdict.partition(": ")
    held = figures.verdict == name and (not group or figures.reservations == (group,))
    words = {
        "stable": figures.stable is True,
        "not stable": figures.stable is False,
        "not assessed": figures.stable is None,
        "parity red": figures.parity == "red",
        "parity amber": figures.parity == "amber",
        "disagreement": figures.disagreement,
    }
    return held and all(words[each] for each in more)


def queries(read: Callable[[], object]) -> int:
    """How many the database answers for one page: as many for six statements as for two hundred."""
    seen: list[object] = []

    def note(*call: object) -> None:
        seen.append(call[2])

    event.listen(db.engine, "before_cursor_execute", note)
    read()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_every_seeded_verdict_comes_out_as_designed_and_returns_are_flagged(app: Flask) -> None:
    seeded = make_seeded(app)
    run(seeded)
    team = seeded.team
    second, third = (dashboard.board(team.session, team.consultation, number) for number in (2, 3))
    in_second = {line.number: line.figures for line in second.lines}
    in_third = {line.number: line.figures for line in third.lines}
    for entry in documents.panel().items:
        found = in_second[entry.key]
        assert found is not None
        assert says(found, entry.round_2), (entry.key, found)
        last = in_third.get(entry.key) or found
        assert says(last, entry.final), (entry.key, last)

    came_back = {each["group"]: each for each in second.whole["returns"]}
    assert (came_back["commissioning"]["share"], came_back["commissioning"]["flag"]) == (63, "red")
    assert came_back["mixed_service"]["share"] == 100
    assert third.whole["returns"][-1]["of_invited"] == 76
    assert second.whole["bias"] == [], "four people left: what they had rated stays theirs"
    asked_for = {
        "a round": queries(lambda: dashboard.board(team.session, team.consultation, 3)),
        "a statement": queries(lambda: feedback.item(next(iter(seeded.stage.seats.values())), 1)),
        "the list": queries(lambda: feedback.home(next(iter(seeded.stage.seats.values())))),
    }
    assert max(asked_for.values()) <= 8, asked_for
    strand = practitioners.of_standard(team.session, team.consultation.id, "DS4")
    assert (strand[0].clause, strand[0].verdict, strand[0].round) == ("DS4", "in_with_reservation", 3)
    assert strand[0].reservations == ("mixed_service",)
