"""Ratings, the consensus rule, groups of equal weight, parity and sensitivity, by check values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import ratings as scale
from analysis.consensus import (
    ConsensusRule,
    ParityFlag,
    Verdict,
    Weighting,
    cliffs_delta,
    judge,
    parity,
    sensitivity,
)
from analysis.ratings import RandClass, Spread, Third

ANY = st.lists(st.integers(1, 9), max_size=60)


def many(**times: int) -> list[int]:
    """Ratings from how often each mark was given: many(r8=14, r5=3)."""
    return [int(mark[1:]) for mark, count in times.items() for _ in range(count)]


def test_percentiles_are_those_of_type_seven() -> None:
    found = [scale.percentile([5, 6, 7, 8], Fraction(share, 100)) for share in (25, 30, 50, 70, 75)]
    assert found == [5.75, 5.9, 6.5, 7.1, 7.25]
    assert scale.percentile([], Fraction(1, 2)) is None


@given(ANY.filter(bool), st.integers(0, 100))
def test_percentiles_agree_with_numpy(given_ratings: list[int], share: int) -> None:
    ours = scale.percentile(given_ratings, Fraction(share, 100))
    assert ours == pytest.approx(np.percentile(given_ratings, share))


def test_an_opposing_share_at_the_boundary_depends_on_the_comparator() -> None:
    at_the_edge = {"all": many(r8=14, r5=3, r2=3)}
    assert judge(at_the_edge).verdict is Verdict.NO_CONSENSUS
    assert judge(at_the_edge, ConsensusRule(strict=False)).verdict is Verdict.IN


def test_shares_of_exactly_seventy_per_cent_are_in() -> None:
    groups = {"a": many(r8=7, r5=3), "b": many(r8=14, r5=6)}
    judged = judge(groups)
    assert judged.equal_hi == Fraction(7, 10)
    assert judged.verdict is Verdict.IN


def test_pooled_and_equal_shares_differ_and_both_are_told() -> None:
    groups = {"a": many(r8=9, r5=1), "b": many(r8=24, r5=16), "c": many(r8=5, r5=5)}
    judged = judge(groups)
    assert judged.pooled.hi_share == Fraction(38, 60)
    assert judged.equal_hi == Fraction(2, 3)
    assert judged.verdict is Verdict.NO_CONSENSUS


@pytest.mark.parametrize(
    ("given_ratings", "verdict"),
    [
        (many(r9=7), Verdict.TOO_FEW),
        (many(r9=8), Verdict.IN),
        (many(r1=8), Verdict.OUT),
        (many(r5=8), Verdict.NO_CONSENSUS),
        (many(r2=14, r5=4, r8=2), Verdict.OUT),
        (many(r2=14, r5=3, r8=3), Verdict.NO_CONSENSUS),
    ],
)
def test_the_rule_for_one_set_of_raters(given_ratings: list[int], verdict: Verdict) -> None:
    judged = judge({"all": given_ratings})
    assert judged.verdict is verdict
    assert judged.by_pooled, "one group makes no mean over groups"
    assert judged.equal_hi is None


def test_a_group_that_holds_back_makes_a_reservation_and_is_named() -> None:
    judged = judge({"a": many(r9=20), "b": many(r8=2, r6=3), "c": many(r9=10)})
    assert judged.verdict is Verdict.IN_WITH_RESERVATION
    assert judged.reservations == ("b",)


def test_a_group_that_wants_what_is_out_contests_it() -> None:
    judged = judge({"a": many(r1=20), "b": many(r1=20), "c": many(r1=19, r9=1), "d": many(r1=1)})
    assert judged.verdict is Verdict.OUT
    assert judged.contested == ()
    wanted = ConsensusRule(weighting=Weighting.POOLED)
    judged = judge({"a": many(r1=40), "b": many(r8=3, r2=2)}, wanted)
    assert judged.verdict is Verdict.OUT
    assert judged.contested == ("b",)


def test_small_groups_count_in_pooled_figures_alone() -> None:
    judged = judge({"a": many(r9=10), "b": many(r9=10), "c": many(r1=4)})
    assert judged.counted == ("a", "b")
    assert judged.equal_hi == 1
    assert judged.pooled.n == 24
    only = judge({"a": many(r9=10), "b": many(r9=10)}, ConsensusRule(groups=("a",)))
    assert only.by_pooled


# --- RAND/UCLA


@pytest.mark.parametrize(
    ("given_ratings", "median", "region"),
    [([5, 6, 7, 8], 6.5, Third.HIGH), ([2, 3, 3, 4, 4, 5], 3.5, Third.MIDDLE)],
)
def test_a_median_between_two_regions_belongs_to_the_higher(
    given_ratings: list[int], median: float, region: Third
) -> None:
    assert scale.summarise(given_ratings).median == median
    assert scale.third(median) is region
    assert scale.rand_class(given_ratings) is RandClass.TOO_FEW


def test_the_classic_limits_are_those_of_the_manual() -> None:
    assert [scale.classic_limits(n) for n in (7, 8, 10, 11, 13, 14, 16, 17)] == [
        None, (2, 3), (2, 3), (3, 4), (3, 4), (4, 5), (4, 5), None,
    ]  # fmt: skip


def test_ipras_of_a_published_table() -> None:
    """BMJ Open 2012;2:e001431, table 1 (which prints 2.5 where its own 6.1 needs 2.35)."""
    found = scale.ipras(many(r4=1, r5=1, r6=1, r7=5, r8=5, r9=2))
    assert found is not None
    assert found.ipr == 1.0
    assert found.ipras == pytest.approx(6.1)
    assert found.index == pytest.approx(0.1639, abs=5e-5)
    assert not found.disagreement


def test_a_range_just_as_wide_as_the_adjusted_one_is_no_disagreement() -> None:
    """P30 4.2 and P70 8.8: both are 4.6 to the last digit, and in floats the first is the larger."""
    found = scale.ipras(many(r1=3, r2=1, r3=1, r4=3, r5=6, r8=3, r9=8))
    assert found is not None
    assert (found.ipr, found.disagreement) == (found.ipras, False)


def test_ipras_finds_disagreement() -> None:
    split = [1, 1, 2, 3, 7, 8, 8, 9, 9, 9]
    found = scale.ipras(split)
    assert found is not None
    assert scale.summarise(split).median == 7.5
    assert found.ipr == pytest.approx(5.6)
    assert found.ipras == pytest.approx(3.1)
    assert found.index == pytest.approx(1.8065, abs=5e-5)
    assert scale.rand_class(split) is RandClass.UNCERTAIN
    assert scale.rand_class(split, disagreement=found.disagreement) is RandClass.UNCERTAIN
    assert scale.rand_class(many(r8=20)) is RandClass.APPROPRIATE
    assert scale.rand_class(many(r2=20)) is RandClass.INAPPROPRIATE


@pytest.mark.parametrize(
    ("given_ratings", "spread"),
    [(many(r7=8), Spread.CLOSE), ([1, 5, 5, 9, 9], Spread.MIXED), ([1, 1, 5, 9, 9], Spread.SPLIT)],
)
def test_spread_has_a_word_and_no_verdict(given_ratings: list[int], spread: Spread) -> None:
    assert scale.summarise(given_ratings).spread is spread


@pytest.mark.parametrize("rating", [0, 10, -1])
def test_a_rating_off_the_scale_is_refused(rating: int) -> None:
    with pytest.raises(ValueError, match="1 to 9"):
        scale.summarise([rating])


@given(ANY)
def test_figures_of_a_set_add_up(given_ratings: list[int]) -> None:
    found = scale.summarise(given_ratings)
    assert sum(found.histogram) == found.n == len(given_ratings)
    assert found.hi + found.lo + sum(found.histogram[3:6]) == found.n
    assert (found.median is None) is (found.n == 0)


# --- parity


def test_cliffs_delta_counts_pairs() -> None:
    assert cliffs_delta([7, 8, 9], [6, 7, 8]) == Fraction(5, 9)
    assert cliffs_delta([], [1]) is None


@pytest.mark.parametrize(
    ("men_only", "mixed", "flag"),
    [
        (many(r8=4), many(r8=9), ParityFlag.TOO_FEW),
        (many(r8=10), many(r8=10), ParityFlag.NONE),
        (many(r9=10), many(r8=10), ParityFlag.AMBER),
        (many(r9=10), many(r7=10), ParityFlag.RED),
        (many(r8=10), many(r8=8, r6=2), ParityFlag.AMBER),
        (many(r7=7, r6=3), many(r7=6, r6=4), ParityFlag.RED),
    ],
)
def test_parity_is_flagged_by_gap_share_or_one_sided_verdict(
    men_only: list[int], mixed: list[int], flag: ParityFlag
) -> None:
    assert parity(men_only, mixed).flag is flag
    assert parity(mixed, men_only).flag is flag


# --- sensitivity


def test_every_other_rule_is_told_and_what_it_would_change() -> None:
    groups = {"men_only_service": many(r8=9, r5=3), "mixed_service": many(r8=8, r2=2, r5=2)}
    rows = {row.name: row for row in sensitivity(groups)}
    assert set(rows) == {
        "70/15 under", "70/15 up to", "75/15", "80/15", "pooled", "equal", "RAND classic", "RAND with IPRAS",
        "IQR up to 2", "men_only_service alone", "mixed_service alone",
    }  # fmt: skip
    assert rows["70/15 under"].verdict is Verdict.IN
    assert not rows["70/15 under"].differs
    assert rows["75/15"].verdict is Verdict.NO_CONSENSUS
    assert rows["75/15"].differs
    assert rows["RAND classic"].verdict is Verdict.TOO_FEW, "24 raters are more than the classic rule is for"
    assert rows["mixed_service alone"].verdict is Verdict.NO_CONSENSUS


@given(st.dictionaries(st.sampled_from("abcde"), ANY, max_size=5))
def test_the_rule_in_force_never_differs_from_itself(groups: dict[str, list[int]]) -> None:
    rows = {row.name: row for row in sensitivity(groups)}
    assert not rows["70/15 under"].differs
    assert not rows["equal"].differs
