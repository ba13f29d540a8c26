"""What the suggester of one box says of one answer, and which answer to code next.

Importing this room loads scikit-learn, which takes seconds: pages without suggestions never do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.sampling import BLIND_WANTED, next_answers
from analysis.suggest import Refused, Stated
from analysis.tables import QUEUE
from consult.coding.service.fitting import Fit, codings_frame, fitted
from consult.coding.service.reading import Read
from consult.models.coding import Theme
from consult.records.codings import Coding, Stream

__all__ = ["Fit", "Hint", "band", "codings_frame", "fitted", "hints", "next_drawn", "stated", "still_blind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One theme that an answer may hold: where, how likely (None: not known yet), and why."""

    theme: str
    likelihood: float | None
    start: int
    end: int
    because: tuple[str, ...]
    alike: tuple[str, ...]


def hints(fit: Fit, response: bytes) -> tuple[Hint, ...]:
    """What the suggester says of one answer, best first; nothing where it could not learn."""
    if fit.suggester is None:
        return ()
    key = response.hex()
    listed = fit.suggester.suggest([key])
    columns = (listed[name].tolist() for name in ("theme", "likelihood", "start", "end"))
    found = []
    for theme, likelihood, start, end in zip(*columns, strict=True):
        why = fit.suggester.explain(key, theme)
        found.append(
            Hint(
                theme=theme,
                likelihood=None if math.isnan(likelihood) else likelihood,
                start=start,
                end=end,
                because=why.words_for,
                alike=why.alike,
            )
        )
    return tuple(found)


def band(fit: Fit, response: bytes) -> str:
    """In which pile of the work an answer lies; empty where the suggester could not learn."""
    if fit.suggester is None:
        return ""
    return str(fit.suggester.bands([response.hex()])["band"].iloc[0])


def stated(fit: Fit) -> Stated | Refused | None:
    """The quality that a page may state, or why it may not yet."""
    return fit.suggester.stated() if fit.suggester else None


def next_drawn(
    fit: Fit, read: Read, box: str, themes: Sequence[Theme], seed: int
) -> tuple[str, Stream, bool] | None:
    """The next answer of the mixed queue, its stream, whether blind; None when every answer is coded.

    A batch of two is one drawn at random and one for a rare theme, in an order left to chance; only the first
    is handed out, so that the next draw knows what was decided meanwhile.
    """
    frame = codings_frame(fit.prepared, read.coded(box), themes)
    batch = next_answers(fit.suggester or fit.prepared, frame, size=2, seed=seed)
    if batch.empty:
        return None
    answer, stream, blind = (batch[name].iloc[0] for name in QUEUE.names)
    return str(answer), Stream(stream), bool(blind)


def still_blind(coded: Mapping[bytes, Sequence[Coding]]) -> bool:
    """Whether random answers of this box are coded without suggestions: until enough were, to judge by."""
    blind = [
        fair
        for each in coded.values()
        if (fair := [coding.blind for coding in each if coding.stream == Stream.RANDOM])
    ]
    return sum(map(all, blind)) < BLIND_WANTED
