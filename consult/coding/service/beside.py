"""What a coder puts beside an answer other than themes: a flag, a memo, "too hard", a refused suggestion."""

from __future__ import annotations

from consult.coding.service import boxes
from consult.coding.service.held import Written
from consult.coding.service.reading import one
from consult.faults import Fault
from consult.records import marks, presses, themes
from consult.records.marks import Kind, Mark, UnknownMarkError
from consult.records.unlocking import Unlocked

LONGEST_MEMO = 2000


class MemoError(Fault):
    """A memo without words, or with too many; what it says is for the page."""


def flag(unlocked: Unlocked, definition_id: str, box: str, response: str) -> bool:
    """Flag the answer for the team to talk about, or take the flag away; whether it is flagged now."""
    written = _found(unlocked, definition_id, box, response)
    opened = presses.on(unlocked, written.id)
    number = presses.next_number(opened)
    stands = [each for each in marks.standing(opened) if each.kind == Kind.FLAG and each.question_id == box]
    for each in stands:
        marks.remove(unlocked, each, press=number)
    if not stands:
        marks.add(unlocked, _mark(unlocked, written, box, Kind.FLAG, number))
    return not stands


def memo(unlocked: Unlocked, definition_id: str, box: str, response: str, text: str) -> None:
    """Keep a memo beside the answer. Raises MemoError."""
    words = text.strip()
    if not words:
        raise MemoError("please write the memo first")
    if len(words) > LONGEST_MEMO:
        raise MemoError(f"please make the memo shorter: {LONGEST_MEMO} characters at most")
    written = _found(unlocked, definition_id, box, response)
    number = presses.next_number(presses.on(unlocked, written.id))
    marks.add(unlocked, _mark(unlocked, written, box, Kind.MEMO, number, text=words))


def take_memo_away(unlocked: Unlocked, definition_id: str, box: str, response: str, memo_id: str) -> None:
    """Take an own memo away. Raises UnknownMarkError."""
    written = _found(unlocked, definition_id, box, response)
    opened = presses.on(unlocked, written.id)
    for each in marks.standing(opened):
        own = each.coder_id == unlocked.account_id and each.question_id == box
        if own and each.kind == Kind.MEMO and each.id.hex() == memo_id:
            marks.remove(unlocked, each, press=presses.next_number(opened))
            return
    raise UnknownMarkError("there is no such memo of yours")


def skip(unlocked: Unlocked, definition_id: str, box: str, response: str) -> None:
    """Leave the answer to somebody else. It is not drawn for this person again, and nobody is told why."""
    written = _found(unlocked, definition_id, box, response)
    number = presses.next_number(presses.on(unlocked, written.id))
    marks.add(unlocked, _mark(unlocked, written, box, Kind.SKIP, number))


def refuse(unlocked: Unlocked, definition_id: str, box: str, response: str, theme: str) -> None:
    """Turn a suggested theme down for this answer. Raises UnknownThemeError."""
    written = _found(unlocked, definition_id, box, response)
    opened = presses.on(unlocked, written.id)
    found = themes.in_use(unlocked.session, unlocked.consultation, theme)
    for each in marks.standing(opened):
        if each.kind == Kind.REFUSAL and each.question_id == box and each.theme_id == found.id:
            return
    number = presses.next_number(opened)
    marks.add(unlocked, _mark(unlocked, written, box, Kind.REFUSAL, number, theme_id=found.id))


def _found(unlocked: Unlocked, definition_id: str, box: str, response: str) -> Written:
    boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    return one(unlocked, definition_id, box, response)


def _mark(
    unlocked: Unlocked,
    written: Written,
    box: str,
    kind: Kind,
    press: int,
    *,
    text: str = "",
    theme_id: bytes = b"",
) -> Mark:
    return Mark(
        kind=kind,
        response_id=written.id,
        response_rev=written.rev,
        question_id=box,
        coder_id=unlocked.account_id,
        press=press,
        text=text,
        theme_id=theme_id,
    )
