"""The history of the code frame: who changed what and why, memos on themes, the journal; all of it sealed.

Themes themselves hold the team's own words and are read without a key. What people write about them may come
near an answer, so it is kept as notes that belong to no answer, under the workspace key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from consult.models.base import new_id
from consult.records import papers
from consult.records.unlocking import Unlocked

KIND = "frame"


class Act(StrEnum):
    """What was done to the frame. `entry`: one theme of a frozen version; `undo` takes an act back."""

    ADD = "add"
    CHANGE = "change"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    RETIRE = "retire"
    FREEZE = "freeze"
    REOPEN = "reopen"
    UNDO = "undo"
    ENTRY = "entry"
    MEMO = "memo"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act. `other_id`: the second theme of a merge or split; `words`: a reason or a memo.

    `before` and `after` hold what changed. `undoes` is the number of the act that this one takes back, 0 for
    none.
    """

    act: Act
    number: int
    on: date
    by: bytes
    theme_id: bytes = b""
    other_id: bytes = b""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    undoes: int = 0


def events(unlocked: Unlocked) -> tuple[Event, ...]:
    """Everything that was ever done to the frame, in order. One query."""
    found = [_event(content) for content in papers.of_kind(unlocked, KIND).values()]
    return tuple(sorted(found, key=lambda event: event.number))


def next_number(done: tuple[Event, ...]) -> int:
    """The number of the next act."""
    return max((event.number for event in done), default=0) + 1


def record(unlocked: Unlocked, event: Event) -> None:
    """Keep an act for good."""
    content = {
        "kind": KIND,
        "act": event.act,
        "number": event.number,
        "on": event.on.isoformat(),
        "by": event.by.hex(),
        "theme": event.theme_id.hex(),
        "other": event.other_id.hex(),
        "before": dict(event.before),
        "after": dict(event.after),
        "words": event.words,
        "undoes": event.undoes,
    }
    papers.keep(unlocked, new_id(), content)


def _event(content: Mapping[str, Any]) -> Event:
    return Event(
        act=Act(content["act"]),
        number=content["number"],
        on=date.fromisoformat(content["on"]),
        by=bytes.fromhex(content["by"]),
        theme_id=bytes.fromhex(content["theme"]),
        other_id=bytes.fromhex(content["other"]),
        before=content["before"],
        after=content["after"],
        words=content["words"],
        undoes=content["undoes"],
    )
