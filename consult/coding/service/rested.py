"""Meaning at rest: what was worked out is sealed beside the responses, and taken up at the next unlock.

Written in requests that write anyway, some at a time, since the thread that works meaning out holds no key.
Rows are made for responses in the order of their random ids, also for those without a word: which rows are
there says nothing of what is in a response. Knows nothing of codings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from consult.coding.service.held import Shelf, shelves
from consult.records import meanings
from consult.records.unlocking import Unlocked

if TYPE_CHECKING:
    from analysis.vectors import Backend

MOST = 500
"""Rows that one press may seal: a few tens of milliseconds of the database's one writer."""


def take_up(unlocked: Unlocked, definition_id: str, shelf: Shelf, ids: list[bytes] | None) -> None:
    """Open what is kept of responses that were just opened themselves; it waits on the shelf."""
    if not unlocked.consultation.suggestions:
        return
    for each in meanings.opened(unlocked, definition_id, ids):
        shelf.rested[each.response_id] = each.rev, each.vectors


def unpack(shelf: Shelf, backend: Backend) -> None:
    """Put what was taken up among the vectors of the shelf, if this back-end made it."""
    import numpy as np  # noqa: PLC0415 - only who has vectors needs it

    while shelf.rested:
        response, (rev, packed) = shelf.rested.popitem()
        written = shelf.responses.get(response)
        head, _, body = packed.partition(b"\n")
        told = json.loads(head)
        if written is None or written.rev != rev or told["backend"] != _print_of(backend):
            continue
        rows = np.frombuffer(body, dtype=np.float16).reshape(-1, backend.size)
        at = 0
        for box, count in told["boxes"].items():
            shelf.meaning[box, response, rev] = rows[at : at + count]
            at += count
        shelf.sealed[response] = rev, frozenset(told["boxes"])


def keep(unlocked: Unlocked, definition_id: str) -> int:
    """Seal some of what was worked out since; how many responses it was. The caller commits."""
    shelf = shelves.at(unlocked.account_id, unlocked.consultation.id, definition_id).value
    backend = shelf.backend
    if backend is None or not unlocked.consultation.suggestions:
        return 0
    with shelf.lock:
        there = len(shelf.responses), len(shelf.meaning)
        if shelf.nothing_due == there:  # both only grow until `keep_only`: nothing has come since
            return 0
        todo = _due(shelf)
        if not todo:
            shelf.nothing_due = there
            return 0
        made = {
            response: (shelf.responses[response].rev, _packed(shelf, response, boxes, backend))
            for response, boxes in todo.items()
        }
        kept = meanings.keep(unlocked, made)
        # One that is too large to keep is not tried again.
        shelf.sealed |= {response: (made[response][0], boxes) for response, boxes in todo.items()}
        return len(kept)


def _due(shelf: Shelf) -> dict[bytes, frozenset[str]]:
    """Responses whose words are all worked out, of boxes that were begun, and which rest differently."""
    begun = {box for box, _, _ in list(shelf.meaning)}
    due: dict[bytes, frozenset[str]] = {}
    for response, written in shelf.responses.items():
        boxes = frozenset(box for box in begun if written.words.get(box))
        if shelf.sealed.get(response) == (written.rev, boxes):
            continue
        if not all((box, response, written.rev) in shelf.meaning for box in boxes):
            break  # what is worked out follows the order of ids, and so does what is kept
        due[response] = boxes
        if len(due) == MOST:
            break
    return due


def _packed(shelf: Shelf, response: bytes, boxes: frozenset[str], backend: Backend) -> bytes:
    """A line that says what made the rows, and of which box how many they are; then the rows."""
    rev = shelf.responses[response].rev
    rows: Mapping[str, Any] = {box: shelf.meaning[box, response, rev] for box in sorted(boxes)}
    head = {"backend": _print_of(backend), "boxes": {box: len(each) for box, each in rows.items()}}
    return json.dumps(head).encode() + b"\n" + b"".join(each.tobytes() for each in rows.values())


def _print_of(backend: Backend) -> list[Any]:
    return [backend.name, backend.digest, backend.size]
