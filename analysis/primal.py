"""Ridge regression over features instead of rows, for when very many answers are coded.

Knows training rows. The word features are squeezed into 200 numbers, and the weights are spread over the
words again afterwards, so that what is kept and explained looks the same. Costs the same however many rows
there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from sklearn.decomposition import TruncatedSVD

from analysis.features import Floats, Ints, Rows, Weights

SQUEEZED = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Squeeze:
    """How word features become few: terms x size, orthogonal."""

    basis: Floats

    @staticmethod
    def learn(rows: Rows, seed: int = 0) -> Squeeze:
        """Of the answers' word features (randomised SVD, seed fixed)."""
        size = min(SQUEEZED, min(rows.words.shape) - 1)
        if size < 1:
            return Squeeze(basis=np.zeros((rows.words.shape[1], 0)))
        found = TruncatedSVD(size, n_iter=2, random_state=seed).fit(rows.words.astype(np.float64))
        return Squeeze(basis=np.asarray(found.components_.T))

    def dense(self, rows: Rows) -> Floats:
        """[meaning | squeezed words | 1]."""
        parts = [np.asarray(rows.words @ self.basis), np.ones((len(rows), 1))]
        if rows.meaning is not None:
            parts.insert(0, rows.meaning.astype(np.float64))
        return np.hstack(parts)

    def spread(self, solved: Floats, width: int) -> Weights:
        """Weights over meaning, all words, and the intercept. width: of the vectors of meaning, or nought."""
        words = self.basis @ solved[width:-1]
        return Weights(
            terms=np.arange(len(self.basis), dtype=np.intp),
            words=words.astype(np.float32),
            meaning=solved[:width].astype(np.float32) if width else None,
            intercept=solved[-1].astype(np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrimalSolution:
    """W = (Z'Z + alpha I)^-1 Z'T, with the rows it was made of."""

    rows: Floats
    targets: Floats
    solved: Floats
    alpha: float
    factor: tuple[Floats, bool]

    @property
    def dual(self) -> Floats:
        """What each row pulls: (T - Z W) / alpha, the weights of the dual form."""
        return np.asarray((self.targets - self.rows @ self.solved) / self.alpha)


def solve(rows: Floats, targets: Floats, alpha: float) -> PrimalSolution:
    """Solve by Cholesky. rows: rows x features; targets: rows x themes."""
    gram = rows.T @ rows + alpha * np.eye(rows.shape[1])
    factor = cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    solved = np.asarray(cho_solve(factor, rows.T @ targets, check_finite=False))
    return PrimalSolution(rows=rows, targets=targets, solved=solved, alpha=alpha, factor=factor)


def leave_out(
    solution: PrimalSolution, blocks: Sequence[Ints], phrases: Sequence[Floats], mix: float
) -> Floats:
    """Scores of each coded answer from a solution without its rows; phrases: its phrases x features.

    W' = W - P Z_k' (I - Z_k P Z_k')^-1 (T_k - Z_k W), P the inverse: Woodbury's identity for rows taken away.
    """
    scores = np.zeros((len(blocks), solution.targets.shape[1]))
    for row, (block, parts) in enumerate(zip(blocks, phrases, strict=True)):
        mine = solution.rows[block]
        reach = np.asarray(cho_solve(solution.factor, mine.T, check_finite=False))  # P Z_k'
        error = solution.targets[block] - mine @ solution.solved
        change = np.linalg.solve(np.eye(len(block)) - mine @ reach, error)
        scores[row] = solution.targets[block[0]] - change[0]
        if len(parts):
            without = parts @ solution.solved - (parts @ reach) @ change
            scores[row] = (1 - mix) * scores[row] + mix * without.max(axis=0)
    return scores
