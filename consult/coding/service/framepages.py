"""What pages of the code frame show that needs a key: history, memos, the journal, effects of an act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from analysis.disclosure import Cell
from consult.coding.service import boxes
from consult.coding.service.boxes import Box
from consult.coding.service.reading import read
from consult.coding.service.standing import Standing, in_use, keyed, standing
from consult.coding.service.versions import last_act
from consult.models.coding import Theme
from consult.models.consultation import Strand
from consult.records import consultations, counts, framing, people, voices
from consult.records.counts import Audience
from consult.records.framing import Act, Event
from consult.records.unlocking import Unlocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One act of the history for a page: who did what to which theme, why, and whether it was taken back."""

    act: Act
    on: date
    who: str
    theme: str
    other: str
    words: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    taken_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One theme as a frozen version holds it."""

    name: str
    definition: str
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """The frame's whole history, the last act first. `undo`: what would be taken back, if anything.

    `version` holds the themes of the version that was asked for.
    """

    standing: Standing
    lines: tuple[Line, ...]
    undo: Line | None
    version: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """In how many answers to one question people raised a theme, after disclosure control for the team."""

    box: Box
    people: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeNotes:
    """What stands about one theme: memos and history, the last first, and where it was raised."""

    standing: Standing
    memos: tuple[Line, ...]
    lines: tuple[Line, ...]
    raised: tuple[Raised, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a merge would do, by strand: people who raised the one, the other, either of them afterwards."""

    theme: str
    into: str
    strands: Mapping[Strand, tuple[Cell, ...]]
    quotes: int
    used: int


def history(unlocked: Unlocked, *, version: int = 0) -> HistoryPage:
    """Everything that was done to the frame, and one frozen version of it."""
    done = framing.events(unlocked)
    lines = _lines(unlocked, done)
    shown = [line for line in reversed(lines) if line.act not in {Act.ENTRY, Act.MEMO, Act.JOURNAL}]
    last = last_act(done)
    return HistoryPage(
        standing=standing(done),
        lines=tuple(shown),
        undo=lines[done.index(last)] if last is not None else None,
        version=tuple(
            Kept(name=each.after["name"], definition=each.after["definition"], depth=each.after["depth"])
            for each in sorted(done, key=lambda event: event.after.get("place", 0))
            if each.act == Act.ENTRY and each.after["version"] == version
        ),
    )


def journal(unlocked: Unlocked) -> tuple[Line, ...]:
    """The journal, the last page first."""
    lines = _lines(unlocked, framing.events(unlocked))
    return tuple(line for line in reversed(lines) if line.act == Act.JOURNAL)


def theme_notes(unlocked: Unlocked, key: str) -> ThemeNotes:
    """Memos, history and places of one theme. Raises UnknownThemeError."""
    theme = keyed(unlocked, key)
    done = framing.events(unlocked)
    own = [event for event in done if theme.id in {event.theme_id, event.other_id}]
    lines = _lines(unlocked, own, every=done)
    return ThemeNotes(
        standing=standing(done),
        memos=tuple(line for line in reversed(lines) if line.act == Act.MEMO),
        lines=tuple(line for line in reversed(lines) if line.act not in {Act.ENTRY, Act.MEMO}),
        raised=_raised(unlocked, theme),
    )


def effect(unlocked: Unlocked, key: str, into: str) -> Effect:
    """What merging one theme into another would do. Raises UnknownThemeError."""
    theme, other = keyed(unlocked, key), keyed(unlocked, into)
    heard = voices.hear(unlocked)
    strands = {}
    for strand in voices.SURVEYED:
        one, two = (heard.raised.get((each.id, strand), {}) for each in (theme, other))
        numbers = [len(one), len(two), len({*one, *two})]
        strands[strand] = counts.people(unlocked.consultation, Audience.TEAM, numbers)
    quotes = sum(heard.span(quote.coding_id).theme_id == theme.id for quote in heard.quotes)
    return Effect(
        theme=theme.name,
        into=other.name,
        strands=strands,
        quotes=quotes,
        used=sum(in_use(unlocked, theme).values()),
    )


def _raised(unlocked: Unlocked, theme: Theme) -> tuple[Raised, ...]:
    """Across all questions: themes are the consultation's, and no question has its own."""
    found: list[tuple[Box, int]] = []
    for survey in consultations.surveys_of(unlocked.session, unlocked.consultation):
        state = read(unlocked, survey.definition_id)
        raised: dict[str, set[bytes]] = {}
        for coding in state.codings:
            if coding.theme_id == theme.id:
                raised.setdefault(coding.question_id, set()).add(coding.response_id)
        every = boxes.of_survey(unlocked.session, survey)
        found += [(box, len(raised[key])) for key, box in every.items() if key in raised]
    cells = counts.people(unlocked.consultation, Audience.TEAM, [number for _, number in found])
    return tuple(Raised(box=box, people=cell) for (box, _), cell in zip(found, cells, strict=True))


def _lines(
    unlocked: Unlocked, wanted: Iterable[Event], *, every: Iterable[Event] | None = None
) -> list[Line]:
    wanted = list(wanted)
    taken_back = {event.undoes for event in (wanted if every is None else every)}
    names = people.names(unlocked.session, {event.by for event in wanted})
    rows = unlocked.session.execute(
        select(Theme.id, Theme.name).where(Theme.consultation_id == unlocked.consultation.id)
    )
    named = {row.id: row.name for row in rows}
    return [
        Line(
            act=event.act,
            on=event.on,
            who=names.get(event.by, ""),
            theme=named.get(event.theme_id, ""),
            other=named.get(event.other_id, ""),
            words=event.words,
            before=event.before,
            after=event.after,
            taken_back=event.number in taken_back,
        )
        for event in wanted
    ]
