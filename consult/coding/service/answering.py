"""One answer as a coder sees it: sentences, themes, codings, suggestions, and the ways on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.text import sentences
from consult.coding.service import boxes, offering
from consult.coding.service.boxes import Box
from consult.coding.service.offering import Help, Quality, Suggestion
from consult.coding.service.reading import UnknownAnswerError, identity, read
from consult.models.coding import Theme
from consult.records import people, themes
from consult.records.codings import NO_THEME, Coding, Origin, Stream
from consult.records.unlocking import Unlocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence by its place, counted from nought."""

    place: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeButton:
    """A theme to press. `given` when somebody gave it to this answer."""

    key: str
    name: str
    definition: str
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A coding that stands. `theme` is empty for "no theme applies"; `words` when it covers less than all."""

    id: str
    theme: str
    words: str
    coder: str
    own: bool
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """Everything that the page of one answer shows. `left` counts answers that nobody has coded."""

    box: Box
    response: str
    rev: int
    consent: str
    language: str
    sentences: tuple[Sentence, ...]
    themes: tuple[ThemeButton, ...]
    given: tuple[Given, ...]
    help: Help
    suggestions: tuple[Suggestion, ...]
    band: str
    quality: Quality | None
    stream: Stream
    blind: bool
    previous: str
    next: str
    left: int


def answer(
    unlocked: Unlocked,
    definition_id: str,
    box: str,
    response: str,
    *,
    stream: Stream = Stream.CHOSEN,
    blind: bool = False,
) -> AnswerPage:
    """One released answer. `stream` and `blind` say how it came to the coder.

    An answer of the random stream is blind while the question needs blind ones, whatever is asked for; any
    other answer shows suggestions unless asked not to.

    Raises UnknownSurveyError, UnknownBoxError or UnknownAnswerError.
    """
    found = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    texts, coded = state.texts(box), state.coded(box)
    written = texts.get(identity(response))
    if written is None:
        raise UnknownAnswerError("there is no such answer")
    used = themes.of(unlocked.session, unlocked.consultation)
    given = coded.get(written.id, [])
    offered = offering.offer(unlocked, state, box, written, used, stream, blind=blind)
    previous, following = _neighbours(list(texts), written.id)
    return AnswerPage(
        box=found,
        response=response,
        rev=written.rev,
        consent=written.consent[box],
        language=written.language,
        sentences=tuple(
            Sentence(place=place, words=span.of(written.words[box]))
            for place, span in enumerate(sentences(written.words[box]))
        ),
        themes=_buttons(used, given),
        given=_given(unlocked, used, given, written.words[box]),
        help=offered.help,
        suggestions=offered.suggestions,
        band=offered.band,
        quality=offered.quality,
        stream=stream,
        # What the page shows is what a coding made on it says: also with suggestions off, none was in view.
        blind=offered.help != Help.SHOWN,
        previous=previous,
        next=following,
        left=len(texts.keys() - coded.keys()),
    )


def _neighbours(order: Sequence[bytes], response_id: bytes) -> tuple[str, str]:
    """The answers before and after, empty at either end."""
    place = order.index(response_id)
    previous = order[place - 1].hex() if place else ""
    return previous, order[place + 1].hex() if place + 1 < len(order) else ""


def _buttons(used: Sequence[Theme], given: Sequence[Coding]) -> tuple[ThemeButton, ...]:
    there = {coding.theme_id for coding in given}
    return tuple(
        ThemeButton(key=theme.key, name=theme.name, definition=theme.definition, given=theme.id in there)
        for theme in used
    )


def _given(
    unlocked: Unlocked, used: Sequence[Theme], given: Sequence[Coding], text: str
) -> tuple[Given, ...]:
    names = {theme.id: theme.name for theme in used} | {NO_THEME: ""}
    coders = people.names(unlocked.session, {coding.coder_id for coding in given})
    return tuple(
        Given(
            id=coding.id.hex(),
            theme=names[coding.theme_id],
            words="" if coding.start == 0 and coding.end >= len(text) else text[coding.start : coding.end],
            coder=coders.get(coding.coder_id, ""),
            own=coding.coder_id == unlocked.account_id,
            origin=coding.origin,
        )
        for coding in given
        if coding.theme_id in names
    )
