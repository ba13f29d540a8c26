"""How far two coders agree, before anybody settled their differences and after.

Unit: one sentence and one theme, yes or no; sentences that nobody coded are in. Importing this room loads
numpy and pandas, which other pages of coding do without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.agreement import Agreement, Estimate, agree, alpha_interval, nominal, reading
from analysis.tables import DECISIONS
from analysis.text import Span, sentences
from consult.coding.service import boxes
from consult.coding.service.boxes import Box
from consult.coding.service.pairs import Pair, paired
from consult.coding.service.reading import Read, read
from consult.coding.service.settling import open_differences
from consult.models.coding import Theme
from consult.records import themes
from consult.records.codings import Coding
from consult.records.unlocking import Unlocked

SEED = 20_260_102
"""For the intervals: fixed, so that a figure moves only when codings do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Agreement on one theme, or on all (`theme` empty): statistics are None where nothing varies.

    `units`: sentences times themes; `prevalence`: mean share of yes; `reading` of alpha: good, tentative,
    recode.
    """

    theme: str
    units: int
    prevalence: float
    kappa: Estimate | None
    ac1: Estimate | None
    alpha: Estimate | None
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Agreement on one question over the answers that two people coded. No lines while there are none."""

    answers: int
    sentences: int
    settled: int
    before: tuple[Line, ...]
    after: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    """Agreement on one question, and the answers on which two coders differ."""

    box: Box
    agreed: Agreed
    open: tuple[str, ...]


def agreement(unlocked: Unlocked, definition_id: str, box: str) -> AgreementPage:
    """Everything that the page of agreement shows. Raises UnknownSurveyError or UnknownBoxError."""
    found = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    used = themes.of(unlocked.session, unlocked.consultation)
    return AgreementPage(box=found, agreed=agreed(state, box, used), open=open_differences(state, box))


def agreed(state: Read, box: str, used: Sequence[Theme]) -> Agreed:
    """The agreement on one question. Themes that neither coder gave anywhere have no line of their own."""
    both = paired(state, box)
    texts = {pair.answer: sentences(state.responses[pair.answer].words[box]) for pair in both}
    names = {theme.id: theme.name for theme in used}
    given = {
        coding.theme_id
        for pair in both
        for coding in (*pair.first, *pair.second, *pair.now)
        if coding.theme_id in names
    }
    shown = {theme.id: theme.name for theme in used if theme.id in given}
    settled = [_settled(pair) for pair in both]
    return Agreed(
        answers=len(both),
        sentences=sum(map(len, texts.values())),
        settled=sum(pair.settled for pair in both),
        before=_lines(both, texts, names, shown),
        after=_lines(settled, texts, names, shown) if any(pair.settled for pair in both) else (),
    )


def _settled(pair: Pair) -> Pair:
    """After somebody settled it both stand behind what was settled."""
    if not pair.settled:
        return pair
    return Pair(
        answer=pair.answer,
        coders=pair.coders,
        first=pair.now,
        second=pair.now,
        now=pair.now,
        settled=True,
    )


def _lines(
    both: Sequence[Pair],
    texts: Mapping[bytes, Sequence[Span]],
    names: Mapping[bytes, str],
    shown: Mapping[bytes, str],
) -> tuple[Line, ...]:
    if not both or not shown:
        return ()
    decisions = _decisions(both, texts, tuple(names))
    every = agree(decisions, SEED)
    overall, by_theme = every[0], {each.theme: each for each in every[1:]}
    wanted = [("", overall, decisions)] + [
        (name, by_theme[key], decisions[decisions["theme"] == key])
        for key, name in ((theme.hex(), name) for theme, name in shown.items())
    ]
    return tuple(_line(name, found, rows) for name, found, rows in wanted)


def _line(name: str, found: Agreement, rows: pd.DataFrame) -> Line:
    alpha = alpha_interval(rows[["first", "second"]].to_numpy().tolist(), nominal, SEED)
    return Line(
        theme=name,
        units=found.n,
        prevalence=found.prevalence,
        kappa=found.kappa,
        ac1=found.ac1,
        alpha=alpha,
        reading=reading(alpha.value) if alpha else "",
    )


def _decisions(
    both: Sequence[Pair], texts: Mapping[bytes, Sequence[Span]], themes: Sequence[bytes]
) -> pd.DataFrame:
    rows = []
    for pair in both:
        first, second = (_touched(given, texts[pair.answer]) for given in (pair.first, pair.second))
        for place in range(len(texts[pair.answer])):
            for theme in themes:
                segment = f"{pair.answer.hex()}-{place}"
                unit = theme, place
                rows.append((segment, theme.hex(), unit in first, unit in second))
    return pd.DataFrame(rows, columns=list(DECISIONS.names))


def _touched(given: Sequence[Coding], spans: Sequence[Span]) -> set[tuple[bytes, int]]:
    return {
        (coding.theme_id, place)
        for coding in given
        for place, span in enumerate(spans)
        if span.overlap(Span(coding.start, coding.end))
    }
