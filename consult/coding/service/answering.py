"""One answer as a coder sees it: sentences, themes, codings, suggestions, memos, and the ways on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.text import sentences
from consult.coding.service import boxes, frames, offering
from consult.coding.service.answerpage import AnswerPage, Cover, Example, Given, Memo, Sentence, ThemeButton
from consult.coding.service.blindness import hidden
from consult.coding.service.held import Written
from consult.coding.service.offering import Help, Suggestion
from consult.coding.service.reading import Read, UnknownAnswerError, identity, read
from consult.models.coding import Theme
from consult.records import people, themes
from consult.records.codings import NO_THEME, Coding, Stream
from consult.records.marks import Kind
from consult.records.unlocking import Unlocked

EXAMPLES = 2
"""Coded answers that stand beside a suggestion, so that it can be judged by what people decided before."""
EXAMPLE_LENGTH = 200


def cover(unlocked: Unlocked, definition_id: str, box: str, response: str) -> Cover:
    """What may be known of an answer before it is opened. Raises UnknownBoxError or UnknownAnswerError."""
    found = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    texts = state.texts(box)
    written = _of(texts, response)
    return Cover(
        box=found,
        response=response,
        words=len(written.words[box].split()),
        easy=written.easy,
        left=len(texts.keys() - state.coded(box).keys()),
    )


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

    An answer of the random stream is blind while the question needs blind ones, whatever is asked for; so is
    one that this person codes as the second; any other shows suggestions unless asked not to.

    Raises UnknownSurveyError, UnknownBoxError or UnknownAnswerError.
    """
    found = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    texts, coded = state.texts(box), state.coded(box)
    written = _of(texts, response)
    second = written.id in hidden(state, box, unlocked.account_id)
    used = themes.of(unlocked.session, unlocked.consultation)
    given = [
        coding for coding in coded.get(written.id, []) if not second or coding.coder_id == unlocked.account_id
    ]
    offered = offering.offer(unlocked, state, box, written, used, stream, blind=blind or second)
    suggestions = _not_refused(state, box, written, used, offered.suggestions)
    previous, following = _neighbours(list(texts), written.id)
    return AnswerPage(
        box=found,
        response=response,
        rev=written.rev,
        consent=written.consent[box],
        language=written.language,
        easy=written.easy,
        sentences=tuple(
            Sentence(place=place, words=span.of(written.words[box]), start=span.start)
            for place, span in enumerate(sentences(written.words[box]))
        ),
        themes=_buttons(used, given),
        given=_given(unlocked, used, given, written.words[box]),
        help=offered.help,
        suggestions=suggestions,
        examples=_examples(state, box, used, suggestions),
        band=offered.band,
        quality=offered.quality,
        basis=offered.basis,
        stream=Stream.SECOND if second else stream,
        # What the page shows is what a coding made on it says: also with suggestions off, none was in view.
        blind=offered.help != Help.SHOWN,
        second=second,
        flagged=written.id in state.marked(box, Kind.FLAG),
        memos=_memos(unlocked, state, box, written, own_only=second),
        previous=previous,
        next=following,
        left=len(texts.keys() - coded.keys()),
    )


def _of(texts: Mapping[bytes, Written], response: str) -> Written:
    written = texts.get(identity(response))
    if written is None:
        raise UnknownAnswerError("there is no such answer")
    return written


def _neighbours(order: Sequence[bytes], response_id: bytes) -> tuple[str, str]:
    """The answers before and after, empty at either end."""
    place = order.index(response_id)
    previous = order[place - 1].hex() if place else ""
    return previous, order[place + 1].hex() if place + 1 < len(order) else ""


def _buttons(used: Sequence[Theme], given: Sequence[Coding]) -> tuple[ThemeButton, ...]:
    there = {coding.theme_id for coding in given}
    return tuple(
        ThemeButton(
            key=theme.key,
            name=theme.name,
            definition=theme.definition,
            include=theme.include,
            exclude=theme.exclude,
            example=theme.example,
            given=theme.id in there,
            depth=depth,
        )
        for theme, depth in frames.in_tree(used)
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


def _not_refused(
    state: Read,
    box: str,
    written: Written,
    used: Sequence[Theme],
    suggestions: Sequence[Suggestion],
) -> tuple[Suggestion, ...]:
    """What is suggested, but for themes that somebody turned down for this answer."""
    turned_down = state.refused(box).get(written.id, frozenset())
    refused = {theme.key for theme in used if theme.id in turned_down}
    return tuple(each for each in suggestions if each.value.split("-", 2)[2] not in refused)


def _examples(
    state: Read, box: str, used: Sequence[Theme], suggestions: Sequence[Suggestion]
) -> dict[str, tuple[Example, ...]]:
    """The coded answers nearest to this one that led to each suggestion."""
    texts, coded = state.texts(box), state.coded(box)
    names = {theme.id: theme.name for theme in used}
    found = {}
    for each in suggestions:
        alike = [identity(response) for response in each.alike]
        examples = [
            _example(texts[other], box, coded.get(other, ()), names) for other in alike if other in texts
        ]
        found[each.value] = tuple(examples[:EXAMPLES])
    return found


def _example(written: Written, box: str, given: Sequence[Coding], names: Mapping[bytes, str]) -> Example:
    words = written.words[box]
    named = dict.fromkeys(names[coding.theme_id] for coding in given if coding.theme_id in names)
    return Example(
        response=written.id.hex(),
        words=words if len(words) <= EXAMPLE_LENGTH else f"{words[:EXAMPLE_LENGTH]}…",
        themes=tuple(named),
    )


def _memos(
    unlocked: Unlocked, state: Read, box: str, written: Written, *, own_only: bool
) -> tuple[Memo, ...]:
    made = [
        mark
        for mark in state.marked(box, Kind.MEMO).get(written.id, ())
        if not own_only or mark.coder_id == unlocked.account_id
    ]
    coders = people.names(unlocked.session, {mark.coder_id for mark in made})
    return tuple(
        Memo(
            id=mark.id.hex(),
            words=mark.text,
            coder=coders.get(mark.coder_id, ""),
            own=mark.coder_id == unlocked.account_id,
        )
        for mark in made
    )
