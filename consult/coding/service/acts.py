"""What a coder does to one answer: give a theme, take a coding away, undo. Nothing else makes a coding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analysis.text import Span, sentences
from consult.coding.service import boxes
from consult.coding.service.blindness import waits_for_another
from consult.coding.service.held import Written
from consult.coding.service.reading import one
from consult.faults import ConflictError, MissingError
from consult.records import codings, marks, presses, themes
from consult.records.codings import NO_THEME, Coding, Origin, Stream, UnknownCodingError
from consult.records.marks import Kind
from consult.records.notes import Beside, OpenedNote
from consult.records.unlocking import Unlocked


class ChangedAnswerError(ConflictError):
    """The author changed the answer since the page was shown: its sentences may be others now."""


class UnknownPlaceError(MissingError):
    """The answer has no such sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a coder pressed, and what was in view.

    `rev` is the revision of the response that the page showed. `theme` is a key of the frame, None for "no
    theme applies". `ticked` are places of sentences, counted from nought; none means the whole answer, or,
    for a suggestion, the sentences around its excerpt. `excerpt` is the suggested span (code points, end
    exclusive) when a suggestion was taken. `marked` is a span that the coder selected freely; it goes before
    ticks. `blind` says that no suggestion was in view.
    """

    definition_id: str
    box: str
    response: str
    rev: int
    theme: str | None
    ticked: tuple[int, ...] = ()
    excerpt: tuple[int, int] | None = None
    marked: tuple[int, int] | None = None
    stream: Stream = Stream.CHOSEN
    blind: bool = False


def code(unlocked: Unlocked, press: Press) -> int:
    """Give a theme to an answer; returns how many codings were made, none when they stood already.

    Ticked sentences that follow each other are one coding. Raises UnknownAnswerError, UnknownThemeError,
    UnknownPlaceError, or ChangedAnswerError.
    """
    boxes.find(unlocked.session, unlocked.consultation, press.definition_id, press.box)
    written = one(unlocked, press.definition_id, press.box, press.response)
    if written.rev != press.rev:
        raise ChangedAnswerError("the person changed this answer meanwhile; please read it again")
    theme = (
        None if press.theme is None else themes.in_use(unlocked.session, unlocked.consultation, press.theme)
    )
    spans, origin = _spans(written.words[press.box], press)
    return _store(unlocked, press, written, NO_THEME if theme is None else theme.id, spans, origin)


def _store(
    unlocked: Unlocked,
    press: Press,
    written: Written,
    theme_id: bytes,
    spans: Sequence[Span],
    origin: Origin,
) -> int:
    """Add what does not stand yet, all under one `seq`; returns how many."""
    opened = _beside(unlocked, press.definition_id, written)
    mine = [
        coding
        for coding in codings.live(codings.acts_in(opened), with_no_theme=True)
        if coding.coder_id == unlocked.account_id and coding.question_id == press.box
    ]
    if theme_id == NO_THEME and mine:
        return 0  # a theme stands: that none applies would contradict it
    standing = {(coding.theme_id, coding.start, coding.end) for coding in mine}
    wanted = [span for span in spans if (theme_id, span.start, span.end) not in standing]
    seq = presses.next_number(opened)
    # Asked of what stands beside the answer, and not of the form: nobody codes as a second one by a wrong
    # tick.
    second = _is_second(unlocked, opened, press.box)
    for span in wanted:
        coding = Coding(
            response_id=written.id,
            response_rev=written.rev,
            question_id=press.box,
            start=span.start,
            end=span.end,
            theme_id=theme_id,
            coder_id=unlocked.account_id,
            origin=origin,
            stream=_stream(press, second=second),
            blind=second or press.blind,
            seq=seq,
        )
        codings.add(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, coding)
    if wanted:
        # In the same press: undoing it gives "no theme applies" back.
        for coding in (each for each in mine if each.theme_id == NO_THEME):
            _remove(unlocked, coding, seq)
    return len(wanted)


def _is_second(unlocked: Unlocked, opened: Sequence[OpenedNote], box: str) -> bool:
    kinds = {mark.kind for mark in marks.standing(opened) if mark.question_id == box}
    if Kind.SAMPLED not in kinds or Kind.FINISHED in kinds:
        return False
    stands = codings.live(codings.acts_in(opened), with_no_theme=True)
    given = [coding for coding in stands if coding.question_id == box]
    return waits_for_another(given, unlocked.account_id)


def _stream(press: Press, *, second: bool) -> Stream:
    if second:
        return Stream.SECOND
    return Stream.CHOSEN if press.stream == Stream.SECOND else press.stream


def remove(unlocked: Unlocked, definition_id: str, box: str, response: str, coding: str) -> None:
    """Take a coding away; who did it is kept. Raises UnknownAnswerError or UnknownCodingError."""
    written = one(unlocked, definition_id, box, response)
    opened = _beside(unlocked, definition_id, written)
    for standing in codings.live(codings.acts_in(opened), with_no_theme=True):
        if standing.id.hex() == coding and standing.question_id == box:
            _remove(unlocked, standing, presses.next_number(opened))
            return
    raise UnknownCodingError("there is no such coding")


def recode(unlocked: Unlocked, definition_id: str, box: str, response: str, coding: str, theme: str) -> None:
    """Move a coding to another theme, as one press: the same place, by this person.

    Raises UnknownAnswerError, UnknownCodingError or UnknownThemeError.
    """
    written = one(unlocked, definition_id, box, response)
    other = themes.in_use(unlocked.session, unlocked.consultation, theme)
    opened = _beside(unlocked, definition_id, written)
    number = presses.next_number(opened)
    for standing in codings.live(codings.acts_in(opened)):
        if standing.id.hex() == coding and standing.question_id == box:
            _remove(unlocked, standing, number)
            made = replace(
                standing,
                theme_id=other.id,
                coder_id=unlocked.account_id,
                origin=Origin.PERSON,
                seq=number,
                batch="",
            )
            codings.add(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, made)
            return
    raise UnknownCodingError("there is no such coding")


def undo(unlocked: Unlocked, definition_id: str, box: str, response: str) -> bool:
    """Take back this person's last press on the answer; False when there is none.

    Raises UnknownAnswerError.
    """
    written = one(unlocked, definition_id, box, response)
    return presses.undo(unlocked, written.id, question_id=box)


def around(text: str, excerpt: Span) -> tuple[int, ...]:
    """The places of the sentences that an excerpt touches."""
    return tuple(place for place, span in enumerate(sentences(text)) if span.overlap(excerpt))


def runs(places: Iterable[int], spans: Sequence[Span]) -> list[Span]:
    """One span for each run of sentences that follow each other. Raises UnknownPlaceError."""
    found: list[Span] = []
    last = -1
    for place in sorted(set(places)):
        if not 0 <= place < len(spans):
            raise UnknownPlaceError("there is no such sentence")
        if found and place == last + 1:
            found[-1] = Span(found[-1].start, spans[place].end)
        else:
            found.append(spans[place])
        last = place
    return found


def _spans(text: str, press: Press) -> tuple[list[Span], Origin]:
    if press.theme is None:
        return [Span(0, len(text))], Origin.PERSON
    # Cutting a text into sentences is slow, and the whole answer needs none.
    found = sentences(text) if press.ticked or press.excerpt is not None else []
    if press.excerpt is None:
        return _by_hand(text, found, press), Origin.PERSON
    excerpt = Span(*press.excerpt)
    suggested = around(text, excerpt)
    if not suggested or excerpt.end > len(text):
        raise UnknownPlaceError("there is no such place in the answer")
    if press.marked is not None:
        return _by_hand(text, found, press), Origin.SUGGESTION_EDITED
    if press.ticked and set(press.ticked) != set(suggested):
        return runs(press.ticked, found), Origin.SUGGESTION_EDITED
    return runs(suggested, found), Origin.SUGGESTION_ACCEPTED


def _by_hand(text: str, found: Sequence[Span], press: Press) -> list[Span]:
    """What the coder marked: a free stretch, else the ticked sentences, else the whole answer."""
    if press.marked is None:
        return runs(press.ticked, found) or [Span(0, len(text))]
    span = Span(*press.marked)
    if not 0 <= span.start < span.end <= len(text) or not span.of(text).strip():
        raise UnknownPlaceError("there is no such place in the answer")
    return [span]


def _beside(unlocked: Unlocked, definition_id: str, written: Written) -> list[OpenedNote]:
    """All that stands beside an answer as it was read just now."""
    return presses.on_text(unlocked, Beside(response_id=written.id, response_rev=written.rev), definition_id)


def _remove(unlocked: Unlocked, coding: Coding, seq: int) -> None:
    codings.remove(
        unlocked.session,
        unlocked.vault,
        unlocked.consultation,
        unlocked.keys,
        coding,
        coder_id=unlocked.account_id,
        seq=seq,
    )
