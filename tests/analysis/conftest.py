"""Invented answers about services, and a frame of four themes, for every test of the analysis package."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.codeframe import CodeFrame, ThemeEntry
from analysis.prepared import Prepared, prepare
from analysis.tables import CODINGS

THEMES = {
    "waiting": (
        "Waiting times",
        "How long people wait for a first appointment, and what they are told meanwhile.",
    ),
    "privacy": ("Privacy", "Whether the entrance and the waiting room are private."),
    "hours": ("Opening hours", "Evening and weekend times, and how easy they are to reach after work."),
    "staff": ("Staff who listen", "Whether workers listen, explain and keep what they promise."),
}
SAID = {
    "waiting": [
        "the wait for a first appointment was four months",
        "nobody told me how long the list was",
        "waiting that long without word is hard",
        "a letter with the likely wait would help",
    ],
    "privacy": [
        "the front door opens on a busy street",
        "names were called out in the waiting room",
        "a side entrance would feel more private",
        "the room was quiet and private",
    ],
    "hours": [
        "they close at five when I finish work",
        "an evening session each week would help",
        "weekend opening made it possible for me",
        "the times never fitted my shifts",
    ],
    "staff": [
        "the worker listened and did not rush me",
        "staff explained each step clearly",
        "my worker kept every promise",
        "they spoke to me with respect",
    ],
}


def _answers(count: int, seed: int) -> tuple[pd.DataFrame, list[list[str]]]:
    rng = np.random.default_rng(seed)
    texts, truths = [], []
    for _ in range(count):
        themes = list(rng.choice(list(SAID), size=rng.integers(1, 4), replace=False, p=[0.4, 0.1, 0.2, 0.3]))
        parts = [str(rng.choice(SAID[theme])) for theme in themes]
        texts.append(". ".join(part[0].upper() + part[1:] for part in parts) + ".")
        truths.append(sorted(str(theme) for theme in themes))
    keys = [f"a{place:03d}" for place in range(count)]
    return pd.DataFrame({"answer": keys, "text": texts, "language": "en"}), truths


@pytest.fixture(scope="session")
def answers() -> pd.DataFrame:
    return _answers(240, 7)[0]


@pytest.fixture(scope="session")
def truths() -> list[list[str]]:
    return _answers(240, 7)[1]


@pytest.fixture(scope="session")
def prepared(answers: pd.DataFrame) -> Prepared:
    return prepare(answers)


@pytest.fixture(scope="session")
def frame() -> CodeFrame:
    themes = (
        ThemeEntry(key=key, name=name, definition=definition) for key, (name, definition) in THEMES.items()
    )
    return CodeFrame(version="3", themes=tuple(themes))


@pytest.fixture(scope="session")
def bare_frame() -> CodeFrame:
    return CodeFrame(
        version="3", themes=tuple(ThemeEntry(key=key, name=str(n)) for n, key in enumerate(THEMES))
    )


@pytest.fixture(scope="session")
def make_codings(truths: list[list[str]]) -> Callable[..., pd.DataFrame]:
    """Codings of the answers at these places, true to what they say."""

    def make(places: list[int], *, stream: str = "random", blind: bool = True) -> pd.DataFrame:
        rows = [
            (f"a{place:03d}", theme, None, None, "coder", "person", stream, blind)
            for place in places
            for theme in truths[place]
        ]
        return pd.DataFrame(rows, columns=list(CODINGS.names))

    return make
