"""Which answers to code next, and which of them without suggestions in view.

Knows scores and what is coded. Draws take a seed. Uncertainty plays no part: choosing the least certain
answers bends the prevalence that the cuts rest on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.coded import RANDOM, RARE
from analysis.features import Floats
from analysis.prepared import Prepared
from analysis.suggest import Suggester
from analysis.tables import CODINGS, QUEUE

# Enough to know the common themes; before that, "rare" means nothing.
FIRST_RANDOM = 25
# A stated figure of use needs about this many blind answers; later one in ten watches for drift.
BLIND_WANTED = 150
BLIND_LATER = 0.1


def next_answers(model: Suggester | Prepared, codings: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """The next batch, in the order to code it: answer, stream (random or rare), blind.

    model: a suggester, or prepared answers while there is too little to fit (all are then drawn at random).
    codings: as `tables.CODINGS`. The first 25 are a random draw; then half, rounded up, is random and half
    seeks answers for themes with the fewest codings. The random half is drawn first, from all answers not
    coded yet, so that it stays fair.
    """
    CODINGS.check(codings)
    rng = np.random.default_rng(seed)
    prepared = model.prepared if isinstance(model, Suggester) else model
    coded = set(codings["answer"])
    open_places = np.array(
        [place for place, answer in enumerate(prepared.answers) if answer not in coded], dtype=np.intp
    )
    size = min(size, len(open_places))
    at_random = size
    if isinstance(model, Suggester):
        first = min(size, max(0, FIRST_RANDOM - len(coded)))
        at_random = first + (size - first + 1) // 2
    drawn = rng.permutation(open_places)[:at_random]
    batch = [(int(place), RANDOM) for place in drawn]
    if isinstance(model, Suggester):
        left = np.setdiff1d(open_places, drawn)
        rare = _rare_first(model.scores[left], _positives(model, codings), size - at_random, rng)
        batch += [(int(left[row]), RARE) for row in rare]
    order = rng.permutation(len(batch))
    return _queue(prepared.answers, [batch[at] for at in order], _blind_so_far(codings), rng)


def _rare_first(scores: Floats, positives: Floats, size: int, rng: np.random.Generator) -> list[int]:
    """Rows of scores to take.

    Repeat: the theme with the fewest positives and half picks, then the row that is highest for it.
    """
    picks = np.zeros(len(positives))
    taken: list[int] = []
    free = scores.copy()
    for _ in range(size):
        theme = int(np.argmin(positives + picks / 2 + rng.uniform(0, 0.01, len(positives))))
        row = int(free[:, theme].argmax())
        taken.append(row)
        free[row] = -np.inf
        picks[theme] += 1
    return taken


def _positives(model: Suggester, codings: pd.DataFrame) -> Floats:
    pairs = codings.dropna(subset=["theme"]).drop_duplicates(["answer", "theme"])
    counts = pairs["theme"].value_counts()
    return np.array([counts.get(theme, 0) for theme in model.fitted.themes], dtype=float)


def _blind_so_far(codings: pd.DataFrame) -> int:
    """Answers of the random stream that every coder coded blind."""
    fair = codings[codings["stream"] == RANDOM]
    return int(fair.groupby("answer")["blind"].all().sum())


def _queue(
    answers: Sequence[str], batch: Sequence[tuple[int, str]], blind_so_far: int, rng: np.random.Generator
) -> pd.DataFrame:
    rows = []
    for place, stream in batch:
        by_chance = bool(rng.uniform() < BLIND_LATER)
        blind = stream == RANDOM and (blind_so_far < BLIND_WANTED or by_chance)
        blind_so_far += blind
        rows.append((answers[place], stream, blind))
    return pd.DataFrame(rows, columns=list(QUEUE.names))
