"""Changing the code frame: every act has a line in its sealed history, and the last one can be taken back.

While the frame is frozen nothing of it changes: whoever re-opens it says why.
"""

from __future__ import annotations

from datetime import date

from consult.coding.service.frame import add_theme, change_theme
from consult.coding.service.standing import (
    FrameWordsError,
    checked,
    keyed,
    open_frame,
    record,
    require_unused,
    words_of,
)
from consult.faults import RefusedError
from consult.models.coding import Theme
from consult.records import themes
from consult.records.framing import Act
from consult.records.themes import ThemeText
from consult.records.unlocking import Unlocked

LONGEST_NAME = 120


class PlaceError(RefusedError):
    """A theme cannot stand under itself or under one of its own."""


def put(unlocked: Unlocked, text: ThemeText, *, under: str = "", today: date) -> Theme:
    """A new theme at the end of the frame, perhaps under another. Raises FrozenError, UnknownThemeError."""
    done = open_frame(unlocked)
    theme = keyed(unlocked, add_theme(unlocked.session, unlocked.consultation.name, text).key)
    theme.parent_id = keyed(unlocked, under).id if under else None
    record(unlocked, done, Act.ADD, today, theme_id=theme.id, after=words_of(theme))
    return theme


def put_named(unlocked: Unlocked, name: str, *, today: date) -> str:
    """A new theme of which nothing but the name is known yet; returns its key.

    Raises FrozenError, or FrameWordsError for a name that is missing or too long.
    """
    if not name or len(name) > LONGEST_NAME:
        raise FrameWordsError(f"give the new theme a name of {LONGEST_NAME} characters at most")
    return put(unlocked, ThemeText(name=name), today=today).key


def reword(unlocked: Unlocked, key: str, text: ThemeText, *, revision: int, today: date) -> Theme:
    """Change a theme's words. Raises FrozenError, UnknownThemeError or ConflictError."""
    done = open_frame(unlocked)
    theme = keyed(unlocked, key)
    before = words_of(theme)
    change_theme(unlocked.session, unlocked.consultation.name, key, text, revision=revision)
    after = words_of(theme)
    if before != after:
        record(unlocked, done, Act.CHANGE, today, theme_id=theme.id, before=before, after=after)
    return theme


def move(unlocked: Unlocked, key: str, under: str, *, today: date) -> None:
    """Put a theme, with all under it, under another, or at the top. Raises FrozenError, PlaceError."""
    done = open_frame(unlocked)
    theme = keyed(unlocked, key)
    parent = keyed(unlocked, under) if under else None
    if parent is not None and theme.id in _line(unlocked, parent):
        raise PlaceError("a theme cannot stand under itself, nor under one that stands under it")
    before = {"under": theme.parent_id.hex() if theme.parent_id else ""}
    theme.parent_id = parent.id if parent else None
    after = {"under": theme.parent_id.hex() if theme.parent_id else ""}
    if before != after:
        record(unlocked, done, Act.MOVE, today, theme_id=theme.id, before=before, after=after)


def shift(unlocked: Unlocked, key: str, *, up: bool) -> None:
    """Change places with the neighbour under the same theme. An order says nothing, so no history has it.

    Raises FrozenError or UnknownThemeError.
    """
    open_frame(unlocked)
    theme = keyed(unlocked, key)
    used = themes.of(unlocked.session, unlocked.consultation)
    beside = [each for each in used if each.parent_id == theme.parent_id]
    at = next(place for place, each in enumerate(beside) if each.id == theme.id)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(beside):
        return
    here, there = used.index(beside[at]), used.index(beside[other])
    used[here], used[there] = used[there], used[here]
    for place, each in enumerate(used):  # numbered anew, as two may have had one number
        each.position = place
    unlocked.session.flush()


def merge(unlocked: Unlocked, key: str, into: str, *, reason: str, today: date) -> None:
    """Let all codings of a theme count for another; each keeps who made it, and it can be taken back.

    Those under it move under the other. Raises FrozenError, UnknownThemeError, PlaceError, InUseError.
    """
    done = open_frame(unlocked)
    theme, other = keyed(unlocked, key), keyed(unlocked, into)
    if theme.id == other.id:
        raise PlaceError("choose another theme to merge it into")
    require_unused(unlocked, theme)
    under = [
        each for each in themes.of(unlocked.session, unlocked.consultation) if each.parent_id == theme.id
    ]
    for each in under:
        each.parent_id = other.id if each.id != other.id else theme.parent_id
    theme.retired, theme.merged_into_id = True, other.id
    record(
        unlocked,
        done,
        Act.MERGE,
        today,
        theme_id=theme.id,
        other_id=other.id,
        words=checked(reason, wanted=False),
        before={"under": [each.id.hex() for each in under]},
    )


def split(unlocked: Unlocked, key: str, text: ThemeText, *, today: date) -> Theme:
    """A new theme beside this one, for some of what it holds; codings are then moved one by one by a person.

    Raises FrozenError or UnknownThemeError.
    """
    done = open_frame(unlocked)
    theme = keyed(unlocked, key)
    made = themes.add(unlocked.session, unlocked.consultation, text)
    made.parent_id = theme.parent_id
    record(unlocked, done, Act.SPLIT, today, theme_id=theme.id, other_id=made.id, after=words_of(made))
    return made


def retire(unlocked: Unlocked, key: str, *, reason: str, today: date) -> None:
    """Take a theme out of use. Its codings stay, and count for nothing until it is taken back.

    Raises FrozenError, UnknownThemeError, InUseError, FrameWordsError without a reason.
    """
    done = open_frame(unlocked)
    theme = keyed(unlocked, key)
    words = checked(reason, wanted=True)
    require_unused(unlocked, theme)
    under = [
        each for each in themes.of(unlocked.session, unlocked.consultation) if each.parent_id == theme.id
    ]
    for each in under:
        each.parent_id = theme.parent_id
    theme.retired = True
    before = {"under": [each.id.hex() for each in under]}
    record(unlocked, done, Act.RETIRE, today, theme_id=theme.id, words=words, before=before)


def _line(unlocked: Unlocked, theme: Theme) -> list[bytes]:
    """A theme and all above it."""
    above = {each.id: each.parent_id for each in themes.of(unlocked.session, unlocked.consultation)}
    found: list[bytes] = []
    at: bytes | None = theme.id
    while at is not None and at not in found:
        found.append(at)
        at = above.get(at)
    return found
