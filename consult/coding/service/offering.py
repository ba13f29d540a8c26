"""Suggestions for one answer, as a page shows them: apart, with a word for how likely, and why.

They are values for reading. What a person makes of one is an act like any other, with its origin kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from analysis.text import Span, sentences
from consult.coding.service import meaning
from consult.coding.service.acts import around
from consult.coding.service.held import Written
from consult.coding.service.meaning import Basis
from consult.coding.service.reading import Read
from consult.models.coding import Theme
from consult.records.codings import Stream
from consult.records.unlocking import Unlocked

if TYPE_CHECKING:
    from analysis.suggest import Refused, Stated
    from consult.coding.service.suggesting import Hint

LIKELY_FROM, POSSIBLE_FROM = 0.7, 0.3
SHOWN_FIRST = 3
"""While nothing says how likely a suggestion is, the best few stand in view and the rest wait behind them."""


class Help(StrEnum):
    """What there is in the way of suggestions on this page, and why."""

    OFF = "off"
    BLIND = "blind"
    TOO_LITTLE = "too_little"
    SHOWN = "shown"


class Likely(StrEnum):
    """How likely a suggestion is, for a word on the page."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A theme that the answer may hold: the sentences around what speaks for it, and the words that weigh.

    `value` names it in a form; `alike` are coded answers that led to it.
    """

    value: str
    theme: str
    definition: str
    words: str
    likely: Likely
    because: tuple[str, ...]
    alike: tuple[str, ...]
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well suggestions agree with people on this question, or in `reason` why that is not known yet."""

    blind_answers: int = 0
    agreement: float = 0.0
    low: float = 0.0
    high: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one page has in the way of suggestions. `band`: in which pile of the work the answer lies.

    `basis`: what they rest on, and how far the work on meaning is.
    """

    help: Help
    suggestions: tuple[Suggestion, ...] = ()
    band: str = ""
    quality: Quality | None = None
    basis: Basis | None = None


def offer(
    unlocked: Unlocked,
    state: Read,
    box: str,
    written: Written,
    used: Sequence[Theme],
    stream: Stream,
    *,
    blind: bool,
) -> Offer:
    """What may be suggested for an answer to a coder who came to it by this stream.

    Random answers are coded without suggestions while the question needs such codings to judge by.
    """
    if not unlocked.consultation.suggestions:
        return Offer(help=Help.OFF)
    from consult.coding.service import suggesting  # noqa: PLC0415 - loads scikit-learn: only where it helps

    coded = state.coded(box)
    if blind or (stream == Stream.RANDOM and suggesting.still_blind(coded)):
        return Offer(help=Help.BLIND)
    fit = suggesting.fitted(state, box, used)
    quality = suggesting.stated(fit)
    if quality is None:
        return Offer(help=Help.TOO_LITTLE)
    given = {coding.theme_id for coding in coded.get(written.id, [])}
    by_key = {theme.key: theme for theme in used}
    hints = [hint for hint in suggesting.hints(fit, written.id) if by_key[hint.theme].id not in given]
    return Offer(
        help=Help.SHOWN,
        suggestions=tuple(
            _suggestion(hint, by_key[hint.theme], written.words[box], place)
            for place, hint in enumerate(hints)
        ),
        band=suggesting.band(fit, written.id),
        quality=_quality(quality),
        basis=meaning.basis(state.shelf, box, len(fit.answers)),
    )


def _suggestion(hint: Hint, theme: Theme, text: str, place: int) -> Suggestion:
    spans = sentences(text)
    touched = [spans[at] for at in around(text, Span(hint.start, hint.end))]
    likely = _likely(hint.likelihood)
    first = place < SHOWN_FIRST if likely == Likely.UNKNOWN else likely in {Likely.LIKELY, Likely.POSSIBLE}
    return Suggestion(
        value=f"{hint.start}-{hint.end}-{hint.theme}",
        theme=theme.name,
        definition=theme.definition,
        words=" ".join(span.of(text) for span in touched),
        likely=likely,
        because=hint.because,
        alike=hint.alike,
        first=first,
    )


def _likely(likelihood: float | None) -> Likely:
    if likelihood is None:
        return Likely.UNKNOWN
    if likelihood >= LIKELY_FROM:
        return Likely.LIKELY
    return Likely.POSSIBLE if likelihood >= POSSIBLE_FROM else Likely.UNLIKELY


def _quality(stated: Stated | Refused) -> Quality:
    # Told apart by what they hold: importing their classes here would load scikit-learn for every page.
    if hasattr(stated, "reason"):
        return Quality(reason=stated.reason)
    return Quality(blind_answers=stated.n_blind, agreement=stated.micro_f1, low=stated.low, high=stated.high)
