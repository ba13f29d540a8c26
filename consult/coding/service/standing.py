"""What every change of the code frame goes through: whether it is frozen, and its line in the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

import consult.models.every  # noqa: F401 - all tables are known from here on
from consult.faults import Fault, RefusedError
from consult.models.base import Base
from consult.models.coding import Theme
from consult.records import framing, themes
from consult.records.framing import Act, Event
from consult.records.unlocking import Unlocked

LONGEST_WORDS = 4000


class FrozenError(RefusedError):
    """The frame is frozen."""


class FrameWordsError(Fault):
    """A reason, memo or page of the journal is missing or too long; what it says is for the page."""


class InUseError(RefusedError):
    """Something else speaks of the theme: it must be seen to before the theme goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether the frame is frozen, and how often it was: the number of its last version, nought before."""

    frozen: bool
    version: int


def standing(done: Sequence[Event]) -> Standing:
    """How the frame stands after these acts."""
    turns = [event.act for event in done if event.act in {Act.FREEZE, Act.REOPEN}]
    return Standing(frozen=bool(turns) and turns[-1] == Act.FREEZE, version=turns.count(Act.FREEZE))


def in_use(unlocked: Unlocked, theme: Theme) -> dict[str, int]:
    """How often other tables speak of a theme, by their names: links to clauses, entries on what changed."""
    found: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        if table.name == Theme.__tablename__:
            continue
        for column in table.columns:
            if any(key.column.table.name == Theme.__tablename__ for key in column.foreign_keys):
                counted = unlocked.session.scalar(
                    select(func.count()).select_from(table).where(column == theme.id)
                )
                if counted:
                    found[table.name] = found.get(table.name, 0) + counted
    return found


def open_frame(unlocked: Unlocked) -> tuple[Event, ...]:
    """All that was done to the frame, which may be changed. Raises FrozenError."""
    done = framing.events(unlocked)
    if standing(done).frozen:
        raise FrozenError(
            "the code frame is frozen: somebody must re-open it, and say why, before it changes"
        )
    return done


def record(unlocked: Unlocked, done: tuple[Event, ...], act: Act, today: date, **told: Any) -> None:
    """Keep an act of this person behind all that was done."""
    number = framing.next_number(done)
    framing.record(unlocked, Event(act=act, number=number, on=today, by=unlocked.account_id, **told))


def keyed(unlocked: Unlocked, key: str) -> Theme:
    """The theme of that key, which is in use. Raises UnknownThemeError."""
    found = themes.keyed(unlocked.session, unlocked.consultation, key)
    if found.retired:
        raise themes.UnknownThemeError("this theme is not in use")
    return found


def require_unused(unlocked: Unlocked, theme: Theme) -> None:
    """Raises InUseError when something else speaks of the theme."""
    if in_use(unlocked, theme):
        raise InUseError(
            f"{theme.name} is linked to clauses, or something was published about it: see to that first"
        )


def checked(words: str, *, wanted: bool) -> str:
    """A reason, memo or page of the journal as it is kept. Raises FrameWordsError."""
    kept = words.strip()
    if wanted and not kept:
        raise FrameWordsError("please write a few words")
    if len(kept) > LONGEST_WORDS:
        raise FrameWordsError(f"please make it shorter: {LONGEST_WORDS} characters at most")
    return kept


def words_of(theme: Theme) -> dict[str, str]:
    """The words of a theme, as its history keeps them."""
    return {
        "name": theme.name,
        "definition": theme.definition,
        "include": theme.include,
        "exclude": theme.exclude,
        "example": theme.example,
    }
