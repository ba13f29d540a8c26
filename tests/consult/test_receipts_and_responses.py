"""S13: who has the database's files, and no code, cannot tell which receipt belongs to which response."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from flask import Flask
from scipy.stats import spearmanr
from sqlalchemy import text

from consult.records import batches, scrub
from consult.vault import receipts
from consult.web.extensions import db
from tests.builders import make_response, make_team, release
from tests.forms import FULL

SENDS = 600 if FULL else 120
MOST_BY_CHANCE = 5
"""Of pairs put together at random one is right on average; six or more are in one of 1,700 tries."""
Orders = Mapping[str, tuple[Sequence[bytes], Sequence[bytes]]]


def test_no_order_of_the_files_leads_from_a_receipt_to_its_response(
    app: Flask, figure: Callable[[str, object], None]
) -> None:
    for attempt in (1, 2):
        team = make_team(app, name=f"trial-{attempt}", person=f"person-{attempt}")
        belongs: dict[bytes, bytes] = {}
        for number in range(SENDS):
            keys = receipts.keys_from(os.urandom(32))
            belongs[keys.lookup] = make_response(team, {"helped_words": "Words. " * (number % 9)}, keys=keys)
        scrub.checkpoint(db.engine)
        seen = looked(belongs) if db.engine.dialect.name == "sqlite" else {}
        release(team)
        db.session.remove()
        batches.settle(db.engine)
        seen = {**seen, **{f"released, {name}": both for name, both in looked(belongs).items()}}
        wrong = {name: attack(belongs, *both) for name, both in seen.items()}
        if all(hits <= MOST_BY_CHANCE and chance > 0.01 for hits, chance in wrong.values()):
            figure("pairs", SENDS)
            figure("guessed right at most", max(hits for hits, _ in wrong.values()))
            figure("least p", f"{min(chance for _, chance in wrong.values()):.2f}")
            return
    pytest.fail(f"receipts lead to responses: {wrong}")


def attack(
    belongs: Mapping[bytes, bytes], lookups: Sequence[bytes], responses: Sequence[bytes]
) -> tuple[int, float]:
    """Pair both by their ranks: how many pairs are right, and how likely the correlation is by chance."""
    rank = {response: place for place, response in enumerate(responses)}
    true = [rank[belongs[lookup]] for lookup in lookups]
    hits = sum(place == found for place, found in enumerate(true))
    return hits, float(spearmanr(range(len(true)), true).pvalue)


def looked(belongs: Mapping[bytes, bytes]) -> Orders:
    """Receipts and responses in each order that the database keeps them in."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        sqlite = connection.dialect.name == "sqlite"
        end = "NOT INDEXED" if sqlite else "ORDER BY ctid"
        given = connection.execute(text(f"SELECT lookup, ptr FROM receipt {end}")).all()  # noqa: S608
        sent = connection.execute(text(f"SELECT id, body FROM response {end}")).all()  # noqa: S608
    pointers = {bytes(row.lookup): bytes(row.ptr) for row in given if bytes(row.lookup) in belongs}
    bodies = {bytes(row.id): bytes(row.body) for row in sent if bytes(row.id) in set(belongs.values())}
    orders: dict[str, tuple[Sequence[bytes], Sequence[bytes]]] = {"scan": (list(pointers), list(bodies))}
    if sqlite:
        content = Path(str(db.engine.url.database)).read_bytes()
        orders["place in the file"] = in_file(content, pointers), in_file(content, bodies)
        orders["from the end"] = in_file(content, pointers), in_file(content, bodies)[::-1]
    return orders


def in_file(content: bytes, records: Mapping[bytes, bytes]) -> list[bytes]:
    """Keys by where their record stands."""
    return sorted(records, key=lambda key: content.index(records[key]))
