"""Pieces, vectors of meaning, and the ladder of what can make them. The model runs here, offline."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import embedding, encoder, pieces
from analysis.codeframe import CodeFrame
from analysis.embedding import (
    StoppedError,
    choose_backend,
    describe,
    embed,
    embed_shard,
    embed_texts,
    gather,
    key_of,
    unpack,
)
from analysis.prepared import Prepared, prepare
from analysis.suggest import Options, StaleError, Suggester, fit
from analysis.tables import CODINGS
from analysis.text import Span, phrases
from analysis.vectors import SAYS, WORDS_ONLY, Backend, BackendError, Vectors

FROZEN = [json.loads(line) for line in (Path(__file__).parent / "pieces.jsonl").read_text().splitlines()]
LONG = "The wait was long. " + "Nobody rang back and the letter never came. " * 60 + "A quiet room helped."


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)


@pytest.fixture(scope="module")
def backend() -> Backend:
    return choose_backend("onnx")


@pytest.fixture(scope="module")
def few() -> Prepared:
    texts = ["The wait was long. Nobody rang me back.", "A quiet room", "Mae'r aros yn hir.", "", "ok"]
    return prepare(
        pd.DataFrame({"answer": list("abcde"), "text": texts, "language": ["en", "en", "cy", "en", "en"]})
    )


@pytest.fixture(scope="module")
def vectors(few: Prepared, backend: Backend) -> Vectors:
    return embed(few, backend)


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True))


def test_pieces_and_their_places_are_those_of_the_usual_tokenizer() -> None:
    """Frozen from `tokenizers` 0.23.3 (BertWordPieceTokenizer, small letters, accents stripped)."""
    assert len(FROZEN) >= 60
    known = pieces.vocabulary()
    for text, numbers, places in FROZEN:
        found = known.pieces(text)
        assert [piece.number for piece in found] == numbers, text
        assert [[piece.start, piece.end] for piece in found] == places, text


def test_a_changed_vocabulary_or_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "VOCABULARY_SHA256", "0" * 64)
    monkeypatch.setattr(encoder, "MODEL_SHA256", "0" * 64)
    with pytest.raises(pieces.VocabularyError):
        pieces.vocabulary.__wrapped__()
    with pytest.raises(encoder.ModelError):
        encoder._session.__wrapped__(1)


def test_an_answer_is_the_mean_of_its_pieces_and_a_phrase_of_those_it_touches(backend: Backend) -> None:
    """Against one plain pass, without batches or windows."""
    text = "The wait was long. Nobody rang me back."
    spans = phrases(text)
    known, found = pieces.vocabulary(), pieces.vocabulary().pieces(text)
    numbers = np.array([[known.opens, *(piece.number for piece in found), known.closes]])
    feed = {"input_ids": numbers, "attention_mask": np.ones_like(numbers), "token_type_ids": numbers * 0}
    hidden = encoder._session(2).run(None, feed)[0][0]
    (rows,) = embed_texts([text], [spans], backend)
    second = [1 + at for at, piece in enumerate(found) if piece.start >= spans[1].start]
    assert rows.shape == (3, 384)
    assert rows[0] == pytest.approx(unit(hidden.mean(axis=0)), abs=2e-3)
    assert rows[2] == pytest.approx(unit(hidden[second].mean(axis=0)), abs=2e-3)


def test_meaning_is_near_where_words_differ(backend: Backend) -> None:
    said = [
        "I waited months to be seen",
        "it took half a year to get an appointment",
        "the biscuits were nice",
    ]
    rows = np.concatenate(embed_texts(said, [()] * 3, backend)).astype(float)
    near = rows @ rows.T
    assert near[0, 1] > near[0, 2] + 0.2


def test_neighbours_in_a_batch_change_nothing_that_counts(backend: Backend) -> None:
    alone = embed_texts(["The wait was long."], [()], backend)[0].astype(float)
    among = embed_texts(["A room", "The wait was long.", LONG], [(), (), ()], backend)[1].astype(float)
    assert float((alone @ among.T)[0, 0]) > 0.99


def test_a_long_answer_is_read_to_its_end(backend: Backend) -> None:
    spans = (Span(0, 18), Span(len(LONG) - 20, len(LONG)))
    assert len(pieces.vocabulary().pieces(LONG)) > 2 * encoder.WINDOW
    (rows,) = embed_texts([LONG], [spans], backend)
    last = embed_texts(["A quiet room helped."], [()], backend)[0]
    near = rows.astype(float) @ last[0].astype(float)
    assert near[2] > near[0]
    assert near[2] > near[1] + 0.1


def test_bytes_go_both_ways_and_only_under_one_back_end(vectors: Vectors, backend: Backend) -> None:
    again = Vectors.from_bytes(vectors.to_bytes(), backend)
    assert (again.answers == vectors.answers).all()
    assert (again.phrases == vectors.phrases).all()
    for other in (WORDS_ONLY, Backend(name="onnx", digest="another", size=384)):
        with pytest.raises(BackendError):
            Vectors.from_bytes(vectors.to_bytes(), other)
    for wrong in (b"", b"\0\0\0\5hello", vectors.to_bytes()[:200]):
        with pytest.raises(BackendError):
            Vectors.from_bytes(wrong, backend)


def test_rows_that_do_not_fit_the_answers_are_refused(
    few: Prepared, vectors: Vectors, backend: Backend
) -> None:
    rows = embed_texts(few.texts, few.phrases, backend)
    assert (gather(few, rows, backend).answers == vectors.answers).all()
    for wrong in (rows[1:], [*rows[:-1], rows[-1][:, :8]], embed_texts(few.texts, few.phrases, WORDS_ONLY)):
        with pytest.raises(BackendError):
            gather(few, wrong, backend)


def test_the_place_where_rows_are_kept_follows_the_text_and_the_back_end(backend: Backend) -> None:
    assert len({key_of("a", backend), key_of("b", backend), key_of("a", WORDS_ONLY)}) == 3


def test_a_shard_gives_a_worker_text_and_gets_the_same_rows_back(few: Prepared, vectors: Vectors) -> None:
    rows = unpack(embed_shard(few.texts, few.phrases, "onnx"))
    found = gather(few, rows, vectors.backend)
    assert found.answers == pytest.approx(vectors.answers, abs=5e-3)
    assert unpack(b"") == []


def test_work_stops_when_somebody_says_so(few: Prepared, backend: Backend) -> None:
    told: list[int] = []

    def stop_after_two(done: int) -> bool:
        told.append(done)
        return done < 2

    with pytest.raises(StoppedError):
        embed(few, backend, stop_after_two, block=1)
    assert told == [1, 2]


def test_without_the_model_words_alone_are_left_and_a_line_says_what_is_lost(
    few: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "_NEEDED", ("onnxruntime", "no_such_package"))
    assert choose_backend() == WORDS_ONLY
    assert "words alone" in SAYS[choose_backend().name]
    with pytest.raises(BackendError, match="not installed"):
        choose_backend("onnx")
    assert embed(few, choose_backend()).answers.shape == (5, 0)


def test_the_suggester_finds_by_meaning_what_shares_no_word(backend: Backend, frame: CodeFrame) -> None:
    texts = [
        "half a year passed before anybody could fit me in",
        "strangers on the pavement could watch me go inside",
    ]
    prepared = prepare(pd.DataFrame({"answer": ["w", "p"], "text": texts, "language": "en"}))
    vectors = embed(prepared, backend)
    model = fit(prepared, vectors, frame, CODINGS.empty(), Options(seed=1))
    best = model.suggest().query("rank == 1").set_index("answer")["theme"]
    assert best.to_dict() == {"w": "waiting", "p": "privacy"}
    again = Suggester.from_bytes(model.to_bytes(), prepared, vectors, frame)
    assert (again.scores == model.scores).all()
    with pytest.raises(StaleError):
        Suggester.from_bytes(model.to_bytes(), prepared, None, frame)


def test_vectors_of_a_back_end_that_is_gone_describe_nothing(vectors: Vectors, frame: CodeFrame) -> None:
    strange = Vectors(
        backend=Backend(name="gone", digest="ff", size=384),
        answers=vectors.answers,
        phrases=vectors.phrases,
        wordings=vectors.wordings,
    )
    with pytest.raises(BackendError):
        describe(strange, frame)
    assert len(describe(vectors, frame).wordings) == len(frame.wordings())
