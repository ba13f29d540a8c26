"""Lists of what there is to code: questions with own words, and the answers to one of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from consult.coding.service import boxes
from consult.coding.service.boxes import Box
from consult.coding.service.reading import identity, read
from consult.records import consultations, themes
from consult.records.codings import NO_THEME
from consult.records.unlocking import Unlocked

PAGE = 50
BEGINNING = 240
"""Characters of an answer in a list: enough to know it again."""


class Which(StrEnum):
    """Which answers a list shows."""

    ALL = "all"
    OPEN = "open"
    CODED = "coded"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A box with the numbers of released answers that say something, and of those that are coded."""

    box: Box
    answers: int
    coded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRows:
    """The boxes of one survey. `shut` counts responses that do not open; they are in no other number."""

    definition_id: str
    rows: tuple[QuestionRow, ...]
    shut: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """An answer in a list: how it begins, and the names of its themes, each once."""

    response: str
    beginning: str
    cut: bool
    themes: tuple[str, ...]
    coded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerList:
    """One page of answers. `after` leads to the next page, empty on the last. `shut` as in `SurveyRows`."""

    box: Box
    which: Which
    rows: tuple[AnswerRow, ...]
    after: str
    answers: int
    coded: int
    shut: int


def questions(unlocked: Unlocked) -> tuple[SurveyRows, ...]:
    """Every box of every survey of the consultation."""
    session, consultation = unlocked.session, unlocked.consultation
    found = []
    for survey in consultations.surveys_of(session, consultation):
        state = read(unlocked, survey.definition_id)
        rows = tuple(
            QuestionRow(box=box, answers=len(state.texts(box.key)), coded=len(state.coded(box.key)))
            for box in boxes.of_survey(session, survey).values()
        )
        found.append(SurveyRows(definition_id=survey.definition_id, rows=rows, shut=state.shut))
    return tuple(found)


def answers(
    unlocked: Unlocked, definition_id: str, box: str, *, which: Which = Which.ALL, after: str = ""
) -> AnswerList:
    """Fifty released answers to a box after the given one, in the order of their random ids.

    Raises UnknownSurveyError, UnknownBoxError, or UnknownAnswerError for an `after` that is no id.
    """
    found = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    texts, coded = state.texts(box), state.coded(box)
    names = {theme.id: theme.name for theme in themes.of(unlocked.session, unlocked.consultation)}
    start = identity(after)
    wanted = [
        each
        for each in texts.values()
        if each.id > start and (which == Which.ALL or (each.id in coded) == (which == Which.CODED))
    ]
    rows = []
    for each in wanted[:PAGE]:
        given = [coding.theme_id for coding in coded.get(each.id, []) if coding.theme_id != NO_THEME]
        words = each.words[box]
        rows.append(
            AnswerRow(
                response=each.id.hex(),
                beginning=words[:BEGINNING],
                cut=len(words) > BEGINNING,
                themes=tuple(dict.fromkeys(names[theme] for theme in given if theme in names)),
                coded=each.id in coded,
            )
        )
    return AnswerList(
        box=found,
        which=which,
        rows=tuple(rows),
        after=rows[-1].response if len(wanted) > PAGE else "",
        answers=len(texts),
        coded=len(coded.keys() & texts.keys()),
        shut=state.shut,
    )
