"""The suggester of one box: when it is fitted, which codings teach it, and what it says of one answer.

Importing this room loads scikit-learn, which takes seconds: pages without suggestions never do.
A fit lives on its person's shelf in memory and nowhere else (see `held`): it holds words of answers. It is
made at most once in a request, when the frame or the answers changed or enough was decided since; at five
thousand answers that takes a third of a second with four hundred of them coded.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis import suggest
from analysis.codeframe import CodeFrame, ThemeEntry
from analysis.sampling import BLIND_WANTED, next_answers
from analysis.suggest import Options, Prepared, Refused, Stated, Suggester, TooLittleError
from analysis.tables import ANSWERS, CODINGS, QUEUE
from consult.coding.service.held import Written
from consult.coding.service.reading import Read
from consult.models.coding import Theme
from consult.records.codings import NO_THEME, Coding, Stream

REFIT_AFTER = 5
REFIT_SHARE = 20
"""A refit waits for five decisions, and with many behind it for a twentieth of them: by then five more change
nothing that anybody could see, and fitting costs more the more was coded."""
SEED = 20_260_101
"""For the interval of the stated quality: fixed, so that a figure moves only when codings do."""

Text = tuple[bytes, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What was fitted, and on what: which texts, which version of the frame, after how many decisions.

    `suggester` is None when there was too little to learn from.
    """

    texts: tuple[Text, ...]
    frame_version: str
    decisions: int
    prepared: Prepared
    suggester: Suggester | None

    def learns_from(self, read: Read, box: str, texts: tuple[Text, ...], version: str) -> bool:
        """Whether nothing happened since that would be worth another fit."""
        since = abs(read.decisions.get(box, 0) - self.decisions)
        enough = max(REFIT_AFTER, self.decisions // REFIT_SHARE)
        return texts == self.texts and version == self.frame_version and since < enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One theme that an answer may hold: where, how likely (None: not known yet), and why."""

    theme: str
    likelihood: float | None
    start: int
    end: int
    because: tuple[str, ...]
    alike: tuple[str, ...]


def fitted(read: Read, box: str, themes: Sequence[Theme]) -> Fit:
    """The suggester of a box as it should be now: the held one, or a new fit."""
    answers = read.texts(box)
    texts = tuple((each.id, each.rev) for each in answers.values())
    version = _version(themes)
    with read.shelf.lock:
        held = read.shelf.fits.get(box)
        if held is None or not held.learns_from(read, box, texts, version):
            prepared = held.prepared if held and held.texts == texts else _prepare(answers, box)
            held = Fit(
                texts=texts,
                frame_version=version,
                decisions=read.decisions.get(box, 0),
                prepared=prepared,
                suggester=_suggester(prepared, read.coded(box), themes, version),
            )
        read.shelf.keep(box, held)
        return held


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


def _version(themes: Sequence[Theme]) -> str:
    """Changes with every theme that is added, changed or taken out of use."""
    written = ",".join(f"{theme.id.hex()}:{theme.revision}" for theme in themes)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _prepare(answers: Mapping[bytes, Written], box: str) -> Prepared:
    rows = [(each.id.hex(), each.words[box], each.language) for each in answers.values()]
    return suggest.prepare(pd.DataFrame(rows, columns=list(ANSWERS.names)))


def _suggester(
    prepared: Prepared, coded: Mapping[bytes, Sequence[Coding]], themes: Sequence[Theme], version: str
) -> Suggester | None:
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
    frame = CodeFrame(version=version, themes=entries)
    try:
        return suggest.fit(prepared, None, frame, codings_frame(prepared, coded, themes), Options(seed=SEED))
    except TooLittleError:
        return None


def codings_frame(
    prepared: Prepared, coded: Mapping[bytes, Sequence[Coding]], themes: Sequence[Theme]
) -> pd.DataFrame:
    """Codings as the suggester reads them: people's own and accepted ones, of themes in use.

    A suggestion that a person took is that person's coding; whether suggestions were in view is said by
    `blind`. The start and end of a whole answer mark nothing in particular, so they are left out.
    """
    keys: dict[bytes, str | None] = {theme.id: theme.key for theme in themes} | {NO_THEME: None}
    lengths = dict(zip(prepared.answers, map(len, prepared.texts), strict=True))
    rows = []
    for coding in (each for found in coded.values() for each in found):
        answer = coding.response_id.hex()
        if answer not in lengths or coding.theme_id not in keys:
            continue
        whole = coding.start == 0 and coding.end >= lengths[answer]
        span = (None, None) if whole else (coding.start, coding.end)
        coder = coding.coder_id.hex()
        theme = keys[coding.theme_id]
        rows.append((answer, theme, *span, coder, str(coding.origin), str(coding.stream), coding.blind))
    return pd.DataFrame(rows, columns=list(CODINGS.names))
