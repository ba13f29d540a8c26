"""Text that people coded, read from a folder that is never part of the project.

A folder holds `data.csv` (id, text, labels joined by `|`, split train or test, and question where there are
several) and, where its codes have names and definitions, `codebook.json` ({code: {definition, ...}}).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.coded import RANDOM
from analysis.codeframe import CodeFrame, ThemeEntry
from analysis.embedding import choose_backend, describe, embed
from analysis.features import Floats, Ints
from analysis.prepared import Prepared, prepare
from analysis.tables import CODINGS
from analysis.vectors import BackendError, Vectors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HumanCoded:
    """Prepared answers, their frame, truths (answers x themes), and the places of pool and test."""

    prepared: Prepared
    frame: CodeFrame
    truths: Floats
    pool: Ints
    test: Ints

    def drawn(self, count: int, seed: int) -> Ints:
        """The coded answers of one run: a random draw from the pool, or all of it."""
        if count >= len(self.pool):
            return self.pool
        return np.random.RandomState(1000 + seed).choice(self.pool, count, replace=False)

    def codings(self, coded: Ints, streams: dict[int, str] | None = None) -> pd.DataFrame:
        """Codings of whole answers, true to what people said. streams: which were not drawn at random."""
        keys, of = self.frame.keys, streams or {}
        rows = []
        for place in coded.tolist():
            given: list[str | None] = [keys[at] for at in np.flatnonzero(self.truths[place])]
            for theme in given or [None]:
                stream = of.get(place, RANDOM)
                rows.append((str(place), theme, None, None, "a", "person", stream, True))
        return pd.DataFrame(rows, columns=list(CODINGS.names))


def read_folder(folder: Path, question: str | None = None) -> HumanCoded | None:
    """What a folder holds, of one question where it names several; None without `data.csv`."""
    if not (folder / "data.csv").exists():
        return None
    rows = pd.read_csv(folder / "data.csv", keep_default_na=False, dtype=str)
    if question is not None:
        rows = rows[rows["question"] == question]
    rows = rows.reset_index(drop=True)
    given = [[theme for theme in labels.split("|") if theme] for labels in rows["labels"]]
    themes = sorted({theme for labels in given for theme in labels})
    book = folder / "codebook.json"
    about = json.loads(book.read_text(encoding="utf-8")) if book.exists() else {}
    keys = [str(place) for place in range(len(rows))]
    answers = pd.DataFrame({"answer": keys, "text": rows["text"], "language": "en"})
    return HumanCoded(
        prepared=prepare(answers),
        frame=CodeFrame(version="1", themes=tuple(_theme(theme, about) for theme in themes)),
        truths=np.array([[theme in labels for theme in themes] for labels in given], dtype=float),
        pool=np.flatnonzero(rows["split"] == "train"),
        test=np.flatnonzero(rows["split"] == "test"),
    )


def vectors_of(coded: HumanCoded, wanted: str | None, kept: Path | None) -> Vectors | None:
    """Vectors of all answers by the wanted back-end (the best one here without); None for words alone.

    kept: a file in which they stand between runs.
    """
    backend = choose_backend(wanted)
    if not backend.size:
        return None
    if kept is not None and kept.exists():
        try:
            found = Vectors.from_bytes(kept.read_bytes(), backend)
        except BackendError:
            pass
        else:
            if len(found.answers) == len(coded.prepared.answers):
                return describe(found, coded.frame)
    made = embed(coded.prepared, backend)
    if kept is not None:
        kept.write_bytes(made.to_bytes())
    return describe(made, coded.frame)


def _theme(key: str, about: dict[str, Any]) -> ThemeEntry:
    # Codes without a codebook are numbers: their names teach nothing.
    name = key if key in about else "".join(sign for sign in key if sign.isdigit())
    return ThemeEntry(key=key, name=name, definition=about.get(key, {}).get("definition", ""))
