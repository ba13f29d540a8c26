"""Uncoded answers of one box, grouped into ideas for themes: made in a request when few, beside it when many.

What is made lies on the person's shelf in memory and nowhere else, and only while every answer that it was
made of is there. Meaning is used where it is worked out, and words otherwise. Importing this room loads
scikit-learn, which takes seconds.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from analysis import suggest
from analysis.emerging import FEWEST, Proposal, TooFewError, propose
from analysis.prepared import Prepared
from analysis.tables import ANSWERS
from analysis.vectors import Vectors
from consult.coding.service import meaning
from consult.coding.service.held import Shelf, Written

AT_ONCE = 200
"""So few answers are grouped while the page waits: about a second, once the libraries are loaded."""
SEED = 20_260_102
"""Fixed, so that the same answers are grouped the same way whoever looks."""

Text = tuple[bytes, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What was made of which answers; `proposal` is None where they were too few to group.

    `count`: how many ideas were asked for, which can be more than were to be had.
    """

    texts: frozenset[Text]
    count: int
    by_meaning: bool
    proposal: Proposal | None


@dataclass(slots=True)
class Asked:
    """One piece of work beside the pages. `failed`: it broke, and nothing begins again by itself."""

    failed: bool = False
    thread: threading.Thread | None = field(default=None)

    @property
    def runs(self) -> bool:
        """Whether it goes on just now."""
        return self.thread is not None and self.thread.is_alive()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """All that the work is made of; no session, no key. few: under so many people, an idea is marked."""

    box: str
    texts: Mapping[bytes, Written]
    count: int
    few: int

    def prepared(self) -> Prepared:
        rows = [(each.id.hex(), each.words[self.box], each.language) for each in self.texts.values()]
        return suggest.prepare(pd.DataFrame(rows, columns=list(ANSWERS.names)))

    def made(self, prepared: Prepared, vectors: Vectors | None) -> Grouped:
        return Grouped(
            texts=frozenset((each.id, each.rev) for each in self.texts.values()),
            count=self.count,
            by_meaning=vectors is not None,
            proposal=self._proposal(prepared, vectors),
        )

    def _proposal(self, prepared: Prepared, vectors: Vectors | None) -> Proposal | None:
        # Fewer ideas than were asked for are better than none.
        for count in dict.fromkeys((self.count, FEWEST)):
            try:
                return propose(prepared, vectors, count, SEED, self.few)
            except TooFewError:
                continue
        return None


def begin(shelf: Shelf, box: str, texts: Mapping[bytes, Written], *, count: int, few: int) -> None:
    """Group these answers, now or beside the pages. The caller holds the lock of the shelf."""
    wanted = _Wanted(box=box, texts=dict(texts), count=count, few=few)
    if len(texts) <= AT_ONCE:
        prepared = wanted.prepared()
        shelf.ideas[box] = wanted.made(prepared, meaning.vectors(shelf, box, texts, prepared))
        return
    asked = shelf.asked[box] = Asked()
    asked.thread = threading.Thread(
        target=_beside, args=(weakref.ref(shelf), asked, wanted), name="ideas", daemon=True
    )
    asked.thread.start()


def _beside(shelf: weakref.ref[Shelf], asked: Asked, wanted: _Wanted) -> None:
    """Make them; put them on the shelf unless it, or an answer, has gone meanwhile."""
    try:
        prepared = wanted.prepared()
        here = shelf()
        if here is None:
            return
        with here.lock:
            vectors = meaning.vectors(here, wanted.box, wanted.texts, prepared)
        del here
        made = wanted.made(prepared, vectors)
    except Exception:  # noqa: BLE001 - its words could be of an answer: a page says that it broke, no log does
        asked.failed = True
        return
    here = shelf()
    if here is None:
        return
    with here.lock:
        current = {(each.id, each.rev) for each in here.responses.values()}
        if here.asked.get(wanted.box) is asked and made.texts <= current:
            here.ideas[wanted.box] = made
