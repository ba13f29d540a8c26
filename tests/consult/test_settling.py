"""Answers that were opened once open faster, none is lost on the way, and a changed row hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select, update

from consult.manage import service
from consult.models.key import KeyGrant
from consult.models.response import Response
from consult.records import batches, opened, ready, recovery, responses, settling
from consult.records.opened import DoesNotOpenError
from consult.records.settling import LEAST, Gathered
from consult.vault import slots
from consult.web.extensions import writer
from tests.builders import TODAY, Team, make_response, make_team, release
from tests.consult.entering import sign_in, unlock
from tests.visitor import Visitor

COUNT = LEAST + 1


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app, release_min=1)
    for number in range(COUNT):
        make_response(made, {"helped_words": f"Words {number}"})
    release(made)
    return made


@contextmanager
def gathering() -> Iterator[Gathered]:
    """As a request of somebody who has unlocked."""
    gathered = Gathered()
    token = settling.gathering.set(gathered)
    yield gathered
    settling.gathering.reset(token)


def words(team: Team) -> list[str]:
    """What opens."""
    found = opened.released(team.session, team.vault, team.consultation, team.unlocked().keys)
    return sorted(str(each.answers.get("helped_words")) for each in found)


def settle(team: Team) -> int:
    """Open everything, then write what was gathered; how many rows are of a batch afterwards."""
    with gathering() as gathered:
        words(team)
    team.session.rollback()
    for write in gathered.writes():
        writer().run((write,))
    return fast(team)


def fast(team: Team) -> int:
    """How many slots are under the key of a batch."""
    team.session.rollback()
    return sum(slots.of_batch(slot) for slot in team.session.scalars(select(Response.slot)))


def test_the_first_opening_makes_the_next_ones_fast_and_the_words_are_the_same(team: Team) -> None:
    before = words(team)
    assert fast(team) == 0
    assert settle(team) == COUNT
    assert words(team) == before
    with gathering() as gathered:
        assert words(team) == before
    assert len(gathered) == 0


def test_opening_alone_writes_nothing(team: Team) -> None:
    words(team)
    with gathering():
        words(team)
    assert fast(team) == 0


def test_a_few_answers_are_left_as_they_are(app: Flask) -> None:
    team = make_team(app, release_min=1)
    for _ in range(LEAST - 1):
        make_response(team, {"helped_words": "Words"})
    release(team)
    assert settle(team) == 0


def test_no_more_is_gathered_than_a_request_may_hold() -> None:
    gathered = Gathered()
    for _ in range(settling.MOST + 10):
        gathered.add(b"i", b"o", b"n")
    assert len(gathered) == settling.MOST
    assert len(list(gathered.writes())) == settling.MOST // 200


def test_an_answer_changed_between_opening_and_writing_keeps_its_own_slot(team: Team) -> None:
    _, keys = responses.new_code(team.intake, team.consultation)
    mine = make_response(team, {"helped_words": "First"}, keys=keys)
    release(team)
    with gathering() as gathered:
        words(team)
    content = {"answers": {"helped_words": "Second"}, "depth": "full", "language": "en"}
    responses.send(
        team.session, team.intake, team.survey, response_id=mine, rev=2, content=content, keys=keys
    )
    team.session.commit()
    for write in gathered.writes():
        writer().run((write,))
    row = team.session.get_one(Response, mine)
    assert (row.rev, slots.of_batch(row.slot), row.batch_id) == (2, False, None)
    release(team)
    assert "Second" in words(team)
    assert "First" not in words(team)
    assert fast(team) == COUNT


def test_a_withdrawn_answer_does_not_come_back_by_settling(team: Team) -> None:
    _, keys = responses.new_code(team.intake, team.consultation)
    make_response(team, {"helped_words": "Gone"}, keys=keys)
    release(team)
    with gathering() as gathered:
        words(team)
    responses.withdraw(team.session, team.intake, team.survey, keys)
    team.session.commit()
    for write in gathered.writes():
        writer().run((write,))
    assert len(words(team)) == COUNT
    assert "Gone" not in words(team)


def test_what_joins_the_last_batch_at_closing_opens_beside_what_was_opened_before(team: Team) -> None:
    settle(team)
    make_response(team, {"helped_words": "Late"})
    team.consultation.release_min = 5
    batches.release(team.session, team.consultation, team.survey, today=TODAY, closing=True)
    team.session.commit()
    assert "Late" in words(team)
    assert len(words(team)) == COUNT + 1


def test_recovery_shares_open_answers_that_were_opened_before(team: Team) -> None:
    """S10: nobody is left but two people with shares."""
    before = words(team)
    settle(team)
    made = recovery.make(team.session, team.vault, team.consultation, team.unlocked().keys)
    team.session.commit()
    grant = team.session.get_one(KeyGrant, (team.consultation.id, 1, team.account.id))
    team.session.delete(grant)
    team.session.flush()
    recovery.use(team.session, team.vault, team.consultation, made.texts[:2], team.account)
    team.session.commit()
    assert ready.holders(team.session, team.consultation) == 1
    assert words(team) == before


def test_slots_of_both_kinds_come_under_new_keys_and_a_key_taken_before_opens_neither(team: Team) -> None:
    """S10: what was opened before stands under a key of its batch, and follows as such."""
    assert settle(team) == COUNT
    late = make_response(team, {"helped_words": "Not opened yet"})
    release(team)
    before = words(team)
    copied = team.unlocked().keys
    team.session.rollback()
    service.renew(team.session, team.vault, "trial", team.key, actor="sam", today=TODAY)
    team.session.commit()
    work = service.begin_pass(team.session, team.vault, "trial", team.key)
    while work.step(5):
        team.session.commit()
    team.session.commit()

    assert service.finish(team.session, team.vault, "trial", actor="sam", today=TODAY).total == 0
    team.session.commit()

    assert (work.done, work.shut) == (COUNT + 1, 0)
    assert fast(team) == COUNT
    assert words(team) == before
    assert late in set(team.session.scalars(select(Response.id)))
    found = opened.released(team.session, team.vault, team.consultation, copied)
    assert list(found) == []


def test_a_page_that_opens_a_list_settles_it_after_the_answer(team: Team, visitor: Visitor) -> None:
    sign_in(visitor, "sam")
    unlock(visitor)
    assert fast(team) == 0
    visitor.visit("/team/trial/answers")
    assert visitor.status == 200
    assert visitor.response is not None
    visitor.response.close()  # as a server does when everything has gone out
    assert fast(team) == COUNT
    assert settling.gathering.get() is None
    visitor.visit("/team/trial/answers/small/helped_words")
    assert "Words 7" in visitor.words


def tamper(team: Team, part: str) -> bytes:
    """Change one byte of one released answer by way of the database."""
    row = team.session.scalars(select(Response).order_by(Response.id)).all()[3]
    stored = bytearray(getattr(row, part))
    stored[-1] ^= 1
    changed = row.id
    team.session.execute(update(Response).where(Response.id == changed).values({part: bytes(stored)}))
    team.session.commit()
    team.session.expire_all()
    return changed


@pytest.mark.parametrize("part", ["body", "slot", "fingerprint"])
@pytest.mark.parametrize("settled", [False, True])
def test_one_changed_row_is_told_and_hides_no_other(team: Team, part: str, settled: bool) -> None:
    if settled:
        settle(team)
    changed = tamper(team, part)
    shut: list[bytes] = []
    keys = team.unlocked().keys
    found = list(opened.released(team.session, team.vault, team.consultation, keys, shut=shut))
    assert shut == [changed]
    assert len(found) == COUNT - 1
    with pytest.raises(DoesNotOpenError):
        opened.one(team.session, team.vault, team.consultation, keys, changed)
    assert settle(team) == COUNT - 1 + settled


def test_pages_say_that_an_answer_does_not_open_and_what_to_do(team: Team, visitor: Visitor) -> None:
    tamper(team, "body")
    sign_in(visitor, "sam")
    unlock(visitor)
    for path in ("/team/trial/answers", "/team/trial/answers/small/helped_words"):
        visitor.visit(path)
        assert visitor.status == 200, path
        assert "One answer does not open" in visitor.words, path
    assert f"Answers: {COUNT - 1}." in visitor.words
    link = next(each for each in visitor.page.find_all("a") if each.get_text() == "What to do")
    visitor.visit(str(link["href"]))
    assert visitor.heading == "Answers that do not open"
    assert "consult audit check" in visitor.words


def test_without_a_changed_row_no_page_speaks_of_one(team: Team, visitor: Visitor) -> None:
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/answers")
    assert "does not open" not in visitor.words


def test_a_list_may_be_left_before_its_end(team: Team) -> None:
    found = opened.released(team.session, team.vault, team.consultation, team.unlocked().keys)
    assert next(found).id < next(found).id
    del found
    team.session.rollback()
    make_response(team, {"helped_words": "After"})
    release(team)
    assert len(words(team)) == COUNT + 1
