"""What happens between rounds and across strands, by the design's check values and independent figures."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from analysis.attrition import ReturnFlag, biases, carried_forward, returns, took_part
from analysis.consensus import judge
from analysis.convergence import (
    Cell,
    Convergence,
    Prominence,
    Silence,
    Stance,
    assess,
    proposed_for_literature,
    proposed_for_panel,
    proposed_for_survivors,
)
from analysis.saturation import saturate, saturate_answers
from analysis.stability import Needed, compare, holm, may_stop, signed_rank, weighted_kappa

BEFORE, AFTER = [8, 8, 7, 6, 5, 9, 7, 8, 7, 4], [8, 8, 7, 7, 5, 9, 7, 8, 7, 4]
PAIRS = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=40)


def pairs(before: list[int], after: list[int]) -> list[tuple[int, int]]:
    return list(zip(before, after, strict=True))


# --- stability


def test_one_change_of_third_in_ten_is_stable() -> None:
    found = compare(pairs(BEFORE, AFTER))
    assert found.group_change == Fraction(1, 10)
    assert found.individual_change == Fraction(1, 10)
    assert found.stable


def test_people_who_swap_leave_the_group_as_it_was_and_are_not_stable() -> None:
    swapped = pairs([2, 8] * 5, [8, 2] * 5)
    assert compare(swapped, needed=Needed.GROUP).stable
    assert compare(swapped, needed=Needed.INDIVIDUAL).stable is False
    assert compare(swapped).stable is False


def test_a_change_of_exactly_fifteen_per_cent_is_not_stable() -> None:
    found = compare(pairs([5] * 20, [8] * 3 + [5] * 17))
    assert found.group_change == found.individual_change == Fraction(15, 100)
    assert found.stable is False


def test_fewer_than_eight_who_rated_twice_are_not_assessed() -> None:
    found = compare(pairs([8] * 7, [8] * 7))
    assert found.stable is None
    assert found.group_change is None


def test_weighted_kappa_of_two_rounds() -> None:
    given_pairs = pairs([4, 5, 7, 7, 8, 9], [5, 5, 7, 8, 8, 9])
    assert weighted_kappa(given_pairs) == pytest.approx(0.9375)
    assert weighted_kappa(given_pairs, quadratic=False) == pytest.approx(0.8182, abs=5e-5)
    assert weighted_kappa(pairs([7] * 9, [7] * 9)) is None
    assert weighted_kappa([]) is None


@given(PAIRS)
def test_weighted_kappa_agrees_with_another_implementation(given_pairs: list[tuple[int, int]]) -> None:
    ours = weighted_kappa(given_pairs)
    if ours is None:
        return
    before, after = zip(*given_pairs, strict=True)
    theirs = cohen_kappa_score(before, after, labels=list(range(1, 10)), weights="quadratic")
    assert ours == pytest.approx(theirs)


def test_signed_rank_of_five_rises_is_exact() -> None:
    """All 2^5 patterns of signs: only all-plus and all-minus are as extreme."""
    found = signed_rank([(1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (7, 7)])
    assert (found.n, found.zeros, found.statistic, found.exact) == (5, 1, 0.0, True)
    signs = list(product((0, 1), repeat=5))
    sums = [sum(rank for rank, plus in zip(range(1, 6), sign, strict=True) if plus) for sign in signs]
    assert found.p == pytest.approx(2 * sum(total <= 0 for total in sums) / len(signs))
    assert signed_rank([(5, 5)]).p is None
    assert not signed_rank([(1, 2), (3, 4), (5, 7)]).exact, "ties"


def test_holm_steps_down() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})


def test_an_item_stops_when_it_is_decided_or_divided_and_settled() -> None:
    stable, moving = compare(pairs([8] * 10, [8] * 10)), compare(pairs([2] * 10, [8] * 10))
    agreed = judge({"a": [8] * 10, "b": [8] * 10})
    reserved = judge({"a": [9] * 20, "b": [8, 8, 6, 6, 6], "c": [9] * 10})
    open_ = judge({"a": [5] * 10, "b": [5] * 10})
    divided = judge({"a": [1] * 5 + [9] * 5, "b": [1] * 5 + [9] * 5})
    assert may_stop(agreed, stable)
    assert not may_stop(agreed, moving)
    assert not may_stop(reserved, stable)
    assert not may_stop(open_, stable)
    assert may_stop(divided, stable)
    assert not may_stop(agreed, compare(pairs([8] * 3, [8] * 3)))


# --- attrition


@pytest.mark.parametrize(
    ("before", "after", "share", "flag"),
    [(8, 5, Fraction(5, 8), ReturnFlag.RED), (10, 9, Fraction(9, 10), ReturnFlag.NONE),
     (5, 4, Fraction(4, 5), ReturnFlag.NONE), (10, 7, Fraction(7, 10), ReturnFlag.AMBER),
     (0, 0, None, ReturnFlag.NONE)],
)  # fmt: skip
def test_return_of_a_group_is_flagged(
    before: int, after: int, share: Fraction | None, flag: ReturnFlag
) -> None:
    people = [f"p{number}" for number in range(12)]
    (found,) = returns({"research": people}, people[:before], people[:after])
    assert (found.share, found.flag) == (share, flag)
    assert found.of_invited == Fraction(after, 12)


def test_who_rated_four_in_five_items_took_part() -> None:
    assert took_part(8, 10)
    assert not took_part(7, 10)
    assert not took_part(0, 0)


def test_those_who_left_are_held_against_those_who_stayed() -> None:
    first = {"1.1": {"a": 3, "b": 3, "c": 8, "d": 8}, "1.2": {"a": 8, "c": 8}}
    found = {bias.item: bias for bias in biases({"g": ["a", "b", "c", "d"]}, first, ["c", "d"])}
    assert found["1.1"].flagged
    assert (found["1.1"].left_median, found["1.1"].stayed_median) == (3.0, 8.0)
    assert (found["1.1"].left_hi, found["1.1"].stayed_hi) == (Fraction(0), Fraction(1))
    assert not found["1.2"].flagged


def test_a_last_rating_is_carried_forward_only_in_a_run_of_its_own() -> None:
    later = {"1.1": {"c": 9}}
    assert carried_forward({"1.1": {"a": 3, "c": 8}}, later) == {"1.1": {"a": 3, "c": 9}}
    assert later == {"1.1": {"c": 9}}


# --- convergence


def says(stance: Stance, prominence: Prominence | None = None) -> Cell:
    silence = Silence.ASKED_NOT_RAISED if stance is Stance.SILENT else None
    return Cell(stance=stance, prominence=prominence, silence=silence)


SILENT = says(Stance.SILENT)
S, Q, C = Stance.SUPPORTS, Stance.QUALIFIES, Stance.CONTRADICTS
MANY, SOME, FEW = Prominence.MANY, Prominence.SOME, Prominence.FEW


@pytest.mark.parametrize(
    ("cells", "result"),
    [
        ((says(S, MANY), says(S, SOME), SILENT), Convergence.CONVERGENCE),
        ((says(S, MANY), says(S, FEW), says(S, MANY)), Convergence.COMPLEMENTARITY),
        ((says(S, SOME), says(C, FEW), SILENT), Convergence.DISSONANCE),
        ((SILENT, SILENT, says(S, MANY)), Convergence.SILENCE),
        ((says(C, SOME), says(C, SOME), SILENT), Convergence.CONVERGENCE_AGAINST),
        ((says(Q, SOME), says(Q, MANY), SILENT), Convergence.CONVERGENCE),
        ((says(S, SOME), says(Q, SOME), SILENT), Convergence.COMPLEMENTARITY),
        ((SILENT, SILENT, SILENT), Convergence.SILENCE),
    ],
)
def test_the_first_rule_that_fits_decides(cells: tuple[Cell, Cell, Cell], result: Convergence) -> None:
    row = assess(dict(zip(("survivors", "practitioners", "literature"), cells, strict=True)))
    assert row.result is result
    assert len(row.silent) == sum(cell is SILENT for cell in cells)


def test_qualifying_beside_contradicting_is_looked_at_again() -> None:
    assert assess({"a": says(Q, SOME), "b": says(C, SOME)}).review
    assert not assess({"a": says(Q, SOME), "b": says(S, SOME)}).review


def test_a_silent_cell_says_why_and_has_no_prominence() -> None:
    with pytest.raises(ValueError, match="silent"):
        Cell(stance=Stance.SILENT)
    with pytest.raises(ValueError, match="silent"):
        Cell(stance=Stance.SILENT, silence=Silence.NOT_ASKED, prominence=MANY)
    with pytest.raises(ValueError, match="silent"):
        Cell(stance=Stance.SUPPORTS)


def test_prominence_is_proposed_and_small_counts_are_few_whatever_their_share() -> None:
    assert proposed_for_survivors(25, 100, least=5) is MANY
    assert proposed_for_survivors(24, 100, least=5) is SOME
    assert proposed_for_survivors(4, 4, least=5) is FEW
    assert [proposed_for_panel(Fraction(n, 100)) for n in (70, 69, 40, 39)] == [MANY, SOME, SOME, FEW]
    assert [proposed_for_literature(n) for n in (4, 3, 2, 1)] == [MANY, SOME, SOME, FEW]


# --- saturation

UNITS = [{1, 2}, {2, 3}, {1, 4}, {3, 5}, {1, 5}, {6}, {2}, {6}, {1}, {3}]


def test_saturation_of_ten_interviews() -> None:
    found = saturate(UNITS)
    assert found.base_codes == 5
    assert [found.ratios[unit] for unit in (6, 7, 8)] == [Fraction(1, 5), Fraction(1, 5), 0]
    assert found.reached == 8


def test_without_codes_in_the_base_there_is_nothing_to_compute() -> None:
    found = saturate([set()] * 10)
    assert (found.base_codes, found.ratios, found.reached) == (0, {}, None)


def test_short_answers_are_judged_over_random_orders_that_can_be_repeated() -> None:
    answers = [{number % 7} for number in range(60)]
    found = saturate_answers(answers, seed=7, orders=40)
    assert found == saturate_answers(answers, seed=7, orders=40)
    assert not found.thin
    assert min(found.median) == 30
    assert found.median[60] == 0.0
    assert all(found.low[unit] <= found.median[unit] <= found.high[unit] for unit in found.median)
    assert saturate_answers(answers[:29], seed=7).thin
