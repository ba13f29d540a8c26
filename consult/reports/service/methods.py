"""The method appendix: what two guidelines ask a report to tell, filled from what is stored, gaps marked.

ACCORD for the panel (Gattrell and others 2024) and SRQR for people's words (O'Brien and others 2014). What
each item asks is said in our own words. Nothing is invented: where a person must write, the gap says so.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.panel import PanelRound, RoundState
from consult.records import batches, consultations, counts, literature, practitioners, themes
from consult.records.counts import Audience
from consult.records.literature import Flow
from consult.records.unlocking import Unlocked
from consult.records.voices import SURVEYED, Voices

_OF_ROUNDS = frozenset({"rule", "groups", "anonymity", "feedback"})
"""Sentences about a panel: none of them is true before its first round."""
_MACHINE = {
    True: (
        "Suggestions of themes by a model on the team's own machine were switched on; a person accepted or "
        "refused each, and the origin of each coding is kept."
    ),
    False: "No suggestions of themes by a machine were used.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a guideline asks for. told: what is stored about it; gap: a person must write (more).

    figures: the numbers of the figures in it.
    """

    key: str
    part: str
    asks: str
    told: str
    gap: bool
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """A guideline with its items in their order."""

    name: str
    source: str
    items: tuple[Item, ...]

    @property
    def filled(self) -> int:
        """How many items the stored facts speak to."""
        return sum(bool(item.told) for item in self.items)


def told(opened_by: Unlocked, heard: Voices) -> dict[str, str]:
    """What is stored, by the name of its sentence."""
    return _told(_facts(opened_by, heard))


def queries(told: Mapping[str, str]) -> dict[str, tuple[str, str, str]]:
    """Of each sentence with figures: what it tells, the query behind them, and the sentence."""
    return {
        name: (each["what"], each["query"], told[name])
        for name, each in _read()["queries"].items()
        if name in told
    }


def checklists(told: Mapping[str, str], numbered: Mapping[str, str]) -> tuple[Checklist, ...]:
    """Both guidelines, filled. numbered: the number of the figures of a sentence, by its name."""
    return tuple(
        Checklist(
            name=each["name"],
            source=each["source"],
            items=tuple(_item(item, told, numbered) for item in each["items"]),
        )
        for each in _read()["guidelines"]
    )


@cache
def _read() -> dict[str, Any]:
    text = (resources.files("consult.reports.service") / "methods.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _item(item: dict[str, Any], told: Mapping[str, str], numbered: Mapping[str, str]) -> Item:
    words = " ".join(told[name] for name in item.get("facts", ()) if name in told)
    return Item(
        key=item["key"],
        part=item["part"],
        asks=item["asks"],
        told=words,
        gap=not words or item.get("more", False),
        figures=tuple(numbered[name] for name in item.get("facts", ()) if name in told and name in numbered),
    )


def _told(facts: Mapping[str, object]) -> dict[str, str]:
    """The sentences whose facts are there."""
    told = {}
    for name, sentence in _read()["sentences"].items():
        needed = [field for _, field, *_ in Formatter().parse(sentence) if field]
        first = "opened" if name in _OF_ROUNDS else next(iter(needed), "title")
        if facts[first]:
            told[name] = sentence.format_map(facts)
    return told


def _facts(opened_by: Unlocked, heard: Voices) -> dict[str, object]:
    """What is stored, by the names that the sentences use."""
    session, consultation = opened_by.session, opened_by.consultation
    limits = counts.rule(consultation, Audience.PUBLISHED)
    frame = themes.of(session, consultation)
    raised = {theme_id for theme_id, _ in heard.raised}
    days = sorted({each.released for each in batches.of(session, consultation)})
    return {
        "title": consultation.title,
        "agree": consultation.consensus_agree,
        "oppose": consultation.consensus_oppose,
        "groups": ", ".join(practitioners.GROUPS).replace("_", " "),
        "verdicts": _verdicts(opened_by),
        "surveys": _surveys(session, consultation),
        "asked": _asked(consultation, heard),
        "first_batch": days[0] if days else "",
        "last_batch": days[-1] if days else "",
        "themes": len(frame),
        "raised": sum(theme.id in raised for theme in frame),
        "machine": _MACHINE[consultation.suggestions],
        "least": limits.k,
        "rounding": limits.rounding,
        **_of_rounds(session, consultation),
        **_of_literature(literature.flow(session, consultation)),
    }


def _of_rounds(session: Session, consultation: Consultation) -> dict[str, object]:
    rounds = session.scalars(
        select(PanelRound)
        .where(PanelRound.consultation_id == consultation.id, PanelRound.opened.is_not(None))
        .order_by(PanelRound.number)
    ).all()
    days = (f"Round {each.number}: {each.opened} to {each.closed or 'not closed yet'}." for each in rounds)
    closed = sum(each.state == RoundState.CLOSED for each in rounds)
    return {"opened": len(rounds), "closed": closed, "round_days": " ".join(days)}


def _of_literature(flow: Flow) -> dict[str, object]:
    searches = (f"{each.place} ({each.made}): {each.found} records." for each in flow.searches)
    return asdict(flow) | {"searches": " ".join(searches)}


def _verdicts(opened_by: Unlocked) -> str:
    results = practitioners.of_consultation(opened_by.session, opened_by.consultation.id, Audience.PUBLISHED)
    found = Counter(result.verdict.replace("_", " ") for result in results)
    return ", ".join(f"{verdict} {count}" for verdict, count in sorted(found.items()))


def _asked(consultation: Consultation, heard: Voices) -> str:
    numbers = [heard.asked.get(strand, 0) for strand in SURVEYED]
    cells = counts.people(consultation, Audience.PUBLISHED, numbers)
    return " ".join(
        f"Released answers of {strand}: {cell.shown}."
        for strand, cell, number in zip(SURVEYED, cells, numbers, strict=True)
        if number
    )


def _surveys(session: Session, consultation: Consultation) -> str:
    return " ".join(
        f"Survey {each.definition_id} ({each.strand}): {each.state}, version {each.fingerprint.hex()[:12]}."
        for each in consultations.surveys_of(session, consultation)
    )
