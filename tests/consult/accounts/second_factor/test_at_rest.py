"""What of a second factor is stored, and under what."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from consult.faults import SealError
from consult.models.second_factor import SecondFactor
from consult.models.session import StaffSession
from consult.records import second_factor
from consult.vault import totp
from consult.web.extensions import db
from tests.builders import Team
from tests.consult.accounts.second_factor.factor import (
    Clock,
    code,
    set_up,
    shown_secret,
    spare_codes,
)
from tests.consult.entering import cookie_of, held_under, make_administrator, sign_in, vault_of
from tests.stored import rows
from tests.visitor import Visitor


def test_neither_secret_nor_codes_are_at_rest(team: Team, visitor: Visitor, time: Clock) -> None:
    """S1: sealed secret, hashes of spare codes; the secret before its first code is in the sealed session."""
    sign_in(visitor, "sam")
    secret = shown_secret(visitor)
    waiting = everything_stored()
    visitor.press("Confirm", {"code": code(secret, time.moment)})
    codes = spare_codes(visitor)
    stored = everything_stored()

    letters = totp.in_groups(secret)
    for raw in (secret, secret.hex().encode(), letters.encode(), letters.replace(" ", "").encode()):
        assert raw not in waiting
        assert raw not in stored
    for each in codes:
        for form in (each, each.replace("-", ""), each.replace("-", "").upper()):
            assert form.encode() not in stored
    assert secret.hex() not in repr(held_under(cookie_of(visitor)))


def everything_stored() -> bytes:
    return (
        repr(rows()).encode()
        + b"".join(row.blob for row in db.session.scalars(select(StaffSession)))
        + b"".join(row.secret for row in db.session.scalars(select(SecondFactor)))
    )


def test_a_sealed_secret_moved_to_another_account_stays_shut(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    """S2: bound to its column and its account."""
    set_up(visitor, time)
    ada = make_administrator(team.app)
    row = db.session.scalars(select(SecondFactor)).one()
    vault = vault_of(team.app)

    with pytest.raises(SealError):
        vault.open_secret(second_factor.COLUMN, ada.id, row.secret)
    with pytest.raises(SealError):
        vault.open_secret("audit_key.blob", row.account_id, row.secret)
