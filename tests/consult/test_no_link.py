"""S13, S14: nothing that the database keeps joins a receipt with its response, or tells who came first.

In each run people send with codes, all are released, and somebody with a copy of the files matches the first
receipt with the first response, the second with the second, by every order that the storage has. By chance
one match a run is right.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from flask import Flask
from scipy.stats import binomtest, spearmanr
from sqlalchemy import delete, text

from consult.models.base import writing
from consult.models.response import BatchLeaf, Receipt, Response
from consult.records import batches
from consult.vault import receipts
from consult.web.extensions import db
from tests.builders import Team, make_response, make_team, release
from tests.forms import FULL

RUNS = 1000 if FULL else 40
PEOPLE = 8
RECEIPTS = 600

Orders = Mapping[str, Sequence[bytes]]


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def test_matching_receipts_to_responses_is_no_better_than_chance(team: Team) -> None:
    for attempt in (1, 2):
        right: Counter[str] = Counter()
        for _ in range(RUNS if attempt == 1 else RUNS // 2):
            right.update(matches(team))
        runs = RUNS if attempt == 1 else RUNS // 2
        told = {
            order: binomtest(hits, runs * PEOPLE, 1 / PEOPLE, alternative="greater").pvalue
            for order, hits in right.items()
        }
        assert set(told) == {"scan", "place"}
        if min(told.values()) > 0.01:
            return
    pytest.fail(f"a receipt can be matched with its response: {told}")


def test_no_order_of_receipts_is_that_of_their_arrival(team: Team) -> None:
    for _ in (1, 2):
        empty(team)
        arrived = [send(team)[0] for _ in range(RECEIPTS)]
        assert release(team) == RECEIPTS
        team.session.rollback()
        batches.settle(db.engine)
        came = {each: number for number, each in enumerate(arrived)}
        told = {
            name: abs(float(spearmanr([came[each] for each in kept], range(RECEIPTS)).statistic))
            for name, kept in orders("receipt", "lookup", "ptr").items()
        }
        if max(told.values()) < 0.1:
            return
    pytest.fail(f"the order of arrival shows: {told}")


def matches(team: Team) -> dict[str, int]:
    """How many of a run's receipts somebody with the files would match, by each order."""
    empty(team)
    own = dict(send(team) for _ in range(PEOPLE))
    assert release(team) == PEOPLE
    team.session.rollback()
    batches.settle(db.engine)
    mine, theirs = orders("receipt", "lookup", "ptr"), orders("response", "id", "body")
    return {
        name: sum(own[one] == other for one, other in zip(mine[name], theirs[name], strict=True))
        for name in mine
    }


def empty(team: Team) -> None:
    for table in (BatchLeaf, Response, Receipt):
        team.session.execute(delete(table))
    team.session.commit()


def send(team: Team) -> tuple[bytes, bytes]:
    """One more person with a code; returns lookup and id."""
    keys = receipts.keys_from(os.urandom(32))
    return keys.lookup, make_response(team, {"helped_words": "Words."}, keys=keys)


def orders(table: str, key: str, blob: str) -> Orders:
    """The keys of a table in order of a scan, and of their place in the storage."""
    if db.engine.dialect.name == "postgresql":
        return in_the_heap(table, key)
    writing.set(False)
    with db.engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {key}, {blob} FROM {table} NOT INDEXED")).all()  # noqa: S608
    content = Path(str(db.engine.url.database)).read_bytes()
    wal = Path(f"{db.engine.url.database}-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    places = {row[0]: content.index(row[1]) for row in rows}
    return {"scan": [row[0] for row in rows], "place": sorted(places, key=lambda each: places[each])}


def in_the_heap(table: str, key: str) -> Orders:
    with db.engine.connect() as connection:
        rows = connection.execute(
            text(f"SELECT {key}, xmin::text AS made FROM {table} ORDER BY ctid")  # noqa: S608
        ).all()
        by_version = connection.execute(
            text(f"SELECT {key} FROM {table} ORDER BY xmin::text::bigint, ctid")  # noqa: S608
        ).all()
    assert len({row.made for row in rows}) == 1, "one row version for all"
    return {"scan": [bytes(row[0]) for row in rows], "place": [bytes(row[0]) for row in by_version]}
