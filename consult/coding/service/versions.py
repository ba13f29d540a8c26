"""Versions of the code frame, its journal and memos, and taking the last act back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from consult.coding.service import frames
from consult.coding.service.standing import (
    checked,
    keyed,
    open_frame,
    record,
    require_unused,
    standing,
    words_of,
)
from consult.faults import RefusedError
from consult.models.coding import Theme
from consult.records import framing, themes
from consult.records.framing import Act, Event
from consult.records.themes import ThemeText
from consult.records.unlocking import Unlocked

_UNDONE = frozenset({Act.ADD, Act.CHANGE, Act.MOVE, Act.MERGE, Act.SPLIT, Act.RETIRE})
"""Acts on themes that can be taken back. Memos and the journal stay; freezing is ended by re-opening."""


class NothingToUndoError(RefusedError):
    """No act on the frame is left that can be taken back."""


def freeze(unlocked: Unlocked, *, reason: str, today: date) -> int:
    """Freeze the frame as its next version, kept theme by theme; returns its number. Raises FrozenError."""
    done = open_frame(unlocked)
    number = framing.next_number(done)
    version = standing(done).version + 1
    words = checked(reason, wanted=False)
    made = Event(act=Act.FREEZE, number=number, on=today, by=unlocked.account_id, words=words)
    framing.record(unlocked, replace(made, after={"version": version}))
    used = frames.in_tree(themes.of(unlocked.session, unlocked.consultation))
    for place, (theme, depth) in enumerate(used):
        kept = {**words_of(theme), "version": version, "depth": depth, "place": place}
        framing.record(unlocked, replace(made, act=Act.ENTRY, theme_id=theme.id, after=kept, words=""))
    return version


def reopen(unlocked: Unlocked, *, reason: str, today: date) -> None:
    """Let the frame be changed again; an open one stays so. Raises FrameWordsError without a reason."""
    done = framing.events(unlocked)
    words = checked(reason, wanted=True)
    if standing(done).frozen:
        record(unlocked, done, Act.REOPEN, today, words=words)


def write(unlocked: Unlocked, words: str, *, key: str = "", today: date) -> None:
    """A memo on a theme, or without one a page of the journal; also while the frame is frozen.

    Raises FrameWordsError or UnknownThemeError.
    """
    theme_id = keyed(unlocked, key).id if key else b""
    kept = checked(words, wanted=True)
    act = Act.MEMO if key else Act.JOURNAL
    record(unlocked, framing.events(unlocked), act, today, theme_id=theme_id, words=kept)


def undo(unlocked: Unlocked, *, today: date) -> None:
    """Take back the last act on themes that stands, anybody's. Raises FrozenError, NothingToUndoError."""
    done = open_frame(unlocked)
    last = last_act(done)
    if last is None:
        raise NothingToUndoError("nothing on the code frame is left to take back")
    every = {
        theme.id: theme
        for theme in unlocked.session.scalars(
            select(Theme).where(Theme.consultation_id == unlocked.consultation.id)
        )
    }
    theme = every[last.theme_id]
    if last.act in {Act.ADD, Act.SPLIT}:
        made = theme if last.act == Act.ADD else every[last.other_id]
        require_unused(unlocked, made)
        made.retired = True
    elif last.act == Act.CHANGE:
        themes.change(unlocked.session, theme, ThemeText(**_only_words(last.before)), revision=theme.revision)
    elif last.act == Act.MOVE:
        theme.parent_id = bytes.fromhex(last.before["under"]) or None
    else:
        theme.retired, theme.merged_into_id = False, None
        for below in last.before["under"]:
            every[bytes.fromhex(below)].parent_id = theme.id
    record(unlocked, done, Act.UNDO, today, theme_id=last.theme_id, undoes=last.number)


def last_act(done: Sequence[Event]) -> Event | None:
    """The last act on themes that can be taken back; none behind the last freezing."""
    taken_back = {event.undoes for event in done}
    for event in reversed(done):
        if event.act == Act.FREEZE:
            return None
        if event.act in _UNDONE and event.number not in taken_back:
            return event
    return None


def _only_words(kept: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(kept[name]) for name in ("name", "definition", "include", "exclude", "example")}
