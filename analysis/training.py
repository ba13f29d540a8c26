"""The training rows of the suggester: coded answers, wordings of the frame, and the phrases that speak for
themes.

Knows features, codings and the frame. Knows nothing of cuts, likelihoods or pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis import primal
from analysis.coded import Coded
from analysis.codeframe import CodeFrame
from analysis.excerpts import choose
from analysis.features import Floats, Ints, Rows, Weights
from analysis.fitted import Options
from analysis.prepared import Prepared, Space
from analysis.primal import PrimalSolution, Squeeze
from analysis.ridge import Solution, leave_out, solve
from analysis.vectors import Vectors

# A factor of so many rows takes some seconds and 70 MB.
PRIMAL_FROM = 3_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Training:
    """Rows with one target a theme. blocks: the rows that come from each coded answer, its own first."""

    rows: Rows
    targets: Floats
    blocks: tuple[Ints, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """The last training rows, their solution and weights, and each coded answer's scores without itself."""

    training: Training
    solution: Solution | PrimalSolution
    weights: Weights
    left_out: Floats


def train(
    prepared: Prepared,
    space: Space,
    vectors: Vectors | None,
    frame: CodeFrame,
    coded: Coded,
    options: Options,
    *,
    primal_from: int = PRIMAL_FROM,
) -> Trained:
    """Fit on answers and wordings, let each theme of a coded answer choose its phrase, fit again, leave each
    out.

    primal_from: with more training rows than this, solve over features.
    """
    training = _answers_and_wordings(space, vectors, frame, coded)
    parts = [np.arange(prepared.first[place], prepared.first[place + 1]) for place in coded.places]
    spoken = [len(mine) > 0 for mine in parts]
    most = len(training.rows) + (int(coded.targets[spoken].sum()) if options.em else 0)
    way: _Dual | _Primal = (
        _Dual(options.ridge) if most <= primal_from else _Primal(options.ridge, prepared.squeeze)
    )
    phrases = _phrases(space, parts)
    if options.em:
        scores = way.scores(phrases, training.rows, way.solved(training))
        chosen = _chosen(prepared, coded, _split(scores, parts))
        if any(chosen):
            training = _with_phrases(training, space, parts, chosen)
    solution = way.solved(training)
    return Trained(
        training=training,
        solution=solution,
        weights=way.weights(training.rows, solution),
        left_out=way.left_out(training, solution, phrases, parts, options.mix),
    )


@dataclass(frozen=True, slots=True)
class _Dual:
    """One weight a training row: quick while rows are few."""

    ridge: float

    def solved(self, training: Training) -> Solution:
        return solve(training.rows.kernel(training.rows), training.targets, self.ridge)

    def scores(self, rows: Rows, taught: Rows, solution: Any) -> Floats:
        return np.asarray(rows.kernel(taught) @ solution.dual)

    def weights(self, taught: Rows, solution: Any) -> Weights:
        return Weights.fold(taught, solution.dual)

    def left_out(
        self, training: Training, solution: Any, phrases: Rows, parts: Sequence[Ints], mix: float
    ) -> Floats:
        kernels = _split(phrases.kernel(training.rows), parts)
        return leave_out(solution, training.targets, training.blocks, kernels, mix)


@dataclass(frozen=True, slots=True)
class _Primal:
    """One weight a feature, words squeezed: the same cost however many rows."""

    ridge: float
    squeeze: Squeeze

    def solved(self, training: Training) -> PrimalSolution:
        return primal.solve(self.squeeze.dense(training.rows), training.targets, self.ridge)

    def scores(self, rows: Rows, _taught: Rows, solution: Any) -> Floats:
        return np.asarray(self.squeeze.dense(rows) @ solution.solved)

    def weights(self, taught: Rows, solution: Any) -> Weights:
        width = 0 if taught.meaning is None else taught.meaning.shape[1]
        return self.squeeze.spread(solution.solved, width)

    def left_out(
        self, training: Training, solution: Any, phrases: Rows, parts: Sequence[Ints], mix: float
    ) -> Floats:
        return primal.leave_out(solution, training.blocks, _split(self.squeeze.dense(phrases), parts), mix)


def _answers_and_wordings(space: Space, vectors: Vectors | None, frame: CodeFrame, coded: Coded) -> Training:
    wordings = frame.wordings()
    about = Rows(
        words=space.words.rows([wording.text for wording in wordings]),
        meaning=None if vectors is None else vectors.wordings.astype(np.float32),
    )
    speaks_for = np.eye(len(frame.themes))[[wording.theme for wording in wordings]]
    return Training(
        rows=Rows.stack([space.answers.take(coded.places), about]),
        targets=np.vstack([coded.targets, speaks_for.reshape(-1, len(frame.themes))]),
        blocks=tuple(np.array([row]) for row in range(len(coded))),
    )


def _chosen(prepared: Prepared, coded: Coded, scores: Sequence[Floats]) -> list[dict[int, list[int]]]:
    """For each coded answer, phrase -> themes it speaks for."""
    chosen = []
    for row, place in enumerate(coded.places.tolist()):
        found = prepared.phrases[place]
        marks = [coded.marks.get((row, theme), ()) for theme in range(coded.targets.shape[1])]
        length = len(prepared.texts[place])
        chosen.append(choose(coded.targets[row], marks, found, length, scores[row]) if found else {})
    return chosen


def _with_phrases(
    training: Training, space: Space, parts: Sequence[Ints], chosen: Sequence[dict[int, list[int]]]
) -> Training:
    picked: list[int] = []
    targets: list[Floats] = []
    blocks: list[Ints] = []
    for block, mine, speaks_for in zip(training.blocks, parts, chosen, strict=True):
        start = len(training.rows) + len(picked)
        for phrase, themes in speaks_for.items():
            picked.append(int(mine[phrase]))
            target = np.zeros(training.targets.shape[1])
            target[themes] = 1
            targets.append(target)
        blocks.append(np.concatenate([block, np.arange(start, start + len(speaks_for))]))
    return Training(
        rows=Rows.stack([training.rows, space.phrases.take(np.array(picked, dtype=np.intp))]),
        targets=np.vstack([training.targets, *targets]),
        blocks=tuple(blocks),
    )


def _phrases(space: Space, parts: Sequence[Ints]) -> Rows:
    return space.phrases.take(np.concatenate([np.zeros(0, dtype=np.intp), *parts]))


def _split(rows: Floats, parts: Sequence[Ints]) -> list[Floats]:
    """Rows of many answers, cut into one block an answer."""
    if not parts:
        return []
    return np.split(rows, np.cumsum([len(mine) for mine in parts])[:-1])
