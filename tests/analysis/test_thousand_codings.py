"""Agreement, saturation and convergence of a thousand made-up cases, worked out in another way."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable
from itertools import permutations

import krippendorff
import numpy as np
import pytest
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import jaccard_distance, masi_distance
from sklearn.metrics import cohen_kappa_score

from analysis.agreement import alpha, cohen_kappa, gwet_ac1, interval, jaccard, masi, nominal, ordinal
from analysis.convergence import Cell, Prominence, Silence, Stance, assess
from analysis.saturation import saturate

CASES = 1000
STRANDS = ("survivors", "practitioners", "literature")


def test_kappa_is_that_of_scikit_learn_and_ac1_that_of_its_definition() -> None:
    chance = np.random.default_rng(20270401)
    for _ in range(CASES):
        size, q = int(chance.integers(1, 40)), int(chance.integers(2, 5))
        first = chance.integers(0, q, size)
        second = np.where(chance.random(size) < chance.random(), first, chance.integers(0, q, size))
        table = np.zeros((q, q))
        for one, two in zip(first, second, strict=True):
            table[one, two] += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where nothing varies it warns, and gives nan
            other = cohen_kappa_score(first, second, labels=list(range(q)))
        found = cohen_kappa(table)
        assert (found is None) == math.isnan(other)
        if found is not None:
            assert found == pytest.approx(other)
        same = sum(one == two for one, two in zip(first, second, strict=True)) / size
        shares = [(sum(first == each) + sum(second == each)) / 2 / size for each in range(q)]
        by_chance = sum(share * (1 - share) for share in shares) / (q - 1)
        assert gwet_ac1(table) == pytest.approx((same - by_chance) / (1 - by_chance))


def _far(kind: Callable[..., object], used: dict[int, int], one: int, two: int) -> float:
    """How far two values lie apart, from the definition of each kind of scale."""
    if kind is nominal:
        return float(one != two)
    if kind is interval:
        return float((one - two) ** 2)
    between = sum(count for value, count in used.items() if min(one, two) <= value <= max(one, two))
    return (between - (used[one] + used[two]) / 2) ** 2 if one != two else 0.0


def _as_the_library_has_it(units: list[list[int | None]], kind: Callable[..., object]) -> float:
    """Alpha by the package `krippendorff`: a row for each coder, "not a number" where one said nothing."""
    most = max(map(len, units))
    rows = [[each[coder] if coder < len(each) else None for each in units] for coder in range(most)]
    level = {nominal: "nominal", ordinal: "ordinal", interval: "interval"}[kind]  # type: ignore[index]  # one of them
    made = np.array(rows, dtype=float)
    return float(krippendorff.alpha(made, level_of_measurement=level))  # type: ignore[arg-type]  # one of them


@pytest.mark.parametrize("kind", [nominal, ordinal, interval])
def test_alpha_is_one_minus_observed_over_expected_pairs(kind: Callable[..., object]) -> None:
    """Krippendorff's own words: disagreement within units against that among all values, pair by pair."""
    chance = random.Random(20270402)  # noqa: S311 - made-up codings
    computed = 0
    for _ in range(CASES):
        units = [
            [chance.choice([None, 1, 2, 2, 3, 4]) for _ in range(chance.randint(2, 3))]
            for _ in range(chance.randint(1, 7))
        ]
        pairable = [[each for each in unit if each is not None] for unit in units]
        pairable = [unit for unit in pairable if len(unit) > 1]
        values = [each for unit in pairable for each in unit]
        used = {value: values.count(value) for value in values}
        observed = sum(
            _far(kind, used, one, two) / (len(unit) - 1)
            for unit in pairable
            for one, two in permutations(unit, 2)
        )
        expected = sum(_far(kind, used, one, two) for one, two in permutations(values, 2))
        found = alpha(units, kind)  # type: ignore[arg-type]  # one of the three distances
        if not expected:
            assert found is None
            continue
        computed += 1
        assert found == pytest.approx(1 - observed * (len(values) - 1) / expected)
        assert found == pytest.approx(_as_the_library_has_it(units, kind))
    assert computed > CASES / 2


def test_sets_of_themes_are_as_far_apart_and_agree_as_nltk_has_it() -> None:
    """NLTK rounds the weights of MASI to two digits."""
    chance = random.Random(20270404)  # noqa: S311 - made-up codings
    computed = 0
    for _ in range(CASES):
        units = [
            [frozenset(chance.sample("abcd", chance.randint(1, 3))) for _ in range(2)]
            for _ in range(chance.randint(2, 6))
        ]
        given = [
            (coder, place, found) for place, unit in enumerate(units) for coder, found in enumerate(unit)
        ]
        for kind, distance, within in ((jaccard, jaccard_distance, 1e-9), (masi, masi_distance, 0.02)):
            found = alpha(units, kind)
            if found is None:
                continue
            computed += 1
            other = AnnotationTask(data=given, distance=distance).alpha()
            assert found == pytest.approx(other, abs=within)
    assert computed > CASES


def test_saturation_counts_codes_that_no_earlier_unit_had() -> None:
    chance = random.Random(20270403)  # noqa: S311 - made-up codings
    for _ in range(CASES):
        units = [
            {chance.randint(1, 12) for _ in range(chance.randint(0, 3))} for _ in range(chance.randint(0, 14))
        ]
        base, run = chance.choice([4, 5, 6]), chance.choice([2, 3])
        found = saturate(units, base=base, run=run)
        known = len(set().union(*units[:base]))
        assert found.base_codes == known
        ratios = {}
        for end in range(base + run, len(units) + 1):
            if known:
                new = set().union(*units[:end]) - set().union(*units[: end - run])
                ratios[end] = len(new) / known
        assert {unit: float(ratio) for unit, ratio in found.ratios.items()} == pytest.approx(ratios)
        assert found.reached == next((unit for unit, ratio in ratios.items() if ratio <= 0.05), None)


def test_every_row_of_three_cells_is_judged_by_the_first_rule_that_fits() -> None:
    """All that three cells can say: 11 ** 3 rows, each by a table of what it holds."""
    steps = {"few": 0, "some": 1, "many": 2}
    says: list[tuple[str, str]] = [
        (stance, word) for stance in ("supports", "qualifies", "contradicts") for word in steps
    ]
    says += [("silent", "not_asked"), ("silent", "asked_not_raised")]
    rows = [(one, two, three) for one in says for two in says for three in says]
    assert len(rows) > CASES
    for row in rows:
        spoken = [(stance, steps[word]) for stance, word in row if stance != "silent"]
        stances = {stance for stance, _ in spoken}
        close = (
            max((step for _, step in spoken), default=0) - min((step for _, step in spoken), default=0) <= 1
        )
        if {"supports", "contradicts"} <= stances:
            wanted = "dissonance"
        elif len(spoken) < 2:
            wanted = "silence"
        elif len(stances) == 1 and close:
            wanted = "convergence_against" if stances == {"contradicts"} else "convergence"
        else:
            wanted = "complementarity"
        found = assess({name: _cell(*said) for name, said in zip(STRANDS, row, strict=True)})
        assert found.result.value == wanted, row
        assert set(found.silent) == {
            name for name, (stance, _) in zip(STRANDS, row, strict=True) if stance == "silent"
        }


def _cell(stance: str, word: str) -> Cell:
    if stance == "silent":
        return Cell(stance=Stance.SILENT, silence=Silence(word))
    return Cell(stance=Stance(stance), prominence=Prominence(word))
