"""The columns of every frame that crosses the border of this package, and the check that they are there.

Knows names of columns only. Identifiers (answer, person, clause) are opaque strings chosen by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


class ColumnsError(ValueError):
    """A frame lacks columns that its kind declares; carries the kind and the missing names."""

    def __init__(self, kind: str, missing: tuple[str, ...]) -> None:
        super().__init__(f"The frame of {kind} lacks {', '.join(missing)}.")
        self.kind = kind
        self.missing = missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One kind of frame: what it holds and the names it must have (others may stand beside them)."""

    kind: str
    names: tuple[str, ...]

    def check(self, frame: pd.DataFrame) -> None:
        """Raise `ColumnsError` when a declared column is missing."""
        missing = tuple(name for name in self.names if name not in frame.columns)
        if missing:
            raise ColumnsError(self.kind, missing)

    def empty(self) -> pd.DataFrame:
        """A frame of this kind without rows."""
        return pd.DataFrame({name: pd.Series(dtype=object) for name in self.names})


# answer: opaque and unique; text: the answer's words; language: "en" or "cy".
ANSWERS = Columns(kind="answers", names=("answer", "text", "language"))
# One row a coding. theme: a key of the frame, or missing for "read, and no theme applies"; start and end:
# code points of the text of record, missing for a coding of the whole answer; stream: random or rare; blind:
# true or false.
CODINGS = Columns(
    kind="codings", names=("answer", "theme", "start", "end", "coder", "origin", "stream", "blind")
)
# The shortlist of each answer, best first. score and likelihood as analysis.quality says; band belongs to the
# answer.
SUGGESTIONS = Columns(
    kind="suggestions",
    names=("answer", "theme", "score", "likelihood", "band", "start", "end", "rank", "reaches_cut"),
)
BANDS = Columns(kind="bands", names=("answer", "band"))
UNCERTAINTY = Columns(kind="uncertainty", names=("answer", "uncertainty"))
QUEUE = Columns(kind="answers to code next", names=("answer", "stream", "blind"))
# words: what the text or the clause says.
TEXTS = Columns(kind="texts", names=("text", "words"))
CLAUSES = Columns(kind="clauses", names=("clause", "words"))
# confirmed: true when a person linked the two, false when a person turned the link down.
JUDGEMENTS = Columns(kind="judged links", names=("text", "clause", "confirmed"))
LINKS = Columns(kind="ranked clauses", names=("text", "clause", "score", "rank", "shared"))
# One row whenever a person raised a theme, however often.
MENTIONS = Columns(kind="mentions", names=("theme", "person"))
STRAND_MENTIONS = Columns(kind="mentions by strand", names=("strand", "theme", "person"))
PEOPLE = Columns(kind="people", names=("theme", "people"))
STRAND_PEOPLE = Columns(kind="people by strand", names=("strand", "theme", "people"))
# Two coders on every segment and theme. first, second: true or false.
DECISIONS = Columns(kind="decisions of two coders", names=("segment", "theme", "first", "second"))
