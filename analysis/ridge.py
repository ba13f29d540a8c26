"""Ridge regression in its dual form, and the score of each answer as if it had not been coded.

Knows matrices only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from analysis.features import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """A = (K + alpha I)^-1 T, with the factor kept."""

    dual: Floats
    factor: Any

    def inverse(self) -> Floats:
        """(K + alpha I)^-1."""
        return np.asarray(cho_solve(self.factor, np.eye(len(self.dual)), check_finite=False))


def solve(kernel: Floats, targets: Floats, alpha: float) -> Solution:
    """Solve by Cholesky. kernel: rows x rows, left as it is; targets: rows x themes."""
    shifted = kernel + alpha * np.eye(len(kernel))
    factor = cho_factor(shifted, lower=True, overwrite_a=True, check_finite=False)
    return Solution(dual=np.asarray(cho_solve(factor, targets, check_finite=False)), factor=factor)


def leave_out(
    solution: Solution, targets: Floats, blocks: Sequence[Ints], kernels: Sequence[Floats], mix: float
) -> Floats:
    """Scores of each coded answer from a solution without its rows, by one inverse instead of a fit an
    answer.

    blocks: the training rows of each coded answer, its own first, then its chosen phrases; kernels: its
    phrases x all training rows. -> answers x themes. Leaving a block k out changes A by -G_.k E with E =
    G_kk^-1 A_k, where G is the inverse: the block's own fitted error (the identity behind leave-one-out for
    ridge; see Rifkin and Lippert, MIT-CSAIL-TR-2007-025).
    """
    inverse, dual = solution.inverse(), solution.dual
    scores = np.zeros((len(blocks), targets.shape[1]))
    for row, (block, phrases) in enumerate(zip(blocks, kernels, strict=True)):
        error = np.linalg.solve(inverse[np.ix_(block, block)], dual[block])
        scores[row] = targets[block[0]] - error[0]
        if len(phrases):
            # A' is nought on the block by construction, so its columns add nothing.
            without = phrases @ dual - (phrases @ inverse[:, block]) @ error
            scores[row] = (1 - mix) * scores[row] + mix * without.max(axis=0)
    return scores
