"""Presses of a coder on one answer: acts on codings and marks that share a number, and are undone as one.

Undoing deletes nothing: what was added is taken away, what was taken away is given again, both as acts of
their own that say which press they take back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from consult.models.base import new_id
from consult.records import codings, marks, notes
from consult.records.notes import Beside, OpenedNote
from consult.records.unlocking import Unlocked

_KINDS = frozenset({"coding", marks.KIND})
_NOT_UNDONE = frozenset({marks.Kind.SAMPLED})


def on(unlocked: Unlocked, response_id: bytes) -> list[OpenedNote]:
    """Every note beside the present text of one answer."""
    return list(
        notes.opened(
            unlocked.session,
            unlocked.vault,
            unlocked.consultation,
            unlocked.keys,
            response_ids=[response_id],
        )
    )


def on_text(unlocked: Unlocked, text: Beside, definition_id: str) -> list[OpenedNote]:
    """The same for a text that was read a moment ago, without asking for it again."""
    return notes.beside(
        unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, text, definition_id
    )


def next_number(opened: Iterable[OpenedNote]) -> int:
    """The number of the next press on a response, after all that stand beside it."""
    return max((note.content.get("seq", 0) for note in opened), default=0) + 1


def undo(unlocked: Unlocked, response_id: bytes, *, question_id: str) -> bool:
    """Take back this person's last press on one answer that can be taken back; False when there is none.

    Asked again, it takes back the one before.
    """
    opened = [note for note in on(unlocked, response_id) if note.content["kind"] in _KINDS]
    added = {note.id: note for note in opened if note.content["act"] == "add"}
    gone = {_target(note) for note in opened if note.content["act"] == "remove"}
    here = [note for note in opened if _question(note, added) == question_id]
    taken_back = {note.content["undoes"] for note in here}
    own = [
        note
        for note in here
        if note.content["coder"] == unlocked.account_id.hex()
        and not note.content["undoes"]
        and note.content["seq"] not in taken_back
        and note.content.get("mark") not in _NOT_UNDONE
    ]
    stands = {_origin(note): note for note_id, note in added.items() if note_id not in gone}
    number = next_number(opened)
    own.sort(key=lambda note: -note.content["seq"])
    for press, together in groupby(own, key=lambda note: note.content["seq"]):
        if _take_back(unlocked, list(together), added, stands, press, number):
            return True
    return False


def _take_back(
    unlocked: Unlocked,
    press: Sequence[OpenedNote],
    added: Mapping[bytes, OpenedNote],
    stands: Mapping[bytes, OpenedNote],
    undoes: int,
    number: int,
) -> bool:
    done = False
    for note in press:
        if note.content["act"] == "remove":
            _give_again(unlocked, added[_target(note)], undoes, number)
        elif _origin(note) in stands:
            _take_away(unlocked, stands[_origin(note)], undoes, number)
        else:
            continue  # somebody else took it away meanwhile
        done = True
    return done


def _give_again(unlocked: Unlocked, note: OpenedNote, undoes: int, number: int) -> None:
    content = {**note.content, "seq": number, "undoes": undoes, "again": _origin(note).hex()}
    beside = Beside(response_id=note.response_id, response_rev=note.response_rev)
    notes.store(
        unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, new_id(), beside, content
    )


def _take_away(unlocked: Unlocked, note: OpenedNote, undoes: int, number: int) -> None:
    if note.content["kind"] == marks.KIND:
        (mark,) = marks.standing([note])
        marks.remove(unlocked, mark, press=number, undoes=undoes)
        return
    codings.remove(
        unlocked.session,
        unlocked.vault,
        unlocked.consultation,
        unlocked.keys,
        codings.coding_of(note),
        coder_id=unlocked.account_id,
        seq=number,
        undoes=undoes,
    )


def _origin(note: OpenedNote) -> bytes:
    """The first of the notes that say the same: itself, unless it gives again what was taken away."""
    return bytes.fromhex(note.content.get("again", note.id.hex()))


def _target(note: OpenedNote) -> bytes:
    return bytes.fromhex(note.content["target"])


def _question(note: OpenedNote, added: Mapping[bytes, OpenedNote]) -> str:
    content = note.content if note.content["act"] == "add" else added[_target(note)].content
    return str(content["question"])
