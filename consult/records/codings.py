"""Codings: sealed acts of coders beside an answer, never changed, only added to.

A coding is live until an act takes it away. One made on an earlier text of a response that its author changed
since is stale: it is neither shown nor counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from consult.faults import MissingError
from consult.models.base import new_id
from consult.models.consultation import Consultation
from consult.records import heard, notes
from consult.records.notes import Beside, OpenedNote
from consult.records.unlocking import Unlocked
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault

NO_THEME = b""
"""The theme of a coding that says "read, and no theme applies": work done, and nobody's mention."""


class Origin(StrEnum):
    """Who is behind a coding."""

    PERSON = "person"
    SUGGESTION_ACCEPTED = "suggestion_accepted"
    SUGGESTION_EDITED = "suggestion_edited"


class Stream(StrEnum):
    """How the answer came before the coder: only `random` says how common a theme is.

    `second`: somebody else coded it first, and this coder did not see how.
    """

    RANDOM = "random"
    RARE = "rare"
    CHOSEN = "chosen"
    SECOND = "second"


class Act(StrEnum):
    """What a note says."""

    ADD = "add"
    REMOVE = "remove"


class UnknownCodingError(MissingError):
    """There is no such coding, or it was taken away already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """A theme given to a span (code points, end exclusive) of one answer by one coder."""

    id: bytes = b""
    response_id: bytes
    response_rev: int
    definition_id: str = ""
    question_id: str
    start: int
    end: int
    theme_id: bytes
    coder_id: bytes
    origin: Origin = Origin.PERSON
    stream: Stream = Stream.CHOSEN
    blind: bool = False
    seq: int = 0
    # Names the batch that this one was accepted with, so that the whole batch can be taken back.
    batch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingAct:
    """One opened note: a coding added, or one taken away (`target`).

    Acts of one press of a button share their `seq`. `undoes` is the `seq` of the press that this act takes
    back, 0 for an act of its own.
    """

    act: Act
    seq: int
    coder_id: bytes
    coding: Coding | None = None
    target: bytes = b""
    undoes: int = 0


def acts(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    *,
    response_ids: Sequence[bytes] | None = None,
) -> list[CodingAct]:
    """Every act on the present text of released responses, in one query."""
    return acts_in(notes.opened(session, vault, consultation, keys, response_ids=response_ids))


def acts_in(opened: Iterable[OpenedNote]) -> list[CodingAct]:
    """The acts of coders among opened notes."""
    return list(acts_by_note(opened, {}).values())


def acts_by_note(opened: Iterable[OpenedNote], known: Mapping[bytes, CodingAct]) -> dict[bytes, CodingAct]:
    """The acts of coders among opened notes, by the note's id. Those `known` are taken over: a note never
    changes."""
    return {note.id: known.get(note.id) or _act(note) for note in opened if note.content["kind"] == "coding"}


def standing(opened: Iterable[OpenedNote]) -> dict[bytes, OpenedNote]:
    """Notes of codings that stand, by id: `live` for pages that count thousands of them.

    Like there, those that say only that no theme applies are left out.
    """
    gone: set[bytes] = set()
    added: dict[bytes, OpenedNote] = {}
    for note in opened:
        content = note.content
        if content["kind"] != "coding":
            continue
        if content["act"] == Act.REMOVE:
            gone.add(bytes.fromhex(content["target"]))
        elif content["theme"]:
            added[note.id] = note
    return {note_id: note for note_id, note in added.items() if note_id not in gone}


def live(made: Iterable[CodingAct], *, with_no_theme: bool = False) -> list[Coding]:
    """Codings that stand, in the order in which they were made on each response.

    Those that say only that no theme applies are left out, unless asked for: they are nobody's mention.
    """
    made = list(made)
    gone = {act.target for act in made if act.act == Act.REMOVE}
    standing = [
        act.coding
        for act in made
        if act.coding is not None
        and act.coding.id not in gone
        and (with_no_theme or act.coding.theme_id != NO_THEME)
    ]
    return sorted(standing, key=lambda coding: (coding.response_id, coding.seq))


def add(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    coding: Coding,
    *,
    undoes: int = 0,
) -> Coding:
    """Store a coding under the workspace key and give it its id."""
    made = replace(coding, id=new_id())
    notes.store(session, vault, consultation, keys, made.id, _beside(made), _content(made, undoes))
    return made


def remove(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    coding: Coding,
    *,
    coder_id: bytes,
    seq: int,
    undoes: int = 0,
) -> None:
    """Take a coding away; the act is kept, with who did it. Words of it on the public page go at once."""
    session.execute(heard.taking_off_coding(coding.id))
    content = _removal(coding, coder_id, seq, undoes)
    notes.store(session, vault, consultation, keys, new_id(), _beside(coding), content)


def _content(made: Coding, undoes: int) -> dict[str, Any]:
    content = {
        "kind": "coding",
        "act": Act.ADD,
        "question": made.question_id,
        "start": made.start,
        "end": made.end,
        "theme": made.theme_id.hex(),
        "coder": made.coder_id.hex(),
        "origin": made.origin,
        "stream": made.stream,
        "blind": made.blind,
        "seq": made.seq,
        "undoes": undoes,
    }
    return content | ({"batch": made.batch} if made.batch else {})


def _removal(coding: Coding, coder_id: bytes, seq: int, undoes: int) -> dict[str, Any]:
    return {
        "kind": "coding",
        "act": Act.REMOVE,
        "target": coding.id.hex(),
        "coder": coder_id.hex(),
        "seq": seq,
        "undoes": undoes,
    }


def _beside(coding: Coding) -> Beside:
    return Beside(response_id=coding.response_id, response_rev=coding.response_rev)


def _act(note: OpenedNote) -> CodingAct:
    content = note.content
    coder_id = bytes.fromhex(content["coder"])
    if content["act"] == Act.REMOVE:
        return CodingAct(
            act=Act.REMOVE,
            seq=content["seq"],
            coder_id=coder_id,
            target=bytes.fromhex(content["target"]),
            undoes=content["undoes"],
        )
    coding = coding_of(note)
    return CodingAct(
        act=Act.ADD, seq=content["seq"], coder_id=coder_id, coding=coding, undoes=content["undoes"]
    )


def coding_of(note: OpenedNote) -> Coding:
    """The coding that an opened note adds."""
    content = note.content
    return Coding(
        id=note.id,
        response_id=note.response_id,
        response_rev=note.response_rev,
        definition_id=note.definition_id,
        question_id=content["question"],
        start=content["start"],
        end=content["end"],
        theme_id=bytes.fromhex(content["theme"]),
        coder_id=bytes.fromhex(content["coder"]),
        origin=Origin(content["origin"]),
        stream=Stream(content["stream"]),
        blind=content["blind"],
        seq=content["seq"],
        batch=content.get("batch", ""),
    )


def counted_for(coding: Coding, into: Mapping[bytes, bytes]) -> Coding:
    """A coding under the theme that its own was merged into; `into` as `themes.merged` gives it."""
    return replace(coding, theme_id=into[coding.theme_id]) if coding.theme_id in into else coding


def add_all(unlocked: Unlocked, made: Iterable[Coding]) -> None:
    """Store many codings at once, such as a batch of accepted suggestions."""
    notes.store_all(
        unlocked.session,
        unlocked.vault,
        unlocked.consultation,
        unlocked.keys,
        [(new_id(), _beside(each), _content(each, 0)) for each in made],
    )


def remove_all(unlocked: Unlocked, gone: Sequence[Coding], *, numbers: Mapping[bytes, int]) -> None:
    """Take many codings away at once, each as the press of that number on its response."""
    if gone:
        unlocked.session.execute(heard.taking_off_coding(*(coding.id for coding in gone)))
    notes.store_all(
        unlocked.session,
        unlocked.vault,
        unlocked.consultation,
        unlocked.keys,
        [
            (new_id(), _beside(each), _removal(each, unlocked.account_id, numbers[each.response_id], 0))
            for each in gone
        ],
    )
