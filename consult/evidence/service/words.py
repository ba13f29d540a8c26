"""What people said under each theme of a page: the words that the team may see, as their authors allowed.

Words that may be quoted, words for paraphrase only, and of those who asked only to be counted nothing but the
count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis import lists, redaction
from analysis.text import normalise
from consult.models.consultation import Strand
from consult.records import opened, quotes
from consult.records.counts import Audience
from consult.records.evidence import Line, Teller
from consult.records.opened import Opened
from consult.records.quotes import Quote, Span
from consult.records.unlocking import Unlocked
from consult.records.voices import SURVEYED, Place, Voices

MOST_PEOPLE = 20
"""People whose words are shown under one theme; all are counted."""
FIRST_PEOPLE = 3
"""The same while nobody asked for more: a page of ten themes must stay quick to open and bearable to read."""
QUOTE, PARAPHRASE = "quote", "paraphrase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Coded words of one answer. may_quote: their author allows it, and enough others raised the theme.

    quote: the redacted text that was proposed, if any; own: by who looks at the page. look_at: what could
    show who it is, found by rules that miss things; for a text that waits for its second person, and for a
    theme that somebody looks at whole.
    """

    coding: str
    words: str
    strand: Strand
    consent: str
    may_quote: bool
    quote_id: str = ""
    quote_words: str = ""
    passed: bool = False
    own: bool = False
    look_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeWords:
    """What was said of one theme. more: there are people whose words are not on the page."""

    theme: str
    key: str
    name: str
    excerpts: tuple[Excerpt, ...]
    only_counted: bool
    more: bool
    rare: tuple[Strand, ...]


def under(
    unlocked: Unlocked, heard: Voices, lines: Mapping[bytes, Line], whole_theme: str
) -> tuple[tuple[ThemeWords, ...], int]:
    """The words under these themes, and how many answers do not open; `whole_theme` (hex) shows more of one.

    Of the answers only those are opened whose words are shown. Who is to code an answer as its second coder
    sees none of it: figures count it, and its words stand here once both are done.
    """
    hidden = heard.hidden(unlocked.account_id)
    picks = {
        theme_id: _people(
            heard, theme_id, MOST_PEOPLE if theme_id.hex() == whole_theme else FIRST_PEOPLE, hidden
        )
        for theme_id in lines
    }
    shut: list[bytes] = []
    answers = _answers(unlocked, picks.values(), shut)
    published = Teller(unlocked.consultation, heard, Audience.PUBLISHED)
    by_coding = {quote.coding_id: quote for quote in heard.quotes}
    reader = _Reader(heard, published, answers, by_coding, unlocked.account_id, whole_theme)
    return tuple(reader.theme(line, picks[theme_id]) for theme_id, line in lines.items()), len(shut)


def _people(heard: Voices, theme_id: bytes, most: int, hidden: frozenset[Place]) -> tuple[list[bytes], bool]:
    """Whose words to show: those already quoted first, then by random id, which says nothing of anybody."""
    everyone = sorted(
        {
            each
            for strand in SURVEYED
            for each in heard.raised.get((theme_id, strand), ())
            if not hidden or any(_seen(heard.spans(theme_id, strand, each), hidden))
        }
    )
    quoted = {quote.response_id for quote in heard.quotes if heard.span(quote.coding_id).theme_id == theme_id}
    ordered = sorted(everyone, key=lambda each: each not in quoted)
    return ordered[:most], len(everyone) > most


def _seen(spans: Iterable[Span], hidden: frozenset[Place]) -> list[Span]:
    """The coded places in answers that are not hidden from who looks."""
    return [span for span in spans if (span.response_id, span.question_id) not in hidden]


def _answers(
    unlocked: Unlocked, picks: Iterable[tuple[list[bytes], bool]], shut: list[bytes]
) -> dict[bytes, Opened]:
    wanted = sorted({each for people, _ in picks for each in people})
    found = opened.released(
        unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, ids=wanted, shut=shut
    )
    return {response.id: response for response in found} if wanted else {}


def _look_at(words: str) -> tuple[str, ...]:
    text = normalise(words)
    marks = redaction.marks(text, lists.load())
    return tuple(dict.fromkeys(text[mark.start : mark.end] for mark in marks))


class _Reader:
    """Puts codings, answers and quotes of one page together."""

    def __init__(
        self,
        heard: Voices,
        published: Teller,
        answers: Mapping[bytes, Opened],
        by_coding: Mapping[bytes, Quote],
        account_id: bytes,
        whole_theme: str,
    ) -> None:
        self._heard = heard
        self._published = published
        self._answers = answers
        self._quotes = by_coding
        self._account_id = account_id
        self._hidden = heard.hidden(account_id)
        self._whole_theme = whole_theme

    def theme(self, line: Line, pick: tuple[list[bytes], bool]) -> ThemeWords:
        """The words shown under one theme, strand by strand."""
        people, more = pick
        theme_id = line.theme_id or b""
        shown = [self._answers[each] for each in people if each in self._answers]
        return ThemeWords(
            theme=theme_id.hex(),
            key=line.theme_key,
            name=line.name,
            excerpts=tuple(
                excerpt for strand in SURVEYED for excerpt in self._excerpts(theme_id, strand, shown)
            ),
            only_counted=any(
                response.consent_for(span.question_id) not in {QUOTE, PARAPHRASE}
                for response in shown
                for strand in SURVEYED
                for span in self._spans(theme_id, strand, response.id)
            ),
            more=more,
            rare=tuple(figure.strand for figure in line.figures if figure.hidden),
        )

    def _excerpts(self, theme_id: bytes, strand: Strand, shown: Sequence[Opened]) -> list[Excerpt]:
        figures = self._published.figures(theme_id, "")
        rare = any(figure.hidden for figure in figures if figure.strand == strand)
        return [
            self._excerpt(span, response, strand, rare=rare)
            for response in shown
            for span in self._distinct(self._spans(theme_id, strand, response.id))
            if response.consent_for(span.question_id) in {QUOTE, PARAPHRASE}
            and quotes.coded_words(response, span).strip()
        ]

    def _spans(self, theme_id: bytes, strand: Strand, response_id: bytes) -> list[Span]:
        return _seen(self._heard.spans(theme_id, strand, response_id), self._hidden)

    def _distinct(self, spans: Iterable[Span]) -> list[Span]:
        """Two coders may have marked the same words: once is enough, and the one with a quote stays."""
        found: dict[tuple[str, int, int], Span] = {}
        for span in spans:
            place = (span.question_id, span.start, span.end)
            if place not in found or span.coding_id in self._quotes:
                found[place] = span
        return list(found.values())

    def _excerpt(self, span: Span, response: Opened, strand: Strand, *, rare: bool) -> Excerpt:
        consent = response.consent_for(span.question_id)
        made = Excerpt(
            coding=span.coding_id.hex(),
            words=quotes.coded_words(response, span),
            strand=strand,
            consent=consent,
            may_quote=consent == QUOTE and not rare,
        )
        quote = self._quotes.get(span.coding_id)
        if quote is None:
            looked_at_whole = made.may_quote and span.theme_id.hex() == self._whole_theme
            return replace(made, look_at=_look_at(made.words) if looked_at_whole else ())
        return replace(
            made,
            quote_id=quote.id.hex(),
            quote_words=quote.words,
            passed=quote.passed,
            own=quote.proposed_by == self._account_id,
            look_at=() if quote.passed else _look_at(quote.words),
        )
