"""S19: when no more fits on the disk nothing acknowledged is lost, and words come back to their page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from consult.models.response import Receipt, Response
from consult.web.extensions import db
from tests.builders import make_team
from tests.visitor import Visitor

WORDS = "These words must come back when they cannot be kept. " * 90
SENT = "Your answers are sent"


def limit(pages: int) -> Any:
    """From now on every new connection refuses to let the file grow beyond so many pages."""

    def refuse(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(db.engine, "connect", refuse)
    db.engine.dispose()
    return refuse


def test_what_was_acknowledged_is_stored_and_what_was_not_is_still_on_the_page(
    app: Flask, figure: Callable[[str, object], None]
) -> None:
    if not app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("the limit is one of SQLite")
    team = make_team(app)
    writers = [Visitor(app.test_client()) for _ in range(12)]
    for writer in writers:
        steps(writer, team.survey.slug, STEPS[:3])
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    refuse = limit(pages + 4)
    acknowledged = failed = 0
    while failed < 12:  # the first failure leaves room in other pages of the file
        if steps(Visitor(app.test_client()), team.survey.slug, STEPS):
            acknowledged += 1
        else:
            failed += 1
        assert acknowledged < 80, "the disk was never full"
    assert acknowledged > 3
    given_back = 0
    for writer in writers:
        writer.press("Continue", {"helped_words": WORDS})
        assert writer.status in {200, 503}
        given_back += writer.status == 503 and WORDS[:200] in writer.words
        assert writer.status == 200 or WORDS[:200] in writer.words
    assert given_back
    assert stored() == acknowledged
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"

    event.remove(db.engine, "connect", refuse)
    db.engine.dispose()
    assert steps(Visitor(app.test_client()), team.survey.slug, STEPS)
    assert stored() == acknowledged + 1
    figure("acknowledged", acknowledged)
    figure("stored", acknowledged)
    figure("texts given back", given_back)


STEPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("Start", {}),
    ("I do not want a code", {}),
    ("Continue", {"depth": "full"}),
    ("Continue", {"helped_words": WORDS}),
    ("Continue", {}),
    ("Yes, use my answers: send them", {}),
)


def steps(visitor: Visitor, slug: str, wanted: Sequence[tuple[str, dict[str, str]]]) -> bool:
    """Some steps of a visit without a code; False at the first page that says that it cannot be kept."""
    visitor.visit(f"/about/{slug}")
    for button, fields in wanted:
        visitor.press(button, fields)
        if visitor.status == 503:
            return False
    return len(wanted) < len(STEPS) or visitor.heading == SENT


def stored() -> int:
    """How many responses there are; a receipt belongs to each that has one."""
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 0
    return db.session.scalar(select(func.count()).select_from(Response)) or 0
