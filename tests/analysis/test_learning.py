"""How many more codings it may take: points on held-back answers, and what they say beyond."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.codeframe import CodeFrame, ThemeEntry
from analysis.learning import FEWEST, Point, answers_needed, learning_curve
from analysis.suggest import prepare
from analysis.tables import ANSWERS, CODINGS

WORDS = {
    "wait": (
        "waited for months",
        "a long delay",
        "so slow to reply",
        "weeks until a call",
        "queue for a year",
    ),
    "kind": (
        "a kind worker",
        "warm and patient",
        "they listened well",
        "gentle on the phone",
        "felt welcome",
    ),
}
FRAME = CodeFrame(version="1", themes=tuple(ThemeEntry(key=key, name=key.title()) for key in WORDS))


def coded(count: int, *, blind: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """So many answers that say one of two things, all coded at random."""
    answers, codings = [], []
    for number in range(count):
        theme = ("wait", "kind")[number % 2]
        answers.append((f"a{number}", f"{WORDS[theme][number % 5]} number {number}", "en"))
        codings.append((f"a{number}", theme, None, None, "c", "person", "random", blind))
    return (
        pd.DataFrame(answers, columns=list(ANSWERS.names)),
        pd.DataFrame(codings, columns=list(CODINGS.names)),
    )


def test_points_are_measured_on_answers_that_were_held_back() -> None:
    answers, codings = coded(60)
    points = learning_curve(prepare(answers), None, FRAME, codings, seed=1)
    assert [point.coded for point in points] == [15, 30, 45]
    assert all(0.8 <= point.micro_f1 <= 1 for point in points)
    assert learning_curve(prepare(answers), None, FRAME, codings, seed=1) == points


@pytest.mark.parametrize(("count", "blind"), [(FEWEST - 2, True), (60, False)])
def test_too_few_blind_answers_give_no_curve(count: int, blind: bool) -> None:
    answers, codings = coded(count, blind=blind)
    assert learning_curve(prepare(answers), None, FRAME, codings, seed=1) == ()


def test_a_power_law_is_read_back_from_its_own_points() -> None:
    points = [Point(coded=size, micro_f1=1 - 2 * size**-0.5) for size in (25, 50, 100)]
    assert answers_needed(points, 0.9) == pytest.approx(400, abs=1)
    assert answers_needed(points, 0.8) == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("points", "target"),
    [
        ([Point(coded=25, micro_f1=0.5), Point(coded=50, micro_f1=0.5)], 0.8),
        ([Point(coded=25, micro_f1=0.5), Point(coded=50, micro_f1=0.4)], 0.8),
        ([Point(coded=25, micro_f1=0.5)], 0.8),
        ([Point(coded=25, micro_f1=0.50), Point(coded=50, micro_f1=0.51)], 0.99),
        ([Point(coded=25, micro_f1=0.5), Point(coded=50, micro_f1=0.6)], 1.0),
    ],
)
def test_what_the_points_do_not_say_is_not_said(points: list[Point], target: float) -> None:
    assert answers_needed(points, target) is None
