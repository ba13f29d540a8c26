"""Which answers to code next."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.codeframe import CodeFrame
from analysis.prepared import Prepared
from analysis.sampling import next_answers
from analysis.suggest import Options, Suggester, fit
from analysis.tables import CODINGS, QUEUE

MakeCodings = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def codings(make_codings: MakeCodings) -> pd.DataFrame:
    return make_codings(list(range(30)))


@pytest.fixture(scope="module")
def model(prepared: Prepared, frame: CodeFrame, codings: pd.DataFrame) -> Suggester:
    return fit(prepared, None, frame, codings, Options(seed=1))


def test_the_first_twenty_five_are_a_random_draw(prepared: Prepared, frame: CodeFrame) -> None:
    start = fit(prepared, None, frame, CODINGS.empty(), Options(seed=1))
    batch = next_answers(start, CODINGS.empty(), 25, seed=3)
    assert tuple(batch.columns) == QUEUE.names
    assert batch["answer"].nunique() == 25
    assert (batch["stream"] == "random").all()
    assert batch["blind"].all()
    longer = next_answers(start, CODINGS.empty(), 35, seed=3)
    assert (longer["stream"] == "rare").sum() == 5


def test_with_too_little_to_fit_all_are_drawn_at_random(prepared: Prepared, codings: pd.DataFrame) -> None:
    assert set(next_answers(prepared, codings, 12, seed=1)["stream"]) == {"random"}


def test_later_batches_are_half_random_and_never_repeat_a_coded_answer(
    model: Suggester, codings: pd.DataFrame
) -> None:
    batch = next_answers(model, codings, 11, seed=2)
    assert batch["stream"].value_counts().to_dict() == {"random": 6, "rare": 5}
    assert not set(batch["answer"]) & set(codings["answer"])
    assert batch["answer"].is_unique


def test_the_same_seed_gives_the_same_batch(model: Suggester, codings: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(next_answers(model, codings, 10, 5), next_answers(model, codings, 10, 5))
    assert not next_answers(model, codings, 10, 5).equals(next_answers(model, codings, 10, 6))


def test_the_sought_half_seeks_the_theme_with_the_fewest_codings(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings, truths: list[list[str]]
) -> None:
    without = [place for place in range(100) if "privacy" not in truths[place]][:40]
    codings = make_codings(without)
    model = fit(prepared, None, frame, codings, Options(seed=1))
    batch = next_answers(model, codings, 10, seed=1)
    sought = batch.loc[batch["stream"] == "rare", "answer"]
    assert np.mean(["privacy" in truths[prepared.places[answer]] for answer in sought]) >= 0.8


def test_answers_stay_blind_until_150_are_and_one_in_ten_after(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    codings = make_codings(list(range(148)))
    model = fit(prepared, None, frame, codings, Options(seed=1))
    blind = 0
    for seed in range(40):
        batch = next_answers(model, codings, 60, seed)
        fair = batch[batch["stream"] == "random"]
        assert not batch.loc[batch["stream"] == "rare", "blind"].any()
        assert fair["blind"][:2].all()
        blind += int(fair["blind"].sum()) - 2
    assert blind / (40 * 28) == pytest.approx(0.1, abs=0.04)


def test_a_batch_is_never_larger_than_what_is_left(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    codings = make_codings(list(range(237)))
    model = fit(prepared, None, frame, codings, Options(seed=1))
    assert sorted(next_answers(model, codings, 10, 1)["answer"]) == ["a237", "a238", "a239"]
    everything = make_codings(list(range(240)))
    assert next_answers(model, everything, 10, 1).empty
