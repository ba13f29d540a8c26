"""Word features and the arithmetic of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.features import Rows, Weights, Words
from analysis.prepared import Prepared, prepare
from analysis.tables import ColumnsError


def test_word_features_are_those_of_the_published_formula(prepared: Prepared) -> None:
    oracle = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode", token_pattern=r"(?u)\b\w[\w']*\b"
    )
    expected = oracle.fit_transform(prepared.texts)
    assert list(prepared.words.terms) == list(oracle.get_feature_names_out())
    np.testing.assert_allclose(prepared.answer_words.toarray(), expected.toarray(), atol=1e-6)
    parts = ["the wait was long", "zebra", ""]
    np.testing.assert_allclose(
        prepared.words.rows(parts).toarray(), oracle.transform(parts).toarray(), atol=1e-6
    )


def test_texts_without_a_word_have_rows_of_nought() -> None:
    words, rows = Words.learn(["", "..."])
    assert words.terms == ()
    assert rows.shape == (2, 0)
    assert words.rows(["anything"]).shape == (1, 0)


def test_words_and_meaning_stand_side_by_side_in_products_and_scores(prepared: Prepared) -> None:
    rng = np.random.default_rng(1)
    e = rng.normal(size=(20, 6)).astype(np.float32)
    rows = Rows(words=prepared.answer_words[:20], meaning=e)
    joined = np.hstack([e, rows.words.toarray(), np.ones((20, 1))]).astype(float)
    np.testing.assert_allclose(rows.kernel(rows), joined @ joined.T, atol=1e-5)
    dual = rng.normal(size=(20, 3))
    scores = Weights.fold(rows, dual).score(rows)
    np.testing.assert_allclose(scores, rows.kernel(rows) @ dual, atol=1e-4)


def test_preparing_normalises_and_finds_phrases() -> None:
    frame = pd.DataFrame({"answer": ["x"], "text": ["One thing.\r\nAnother thing."], "language": ["en"]})
    ready = prepare(frame)
    assert ready.texts == ("One thing.\nAnother thing.",)
    assert [span.of(ready.texts[0]) for span in ready.phrases[0]] == ["One thing.", "Another thing."]
    assert frame["text"][0].count("\r") == 1  # the caller's frame stays as it is


def test_a_frame_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ColumnsError, match="language"):
        prepare(pd.DataFrame({"answer": ["x"], "text": ["y"]}))
    twice = pd.DataFrame({"answer": ["x", "x"], "text": ["y", "z"], "language": "en"})
    with pytest.raises(ValueError, match="twice"):
        prepare(twice)
    with pytest.raises(ValueError, match="text"):
        prepare(pd.DataFrame({"answer": ["x"], "text": [None], "language": "en"}))
