"""Cuts, likelihoods, shortlists and stated figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import f1_score

from analysis.quality import (
    Refused,
    Stated,
    assigned,
    confident_from,
    learn_likelihood,
    list_scores,
    macro_f1,
    match_cuts,
    micro_f1,
    prevalence,
    shortlist_from,
    state,
)


@given(arrays(float, (13, 2), elements=st.integers(-4, 4).map(float)), st.floats(0, 1))
def test_a_cut_is_the_kth_highest_score_counted_from_nought(scores: np.ndarray, share: float) -> None:
    cuts = match_cuts(scores, np.array([share, share]))
    for theme in range(2):
        column = sorted(scores[:, theme].tolist(), reverse=True)
        k = min(max(round(share * 13) - 1, 0), 12)
        assert cuts[theme] == (np.inf if column[0] == column[-1] else column[k])


def test_cuts_give_out_as_many_themes_as_people_did() -> None:
    rng = np.random.default_rng(3)
    truths = np.zeros((99, 1))
    truths[:19] = 1
    assert prevalence(truths)[0] == pytest.approx(0.195)
    scores = rng.permutation(1000).astype(float)[:, None]
    assert assigned(scores, match_cuts(scores, prevalence(truths))).sum() == 195


def test_halves_go_to_even() -> None:
    scores = np.arange(10.0)[:, None]
    assert match_cuts(scores, np.array([0.25])) == [8.0]  # 2.5 goes to 2
    assert match_cuts(scores, np.array([0.35])) == [6.0]  # 3.5 goes to 4


def test_the_highest_theme_is_added_only_where_every_answer_has_one() -> None:
    scores, cuts = np.array([[0.1, 0.2]]), np.array([0.5, 0.5])
    assert not assigned(scores, cuts).any()
    assert assigned(scores, cuts, at_least_one=True).tolist() == [[False, True]]


@given(arrays(float, (9, 3), elements=st.sampled_from([0.0, 1.0])), arrays(bool, (9, 3)))
def test_f1_agrees_with_scikit_learn(truths: np.ndarray, given_: np.ndarray) -> None:
    wanted, found = truths.astype(int), given_.astype(int)
    assert micro_f1(truths, given_) == pytest.approx(
        f1_score(wanted, found, average="micro", zero_division=0)
    )
    has = truths.any(axis=0)
    if has.sum() > 1:  # a single column means something else to scikit-learn
        expected = f1_score(wanted[:, has], found[:, has], average="macro", zero_division=0)
        assert macro_f1(truths, given_) == pytest.approx(expected)


def test_likelihoods_rise_with_the_score_and_stay_off_nought_and_one() -> None:
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(200, 2))
    truths = (rng.uniform(size=(200, 2)) < 1 / (1 + np.exp(-4 * scores))).astype(float)
    cuts = np.array([0.5, np.inf])
    steps = learn_likelihood(scores, cuts, truths)
    assert steps is not None
    read = steps.read(np.linspace(-20, 20, 60)[:, None], np.array([0.5]))
    assert (np.diff(read[:, 0]) >= 0).all()
    assert read.min() >= 0.0001
    assert read.max() <= 0.9999
    # Without a cut a pair reads as one far under every cut.
    assert steps.read(np.array([[0.0, 0.0]]), cuts)[0, 1] < steps.read(np.array([[0.0, 0.0]]), cuts)[0, 0]


def test_nothing_coded_means_no_likelihood() -> None:
    assert learn_likelihood(np.zeros((0, 2)), np.zeros(2), np.zeros((0, 2))) is None


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.05, 0.10, 0.25]))
def test_the_shortlist_line_is_the_highest_that_keeps_the_promise(seed: int, miss: float) -> None:
    rng = np.random.default_rng(seed)
    truths = (rng.uniform(size=(40, 3)) < 0.4).astype(float)
    scores = np.round(rng.normal(size=(40, 3)) + truths, 1)

    def risk(line: float) -> float:
        missed = [
            np.mean([scores[i, j] < line for j in np.flatnonzero(truths[i])]) if truths[i].any() else 0.0
            for i in range(40)
        ]
        return (sum(missed) + 1) / 41

    kept = [line for line in scores[truths == 1].tolist() if risk(line) <= miss + 1e-12]
    assert shortlist_from(scores, truths, miss) == (max(kept) if kept else None)


def test_a_list_is_shorter_where_one_theme_stands_out() -> None:
    found = list_scores(np.array([[1.0, 0.5, 0.0], [0.5, 0.5, 0.5]]))
    assert found == pytest.approx(np.array([[0.8, 0.3, -0.2], [0.4, 0.4, 0.4]]))
    assert list_scores(np.zeros((2, 0))).shape == (2, 0)


def test_the_confident_band_is_refused_until_it_is_almost_surely_right() -> None:
    likelihoods = np.full(40, 0.95)
    assert confident_from(likelihoods, np.ones(40), 0.9) == pytest.approx(0.30)
    # 28 of 28 right: the lower bound is .05 ** (1 / 28) = .8985, one more makes .9019.
    assert confident_from(np.full(28, 0.95), np.ones(28), 0.9) is None
    assert confident_from(np.full(29, 0.95), np.ones(29), 0.9) is not None
    assert confident_from(likelihoods, np.concatenate([np.ones(34), np.zeros(6)]), 0.9) is None
    assert confident_from(np.full(9, 0.95), np.ones(9), 0.5) is None  # fewer than ten pairs
    mixed = confident_from(np.repeat([0.5, 0.9], 40), np.repeat([0.0, 1.0], 40), 0.9)
    assert mixed == pytest.approx(0.51)


def test_quality_is_refused_under_a_hundred_blind_answers() -> None:
    assert isinstance(state(np.zeros((99, 1)), np.zeros(1), np.ones((99, 1)), ["a"], 0), Refused)
    assert isinstance(state(np.zeros((100, 1)), np.zeros(1), np.ones((100, 1)), ["a"], 0), Stated)


def test_stated_quality_has_an_interval_around_it_and_the_same_seed_gives_the_same() -> None:
    rng = np.random.default_rng(3)
    truths = (rng.uniform(size=(150, 2)) < [0.4, 0.02]).astype(float)
    scores = truths + rng.normal(scale=0.6, size=truths.shape)
    first = state(scores, np.array([0.5, 0.5]), truths, ["common", "rare"], 5)
    assert isinstance(first, Stated)
    assert first.low < first.micro_f1 < first.high
    assert first == state(scores, np.array([0.5, 0.5]), truths, ["common", "rare"], 5)
    common, rare = first.per_theme
    given_ = scores[:, 0] >= 0.5
    assert common.precision == pytest.approx(truths[given_, 0].mean())
    assert common.recall == pytest.approx(given_[truths[:, 0] == 1].mean())
    assert rare.positives < 10
    assert rare.precision is None
    assert rare.recall is None


def test_the_confident_band_keeps_its_distance_however_many_pairs_there_are() -> None:
    """With ten thousand pairs the bound alone would let .906 pass; left-out scores promise a little much."""
    likelihoods = np.full(10_000, 0.95)
    nearly, clearly = np.arange(10_000) < 9_060, np.arange(10_000) < 9_260
    assert confident_from(likelihoods, nearly.astype(float), 0.9) is None
    assert confident_from(likelihoods, clearly.astype(float), 0.9) == pytest.approx(0.30)
