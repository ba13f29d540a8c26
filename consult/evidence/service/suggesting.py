"""Links that may be worth making: themes and findings near a clause by the words that they share.

Ranked on this machine, and by what people linked and turned down before. What a thing says of a clause is
never suggested: stance is a person's. What was turned down stays so, and can be offered again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.linking import rank_clauses
from consult.faults import MissingError
from consult.models.coding import Theme
from consult.models.consultation import Consultation
from consult.models.judgement import LinkRefusal
from consult.models.literature import Finding, Source
from consult.models.standard import Clause
from consult.records import consultations, themes
from consult.records import standards as records

MOST_SUGGESTIONS = 8
LOWEST_RANK = 3
"""A clause further down a theme's list is offered on its own standard's page, if anywhere."""
_THEME, _FINDING = "theme", "finding"


class UnknownSuggestionError(MissingError):
    """Nothing like this was suggested for a clause of this standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A theme or finding that may speak to a clause of this standard, because both use these words.

    value: "theme:key" or "finding:hex", with the clause, as a form sends it back.
    """

    name: str
    theme: str
    finding: str
    clause: str
    wording: str
    shared: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What can be linked: words to compare by, and the name and id behind each value."""

    words: Mapping[str, str]
    names: Mapping[str, str]
    ids: Mapping[str, bytes]


def ends(frame: Sequence[Theme], findings: Iterable[tuple[Finding, Source]]) -> Ends:
    """Themes in use and findings, by value."""
    words, names, ids = {}, {}, {}
    for theme in frame:
        value = f"{_THEME}:{theme.key}"
        words[value] = f"{theme.name}. {theme.definition} {theme.include}"
        names[value], ids[value] = theme.name, theme.id
    for finding, source in findings:
        value = f"{_FINDING}:{finding.id.hex()}"
        words[value], ids[value] = finding.statement, finding.id
        names[value] = f"{source.key}: {finding.statement}"
    return Ends(words=words, names=names, ids=ids)


def suggested(
    session: Session, consultation: Consultation, key: str, clauses: Sequence[Sequence[Any]], found: Ends
) -> tuple[tuple[Suggested, ...], tuple[Suggested, ...]]:
    """What to offer for a standard, nearest first; and what was turned down for it."""
    words = {rows[0].number: rows[0].wording for rows in clauses}
    own = {rows[0].number: rows[0].clause_id for rows in clauses if rows[0].standard == key}
    linked = {
        (rows[0].number, row.theme_id or row.finding_id)
        for rows in clauses
        for row in rows
        if row.link_id is not None
    }
    refused = _refused(session, consultation)
    if not found.words or not words:
        return (), ()
    ranked = rank_clauses(
        pd.DataFrame({"text": list(found.words), "words": list(found.words.values())}),
        pd.DataFrame({"clause": list(words), "words": list(words.values())}),
        _judged(found, linked, refused),
    )
    near: Any = ranked.sort_values("score", ascending=False, kind="stable")
    new: list[Suggested] = []
    down: list[Suggested] = []
    for row in near.itertuples(index=False):
        place = (row.clause, found.ids[row.text])
        if row.clause not in own or place in linked:
            continue
        if place in refused:
            down.append(_made(row, found, words))
        elif row.shared and row.rank <= LOWEST_RANK and len(new) < MOST_SUGGESTIONS:
            new.append(_made(row, found, words))
    return tuple(new), tuple(down)


def refuse_link(session: Session, name: str, key: str, value: str, *, account_id: bytes, today: date) -> None:
    """Turn a suggestion down. Raises UnknownStandardError or UnknownSuggestionError."""
    clause, end = _place(session, name, key, value)
    _take_away(session, clause, end)
    session.add(LinkRefusal(clause_id=clause.id, account_id=account_id, made=today, **end))
    session.flush()


def offer_again(
    session: Session,
    name: str,
    key: str,
    value: str,
    *,
    account_id: bytes,  # noqa: ARG001 - the same call as to turn it down
    today: date,  # noqa: ARG001
) -> None:
    """Have a suggestion offered again. Raises UnknownStandardError or UnknownSuggestionError."""
    clause, end = _place(session, name, key, value)
    _take_away(session, clause, end)


def _place(session: Session, name: str, key: str, value: str) -> tuple[Clause, dict[str, bytes]]:
    consultation = consultations.named(session, name)
    standard = records.keyed(session, consultation, key)
    number, _, end = value.partition(" ")
    clause = next((each for each in records.clauses(session, standard) if each.number == number), None)
    found = ends(themes.of(session, consultation), records.findings(session, consultation)).ids.get(end)
    if clause is None or found is None:
        raise UnknownSuggestionError("there is no such suggestion")
    return clause, {f"{end.partition(':')[0]}_id": found}


def _take_away(session: Session, clause: Clause, end: Mapping[str, bytes]) -> None:
    ((column, value),) = end.items()
    session.execute(
        delete(LinkRefusal).where(LinkRefusal.clause_id == clause.id, getattr(LinkRefusal, column) == value)
    )


def _refused(session: Session, consultation: Consultation) -> set[tuple[str, bytes]]:
    rows = session.execute(
        select(Clause.number, LinkRefusal.theme_id, LinkRefusal.finding_id)
        .join(Clause, Clause.id == LinkRefusal.clause_id)
        .where(Clause.standard_id.in_([each.id for each in records.of(session, consultation)]))
    )
    return {(number, theme_id or finding_id or b"") for number, theme_id, finding_id in rows}


def _judged(
    found: Ends, linked: set[tuple[str, bytes]], refused: set[tuple[str, bytes]]
) -> pd.DataFrame | None:
    values = {end: value for value, end in found.ids.items()}
    rows = [
        (values[end], number, confirmed)
        for pairs, confirmed in ((linked, True), (refused - linked, False))
        for number, end in sorted(pairs)
        if end in values
    ]
    return pd.DataFrame(rows, columns=["text", "clause", "confirmed"]) if rows else None


def _made(row: Any, found: Ends, words: Mapping[str, str]) -> Suggested:
    kind, _, end = row.text.partition(":")
    return Suggested(
        name=found.names[row.text],
        theme=end if kind == _THEME else "",
        finding=end if kind == _FINDING else "",
        clause=row.clause,
        wording=words[row.clause],
        shared=row.shared,
        value=f"{row.clause} {row.text}",
    )
