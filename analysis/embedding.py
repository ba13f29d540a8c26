"""What stands behind the vectors of meaning that may go beside the word features.

Knows arrays and the name of what made them. Vectors of two back-ends never mix, so each set carries its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """One rung of the ladder: its name, the hash of its model file (or empty), and the length of a vector."""

    name: str
    digest: str
    size: int


# The rung that is always there: words only, no vectors of meaning.
WORDS_ONLY = Backend(name="tfidf", digest="", size=0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vectors:
    """Rows of length 1: one an answer, one a phrase, one a wording of the frame, in the order of their
    owners.
    """

    backend: Backend
    answers: Floats
    phrases: Floats
    wordings: Floats
