"""Shares of a recovery key: enough of them open what was sealed, and fewer or wrong ones open nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from random import sample

import pytest

from consult.vault import grants, shares
from consult.vault.envelope import PrivateKey, PublicKey
from consult.vault.shares import ShareError
from tests.consult.vault.made import CONSULTATION, CONTENT, House


@pytest.mark.parametrize(("threshold", "people"), shares.SCHEMES)
def test_enough_shares_open_what_was_sealed_and_fewer_open_nothing(
    house: House, threshold: int, people: int
) -> None:
    """S10: recovery from every set of shares."""
    secret = shares.new_secret()
    recovery = PrivateKey(shares.recovery_private(secret, CONSULTATION))
    blob = grants.grant(house.keys.of(1), 1, CONSULTATION, shares.GRANTEE, PublicKey(recovery.public))
    texts = [share.text for share in shares.split(secret, recovery.id, threshold, people)]
    row = house.row()
    for some in combinations(texts, threshold):
        joined = shares.join([shares.read(text.lower()) for text in some], CONSULTATION, recovery.id)
        again = PrivateKey(shares.recovery_private(joined, CONSULTATION))
        held = grants.open_grant(again, 1, CONSULTATION, shares.GRANTEE, blob)
        opened = grants.ConsultationKeys(epochs={1: held})
        assert house.workbench.open_response(opened, row.binding, 1, row.body, row.slot) == CONTENT
    for few in combinations(texts, threshold - 1):
        with pytest.raises(ShareError):
            shares.join([shares.read(text) for text in few], CONSULTATION, recovery.id)


class Tables:
    """GF(256) by powers and logarithms to base 3: of our own arithmetic it has nothing but the polynomial."""

    def __init__(self) -> None:
        self.power, self.log = [1], {1: 0}
        for exponent in range(1, 255):
            value = self.power[-1] ^ (self.power[-1] << 1)  # times 3, a generator of the field
            self.power.append(value ^ 0x11B if value > 255 else value)
            self.log[self.power[-1]] = exponent

    def times(self, a: int, b: int) -> int:
        return self.power[(self.log[a] + self.log[b]) % 255] if a and b else 0

    def over(self, a: int, b: int) -> int:
        return self.power[(self.log[a] - self.log[b]) % 255] if a else 0

    def at(self, x: int, coefficients: Sequence[int]) -> int:
        """A polynomial by its powers, lowest first."""
        value, factor = 0, 1
        for coefficient in coefficients:
            value ^= self.times(coefficient, factor)
            factor = self.times(factor, x)
        return value

    def at_zero(self, points: Sequence[tuple[int, int]]) -> int:
        """Newton's way, not Lagrange's: divided differences, then from the last place to the first."""
        column, differences = [y for _, y in points], []
        for level in range(1, len(points) + 1):
            differences.append(column[0])
            column = [
                self.over(column[place] ^ column[place + 1], points[place][0] ^ points[place + level][0])
                for place in range(len(column) - 1)
            ]
        value = 0
        for (x, _), difference in reversed(list(zip(points, differences, strict=True))):
            value = self.times(value, x) ^ difference
        return value


def test_two_hundred_random_splits_agree_with_arithmetic_by_tables() -> None:
    """S10: what we split joins by tables and by us, and each share is the one that tables give."""
    tables = Tables()
    for number in range(200):
        threshold, people = shares.SCHEMES[number % 2]
        secret = os.urandom(32)
        coefficients = [os.urandom(32) for _ in range(threshold - 1)]
        made = shares.split_with(secret, bytes(16), people, coefficients)
        for share in made:
            assert share.y == bytes(
                tables.at(share.x, row) for row in zip(secret, *coefficients, strict=True)
            )
        some = sample(made, threshold)
        again = bytes(tables.at_zero([(share.x, share.y[place]) for share in some]) for place in range(32))
        assert again == secret
        key_id = PrivateKey(shares.recovery_private(secret, CONSULTATION)).id
        ours = [replace(share, set_id=key_id[: shares.SET]) for share in some]
        assert shares.join(ours, CONSULTATION, key_id) == secret


def test_a_share_with_any_character_wrong_is_refused() -> None:
    """S10: a mistyped share."""
    secret = shares.new_secret()
    key_id = PrivateKey(shares.recovery_private(secret, CONSULTATION)).id
    text = shares.split(secret, key_id, 2, 3)[0].text.replace("-", "")
    for place in range(64):
        wrong = "B" if text[place] != "B" else "C"
        with pytest.raises(ShareError):
            shares.read(text[:place] + wrong + text[place + 1 :])


def test_shares_of_different_secrets_do_not_join() -> None:
    """S10: shares that do not belong together."""
    sets = []
    for _ in range(2):
        secret = shares.new_secret()
        key_id = PrivateKey(shares.recovery_private(secret, CONSULTATION)).id
        sets.append((key_id, shares.split(secret, key_id, 2, 3)))
    (first_id, first), (_, second) = sets
    disguised = replace(second[1], set_id=first[1].set_id)
    for mixed in ([first[0], second[1]], [first[0], disguised], [first[0], first[0]], second[:2], []):
        with pytest.raises(ShareError):
            shares.join(mixed, CONSULTATION, first_id)
    with pytest.raises(ShareError):
        shares.join(first[:2], bytes(16), first_id)


@pytest.mark.parametrize(("threshold", "people"), [(1, 3), (3, 3), (2, 2), (0, 0)])
def test_no_other_scheme_is_offered(threshold: int, people: int) -> None:
    with pytest.raises(ValueError, match="2 of 3 or 3 of 5"):
        shares.split(bytes(32), bytes(16), threshold, people)
