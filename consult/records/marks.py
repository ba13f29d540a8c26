"""What coders put beside an answer other than codings: flags, memos, refused suggestions, and the like.

Sealed notes like codings, never changed, only added to. A mark stands until an act takes it away; one made
on an earlier text of the answer is never opened (`notes`), and a withdrawal destroys it with the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from consult.faults import MissingError
from consult.models.base import new_id
from consult.records import notes
from consult.records.notes import Beside, OpenedNote
from consult.records.unlocking import Unlocked

KIND = "mark"


class Kind(StrEnum):
    """What a mark says.

    `skip`: this coder leaves the answer to somebody else, and nobody is told why. `refusal`: a suggested
    theme was turned down. `sampled`: drawn for a second, blind coder; `finished`: that coder is done;
    `settled`: where the two differed, a person decided.
    """

    FLAG = "flag"
    MEMO = "memo"
    SKIP = "skip"
    REFUSAL = "refusal"
    SAMPLED = "sampled"
    FINISHED = "finished"
    SETTLED = "settled"


class UnknownMarkError(MissingError):
    """There is no such mark, or it was taken away already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark on one answer by one person. `text`: a memo's words; `theme_id`: what was refused.

    `press` is the number of the press on this response that it was made with, shared with codings.
    """

    id: bytes = b""
    kind: Kind
    response_id: bytes
    response_rev: int
    question_id: str
    coder_id: bytes
    press: int = 0
    text: str = ""
    theme_id: bytes = b""


def standing(opened: Iterable[OpenedNote]) -> tuple[Mark, ...]:
    """The marks among opened notes that nobody took away, in the order in which they were made."""
    added: list[OpenedNote] = []
    gone: set[str] = set()
    for note in opened:
        if note.content["kind"] != KIND:
            continue
        if note.content["act"] == "remove":
            gone.add(note.content["target"])
        else:
            added.append(note)
    stands = [_mark(note) for note in added if note.id.hex() not in gone]
    return tuple(sorted(stands, key=lambda mark: (mark.response_id, mark.press)))


def add(unlocked: Unlocked, mark: Mark) -> None:
    """Keep a mark."""
    add_all(unlocked, [mark])


def add_all(unlocked: Unlocked, made: Iterable[Mark]) -> None:
    """Keep many marks at once."""
    _store(unlocked, [(mark, _content(mark)) for mark in made])


def _content(made: Mark) -> dict[str, Any]:
    return {
        "kind": KIND,
        "act": "add",
        "mark": made.kind,
        "question": made.question_id,
        "coder": made.coder_id.hex(),
        "text": made.text,
        "theme": made.theme_id.hex(),
        "seq": made.press,
        "undoes": 0,
    }


def remove(unlocked: Unlocked, mark: Mark, *, press: int, undoes: int = 0) -> None:
    """Take a mark away; who did it is kept."""
    content = {
        "kind": KIND,
        "act": "remove",
        "target": mark.id.hex(),
        "coder": unlocked.account_id.hex(),
        "seq": press,
        "undoes": undoes,
    }
    _store(unlocked, [(mark, content)])


def _store(unlocked: Unlocked, written: Iterable[tuple[Mark, dict[str, Any]]]) -> None:
    notes.store_all(
        unlocked.session,
        unlocked.vault,
        unlocked.consultation,
        unlocked.keys,
        [
            (new_id(), Beside(response_id=mark.response_id, response_rev=mark.response_rev), content)
            for mark, content in written
        ],
    )


def _mark(note: OpenedNote) -> Mark:
    content = note.content
    return Mark(
        id=note.id,
        kind=Kind(content["mark"]),
        response_id=note.response_id,
        response_rev=note.response_rev,
        question_id=content["question"],
        coder_id=bytes.fromhex(content["coder"]),
        press=content["seq"],
        text=content.get("text", ""),
        theme_id=bytes.fromhex(content["theme"]),
    )
