"""Ranking clauses for texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.linking import Meanings, rank_clauses

CLAUSES = pd.DataFrame(
    {
        "clause": ["1.1", "1.2", "2.1"],
        "words": [
            "People are told in writing how long they will wait.",
            "The entrance is private.",
            "There are evening and weekend times.",
        ],
    }
)
TEXTS = pd.DataFrame(
    {
        "text": ["t1", "t2", "t3"],
        "words": [
            "Nobody told me how long I would wait.",
            "A private side entrance!",
            "Evening times suit me.",
        ],
    }
)


def best(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(*(found.loc[found["rank"] == 1, name] for name in ("text", "clause")), strict=True))


def test_the_nearest_clause_comes_first_with_the_words_they_share() -> None:
    found = rank_clauses(TEXTS, CLAUSES)
    assert best(found) == {"t1": "1.1", "t2": "1.2", "t3": "2.1"}
    assert len(found) == 9
    assert set(found.loc[(found["text"] == "t2") & (found["clause"] == "1.2"), "shared"].iloc[0]) == {
        "entrance",
        "private",
    }
    assert found.loc[(found["text"] == "t2") & (found["clause"] == "2.1"), "shared"].iloc[0] == ()


def test_a_text_that_shares_no_word_keeps_the_order_of_the_clauses() -> None:
    texts = pd.DataFrame({"text": ["x"], "words": ["Zebra"]})
    assert rank_clauses(texts, CLAUSES)["clause"].tolist() == ["1.1", "1.2", "2.1"]


def test_texts_of_nothing_but_small_words_are_ranked_all_the_same() -> None:
    texts = pd.DataFrame({"text": ["x"], "words": ["and the"]})
    clauses = pd.DataFrame({"clause": ["1"], "words": ["it is"]})
    found = rank_clauses(texts, clauses)
    assert found["score"].tolist() == [0.0]
    assert rank_clauses(texts.iloc[:0], clauses).empty


def test_half_the_mean_nearness_in_meaning_is_taken_off_a_general_clause() -> None:
    meanings = Meanings(
        texts=np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32),
        clauses=np.array([[0.8, 0.6], [0, 1], [1, 0]], dtype=np.float32),
    )
    found = rank_clauses(TEXTS, CLAUSES, meanings=meanings)
    near = meanings.texts @ meanings.clauses.T
    words = rank_clauses(TEXTS, CLAUSES)
    plain = dict(zip(zip(words["text"], words["clause"], strict=True), words["score"], strict=True))
    for row in found.itertuples():
        at = TEXTS["text"].tolist().index(row.text), CLAUSES["clause"].tolist().index(row.clause)
        expected = near[at] - near[:, at[1]].mean() / 2 + plain[row.text, row.clause]
        assert row.score == pytest.approx(expected, abs=1e-6)


def many(confirmed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Texts about the car park, which people linked to the clause on the entrance."""
    words = [f"The car park number {n} is far away" for n in range(14)]
    texts = pd.DataFrame({"text": [f"p{n}" for n in range(14)], "words": words})
    judged = pd.DataFrame({"text": [f"p{n}" for n in range(confirmed)], "clause": "1.2", "confirmed": True})
    return texts, judged


def test_from_ten_confirmed_links_on_the_ranking_learns_from_people() -> None:
    texts, judged = many(9)
    assert best(rank_clauses(texts, CLAUSES, judged))["p13"] == "1.1"
    texts, judged = many(10)
    assert best(rank_clauses(texts, CLAUSES, judged))["p13"] == "1.2"


def test_a_link_turned_down_sinks() -> None:
    texts, judged = many(12)
    turned_down = pd.DataFrame({"text": ["p12"], "clause": ["1.2"], "confirmed": [False]})
    before = rank_clauses(texts, CLAUSES, judged).set_index(["text", "clause"])["score"]
    after = rank_clauses(texts, CLAUSES, pd.concat([judged, turned_down])).set_index(["text", "clause"])[
        "score"
    ]
    assert after["p12", "1.2"] < before["p12", "1.2"]
    assert after["p12", "1.1"] == pytest.approx(before["p12", "1.1"])  # nobody judged that one


def test_a_judgement_about_strangers_is_refused() -> None:
    with pytest.raises(ValueError, match="not there"):
        rank_clauses(TEXTS, CLAUSES, pd.DataFrame({"text": ["gone"], "clause": ["1.1"], "confirmed": [True]}))
