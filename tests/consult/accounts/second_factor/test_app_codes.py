"""Codes of an app: which are right, how often, and what wrong ones cost."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from consult.models.audit import AuditEvent
from consult.records import second_factor
from consult.vault import totp
from consult.web.extensions import db
from tests.builders import Team
from tests.consult.accounts.second_factor.factor import START, Clock, code, set_up, shown_secret
from tests.consult.entering import sign_in, vault_of
from tests.visitor import Visitor


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_published_vectors(moment: int, said: str) -> None:
    """S34: RFC 6238, appendix B, the last six digits."""
    assert totp.matching_step(b"12345678901234567890", said, moment) == moment // 30


def test_one_step_on_either_side_is_good_and_two_are_not() -> None:
    secret = totp.new_secret()
    good = [
        totp.matching_step(secret, code(secret, START + 30 * steps), START) is not None
        for steps in (-2, -1, 0, 1, 2)
    ]
    assert good == [False, True, True, True, False]


def test_a_code_works_once_for_everybody_who_saw_it(team: Team, visitor: Visitor, time: Clock) -> None:
    secret = set_up(visitor, time)
    typed = code(secret, time.moment)
    first, second = Visitor(team.app.test_client()), Visitor(team.app.test_client())
    for person in (first, second):
        sign_in(person, "sam")
    first.press("Continue", {"code": typed})
    assert first.heading == "Consultations"

    second.press("Continue", {"code": typed})

    assert second.status == 422
    assert "does not go with your account now" in second.words
    time.moment += 30
    later = code(secret, time.moment)
    second.press("Continue", {"code": f" {later[:3]} {later[3:]} "})
    assert second.heading == "Consultations"


def test_the_code_that_confirmed_it_does_not_sign_in_as_well(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    sign_in(visitor, "sam")
    secret = shown_secret(visitor)
    typed = code(secret, time.moment)
    visitor.press("Confirm", {"code": typed})
    other = Visitor(team.app.test_client())
    sign_in(other, "sam")

    other.press("Continue", {"code": typed})

    assert other.status == 422


def test_an_earlier_code_is_dead_once_a_later_one_was_used(team: Team, visitor: Visitor, time: Clock) -> None:
    secret = set_up(visitor, time)
    earlier, later = code(secret, time.moment), code(secret, time.moment + 30)
    person = Visitor(team.app.test_client())
    sign_in(person, "sam")
    person.press("Continue", {"code": later})
    assert person.heading == "Consultations"
    other = Visitor(team.app.test_client())
    sign_in(other, "sam")

    other.press("Continue", {"code": earlier})

    assert other.status == 422


def test_wrong_codes_slow_down_and_never_lock_out(team: Team, visitor: Visitor, time: Clock) -> None:
    secret = set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    for _ in range(10):
        half.press("Continue", {"code": "xyz"})
        assert half.status == 422
    half.press("Continue", {"code": code(secret, time.moment)})
    assert half.status == 503
    assert "Please wait" in half.words
    # A right passphrase does not make the wrong codes forgotten.
    other = Visitor(team.app.test_client())
    sign_in(other, "sam")
    other.press("Continue", {"code": code(secret, time.moment)})
    assert other.status == 503

    time.moment += 600
    half.press("Continue", {"code": code(secret, time.moment)})

    assert half.heading == "Consultations"


def test_wrong_codes_stand_in_the_log_and_what_was_typed_does_not(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    secret = set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")

    half.press("Continue", {"code": "135790"})
    half.press("Continue", {"code": code(secret, time.moment)})

    db.session.rollback()
    acts = [(row.action, row.object, row.detail) for row in db.session.scalars(select(AuditEvent))]
    assert ("set up second factor", "people/sam", "") in acts
    assert ("wrong code", "people/sam", "") in acts
    assert "135790" not in str(acts)
    assert half.response is not None


def test_two_people_with_one_code_in_the_same_moment_are_one_sign_in(team: Team, app: Flask) -> None:
    """S20: the step moves in one statement."""
    secret = totp.new_secret()
    second_factor.keep(db.session(), vault_of(app), team.account.id, secret, 0)
    db.session.commit()
    account_id, typed, gate = team.account.id, code(secret, START), Barrier(4)
    db.session.rollback()
    found: list[object] = []

    def come() -> None:
        with app.app_context():
            gate.wait()
            kind = second_factor.accept(db.session(), vault_of(app), account_id, typed, START)
            db.session.commit()
            found.append(kind)
            db.session.remove()

    people = [Thread(target=come) for _ in range(4)]
    for each in people:
        each.start()
    for each in people:
        each.join()

    assert sorted(each is None for each in found) == [False, True, True, True]
