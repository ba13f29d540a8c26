"""Counting people and proposing words for how widely a theme was held."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.counts import (
    Prominence,
    ProminenceRule,
    Strand,
    count_by_strand,
    count_people,
    propose_prominence,
)
from analysis.tables import ColumnsError


def test_a_person_counts_once_and_a_theme_nobody_raised_is_still_listed() -> None:
    mentions = pd.DataFrame({"theme": ["wait", "wait", "wait", "door"], "person": ["p", "p", "q", "p"]})
    found = count_people(mentions, ["door", "wait", "hours"])
    assert found.to_dict("list") == {"theme": ["door", "wait", "hours"], "people": [1, 2, 0]}
    with pytest.raises(ColumnsError, match="person"):
        count_people(mentions[["theme"]], ["door"])


def test_strands_stay_apart_and_a_silent_one_is_named() -> None:
    mentions = pd.DataFrame({"strand": ["survivors", "practitioners"], "theme": "wait", "person": "p"})
    found = count_by_strand(mentions, ["wait"])
    assert found["strand"].tolist() == ["survivors", "practitioners", "literature"]
    assert found["people"].tolist() == [1, 1, 0]
    assert count_by_strand(mentions.iloc[:0], ["wait"])["people"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("strand", "count", "asked", "word"),
    [
        (Strand.SURVIVORS, 25, 100, Prominence.MANY),
        (Strand.SURVIVORS, 24, 100, Prominence.SOME),
        (Strand.SURVIVORS, 10, 100, Prominence.SOME),
        (Strand.SURVIVORS, 9, 100, Prominence.FEW),
        (Strand.SURVIVORS, 9, 12, Prominence.FEW),
        (Strand.SURVIVORS, 0, 100, None),
        (Strand.PRACTITIONERS, 7, 10, Prominence.MANY),
        (Strand.PRACTITIONERS, 4, 10, Prominence.SOME),
        (Strand.PRACTITIONERS, 39, 100, Prominence.FEW),
        (Strand.LITERATURE, 4, 0, Prominence.MANY),
        (Strand.LITERATURE, 2, 0, Prominence.SOME),
        (Strand.LITERATURE, 1, 0, Prominence.FEW),
    ],
)
def test_a_word_is_proposed_at_its_boundary(
    strand: Strand, count: int, asked: int, word: Prominence | None
) -> None:
    assert propose_prominence(strand, count, asked) == word


def test_the_boundaries_are_settings() -> None:
    rule = ProminenceRule(survivors_few_under=5)
    assert propose_prominence(Strand.SURVIVORS, 5, 100, rule) == Prominence.SOME


def test_more_people_than_were_asked_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="asked"):
        propose_prominence(Strand.SURVIVORS, 11, 10)
