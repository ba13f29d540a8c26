"""When the suggester of one box is fitted, on what, and on whose time.

A fit lives on its person's shelf in memory and nowhere else (see `held`): it holds words of answers. The
first one is made in a request. A later one is too, while the answers are few; with many the page goes on with
the one it has, and the next is made beside it. Importing this room loads scikit-learn, which takes seconds.
"""

from __future__ import annotations

import hashlib
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis import suggest
from analysis.codeframe import CodeFrame, ThemeEntry
from analysis.suggest import Options, Prepared, Suggester, TooLittleError
from analysis.tables import ANSWERS, CODINGS
from analysis.vectors import Vectors
from consult.coding.service import meaning
from consult.coding.service.held import Shelf, Written
from consult.coding.service.reading import Read
from consult.models.coding import Theme
from consult.records.codings import NO_THEME, Coding

REFIT_AFTER = 5
REFIT_SHARE = 20
"""A refit waits for five decisions, and with many behind it for a twentieth of them: by then five more change
nothing that anybody could see, and fitting costs more the more was coded."""
BESIDE_FROM = 2_000
"""With more answers than this a refit takes longer than a page should: it is made beside the pages."""
SEED = 20_260_101
"""For the interval of the stated quality: fixed, so that a figure moves only when codings do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What was fitted, and on what: which answers, which version of the frame, after how many decisions.

    `suggester` is None when there was too little to learn from, `vectors` while suggestions go by words
    alone.
    """

    answers: Mapping[bytes, Written]
    frame_version: str
    decisions: int
    prepared: Prepared
    vectors: Vectors | None
    suggester: Suggester | None

    def is_new(self, decisions: int) -> bool:
        """Whether too little was decided since to be worth another fit."""
        since = abs(decisions - self.decisions)
        return since < max(REFIT_AFTER, self.decisions // REFIT_SHARE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """All that a fit is made of; no session, no key."""

    answers: Mapping[bytes, Written]
    frame: CodeFrame
    decisions: int
    prepared: Prepared
    vectors: Vectors | None
    codings: pd.DataFrame

    def made(self) -> Fit:
        return Fit(
            answers=self.answers,
            frame_version=self.frame.version,
            decisions=self.decisions,
            prepared=self.prepared,
            vectors=self.vectors,
            suggester=self._suggester(),
        )

    def _suggester(self) -> Suggester | None:
        try:
            return suggest.fit(self.prepared, self.vectors, self.frame, self.codings, Options(seed=SEED))
        except TooLittleError:
            return None


def fitted(read: Read, box: str, themes: Sequence[Theme]) -> Fit:
    """The suggester of a box: the held one while it will do, or a new fit."""
    answers, shelf = read.texts(box), read.shelf
    version, decisions = _version(themes), read.decisions.get(box, 0)
    with shelf.lock:
        held: Fit | None = shelf.fits.get(box)
        same = held is not None and held.answers == answers
        prepared = held.prepared if held is not None and same else _prepare(answers, box)
        vectors = held.vectors if held is not None and same else None
        if vectors is None:
            vectors = meaning.vectors(shelf, box, answers, prepared)
        will_do = held is not None and same and held.frame_version == version
        if held is None or not (will_do and held.is_new(decisions) and held.vectors is vectors):
            wanted = _Wanted(
                answers=answers,
                frame=_frame(themes, version),
                decisions=decisions,
                prepared=prepared,
                vectors=vectors,
                codings=codings_frame(prepared, read.coded(box), themes),
            )
            if held is not None and will_do and len(answers) > BESIDE_FROM:
                _beside(shelf, box, held, wanted)
            else:
                held = wanted.made()
        shelf.keep(box, held)
        return held


def _beside(shelf: Shelf, box: str, held: Fit, wanted: _Wanted) -> None:
    """Make the next fit in a thread of its own; one at a time for a box."""
    running = shelf.refits.get(box)
    if running is not None and running.is_alive():
        return
    thread = threading.Thread(
        target=_replace, args=(weakref.ref(shelf), box, held, wanted), name="refit", daemon=True
    )
    shelf.refits[box] = thread
    thread.start()


def _replace(shelf: weakref.ref[Shelf], box: str, held: Fit, wanted: _Wanted) -> None:
    """Put the new fit in place of the one it follows; not where that one has gone meanwhile."""
    made = wanted.made()
    here = shelf()
    if here is None:
        return
    with here.lock:
        if here.fits.get(box) is held:
            here.keep(box, made)


def _version(themes: Sequence[Theme]) -> str:
    """Changes with every theme that is added, changed or taken out of use."""
    written = ",".join(f"{theme.id.hex()}:{theme.revision}" for theme in themes)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _prepare(answers: Mapping[bytes, Written], box: str) -> Prepared:
    rows = [(each.id.hex(), each.words[box], each.language) for each in answers.values()]
    return suggest.prepare(pd.DataFrame(rows, columns=list(ANSWERS.names)))


def _frame(themes: Sequence[Theme], version: str) -> CodeFrame:
    keys = {theme.id: theme.key for theme in themes}
    entries = tuple(
        ThemeEntry(
            key=theme.key,
            name=theme.name,
            definition=theme.definition,
            include=theme.include,
            exclude=theme.exclude,
            example=theme.example,
            parent=keys.get(theme.parent_id) if theme.parent_id else None,
        )
        for theme in themes
    )
    return CodeFrame(version=version, themes=entries)


def codings_frame(
    prepared: Prepared, coded: Mapping[bytes, Sequence[Coding]], themes: Sequence[Theme]
) -> pd.DataFrame:
    """Codings as the suggester reads them: people's own and accepted ones, of themes in use.

    A suggestion that a person took is that person's coding; whether suggestions were in view is said by
    `blind`. The start and end of a whole answer mark nothing in particular, so they are left out.
    """
    keys: dict[bytes, str | None] = {theme.id: theme.key for theme in themes} | {NO_THEME: None}
    rows = []
    for coding in (each for found in coded.values() for each in found):
        answer = coding.response_id.hex()
        place = prepared.places.get(answer)
        if place is None or coding.theme_id not in keys:
            continue
        whole = coding.start == 0 and coding.end >= len(prepared.texts[place])
        span = (None, None) if whole else (coding.start, coding.end)
        coder = coding.coder_id.hex()
        theme = keys[coding.theme_id]
        rows.append((answer, theme, *span, coder, str(coding.origin), str(coding.stream), coding.blind))
    return pd.DataFrame(rows, columns=list(CODINGS.names))
