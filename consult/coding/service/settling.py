"""Where two coders differ, a person settles it. What each gave before stays in the log of acts for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.text import sentences
from consult.coding.service import boxes
from consult.coding.service.boxes import Box
from consult.coding.service.pairs import Pair, paired
from consult.coding.service.reading import Read, UnknownAnswerError, identity, read
from consult.faults import Fault
from consult.models.coding import Theme
from consult.records import codings, marks, people, presses, themes
from consult.records.codings import Coding
from consult.records.marks import Kind, Mark
from consult.records.unlocking import Unlocked


class Verdict(StrEnum):
    """Whose codings of one theme stand from now on."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"
    NEITHER = "neither"


class UnsettledError(Fault):
    """Something that differs was left open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One theme that two coders gave differently: the words that each gave it to, none when they did not."""

    key: str
    theme: str
    definition: str
    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePage:
    """One answer that two people coded, with what differs and what both gave alike."""

    box: Box
    response: str
    language: str
    sentences: tuple[str, ...]
    coders: tuple[str, str]
    alike: tuple[str, ...]
    differences: tuple[Difference, ...]
    settled: bool


def open_differences(state: Read, box: str) -> tuple[str, ...]:
    """The answers to a box on which two coders differ and nobody decided."""
    return tuple(pair.answer.hex() for pair in paired(state, box) if pair.differ)


def settlement(unlocked: Unlocked, definition_id: str, box: str, response: str) -> SettlePage:
    """What there is to settle on one answer. Raises UnknownBoxError or UnknownAnswerError."""
    found = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    pair = _pair(state, box, response)
    text = state.responses[pair.answer].words[box]
    used = themes.of(unlocked.session, unlocked.consultation)
    names = people.names(unlocked.session, set(pair.coders))
    differing = _differing(pair, used)
    first, second = _by_theme(pair.first), _by_theme(pair.second)
    return SettlePage(
        box=found,
        response=response,
        language=state.responses[pair.answer].language,
        sentences=tuple(span.of(text) for span in sentences(text)),
        coders=(names.get(pair.coders[0], ""), names.get(pair.coders[1], "")),
        alike=tuple(theme.name for theme in used if theme.id in first and theme not in differing),
        differences=tuple(
            Difference(
                key=theme.key,
                theme=theme.name,
                definition=theme.definition,
                first=_words(first.get(theme.id, ()), text),
                second=_words(second.get(theme.id, ()), text),
            )
            for theme in differing
        ),
        settled=pair.settled,
    )


def settle(
    unlocked: Unlocked, definition_id: str, box: str, response: str, verdicts: Mapping[str, Verdict]
) -> None:
    """Keep what was decided, theme by theme, as one press: undo takes all of it back.

    Raises UnsettledError when a theme that differs has no verdict.
    """
    boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    pair = _pair(state, box, response)
    differing = _differing(pair, themes.of(unlocked.session, unlocked.consultation))
    if any(theme.key not in verdicts for theme in differing):
        raise UnsettledError("please decide on each of them: nothing was kept yet")
    number = presses.next_number(presses.on(unlocked, pair.answer))
    for theme in differing:
        for coding in _refused(pair, theme.id, verdicts[theme.key]):
            codings.remove(
                unlocked.session,
                unlocked.vault,
                unlocked.consultation,
                unlocked.keys,
                coding,
                coder_id=unlocked.account_id,
                seq=number,
            )
    written = state.responses[pair.answer]
    made = Mark(
        kind=Kind.SETTLED,
        response_id=written.id,
        response_rev=written.rev,
        question_id=box,
        coder_id=unlocked.account_id,
        press=number,
    )
    marks.add(unlocked, made)


def _pair(state: Read, box: str, response: str) -> Pair:
    wanted = identity(response)
    for pair in paired(state, box):
        if pair.answer == wanted:
            return pair
    raise UnknownAnswerError("two people are not done with this answer")


def _differing(pair: Pair, used: Sequence[Theme]) -> list[Theme]:
    first, second = _by_theme(pair.first), _by_theme(pair.second)
    return [theme for theme in used if _places(first.get(theme.id, ())) != _places(second.get(theme.id, ()))]


def _refused(pair: Pair, theme_id: bytes, verdict: Verdict) -> list[Coding]:
    """The codings of a theme that no longer stand. What is alike at both stays with the one that is kept."""
    gone = {
        Verdict.FIRST: (pair.second,),
        Verdict.SECOND: (pair.first,),
        Verdict.BOTH: (),
        Verdict.NEITHER: (pair.first, pair.second),
    }[verdict]
    stands = {coding.id for coding in pair.now}
    return [each for given in gone for each in given if each.theme_id == theme_id and each.id in stands]


def _by_theme(given: Sequence[Coding]) -> dict[bytes, list[Coding]]:
    found: dict[bytes, list[Coding]] = {}
    for coding in given:
        found.setdefault(coding.theme_id, []).append(coding)
    return found


def _places(given: Sequence[Coding]) -> set[tuple[int, int]]:
    return {(coding.start, coding.end) for coding in given}


def _words(given: Sequence[Coding], text: str) -> tuple[str, ...]:
    return tuple(text[coding.start : coding.end] for coding in given)
