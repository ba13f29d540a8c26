"""Vectors of meaning that may go beside the word features, and what made them.

Knows arrays and bytes. Vectors of two back-ends never mix, so each set carries its own.
"""

from __future__ import annotations

import io
import json
import struct
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]

FORMAT = 1
ONNX, TFIDF = "onnx", "tfidf"


class BackendError(ValueError):
    """Vectors that another back-end made, bytes that hold none, or a back-end that is not to be had here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """One rung of the ladder: its name, the hash of its model file (or empty), and the length of a vector."""

    name: str
    digest: str
    size: int


# The rung that is always there: words only, no vectors of meaning.
WORDS_ONLY = Backend(name=TFIDF, digest="", size=0)
SAYS = {
    ONNX: "Suggestions go by the words of answers and by their meaning, both worked out on this machine.",
    TFIDF: "Suggestions go by words alone: no model of meaning is in use here. They are found less well:"
    " about four times as many answers must be coded before they are as good.",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vectors:
    """Rows of length 1: one an answer, one a phrase, one a wording of the frame, in the order of their
    owners.
    """

    backend: Backend
    answers: Floats
    phrases: Floats
    wordings: Floats

    def to_bytes(self) -> bytes:
        """Header and arrays, half precision. They reveal text: the caller seals them."""
        body = io.BytesIO()
        for rows in (self.answers, self.phrases, self.wordings):
            np.save(body, rows.astype(np.float16), allow_pickle=False)
        head = json.dumps({"format": FORMAT, "backend": asdict(self.backend)}).encode()
        return struct.pack(">I", len(head)) + head + body.getvalue()

    @classmethod
    def from_bytes(cls, blob: bytes, backend: Backend) -> Vectors:
        """Read `to_bytes` back; raises `BackendError` for another back-end or other bytes."""
        try:
            (length,) = struct.unpack_from(">I", blob)
            head = json.loads(blob[4 : 4 + length])
            body = io.BytesIO(blob[4 + length :])
            written = (head["format"], head["backend"])
            answers, phrases, wordings = (np.load(body, allow_pickle=False) for _ in range(3))
        except (struct.error, ValueError, KeyError, TypeError, EOFError) as fault:
            raise BackendError("These bytes hold no vectors.") from fault
        if written != (FORMAT, asdict(backend)):
            raise BackendError("These vectors are of another back-end.")
        return cls(backend=backend, answers=answers, phrases=phrases, wordings=wordings)
