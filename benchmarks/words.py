"""Words by the hundred thousand: `python -m benchmarks.words [--rows 20000] [--full] [--rounds 5]`.

P15: words cut and stemmed a CPU second, beside NLTK word by word; the stems must be the same. P16: so many
answers opened, loaded, cross-tabbed, cut into words, weighed and counted together, beside the plain way of
doing each step; the tables must be the same. CPU seconds, so that others on the machine change little.
"""

from __future__ import annotations

import itertools
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from nltk.stem import PorterStemmer
from nltk.tokenize import RegexpTokenizer
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.features import WORD, Words
from analysis.keyness import stemmed
from analysis.text import normalise
from benchmarks import responses, survey
from benchmarks.harness import Figure, arguments, compared, figure, in_turns, machine, report, say
from benchmarks.installation import NAME, Installation, installation
from benchmarks.open import bare_loop, settled
from benchmarks.opening import Door
from benchmarks.text import invented

ROW, COLUMN = "age", "work"
OFTEN = 200
"""Words and pairs that one answer in so many holds are counted together."""

Tables = tuple[Any, Any]


def cut_and_stemmed(texts: Sequence[str]) -> float:
    """CPU seconds of our way."""
    started = time.process_time()
    stemmed(texts)
    return time.process_time() - started


def word_by_word(texts: Sequence[str]) -> float:
    """CPU seconds of NLTK's way, each word for itself."""
    started = time.process_time()
    plainly_stemmed(texts)
    return time.process_time() - started


def plainly_stemmed(texts: Sequence[str]) -> list[frozenset[str]]:
    """The stems of each text."""
    cut, stem = RegexpTokenizer(WORD), PorterStemmer().stem
    return [frozenset(stem(word) for word in cut.tokenize(text.lower())) for text in texts]


class Chain:
    """The same work on the same responses, our way and the plain one.

    Responses of a benchmark repeat their words, so the texts are invented ones beside them.
    """

    def __init__(self, home: Installation, rows: int) -> None:
        self._rows = rows
        self._texts = invented(rows).frame_of_answers["text"].tolist()
        self._door = Door(home.session, home.vault, NAME, home.key)
        self._bare = bare_loop(home, rows)
        settled(home, self._door, b"", rows)

    def ours(self) -> Tables:
        """Opened by batch keys, only what is wanted kept, counted on numbers."""
        kept = [
            (each.answers[ROW], str(each.answers[COLUMN])[-1]) for each in self._door.rows(limit=self._rows)
        ]
        rows, columns = zip(*kept, strict=True)
        down, across = pd.Categorical(rows), pd.Categorical(columns)
        wide = len(across.categories)
        places = down.codes.astype(np.intp) * wide + across.codes
        crossed = np.bincount(places, minlength=len(down.categories) * wide).reshape(-1, wide)
        _, weighed = Words.learn([normalise(text) for text in self._texts])
        stemmed(self._texts)
        held = weighed.copy()
        held.data[:] = 1
        held = held[:, np.asarray(held.sum(axis=0)).ravel() >= self._rows // OFTEN]
        return crossed, int((held.T @ held).sum())

    def plainly(self) -> Tables:
        """Each answer opened by HPKE, all of it put into a table, each step by the usual call."""
        self._bare()
        frame = pd.DataFrame([dict(each.answers) for each in self._door.rows(limit=self._rows)])
        crossed = pd.crosstab(frame[ROW], frame[COLUMN].str[-1])
        weigh = TfidfVectorizer(
            token_pattern=WORD, ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode"
        )
        weigh.fit_transform(self._texts)
        plainly_stemmed(self._texts)
        cut = weigh.build_analyzer()
        terms = [set(cut(text)) for text in self._texts]
        common = Counter(itertools.chain.from_iterable(terms))
        often = {term for term, count in common.items() if count >= self._rows // OFTEN}
        together = Counter[tuple[str, str]]()
        for mine in terms:
            together.update(itertools.product(mine & often, repeat=2))
        return crossed.to_numpy(), sum(together.values())


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of some work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def chain(rows: int, rounds: int) -> list[Figure]:
    """P16, and the most memory of it."""
    with installation((survey.one_page(),)) as home:
        say(f"Sealing {rows} responses")
        responses.fill(home, rows)
        work = Chain(home, rows)
        ours, theirs = work.ours(), work.plainly()
        if not np.array_equal(ours[0], theirs[0]) or ours[1] != theirs[1]:
            raise AssertionError("the two ways count differently")
        turns = in_turns(
            rounds, {"ours": lambda: spent(work.ours), "plain": lambda: spent(work.plainly)}, warm=False
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    what = f"{rows} answers: opened, loaded, cross-tab, words, weights, pairs; the plain way"
    return [
        compared("P16", what, "CPU s", turns["ours"], turns["plain"]),
        figure("P16.memory", "most memory, the plain way's included", "MiB", value=peak),
    ]


def stems(rows: int, rounds: int) -> Figure:
    """P15."""
    texts = invented(rows).frame_of_answers["text"].tolist()
    if stemmed(texts) != plainly_stemmed(texts):
        raise AssertionError("the two ways find other stems")
    words = sum(len(text.split()) for text in texts)
    turns = in_turns(
        rounds, {"ours": lambda: cut_and_stemmed(texts), "nltk": lambda: word_by_word(texts)}, warm=False
    )
    rates = {name: [words / turn for turn in each] for name, each in turns.items()}
    return compared(
        "P15",
        f"{words} words cut and stemmed; NLTK word by word",
        "words/CPU s",
        rates["ours"],
        rates["nltk"],
    )


def main() -> None:
    """Measure and report."""
    reader = arguments("words", __doc__)
    reader.add_argument("--rows", type=int, default=20_000, help="answers")
    reader.add_argument("--full", action="store_true", help="100,000 answers")
    asked = reader.parse_args()
    rows = 100_000 if asked.full else asked.rows
    about = machine()
    figures = [stems(rows, asked.rounds), *chain(rows, min(asked.rounds, 3))]
    report("words", figures, about, sizes={"rows": rows, "rounds": asked.rounds})


if __name__ == "__main__":
    main()
