"""Quotes: a person's own words, made ready to leave the team by two different people of it.

The first person proposes a redacted text of one coded span, the second passes it. Both are sealed notes by
the answer: a withdrawal destroys them with it, a changed answer makes them stale, and a coding that is taken
away takes its quote along. Only an author who chose that we may quote is ever quoted.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from consult.faults import MissingError, RefusedError
from consult.models.base import new_id
from consult.models.consultation import Consultation
from consult.records import heard, notes
from consult.records.notes import Beside, OpenedNote
from consult.records.opened import Opened
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault

KIND = "quote"
LONGEST = 1000
"""Characters of a quote: more than a paragraph can show who somebody is by its story alone."""
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
_LEFT_OUT = re.compile(r"\[[^\]]*\]|\.\.\.|…")


class UnknownQuoteError(MissingError):
    """There is no such quote, or it is gone with the answer it came from."""


class NoConsentError(RefusedError):
    """The author did not choose that these words may be quoted."""


class SamePersonError(RefusedError):
    """Who proposed a quote cannot also pass it."""


class NotTheirWordsError(RefusedError):
    """The text holds words that the person did not write, or nothing of theirs."""


class Act(StrEnum):
    """What a note about a quote says."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    TAKE_BACK = "take_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A redacted text of one coding's span; `passed` once somebody other than its proposer agreed."""

    id: bytes
    response_id: bytes
    response_rev: int
    coding_id: bytes
    words: str
    proposed_by: bytes
    passed_by: bytes | None = None

    @property
    def passed(self) -> bool:
        """Whether two different people stand behind it."""
        return self.passed_by is not None and self.passed_by != self.proposed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a coding stands: code points of one answer, end exclusive."""

    coding_id: bytes
    response_id: bytes
    theme_id: bytes
    question_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every act here works with: the same four things as `records.codings`."""

    session: Session
    vault: WorkbenchVault
    consultation: Consultation
    keys: ConsultationKeys


def standing(opened: Iterable[OpenedNote], codings: Container[bytes]) -> list[Quote]:
    """Quotes among opened notes that were not taken back and whose coding stands, as one of `codings`."""
    told = [note for note in opened if note.content["kind"] == KIND]
    gone = {_target(note) for note in told if note.content["act"] == Act.TAKE_BACK}
    passes: dict[bytes, set[bytes]] = {}
    for note in told:
        if note.content["act"] == Act.CONFIRM:
            passes.setdefault(_target(note), set()).add(bytes.fromhex(note.content["by"]))
    found = []
    for note in told:
        if note.content["act"] != Act.PROPOSE or note.id in gone:
            continue
        coding_id = bytes.fromhex(note.content["coding"])
        if coding_id not in codings:
            continue
        proposer = bytes.fromhex(note.content["by"])
        others = passes.get(note.id, set()) - {proposer}
        found.append(
            Quote(
                id=note.id,
                response_id=note.response_id,
                response_rev=note.response_rev,
                coding_id=coding_id,
                words=note.content["words"],
                proposed_by=proposer,
                passed_by=min(others, default=None),
            )
        )
    return sorted(found, key=lambda quote: quote.id)


def coded_words(response: Opened, span: Span) -> str:
    """The coded words of an answer; empty when that answer is no text or is gone."""
    answer = response.answers.get(span.question_id)
    return answer[span.start : span.end] if isinstance(answer, str) else ""


def propose(desk: Desk, response: Opened, span: Span, words: str, *, account_id: bytes) -> Quote:
    """Keep a redacted text as a proposal.

    Raises NoConsentError without the author's consent, NotTheirWordsError when the text is not the span with
    parts left out ("..." or anything in square brackets).
    """
    if response.consent_for(span.question_id) != "quote":
        raise NoConsentError("the author did not choose that we may quote these words")
    text = " ".join(words.split())
    if not drawn_from(text, coded_words(response, span)):
        raise NotTheirWordsError(
            "a quote uses the person's own words, in their order: leave words out with [...], and add none"
        )
    made = Quote(
        id=new_id(),
        response_id=response.id,
        response_rev=response.rev,
        coding_id=span.coding_id,
        words=text,
        proposed_by=account_id,
    )
    _store(
        desk,
        made.id,
        made,
        {"act": Act.PROPOSE, "coding": span.coding_id.hex(), "words": text},
        account_id=account_id,
    )
    return made


def confirm(desk: Desk, quote: Quote, *, account_id: bytes) -> None:
    """Pass a quote as the second person. Raises SamePersonError for the one who proposed it."""
    if account_id == quote.proposed_by:
        raise SamePersonError("a second person passes a quote: somebody other than who proposed it")
    _store(desk, new_id(), quote, {"act": Act.CONFIRM, "target": quote.id.hex()}, account_id=account_id)


def take_back(desk: Desk, quote: Quote, *, account_id: bytes) -> None:
    """Take a proposal or a passed quote back, off the public page too. Anybody of the team may: doubt is
    enough."""
    desk.session.execute(heard.taking_off_quote(quote.id))
    _store(desk, new_id(), quote, {"act": Act.TAKE_BACK, "target": quote.id.hex()}, account_id=account_id)


def drawn_from(words: str, original: str) -> bool:
    """Whether a text is made of pieces of the original, in their order, with parts left out."""
    pieces = [piece for piece in (_plain(part) for part in _LEFT_OUT.split(words)) if piece.strip()]
    place, source = 0, _plain(original)
    for piece in pieces:
        found = source.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece) - 1
    return bool(pieces) and len(words) <= LONGEST


def _plain(text: str) -> str:
    """Words alone, each between blanks, so that "he" is not found inside "the"."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _target(note: OpenedNote) -> bytes:
    return bytes.fromhex(note.content["target"])


def _store(desk: Desk, note_id: bytes, beside: Quote, content: dict[str, Any], *, account_id: bytes) -> None:
    notes.store(
        desk.session,
        desk.vault,
        desk.consultation,
        desk.keys,
        note_id,
        Beside(response_id=beside.response_id, response_rev=beside.response_rev),
        {"kind": KIND, "by": account_id.hex(), **content},
    )
