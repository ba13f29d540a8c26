"""S3: kill -9 while people send: what was acknowledged is stored, nothing is half-written, nothing twice."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from consult.models.base import new_id
from consult.models.response import Batch, Receipt, Response
from consult.records import opened
from consult.settings import Settings
from tests.builders import TODAY, Team, make_team
from tests.forms import FULL
from tests.served import Person, Server

KILLS = 205 if FULL else 8
CLIENTS = 72 if FULL else 6
WALKING = 6
"""So many get ready at once: codes are made two at a time, and eight wait."""
SOONEST, LATEST = (CLIENTS // 4, CLIENTS - 1) if FULL else (0, 3)
"""The kill comes after so many, or a few more, are told that theirs is stored. Each process tells all
together who came together: so mostly half of them, or everybody."""
FEWEST = 10_000 if FULL else KILLS


def test_killing_the_server_loses_no_acknowledged_answer(
    app: Flask,
    settings: Settings,
    request: pytest.FixtureRequest,
    figure: Callable[[str, object], None],
) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()  # else this process would hold the write lock
    dice = random.Random(20270104)  # noqa: S311 - when to kill, not a secret
    acknowledged: set[str] = set()
    unsure: list[Person] = []
    server = Server(settings)
    request.addfinalizer(server.kill)
    for round_ in range(KILLS):
        people = [
            Person(port=server.port, slug=slug, words=f"words {round_} {place}") for place in range(CLIENTS)
        ]
        together([person.walk for person in people])
        senders = [threading.Thread(target=person.send_once, daemon=True) for person in people]
        for sender in senders:
            sender.start()
        wanted, latest = dice.randrange(SOONEST, LATEST), time.monotonic() + 20
        while sum(person.acknowledged for person in people) < wanted and time.monotonic() < latest:
            time.sleep(0.001)
        server.kill_worker()
        for sender in senders:
            sender.join(timeout=20)
        acknowledged |= {person.words for person in people if person.acknowledged}
        unsure += [person for person in people if not person.acknowledged]
    assert len(acknowledged) >= FEWEST, "some must be acknowledged before the kill"
    assert len(unsure) >= KILLS, "some must be on their way when it comes"

    server.kill()
    before = stored_words(team)
    assert acknowledged - before.keys() == set()
    assert max(before.values()) == 1

    server = Server(settings)
    request.addfinalizer(server.kill)
    for person in unsure:
        person.port = server.port
        assert person.send()
    server.kill()
    after = stored_words(team)
    assert {person.words for person in unsure} - after.keys() == set()
    assert max(after.values()) == 1, "sending again after a crash must not store twice"
    responses = team.session.scalar(select(func.count()).select_from(Response))
    receipts = team.session.scalar(select(func.count()).select_from(Receipt))
    assert responses == receipts == sum(after.values()), "a response and its receipt come together"
    figure("kills", KILLS)
    figure("acknowledged", len(acknowledged))
    figure("lost", len(acknowledged - before.keys()))
    figure("stored twice", sum(count > 1 for count in after.values()))


def together(acts: list[Callable[[], None]]) -> None:
    """Do several things, some at once, and wait for all."""
    with ThreadPoolExecutor(min(len(acts), WALKING)) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()


def stored_words(team: Team) -> Counter[str]:
    """Every stored answer, opened: one that was half-written would not open."""
    session = team.session
    session.rollback()
    batch = Batch(
        id=new_id(),
        consultation_id=team.consultation.id,
        definition_id=team.survey.definition_id,
        released=TODAY,
        n=1,
        merkle_root=bytes(32),
    )
    session.add(batch)
    session.flush()
    session.execute(update(Response).values(batch_id=batch.id))
    session.commit()
    found = opened.released(session, team.vault, team.consultation, team.unlocked().keys)
    words = Counter(str(response.answers["helped_words"]) for response in found)
    session.rollback()
    return words
