"""Answers made ready once, for every later fit: text of record, phrases and word features.

Knows the frame of answers. Knows nothing of themes or codings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.features import Ints, Rows, Sparse, Words
from analysis.primal import Squeeze
from analysis.tables import ANSWERS
from analysis.text import Span, normalise, phrases
from analysis.vectors import Vectors

# Vectors of meaning come from a model that reads English; other answers have word features only.
MODEL_LANGUAGE = "en"


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """n answers and their m phrases. Phrases of answer i are the rows first[i] up to first[i + 1]."""

    answers: tuple[str, ...]
    texts: tuple[str, ...]
    languages: tuple[str, ...]
    phrases: tuple[tuple[Span, ...], ...]
    first: Ints
    words: Words
    answer_words: Sparse
    phrase_words: Sparse

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each answer stands."""
        return {answer: place for place, answer in enumerate(self.answers)}

    @cached_property
    def squeeze(self) -> Squeeze:
        """How the word features of these answers become few."""
        return Squeeze.learn(Rows(words=self.answer_words))

    def find(self, answers: Sequence[str]) -> Ints:
        """The places of these answers; `KeyError` for one that is not here."""
        return np.array([self.places[answer] for answer in answers], dtype=np.intp)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Space:
    """Feature rows of answers and of phrases under one vocabulary."""

    words: Words
    answers: Rows
    phrases: Rows

    @staticmethod
    def of(prepared: Prepared, vectors: Vectors | None, words: Words | None = None) -> Space:
        """The rows of prepared answers; under an older vocabulary when one is given."""
        answers, parts = prepared.answer_words, prepared.phrase_words
        if words is not None and words.digest != prepared.words.digest:
            answers, parts = (
                words.rows(prepared.texts),
                words.rows(_phrase_texts(prepared.texts, prepared.phrases)),
            )
        if vectors is None:
            return Space(
                words=words or prepared.words, answers=Rows(words=answers), phrases=Rows(words=parts)
            )
        read = np.array([language == MODEL_LANGUAGE for language in prepared.languages], dtype=bool)
        owner = np.repeat(np.arange(len(read)), np.diff(prepared.first))
        return Space(
            words=words or prepared.words,
            answers=Rows(words=answers, meaning=vectors.answers.astype(np.float32) * read[:, None]),
            phrases=Rows(words=parts, meaning=vectors.phrases.astype(np.float32) * read[owner][:, None]),
        )


def prepare(answers: pd.DataFrame) -> Prepared:
    """Make answers ready.

    answers: columns answer (opaque, unique), text, language ("en", "cy"). Word weights come from all answers,
    so prepare all answers to one question together. Raises `ColumnsError`, and `ValueError` for an answer
    that comes twice or a value that is not text.
    """
    ANSWERS.check(answers)
    keys, texts, languages = (answers[name].tolist() for name in ANSWERS.names)
    if not all(isinstance(value, str) for column in (keys, texts, languages) for value in column):
        raise ValueError("Answers, texts and languages are text.")
    if len(set(keys)) < len(keys):
        raise ValueError("An answer comes twice.")
    record = tuple(normalise(text) for text in texts)
    parts = tuple(phrases(text) for text in record)
    words, answer_words = Words.learn(record)
    return Prepared(
        answers=tuple(keys),
        texts=record,
        languages=tuple(languages),
        phrases=parts,
        first=np.concatenate([[0], np.cumsum([len(found) for found in parts])]).astype(np.intp),
        words=words,
        answer_words=answer_words,
        phrase_words=words.rows(_phrase_texts(record, parts)),
    )


def _phrase_texts(texts: Sequence[str], parts: Sequence[tuple[Span, ...]]) -> list[str]:
    return [span.of(text) for text, found in zip(texts, parts, strict=True) for span in found]
