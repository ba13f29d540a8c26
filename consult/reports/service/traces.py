"""Where each figure of a report comes from: a number beside it leads to what was counted, and how.

A figure is a count of people, of comments or of records, or a share of ratings, after disclosure control.
What is written here is enough to count again from the same state of the answers: which of them, which theme,
and the thresholds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from consult.models.consultation import Strand
from consult.records import themes
from consult.records.counts import Audience, rule
from consult.records.evidence import StandardEvidence
from consult.records.practitioners import PanelResult
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
    """All figures of a report; the same count has the same number wherever it stands.

    by_part: of the panel's figures, by the number of the clause; by_fact: of the method, by its sentence.
    """

    rows: tuple[Trace, ...] = ()
    by_figure: Mapping[tuple[bytes, Strand], str] = field(default_factory=dict)
    by_answer: Mapping[bytes, str] = field(default_factory=dict)
    by_part: Mapping[str, str] = field(default_factory=dict)
    by_fact: Mapping[str, str] = field(default_factory=dict)
    parts: str = ""

    def of(self, theme_id: bytes, strand: Strand) -> str:
        """The number of a figure."""
        return self.by_figure[theme_id, strand]


def counted(theme: str, strand: Strand | str) -> str:
    """The query behind a number of people who raised a theme, by its key."""
    return (
        f"people({theme}, {strand}): different released responses of the strand with a coding of the theme "
        "that stands on their present text"
    )


def trace(
    opened_by: Unlocked,
    found: Sequence[StandardEvidence],
    answers: Sequence[Answer],
    panel: Sequence[PanelResult],
    facts: Mapping[str, tuple[str, str, str]],
) -> Traces:
    """The figures of these standards, in their order; then of the panel, of answers, and of the method.

    facts: by the name of a sentence of the method what it tells, the query, and what is shown.
    """
    limits = rule(opened_by.consultation, Audience.PUBLISHED)
    list_ = _List(f"under {limits.k}: a few; else to the nearest {limits.rounding}")
    parts = list_.add(*_PARTS) if facts else ""
    figures = _figures(opened_by, list_, found)
    return Traces(
        by_figure=figures,
        by_part={each.clause: list_.add(*_of_panel(each)) for each in panel},
        by_answer={each.reply.id: list_.add(*_of_answer(each), thresholds=True) for each in answers},
        by_fact={name: list_.add(*told) for name, told in facts.items()},
        parts=parts,
        rows=tuple(list_.rows),
    )


_PARTS = (
    "Parts that a source speaks to",
    "parts(standard, source): clauses with a link whose theme was raised in the source, or to a finding",
    "see the table",
)


class _List:
    """Numbers figures in the order in which they come."""

    def __init__(self, under: str) -> None:
        self.rows: list[Trace] = []
        self._under = under

    def add(self, what: str, query: str, shown: str, *, thresholds: bool = False) -> str:
        key = f"F{len(self.rows) + 1}"
        query = f"{query}; {self._under}" if thresholds else query
        self.rows.append(Trace(key=key, what=what, query=query, shown=shown))
        return key


def _figures(
    opened_by: Unlocked, list_: _List, found: Iterable[StandardEvidence]
) -> dict[tuple[bytes, Strand], str]:
    keys = {theme.id: theme.key for theme in themes.of(opened_by.session, opened_by.consultation)}
    asked: set[Strand] = set()
    numbered: dict[tuple[bytes, Strand], str] = {}
    for standard in found:
        for strand, cell in standard.asked.items():
            if strand not in asked:
                asked.add(strand)
                query = f"asked({strand}): released responses of every survey of the strand"
                list_.add(f"Answers of {strand} that were released", query, cell.shown, thresholds=True)
        for line in standard.lines:
            for figure in line.figures:
                place = (line.theme_id or b"", figure.strand)
                if place not in numbered:
                    theme = keys.get(place[0], "a theme no longer in use")
                    numbered[place] = list_.add(
                        f"{figure.strand.capitalize()} who raised “{line.name}”",
                        counted(theme, figure.strand),
                        "a few" if figure.hidden else figure.shown,
                        thresholds=True,
                    )
    return numbered


def _of_panel(result: PanelResult) -> tuple[str, str, str]:
    shown = [f"people {result.n}"]
    if result.median is not None:
        shown.append(f"median {result.median:g}")
    if result.equal_hi is not None:
        shown.append(f"7 to 9: {result.equal_hi} %, 1 to 3: {result.equal_lo} %")
    query = (
        f"panel({result.clause}, round {result.round}, wording {result.version}): ratings of the round, kept "
        "when it closed; shares as the mean of the groups' shares; nothing where too few rated to publish"
    )
    return f"What the panel found on {result.clause}", query, "; ".join(shown)


def _of_answer(answer: Answer) -> tuple[str, str, str]:
    query = (
        f"comments({answer.clause}, answer of {answer.reply.made.isoformat()}): comments that a person "
        "passed or wrote down, and gave this answer"
    )
    what = f"Comments on {answer.clause} with the answer to “{answer.reply.summary}”"
    return what, query, answer.count.shown
