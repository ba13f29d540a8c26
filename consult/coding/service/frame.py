"""The code frame as the team edits it, and the switch for suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from analysis.disclosure import Cell
from consult.coding.service.frames import in_tree
from consult.faults import Fault
from consult.models.coding import Theme
from consult.models.consultation import Strand
from consult.records import audit, consultations, counts, themes, voices
from consult.records.counts import Audience
from consult.records.themes import ThemeText
from consult.records.unlocking import Unlocked
from consult.vault.opening import WorkbenchVault


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A theme for a page. `revision` is what an editor starts from.

    `depth`: how far down it stands in the tree, `under`: the name of the theme above it.
    """

    key: str
    text: ThemeText
    revision: int
    depth: int = 0
    under: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The themes in use, in order, and whether suggestions are on."""

    themes: tuple[Entry, ...]
    suggestions: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """How many people raised each theme, by theme key and strand, after disclosure control for the team."""

    strands: tuple[Strand, ...]
    cells: Mapping[str, tuple[Cell, ...]]


def frame(session: Session, name: str) -> Frame:
    """The code frame of a consultation. Raises UnknownConsultationError."""
    consultation = consultations.named(session, name)
    used = themes.of(session, consultation)
    names = {each.id: each.name for each in used}
    return Frame(
        themes=tuple(
            replace(_entry(each), depth=depth, under=names.get(each.parent_id or b"", ""))
            for each, depth in in_tree(used)
        ),
        suggestions=consultation.suggestions,
    )


def theme(session: Session, name: str, key: str) -> Entry:
    """One theme. Raises UnknownConsultationError or UnknownThemeError."""
    return _entry(themes.keyed(session, consultations.named(session, name), key))


def add_theme(session: Session, name: str, text: ThemeText) -> Entry:
    """Put a theme at the end of the frame."""
    return _entry(themes.add(session, consultations.named(session, name), text))


def change_theme(session: Session, name: str, key: str, text: ThemeText, *, revision: int) -> Entry:
    """Change a theme's words. Raises ConflictError when somebody else did since `revision`."""
    found = themes.keyed(session, consultations.named(session, name), key)
    return _entry(themes.change(session, found, text, revision=revision))


class UnclearNameError(Fault):
    """What was typed names no theme in use, or more than one."""


def theme_named(session: Session, name: str, typed: str) -> str:
    """The key of the theme that somebody means by a few letters of its name. Raises UnclearNameError."""
    wanted = " ".join(typed.split()).casefold()
    used = themes.of(session, consultations.named(session, name))
    if not wanted:
        raise UnclearNameError("please type a few letters of a theme's name")
    exact = [each for each in used if each.name.casefold() == wanted]
    found = exact or [each for each in used if wanted in each.name.casefold()]
    if not found:
        raise UnclearNameError("no theme in use has such a name")
    if len(found) > 1:
        raise UnclearNameError(f"these could be meant: {', '.join(each.name for each in found[:5])}")
    return found[0].key


def mentions(unlocked: Unlocked) -> Mentions:
    """How many people raised each theme of the frame, strand by strand."""
    consultation = unlocked.consultation
    used = themes.of(unlocked.session, consultation)
    heard = voices.hear(unlocked)
    columns = [
        counts.people(consultation, Audience.TEAM, [heard.people(each.id, strand) for each in used])
        for strand in voices.SURVEYED
    ]
    return Mentions(
        strands=voices.SURVEYED,
        cells={each.key: tuple(column[place] for column in columns) for place, each in enumerate(used)},
    )


def switch_suggestions(
    session: Session, vault: WorkbenchVault, name: str, *, on: bool, actor: str, today: date
) -> None:
    """Turn suggestions of themes on or off for a consultation; the log keeps who did it."""
    consultation = consultations.named(session, name)
    if consultation.suggestions == on:
        return
    consultation.suggestions = on
    detail = "on" if on else "off"
    audit.note(session, vault, actor, "suggestions", consultation.name, detail=detail, today=today)


def _entry(row: Theme) -> Entry:
    return Entry(
        key=row.key,
        text=ThemeText(
            name=row.name,
            definition=row.definition,
            include=row.include,
            exclude=row.exclude,
            example=row.example,
        ),
        revision=row.revision,
    )
