"""Quotes that may leave the team: for reports, and for the public page of what changed.

A quote leaves only when its author allowed it, two different people passed it, its theme is not rare in its
strand, and no other quote of the same person goes with it. The order is that of random keys, which says
nothing. It is the same each time, and so is which one of a person's quotes is used: two reports of one state
are the same, and together show no more of a person than each does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from consult.models.consultation import Strand
from consult.records import opened
from consult.records.evidence import Line
from consult.records.quotes import coded_words, drawn_from
from consult.records.unlocking import Unlocked
from consult.records.voices import Voices


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Words that may leave, with the one attribute that may stand beside them."""

    words: str
    strand: Strand
    response_id: bytes
    response_rev: int
    quote_id: bytes
    coding_id: bytes


def common(lines: Iterable[Line]) -> frozenset[tuple[bytes, Strand]]:
    """The themes, by strand, that enough people raised to be shown with a figure."""
    return frozenset(
        (line.theme_id, figure.strand)
        for line in lines
        for figure in line.figures
        if line.theme_id is not None and not figure.hidden
    )


def quotable(
    unlocked: Unlocked,
    heard: Voices,
    common: Collection[tuple[bytes, Strand]],
    shut: list[bytes] | None = None,
) -> Mapping[bytes, Sequence[Quoted]]:
    """Quotes by theme, each checked again against its answer as it is now.

    `common`: the themes, by strand, that enough people raised to be shown with a figure. Into `shut` come
    answers that do not open, whose quotes are left out.
    """
    strands = {
        (theme_id, response_id): strand
        for (theme_id, strand), spans in heard.raised.items()
        for response_id in spans
    }
    passed = [quote for quote in heard.quotes if quote.passed]
    answers = {
        answer.id: answer
        for answer in opened.released(
            unlocked.session,
            unlocked.vault,
            unlocked.consultation,
            unlocked.keys,
            ids=[quote.response_id for quote in passed],
            shut=shut,
        )
    }
    told: dict[bytes, list[Quoted]] = {}
    used: set[bytes] = set()
    for quote in passed:
        span, answer = heard.span(quote.coding_id), answers.get(quote.response_id)
        strand = strands[span.theme_id, quote.response_id]
        if answer is None or answer.consent_for(span.question_id) != "quote" or quote.response_id in used:
            continue
        if (span.theme_id, strand) not in common or not drawn_from(quote.words, coded_words(answer, span)):
            continue
        used.add(quote.response_id)
        made = Quoted(
            words=quote.words,
            strand=strand,
            response_id=quote.response_id,
            response_rev=quote.response_rev,
            quote_id=quote.id,
            coding_id=quote.coding_id,
        )
        told.setdefault(span.theme_id, []).append(made)
    return told
