"""S10: what was sealed follows to new keys without losing a word, whatever happens on the way."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from consult.manage import service
from consult.models.interest import Interest
from consult.models.key import KeyOwner
from consult.models.note import Note
from consult.models.response import Response
from consult.records import accounts, epochs, notes, responses, rewrapping, voices
from consult.records import keys as key_records
from consult.records.notes import KeysChangedError
from consult.records.rewrapping import Pass
from consult.vault.sealing import Binding
from consult.web.extensions import db
from tests.builders import Team, make_account, make_response, make_team, release
from tests.consult.epochs.changing import (
    WHO,
    everything,
    finish,
    go_on,
    kept_grants,
    keys_of,
    opens,
    read,
    renew,
    revoke,
)
from tests.consult.evidence.scene import Scene, make_scene
from tests.forms import FULL

MANY = 10_000 if FULL else 200


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_stop_on_the_way_leaves_everything_readable_and_the_next_goes_on(team: Team, steps: int) -> None:
    """S10: stopped after so many committed steps; both epochs stay granted until nothing is left."""
    renew(team)
    work = service.begin_pass(team.session, team.vault, "trial", team.key)
    for _ in range(steps):
        work.step(3)
        team.session.commit()
    work.step(2)
    team.session.rollback()  # the machine stops before this one is written

    state = service.keys_state(team.session, "trial")
    assert state.left is not None
    assert state.left.slots == 7 - 3 * steps
    for name in ("sam", "kim"):
        assert len(read(team, keys_of(team, name))) == 6
    assert finish(team).total == 7 - 3 * steps
    assert len(read(team, keys_of(team, "sam"))) == 6

    go_on(team)
    assert finish(team).total == 0
    assert service.keys_state(team.session, "trial").left is None
    assert len(read(team, keys_of(team, "kim"))) == 6


def test_a_person_given_a_key_on_the_way_reads_both_sides(team: Team) -> None:
    renew(team)
    work = service.begin_pass(team.session, team.vault, "trial", team.key)
    work.step(3)
    team.session.commit()
    lee = make_account(team.app, "lee")
    accounts.grant(team.session, team.vault, team.consultation, team.key, lee)
    team.session.commit()
    assert len(read(team, keys_of(team, "lee"))) == 6


def test_a_second_person_can_lose_the_key_before_the_first_change_is_through(team: Team) -> None:
    lee = make_account(team.app, "lee")
    accounts.grant(team.session, team.vault, team.consultation, team.key, lee)
    team.session.commit()
    revoke(team)
    service.begin_pass(team.session, team.vault, "trial", team.key).step(3)
    team.session.commit()
    thief, blobs = kept_grants(team, "lee")
    copied = team.vault.open_grants(thief, team.consultation.id, blobs)
    revoke(team, "lee")
    assert team.consultation.epoch == 3
    assert len(read(team, keys_of(team, "sam"))) == 6
    go_on(team)
    assert finish(team).total == 0
    assert not any(opens(team, copied, row) for row in everything(team))
    assert len(read(team, keys_of(team, "sam"))) == 6


class Interrupted(Pass):
    """A pass in which something else happens between the reading of rows and the writing of new slots."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def _read(self, table: type[Response | Note | Interest], after: bytes, most: int) -> list[Any]:
        found = super()._read(table, after, most)
        self.meanwhile()
        return found


def test_answers_changed_withdrawn_or_sent_meanwhile_are_neither_lost_nor_undone(team: Team) -> None:
    code, keys = responses.new_code(team.intake, team.consultation)
    changed = make_response(team, {"helped_words": "first"}, keys=keys)
    _, others = responses.new_code(team.intake, team.consultation)
    make_response(team, {"helped_words": "gone"}, keys=others)
    renew(team)

    def meanwhile() -> None:
        work.meanwhile = lambda: None
        content = {"answers": {"helped_words": "second"}, "depth": "full", "language": "en"}
        responses.send(
            team.session, team.intake, team.survey, response_id=changed, rev=2, content=content, keys=keys
        )
        responses.withdraw(team.session, team.intake, team.survey, others)
        team.session.commit()

    work = Interrupted(team.session, team.vault, team.consultation, keys_of(team, "sam"))
    work.meanwhile = meanwhile
    while work.step(100):
        team.session.commit()
    team.session.commit()

    assert finish(team).total == 0
    found = responses.read(team.session, team.intake, team.survey, keys)
    assert found.content["answers"] == {"helped_words": "second"}
    assert not found.differs
    row = team.session.get_one(Response, changed)
    assert opens(team, keys_of(team, "sam"), row)
    assert len(everything(team)) == 8
    assert responses.read_code(team.intake, team.consultation, code)[1] == keys


def test_an_answer_sealed_to_the_earlier_key_after_the_walk_keeps_that_key_alive(team: Team) -> None:
    """A request in flight: its row comes under the old epoch when the pass is over already."""
    late = make_response(team, {"helped_words": "late"})
    row = team.session.get_one(Response, late)
    kept = {column.key: getattr(row, column.key) for column in Response.__table__.columns}
    team.session.execute(delete(Response).where(Response.id == late))
    team.session.commit()
    renew(team)
    go_on(team)
    team.session.add(Response(**kept))
    team.session.commit()

    assert finish(team).slots == 1
    assert epochs.earlier(team.session, team.consultation) == (1,)
    go_on(team)
    assert finish(team).total == 0
    assert opens(team, keys_of(team, "sam"), team.session.get_one(Response, late))


def test_new_keys_wait_for_who_is_sending_and_who_comes_after_seals_to_them(app: Flask, team: Team) -> None:
    """Two connections: the send that began first is committed under the earlier epoch, and is caught."""
    begun, go = threading.Event(), threading.Event()
    seen: list[int] = []

    def send() -> None:
        with app.app_context():
            session: Session = db.session()
            survey = session.get_one(type(team.survey), survey_id)
            content = {"answers": {"helped_words": "in flight"}, "depth": "full", "language": "en"}
            responses.send(
                session, team.intake, survey, response_id=os.urandom(16), rev=1, content=content, keys=None
            )
            begun.set()
            go.wait(3)
            seen.append(key_records.public_key(session, KeyOwner.CONSULTATION, place, 1).epoch)
            session.commit()
            db.session.remove()

    survey_id, place = team.survey.id, team.consultation.id
    team.session.rollback()
    sending = threading.Thread(target=send)
    sending.start()
    assert begun.wait(5)
    threading.Timer(0.3, go.set).start()
    renew(team)  # waits
    sending.join()
    assert seen == [1]
    assert team.session.scalar(select(func.count()).where(Response.epoch == 1)) == 8
    team.session.commit()
    go_on(team)
    assert finish(team).total == 0
    assert all(opens(team, keys_of(team, "sam"), row) for row in everything(team))


def test_a_note_of_a_page_that_began_before_is_refused_kindly(scene: Scene) -> None:
    held = scene.team.unlocked()
    [response_id] = scene.coded(["quote"])[:1]
    service.renew(scene.team.session, scene.team.vault, "trial", scene.team.key, **WHO)
    scene.team.session.commit()
    with pytest.raises(KeysChangedError, match="try again"):
        notes.store(
            scene.team.session,
            scene.team.vault,
            scene.team.consultation,
            held.keys,
            os.urandom(16),
            notes.Beside(response_id=response_id, response_rev=1),
            {"kind": "memo"},
        )


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


def test_notes_codings_and_evidence_are_the_same_under_new_keys(scene: Scene) -> None:
    scene.coded(["quote", "count_only", "paraphrase"])
    scene.link("1.1")
    before = voices.hear(scene.unlocked())
    blobs = set(scene.team.session.scalars(select(Note.blob)))
    scene.team.session.rollback()

    service.renew(scene.team.session, scene.team.vault, "trial", scene.team.key, **WHO)
    scene.team.session.commit()
    middle = voices.hear(scene.unlocked())
    scene.team.session.rollback()
    go_on(scene.team, most=2)
    assert finish(scene.team).total == 0

    voices._holder.drop(scene.team.account.id)  # so that every note is opened anew
    after = voices.hear(scene.unlocked())
    assert before.codings.keys() == middle.codings.keys() == after.codings.keys()
    assert {each.content["theme"] for each in after.codings.values()} == {scene.theme.id.hex()}
    assert before.asked == after.asked
    assert blobs.isdisjoint(scene.team.session.scalars(select(Note.blob)))
    assert set(scene.team.session.scalars(select(Note.epoch))) == {2}


def test_a_damaged_answer_keeps_the_earlier_key_until_somebody_gives_it_up(team: Team) -> None:
    damaged = everything(team)[0]
    team.session.execute(
        update(Response)
        .where(Response.id == damaged.id)
        .values(body=damaged.body[:-1] + bytes((damaged.body[-1] ^ 1,)))
    )
    team.session.commit()
    revoke(team)
    work = go_on(team)
    assert (work.done, work.shut) == (6, 1)
    assert finish(team).total == 1
    assert epochs.earlier(team.session, team.consultation) == (1,)
    assert finish(team, given_up=work.shut).total == 0
    assert epochs.earlier(team.session, team.consultation) == ()


def test_many_answers_follow_and_none_is_lost(app: Flask) -> None:
    """S10: 200 answers, 10,000 in long form."""
    team = make_team(app)
    kim = make_account(app, "kim")
    accounts.grant(team.session, team.vault, team.consultation, team.key, kim)
    team.session.commit()
    first = make_response(team, {"helped_words": "the same"})
    row = team.session.get_one(Response, first)
    columns = {column.key: getattr(row, column.key) for column in Response.__table__.columns}
    recipient = responses.recipient(team.session, team.consultation)
    more = []
    for number in range(1, MANY):
        binding = Binding(
            **{name: columns[name] for name in ("consultation_id", "definition_id", "fingerprint")},
            response_id=os.urandom(16),
            rev=1,
        )
        answers = {"answers": {"helped_words": f"voice {number}"}, "depth": "full", "language": "en"}
        sealed = team.intake.seal_response(binding, answers, recipient)
        more.append(columns | {"id": binding.response_id, "body": sealed.body, "slot": sealed.slot})
    team.session.execute(insert(Response), more)
    team.session.commit()
    release(team)

    revoke(team)
    work = go_on(team, most=rewrapping.AT_ONCE)

    assert (work.done, work.shut) == (MANY, 0)
    assert finish(team).total == 0
    assert len(set(read(team, keys_of(team, "sam")))) == MANY
