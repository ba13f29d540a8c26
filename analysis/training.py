"""The training rows of the suggester: coded answers, wordings of the frame, and the phrases that speak for
themes.

Knows features, codings and the frame. Knows nothing of cuts, likelihoods or pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.coded import Coded
from analysis.codeframe import CodeFrame
from analysis.excerpts import choose
from analysis.features import Floats, Ints, Rows
from analysis.prepared import Prepared, Space
from analysis.ridge import Solution, leave_out, solve
from analysis.vectors import Vectors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Training:
    """Rows with one target a theme. blocks: the rows that come from each coded answer, its own first."""

    rows: Rows
    targets: Floats
    blocks: tuple[Ints, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """The last training rows, their solution, and each coded answer's scores without itself (R x L)."""

    training: Training
    solution: Solution
    left_out: Floats


def train(
    prepared: Prepared,
    space: Space,
    vectors: Vectors | None,
    frame: CodeFrame,
    coded: Coded,
    *,
    ridge: float,
    mix: float,
    em: bool,
) -> Trained:
    """Fit on answers and wordings, let each theme of a coded answer choose its phrase, fit again, leave each
    out.
    """
    training = _answers_and_wordings(space, vectors, frame, coded)
    solution = solve(training.rows.kernel(training.rows), training.targets, ridge)
    parts = [np.arange(prepared.first[place], prepared.first[place + 1]) for place in coded.places]
    if em:
        chosen = _chosen(prepared, space, coded, training, solution, parts)
        if any(chosen):
            training = _with_phrases(training, space, parts, chosen)
            solution = solve(training.rows.kernel(training.rows), training.targets, ridge)
    kernels = _split(_phrases(space, parts).kernel(training.rows), parts)
    left_out = leave_out(solution, training.targets, training.blocks, kernels, mix)
    return Trained(training=training, solution=solution, left_out=left_out)


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


def _chosen(
    prepared: Prepared,
    space: Space,
    coded: Coded,
    training: Training,
    solution: Solution,
    parts: Sequence[Ints],
) -> list[dict[int, list[int]]]:
    """For each coded answer, phrase -> themes it speaks for."""
    scores = _split(_phrases(space, parts).kernel(training.rows) @ solution.dual, parts)
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
