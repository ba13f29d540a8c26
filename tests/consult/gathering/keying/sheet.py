"""A form for answers from paper: what it holds, what is sent with it, and what is stored and noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from consult.models.audit import AuditEvent
from consult.models.response import Response, Total
from consult.records import opened
from tests.builders import Team
from tests.consult.gathering.scene import ANSWERS
from tests.visitor import Visitor

WORDS = str(ANSWERS["helped_words"])
SEAL = "Seal these answers"


def rows(team: Team) -> list[Response]:
    team.session.rollback()
    return list(team.session.scalars(select(Response)))


def totals(team: Team) -> dict[str, int]:
    team.session.rollback()
    return {total.what: total.current for total in team.session.scalars(select(Total))}


def logged(team: Team) -> list[AuditEvent]:
    team.session.rollback()
    return [event for event in team.session.scalars(select(AuditEvent)) if event.action == "key answers in"]


def shown(visitor: Visitor) -> dict[str, Any]:
    """What the fields of the form hold."""
    held: dict[str, Any] = {}
    for field in visitor.page.select("main input:not([type=hidden]), main textarea"):
        name = str(field["name"])
        if field.name == "textarea":
            held[name] = field.get_text().removeprefix("\n")
        elif field.get("type") == "text":
            held[name] = str(field.get("value", ""))
        elif field.has_attr("checked"):
            before = held.get(name)
            value = str(field["value"])
            held[name] = (
                value if before is None else [*([before] if isinstance(before, str) else before), value]
            )
    return {name: value for name, value in held.items() if value}


def mark(visitor: Visitor) -> str:
    field = visitor.page.find("input", {"name": "sheet-mark"})
    assert field is not None
    return str(field["value"])  # type: ignore[index]  # a tag


def open_all(team: Team) -> list[opened.Opened]:
    """All released answers, opened by who may."""
    unlocked = team.unlocked()
    found = list(opened.released(team.session, team.vault, team.consultation, unlocked.keys))
    team.session.rollback()
    return found


def sent_fields(visitor: Visitor, answers: Mapping[str, Any], **more: str) -> list[tuple[str, str]]:
    """What the browser sends for these answers."""
    fields = [(str(f["name"]), str(f["value"])) for f in visitor.page.select("#page input[type=hidden]")]
    for name, given in {**answers, "came-by": "paper", "act": "seal", **more}.items():
        fields += [(name, each) for each in ([given] if isinstance(given, str) else given)]
    return fields
