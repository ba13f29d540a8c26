"""The frame of codings read into arrays: which answers are coded, with what, and how they came to be coded.

Knows codings. A coding is a person's; suggestions never stand in this frame.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.codeframe import CodeFrame
from analysis.features import Bools, Floats, Ints
from analysis.prepared import Prepared
from analysis.tables import CODINGS
from analysis.text import Span

RANDOM = "random"
RARE = "rare"


class UnknownCodingError(ValueError):
    """Codings speak of answers or themes that are not here: a withdrawn answer, an older frame."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """R coded answers in the order in which they were prepared.

    places: where each stands among all answers; targets: R x L, 1 where any coder gave the theme; marks: the
    excerpts that people marked, by (row, theme); random: drawn at random at least once; blind: no coder saw
    suggestions.
    """

    places: Ints
    targets: Floats
    marks: dict[tuple[int, int], tuple[Span, ...]]
    random: Bools
    blind: Bools

    def __len__(self) -> int:
        return len(self.places)


def read_codings(codings: pd.DataFrame, prepared: Prepared, frame: CodeFrame) -> Coded:
    """Read codings; raises `ColumnsError` for a missing column, `UnknownCodingError` for a strange answer or
    theme.
    """
    CODINGS.check(codings)
    themes = {key: place for place, key in enumerate(frame.keys)}
    given = codings["theme"].where(codings["theme"].notna(), None).tolist()
    _refuse_strangers(codings["answer"].tolist(), given, prepared, themes)
    places = np.array(sorted({prepared.places[answer] for answer in codings["answer"]}), dtype=np.intp)
    rows = {place: row for row, place in enumerate(places.tolist())}
    coded_rows = [rows[prepared.places[answer]] for answer in codings["answer"]]
    targets = np.zeros((len(places), len(themes)))
    random, blind = np.zeros(len(places), dtype=bool), np.ones(len(places), dtype=bool)
    marks: dict[tuple[int, int], list[Span]] = defaultdict(list)
    columns = zip(
        coded_rows, given, codings["start"], codings["end"], codings["stream"], codings["blind"], strict=True
    )
    for row, theme, start, end, stream, unseen in columns:
        random[row] |= stream == RANDOM
        blind[row] &= bool(unseen)
        if theme is None:
            continue
        targets[row, themes[theme]] = 1
        if pd.notna(start) and pd.notna(end):
            marks[row, themes[theme]].append(Span(int(start), int(end)))
    return Coded(
        places=places,
        targets=targets,
        marks={pair: tuple(found) for pair, found in marks.items()},
        random=random,
        blind=blind,
    )


def _refuse_strangers(
    answers: list[str], given: list[str | None], prepared: Prepared, themes: dict[str, int]
) -> None:
    lost = {answer for answer in answers if answer not in prepared.places}
    strange = {theme for theme in given if theme is not None and theme not in themes}
    if lost or strange:
        # Counts only: what is raised may reach a log.
        raise UnknownCodingError(
            f"{len(lost)} answers and {len(strange)} themes of the codings are not known."
        )
