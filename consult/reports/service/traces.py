"""Where each figure of a report comes from: a number beside it leads to what was counted, and how.

A figure is a count of people, or of comments, after disclosure control. What is written here is enough to
count again from the same state of the answers: which of them, which theme, and the thresholds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from consult.models.consultation import Strand
from consult.records import themes
from consult.records.counts import Audience, rule
from consult.records.evidence import StandardEvidence
from consult.records.unlocking import Unlocked
from consult.reports.service.judgements import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One figure. query: what was asked of the records, as a call; shown: what the report shows."""

    key: str
    what: str
    query: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """All figures of a report; the same count has the same number wherever it stands."""

    rows: tuple[Trace, ...] = ()
    by_figure: Mapping[tuple[bytes, Strand], str] = field(default_factory=dict)
    by_answer: Mapping[bytes, str] = field(default_factory=dict)

    def of(self, theme_id: bytes, strand: Strand) -> str:
        """The number of a figure."""
        return self.by_figure[theme_id, strand]


def trace(opened_by: Unlocked, found: Iterable[StandardEvidence], answers: Sequence[Answer]) -> Traces:
    """The figures of these standards, in their order; then those of the answers to comments."""
    consultation = opened_by.consultation
    keys = {theme.id: theme.key for theme in themes.of(opened_by.session, consultation)}
    limits = rule(consultation, Audience.PUBLISHED)
    under = f"under {limits.k}: a few; else to the nearest {limits.rounding}"
    rows: list[Trace] = []
    numbered: dict[tuple[bytes, Strand], str] = {}
    for standard in found:
        for strand, cell in standard.asked.items():
            if not any(row.query.startswith(f"asked({strand}") for row in rows):
                rows.append(
                    Trace(
                        key=f"F{len(rows) + 1}",
                        what=f"Answers of {strand} that were released",
                        query=f"asked({strand}): released responses of every survey of the strand; {under}",
                        shown=cell.shown,
                    )
                )
        for line in standard.lines:
            for figure in line.figures:
                place = (line.theme_id or b"", figure.strand)
                if place in numbered:
                    continue
                numbered[place] = f"F{len(rows) + 1}"
                theme = keys.get(line.theme_id or b"", "a theme no longer in use")
                rows.append(
                    Trace(
                        key=numbered[place],
                        what=f"{figure.strand.capitalize()} who raised “{line.name}”",
                        query=(
                            f"people({theme}, {figure.strand}): different released responses of the strand "
                            f"with a coding of the theme that stands on their present text; {under}"
                        ),
                        shown="a few" if figure.hidden else figure.shown,
                    )
                )
    counted = {each.reply.id: f"F{len(rows) + place}" for place, each in enumerate(answers, start=1)}
    rows.extend(_of_answer(each, counted[each.reply.id], under) for each in answers)
    return Traces(rows=tuple(rows), by_figure=numbered, by_answer=counted)


def _of_answer(answer: Answer, key: str, under: str) -> Trace:
    return Trace(
        key=key,
        what=f"Comments on {answer.clause} with the answer to “{answer.reply.summary}”",
        query=(
            f"comments({answer.clause}, answer of {answer.reply.made.isoformat()}): comments that a person "
            f"passed or wrote down, and gave this answer; {under}"
        ),
        shown=answer.count.shown,
    )
