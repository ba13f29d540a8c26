"""Candidate themes of answers that nobody has coded: a draft to merge, split, rename or throw away.

Knows prepared answers and, where there are any, vectors of meaning. A candidate is never a result, and none
is dropped or hidden for its size: one that few people raised is marked so. People who read the same answers
make quite different themes: on text that people coded, no method found more than one in twenty of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA, TruncatedSVD

from analysis.features import Floats, Ints
from analysis.keyness import Terms
from analysis.prepared import Prepared
from analysis.text import Span, no_content
from analysis.vectors import Vectors

FEWEST, MOST = 8, 40
DIMENSIONS = 50
STARTS, STARTS_OF_FEW, FEW_POINTS = 4, 16, 1_000
"""Of k-means. Among few points, where more starts cost hundredths of a second, four missed what two of fifty
people said in one order of thirty; sixteen in none of 150."""
# More points than this go through in small batches.
WHOLE_UNTIL = 20_000
TYPICAL, EDGE = 5, 3
# Centres nearer than this are offered to be merged.
ALIKE = 0.85
# Points that fit their own candidate least, for a person to read.
UNLIKE_SHARE = 0.02
FEW = 5


class TooFewError(ValueError):
    """Fewer parts of answers with content than candidates asked for, or a number that is not offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A phrase of an answer, or the whole answer: code points of its text of record, end exclusive."""

    answer: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One candidate theme.

    words: up to five words or pairs that its answers use more than others, quoted until a person types a
    name; answers: all that have it; typical: passages nearest its centre, each of another answer; edge: those
    that lie nearly as near to another centre; every: all passages of it; by_few: raised by fewer answers than
    was said (five, unless another number is given).
    """

    words: tuple[str, ...]
    answers: tuple[str, ...]
    typical: tuple[Passage, ...]
    edge: tuple[Passage, ...]
    every: tuple[Passage, ...]
    by_few: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two candidates (places in the list) whose centres are near, with their cosine."""

    first: int
    second: int
    cosine: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Candidates, the most raised first; pairs to look at together; passages that are unlike the rest."""

    candidates: tuple[Candidate, ...]
    merges: tuple[Merge, ...]
    unlike: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Points:
    """What is grouped: phrases of answers that have them, else whole answers. owner: the answer's place."""

    owner: Ints
    spans: tuple[Span, ...]
    rows: Floats


def propose(prepared: Prepared, vectors: Vectors | None, count: int, seed: int, few: int = FEW) -> Proposal:
    """Group what was said into `count` candidates (8 to 40, chosen by a person).

    k-means on parts of answers in 50 dimensions, cosine; names by keyness. Without vectors of meaning the
    word features stand in. Answers without content take no part. few: under so many answers a candidate is
    marked as raised by a few. Raises `TooFewError`.
    """
    if not FEWEST <= count <= MOST:
        raise TooFewError(f"Choose a number from {FEWEST} to {MOST}.")
    points = _points(prepared, vectors, seed)
    if len(points.spans) < 2 * count:
        raise TooFewError(f"There are too few answers for {count} candidates.")
    labels, centres = _grouped(points.rows, count, seed)
    near = points.rows @ centres.T
    places = zip(points.owner, points.spans, strict=True)
    terms = Terms.learn([span.of(prepared.texts[at]) for at, span in places])
    found = [
        _candidate(prepared, points, near, terms, np.flatnonzero(labels == group), few)
        for group in range(count)
    ]
    order = sorted(range(count), key=lambda group: (-len(found[group].answers), group))
    return Proposal(
        candidates=tuple(found[group] for group in order),
        merges=tuple(_merges(centres[order])),
        unlike=_unlike(prepared, points, near.max(axis=1)),
    )


def _points(prepared: Prepared, vectors: Vectors | None, seed: int) -> _Points:
    owner: list[int] = []
    spans: list[Span] = []
    taken: list[tuple[bool, int]] = []
    for place, text in enumerate(prepared.texts):
        if no_content(text):
            continue
        parts = prepared.phrases[place]
        first = int(prepared.first[place])
        taken += [(True, first + at) for at in range(len(parts))] or [(False, place)]
        spans += parts or [Span(0, len(text))]
        owner += [place] * max(1, len(parts))
    of_phrases = np.array([phrase for phrase, _ in taken], dtype=bool)
    at = np.array([place for _, place in taken], dtype=np.intp)
    rows = _rows(prepared, vectors, of_phrases, at, seed)
    return _Points(owner=np.array(owner, dtype=np.intp), spans=tuple(spans), rows=rows)


def _rows(prepared: Prepared, vectors: Vectors | None, of_phrases: Ints, at: Ints, seed: int) -> Floats:
    """One row a point, 50 numbers, length 1."""
    if not len(at):
        return np.zeros((0, DIMENSIONS))
    if vectors is None or not vectors.backend.size:
        both = (prepared.answer_words, prepared.phrase_words)
        words = _taken(*both, of_phrases, at)
        size = min(DIMENSIONS, min(words.shape) - 1)
        rows = TruncatedSVD(max(1, size), random_state=seed).fit_transform(words)
    else:
        dense = _taken(vectors.answers, vectors.phrases, of_phrases, at).astype(np.float32)
        size = min(DIMENSIONS, *dense.shape)
        rows = PCA(size, svd_solver="covariance_eigh", random_state=seed).fit_transform(dense)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float64)


def _taken(answers: Any, phrases: Any, of_phrases: Ints, at: Ints) -> Any:
    """The row of each point, from the rows of answers or of phrases."""
    sparse = sp.issparse(answers)
    both = sp.vstack([answers, phrases]).tocsr() if sparse else np.concatenate([answers, phrases])
    return both[np.where(of_phrases, at + answers.shape[0], at)]


def _grouped(rows: Floats, count: int, seed: int) -> tuple[Ints, Floats]:
    """The group of each row, and the centres, length 1."""
    kind = KMeans if len(rows) <= WHOLE_UNTIL else MiniBatchKMeans
    settings: dict[str, Any] = {} if kind is KMeans else {"batch_size": 2_048}
    starts = STARTS_OF_FEW if len(rows) <= FEW_POINTS else STARTS
    model = kind(count, n_init=starts, random_state=seed, **settings).fit(rows)
    centres = model.cluster_centers_
    lengths = np.linalg.norm(centres, axis=1, keepdims=True)
    return np.asarray(model.labels_, dtype=np.intp), np.asarray(centres / np.maximum(lengths, 1e-12))


def _candidate(
    prepared: Prepared, points: _Points, near: Floats, terms: Terms, inside: Ints, few: int
) -> Candidate:
    own = near[inside].max(axis=1)
    second = np.partition(near[inside], -2, axis=1)[:, -2]
    typical = _of_different_answers(points, inside[np.argsort(-own, kind="stable")], TYPICAL)
    gap = inside[np.argsort(own - second, kind="stable")]
    shown = set(typical)
    edge = _of_different_answers(points, np.array([at for at in gap if at not in shown], dtype=np.intp), EDGE)
    answers = np.unique(points.owner[inside])
    return Candidate(
        words=terms.over_used(points.owner, inside),
        answers=tuple(prepared.answers[at] for at in answers),
        typical=tuple(_passage(prepared, points, at) for at in typical),
        edge=tuple(_passage(prepared, points, at) for at in edge),
        every=tuple(_passage(prepared, points, at) for at in inside.tolist()),
        by_few=len(answers) < few,
    )


def _of_different_answers(points: _Points, order: Ints, most: int) -> list[int]:
    found: list[int] = []
    seen: set[int] = set()
    for at in order.tolist():
        if len(found) == most:
            break
        if int(points.owner[at]) not in seen:
            seen.add(int(points.owner[at]))
            found.append(at)
    return found


def _passage(prepared: Prepared, points: _Points, at: int) -> Passage:
    span = points.spans[at]
    return Passage(answer=prepared.answers[points.owner[at]], start=span.start, end=span.end)


def _merges(centres: Floats) -> Iterator[Merge]:
    """Every near pair, wherever the two stand in the list."""
    near = centres @ centres.T
    for first, second in zip(*np.nonzero(np.triu(near > ALIKE, k=1)), strict=True):
        yield Merge(first=int(first), second=int(second), cosine=float(near[first, second]))


def _unlike(prepared: Prepared, points: _Points, best: Floats) -> tuple[Passage, ...]:
    wanted = max(1, round(UNLIKE_SHARE * len(best)))
    return tuple(_passage(prepared, points, at) for at in np.argsort(best, kind="stable")[:wanted].tolist())
