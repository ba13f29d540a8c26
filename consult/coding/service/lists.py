"""Lists of what there is to code: questions with own words, and the answers to one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consult.coding.service import boxes, meaning
from consult.coding.service.boxes import Box, Grouping
from consult.coding.service.held import Written
from consult.coding.service.meaning import Basis
from consult.coding.service.reading import Read, identity, read
from consult.coding.service.sieving import Sieve, Sifted, sift
from consult.records import consultations, themes
from consult.records.codings import NO_THEME
from consult.records.marks import Kind
from consult.records.unlocking import Unlocked

PAGE = 50
BEGINNING = 240
"""Characters of an answer in a list: enough to know it again."""


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
    """An answer in a list: how it begins, and the names of its themes, each once.

    `blind`: somebody coded it, and this person is to code it without seeing how.
    """

    response: str
    beginning: str
    cut: bool
    themes: tuple[str, ...]
    coded: bool
    blind: bool
    flagged: bool
    easy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerList:
    """One page of answers. `after` leads to the next page, empty on the last. `shut` as in `SurveyRows`.

    `basis` is there while the meaning of answers is being worked out for suggestions, or was stopped.
    `found` counts those that fit the sieve, on all pages; `few`, `groupings`, `flagged` and `differ` as
    `Sifted` has them. `frame`: names of themes by key, to choose from.
    """

    box: Box
    sieve: Sieve
    rows: tuple[AnswerRow, ...]
    after: str
    found: int
    answers: int
    coded: int
    shut: int
    few: bool
    flagged: int
    differ: int
    groupings: tuple[Grouping, ...]
    frame: Mapping[str, str]
    basis: Basis | None


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
    unlocked: Unlocked, definition_id: str, box: str, *, sieve: Sieve | None = None, after: str = ""
) -> AnswerList:
    """Fifty released answers to a box after the given one, in the order of their random ids.

    Raises UnknownSurveyError, UnknownBoxError, or UnknownAnswerError for an `after` that is no id.
    """
    sieve = sieve or Sieve()
    found = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    used = themes.of(unlocked.session, unlocked.consultation)
    sifted = sift(unlocked, state, definition_id, box, sieve, used)
    start = identity(after)
    wanted = [each for each in sifted.answers if each.id > start]
    texts, coded = state.texts(box), state.coded(box)
    rows = _rows(wanted[:PAGE], state, box, sifted)
    return AnswerList(
        box=found,
        sieve=sieve,
        rows=rows,
        after=rows[-1].response if len(wanted) > PAGE else "",
        found=len(sifted.answers),
        answers=len(texts),
        coded=len(coded.keys() & texts.keys()),
        shut=state.shut,
        few=sifted.few,
        flagged=sifted.flagged,
        differ=sifted.differ,
        groupings=sifted.groupings,
        frame={theme.key: theme.name for theme in used},
        basis=meaning.under_way(state.shelf, box, len(texts)),
    )


def _rows(wanted: Sequence[Written], state: Read, box: str, sifted: Sifted) -> tuple[AnswerRow, ...]:
    coded, flagged = state.coded(box), state.marked(box, Kind.FLAG)
    rows = []
    for each in wanted:
        blind = each.id in sifted.blind
        given = [coding.theme_id for coding in coded.get(each.id, []) if coding.theme_id != NO_THEME]
        named = dict.fromkeys(sifted.names[theme] for theme in given if theme in sifted.names)
        words = each.words[box]
        rows.append(
            AnswerRow(
                response=each.id.hex(),
                beginning=words[:BEGINNING],
                cut=len(words) > BEGINNING,
                themes=() if blind else tuple(named),
                coded=each.id in coded,
                blind=blind,
                flagged=each.id in flagged,
                easy=each.easy,
            )
        )
    return tuple(rows)
