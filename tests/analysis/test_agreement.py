"""Agreement between coders, against published values and NLTK's own implementation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance

from analysis.agreement import (
    agree,
    alpha,
    alpha_interval,
    cohen_kappa,
    gwet_ac1,
    interval,
    jaccard,
    masi,
    nominal,
    ordinal,
    reading,
)

CODERS = ((1, 1, 2, 2, 3, 3), (1, 1, 2, 3, 3, None), (1, 2, 2, 3, 3, 3))
UNITS = list(zip(*CODERS, strict=True))


def test_kappa_and_ac1_have_their_published_values() -> None:
    assert cohen_kappa([[20, 5], [10, 15]]) == pytest.approx(0.40)
    assert gwet_ac1([[20, 5], [10, 15]]) == pytest.approx(0.4059, abs=5e-5)
    assert cohen_kappa([[250, 50], [50, 650]]) == pytest.approx(0.7619, abs=5e-5)


def test_without_variation_kappa_is_not_computable_and_never_one() -> None:
    assert cohen_kappa([[30, 0], [0, 0]]) is None
    assert gwet_ac1([[30, 0], [0, 0]]) == 1
    assert cohen_kappa([[0, 0], [0, 0]]) is None
    assert gwet_ac1([[0, 0], [0, 0]]) is None


def test_a_rare_theme_can_have_kappa_under_nought_while_coders_nearly_always_agree() -> None:
    kappa, ac1 = cohen_kappa([[0, 2], [2, 96]]), gwet_ac1([[0, 2], [2, 96]])
    assert kappa is not None
    assert ac1 is not None
    assert kappa < 0
    assert ac1 > 0.9


@pytest.mark.parametrize(("distance", "value"), [(nominal, 0.6632), (ordinal, 0.8405), (interval, 0.8400)])
def test_alpha_has_its_published_values(distance: object, value: float) -> None:
    assert alpha(UNITS, distance) == pytest.approx(value, abs=5e-5)  # type: ignore[arg-type]  # one of three


def test_alpha_without_variation_or_without_pairs_is_not_computable() -> None:
    assert alpha([(1, 1), (1, 1)], nominal) is None
    assert alpha([(1, None), (None, 2)], nominal) is None
    assert alpha([], ordinal) is None
    assert alpha_interval([], nominal, 1) is None


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=12))
def test_alpha_agrees_with_nltk(units: list[tuple[str, str]]) -> None:
    found = alpha(units, nominal)
    if found is None:
        return
    rows = [(coder, n, unit[place]) for n, unit in enumerate(units) for place, coder in enumerate("xy")]
    assert found == pytest.approx(AnnotationTask(rows).alpha())


def test_sets_of_themes_are_compared_by_jaccard_or_masi() -> None:
    sets = [frozenset(), frozenset({"a"}), frozenset({"a", "b"}), frozenset({"b", "c"}), frozenset({"d"})]
    far = masi(sets, np.ones(5))
    for one in range(1, 5):
        for other in range(1, 5):
            # NLTK has other weights for sets inside one another and for overlap: 0.67 and 0.33.
            assert far[one, other] == pytest.approx(masi_distance(sets[one], sets[other]), abs=0.005)
    assert far[0, 0] == 0  # two empty sets are alike
    assert jaccard(sets, far[0])[1, 2] == 0.5
    assert alpha([(sets[1], sets[1]), (sets[2], sets[2]), (sets[1], sets[3])], jaccard) is not None


def test_two_coders_are_compared_over_all_and_theme_by_theme() -> None:
    first = [True] * 20 + [False] * 30
    second = [True] * 15 + [False] * 5 + [True] * 3 + [False] * 27
    wait = pd.DataFrame({"segment": range(50), "theme": "wait", "first": first, "second": second})
    none = pd.DataFrame({"segment": range(50), "theme": "door", "first": False, "second": False})
    overall, one, other = agree(pd.concat([wait, none]), seed=2)
    assert (overall.theme, overall.n, one.n) == (None, 100, 50)
    assert one.prevalence == pytest.approx(0.38)
    assert one.kappa is not None
    assert one.kappa.value == pytest.approx(cohen_kappa([[15, 5], [3, 27]]) or 0)
    assert one.kappa.low < one.kappa.value < one.kappa.high
    assert other.kappa is None
    assert other.ac1 is not None
    assert agree(pd.concat([wait, none]), seed=2)[1] == one


def test_an_interval_lies_around_alpha() -> None:
    found = alpha_interval(UNITS * 4, nominal, seed=1)
    assert found is not None
    assert found.low < found.value < found.high


@pytest.mark.parametrize(("value", "word"), [(0.8, "good"), (0.667, "tentative"), (0.66, "recode")])
def test_alpha_is_read_in_words(value: float, word: str) -> None:
    assert reading(value) == word
