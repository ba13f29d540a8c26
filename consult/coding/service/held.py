"""What stays opened in the memory of the process between two pages of one person, and for how long.

Opening five thousand responses takes seconds, and so may fitting; neither can be done for each page. So the
words of one survey, the notes beside them and the suggesters fitted on them are held for the person who
opened them: in memory only, never on disk, no longer than a web session may rest, and dropped when the person
locks or signs out. Every use compares them with the database first, so a withdrawn answer is gone with the
next page. Another process of the same installation holds its own and lets it go by the clock alone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from consult.records.held import Holder
from consult.records.notes import OpenedNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analysis.vectors import Backend
    from consult.coding.service.fitting import Fit
    from consult.coding.service.meaning import Work
    from consult.coding.service.proposing import Asked, Grouped
    from consult.records.codings import CodingAct

MOST_SHELVES = 6
MOST_FITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one released response says in own words: the text of record by box, and how each may be used.

    `easy`: answered in easy read, where questions are asked in other words. `groups`: what was chosen of the
    questions that answers may be grouped by.
    """

    id: bytes
    rev: int
    language: str
    easy: bool
    groups: Mapping[str, str]
    consent: Mapping[str, str]
    words: Mapping[str, str]


@dataclass(slots=True, kw_only=True, weakref_slot=True)
class Shelf:
    """One survey as one person has opened it. `lock` is held while it is brought up to date or fitted.

    `texts`: those of `responses` that say something in a box; both are replaced, never changed. `acts`:
    what the notes of coders say, by the note. `meaning`: vectors by box, response and revision, made by
    `backend`, with the `works` that make them; `rested`: what was kept of them, opened and not looked at yet;
    `sealed`: which boxes of which text are kept, `nothing_due` how many texts and vectors there were when
    nothing was left to keep; `refits` go on beside the pages. `ideas`: uncoded answers as they were grouped
    for a box, `asked` the work on it, `aside` the passages of each idea that the person wants to see no more:
    answer and start. All that goes on beside the pages knows the shelf by a weak reference, so as to keep
    nothing longer.
    """

    responses: dict[bytes, Written] = field(default_factory=dict)
    texts: dict[str, dict[bytes, Written]] = field(default_factory=dict)
    notes: dict[bytes, OpenedNote] = field(default_factory=dict)
    acts: dict[bytes, CodingAct] = field(default_factory=dict)
    fits: OrderedDict[str, Fit] = field(default_factory=OrderedDict)
    meaning: dict[tuple[str, bytes, int], Any] = field(default_factory=dict)
    rested: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)
    sealed: dict[bytes, tuple[int, frozenset[str]]] = field(default_factory=dict)
    nothing_due: tuple[int, int] | None = None
    backend: Backend | None = None
    works: dict[str, Work] = field(default_factory=dict)
    refits: dict[str, threading.Thread] = field(default_factory=dict)
    ideas: dict[str, Grouped] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    aside: dict[str, list[frozenset[tuple[str, int]]]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def keep_only(self, kept: Iterable[Written]) -> None:
        """Let go of all that was made of a text that is not among these.

        A fit, and a group of answers, holds words of every answer that it was made of: of one that is gone,
        too.
        """
        here = {(each.id, each.rev) for each in kept}
        answers = {answer.hex() for answer, _ in here}
        self.fits.clear()
        self.ideas.clear()
        self.meaning = {key: rows for key, rows in self.meaning.items() if key[1:] in here}
        self.rested.clear()
        self.nothing_due = None
        self.sealed = {answer: kept for answer, kept in self.sealed.items() if (answer, kept[0]) in here}
        self.aside = {
            box: [frozenset(part for part in each if part[0] in answers) for each in sets]
            for box, sets in self.aside.items()
        }

    def keep(self, box: str, fit: Fit) -> None:
        """Hold a fit for a box, and let go of the one that was not used for longest."""
        self.fits[box] = fit
        self.fits.move_to_end(box)
        while len(self.fits) > MOST_FITS:
            self.fits.popitem(last=False)


shelves: Holder[Shelf] = Holder(Shelf, MOST_SHELVES)
"""By account, consultation and definition: nobody is ever handed what somebody else opened."""
