"""The demonstration's TOML files as values.

Knows the files beside it and the shapes. An unknown or missing field fails with a TypeError or KeyError,
since the files ship with the code and are tested.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from consult.commands.demonstration.shapes import (
    Cell,
    Channel,
    Clause,
    DecisionEntry,
    Decisions,
    FindingEntry,
    Frame,
    Link,
    Literature,
    MadeUpSource,
    MatrixRow,
    Meaning,
    Panel,
    PanelComment,
    PanelGroupEntry,
    RatedItem,
    Record,
    Remark,
    Standard,
    SupportEntry,
    ThemeEntry,
    Wording,
)

NOTICE = "Illustrative draft. Not the published quality standards."
"""Stands on every page, export and file made from this content."""

_STRANDS = ("survivors", "practitioners", "literature")


@cache
def read(name: str) -> dict[str, Any]:
    """One file of the demonstration, raw: `read("sentences")`."""
    folder = resources.files("consult.commands.demonstration")
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def standards() -> tuple[Standard, ...]:
    """DS1 to DS12 and the candidate P1, in order."""
    return tuple(_standard(table) for table in read("standards")["standard"])


def clause_numbers() -> tuple[str, ...]:
    """Everything a link may point at: each standard's key (its statement), then its clauses."""
    found: list[str] = []
    for standard in standards():
        found += [standard.key, *(clause.number for clause in standard.clauses)]
    return tuple(found)


def frame() -> Frame:
    """The code frame, version 2, in the order of how many people spoke of each theme."""
    table = read("themes")
    themes = tuple(
        ThemeEntry(**{k: v for k, v in each.items() if k != "link"}, links=_links(each["link"]))
        for each in table["theme"]
    )
    changes = tuple(change["text"] for change in table["change"])
    return Frame(version=table["version"], changes=changes, themes=themes)


def literature() -> Literature:
    """The ten records, all unchecked, and the five made-up sources with their findings."""
    table = read("literature")
    (model,) = table["process_model"]
    return Literature(
        records=tuple(Record(**each) for each in table["record"]),
        sources=tuple(_source(each) for each in table["source"]),
        process_model=(f"{model['title']} {model['year']}", model["note"]),
    )


def support_services() -> tuple[SupportEntry, ...]:
    """The made-up directory. Two entries are old on purpose: one raises an alert, one is hidden."""
    return tuple(
        SupportEntry(
            **_frozen(each, leave="channels"),
            channels=tuple(Channel(**channel) for channel in each["channels"]),
        )
        for each in read("support")["service"]
    )


def decisions() -> Decisions:
    """Decisions with reasons, equity notes, and what each theme changed."""
    table = read("decisions")
    return Decisions(
        decisions=tuple(_decision(each) for each in table["decision"]),
        equity_notes={each["standard"]: each["text"] for each in table["equity_note"]},
        answered={each["theme"]: each["text"] for each in table["answered"]},
    )


def matrix() -> tuple[MatrixRow, ...]:
    """The rows of the convergence matrix, with the result that the rules should find."""
    return tuple(
        MatrixRow(**(each | {name: _cell(each[name]) for name in _STRANDS})) for each in read("matrix")["row"]
    )


@cache
def panel() -> Panel:
    """The panel's groups, ratings and remarks."""
    table = read("practitioners")
    return Panel(
        groups=tuple(PanelGroupEntry(**_frozen(each)) for each in table["group"]),
        items=tuple(_rated(each) for each in table["item"]),
        applies=tuple(
            Remark(
                standard=each["standard"],
                group=each["group"],
                place=place,
                words=each.get("detail", ""),
                answer=each["answer"],
            )
            for each in table["applies"]
            for place in each["places"]
        ),
        unclear=tuple(Remark(**each) for each in table["unclear"]),
        evidence=tuple(Remark(**each) for each in table["evidence"]),
        missing=tuple(Remark(standard="", **each) for each in table["missing"]),
    )


@cache
def panel_comments() -> tuple[PanelComment, ...]:
    """What panellists wrote in round 1, each with its disposition and reply."""
    return tuple(PanelComment(**each) for each in read("comments")["comment"])


def _standard(table: dict[str, Any]) -> Standard:
    rest = {k: v for k, v in table.items() if k not in {"meaning", "clause", "version"}}
    written = table.get("version", [{"number": 1, "statement": table["statement"]}])
    return Standard(
        **rest,
        meaning=Meaning(**table["meaning"]),
        clauses=tuple(Clause(**({"applies": table["applies"]} | each)) for each in table.get("clause", [])),
        versions=tuple(Wording(**each) for each in written),
    )


def _links(tables: list[dict[str, Any]]) -> tuple[Link, ...]:
    return tuple(Link(**each) for each in tables)


def _source(table: dict[str, Any]) -> MadeUpSource:
    findings = tuple(
        FindingEntry(**{k: v for k, v in each.items() if k != "links"}, links=_links(each["links"]))
        for each in table["finding"]
    )
    return MadeUpSource(**{k: v for k, v in table.items() if k != "finding"}, findings=findings)


def _decision(table: dict[str, Any]) -> DecisionEntry:
    against = tuple(each["reason"] for each in table.get("not_accepted", []))
    return DecisionEntry(**{k: v for k, v in table.items() if k != "not_accepted"}, reasons_against=against)


def _cell(written: str) -> Cell:
    stance, _, rest = written.partition("/")
    return Cell(stance=stance, silence=rest) if stance == "silent" else Cell(stance=stance, prominence=rest)


def _rated(table: dict[str, Any]) -> RatedItem:
    return RatedItem(**(table | {"r2": _digits(table["r2"]), "r3": _digits(table.get("r3", ""))}))


def _digits(written: str) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(digit) for digit in group) for group in written.split())


def _frozen(table: dict[str, Any], *, leave: str = "") -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in table.items() if k != leave}
