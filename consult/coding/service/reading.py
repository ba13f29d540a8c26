"""Released answers to one survey with the codings that stand, brought up to date with the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.text import normalise
from consult.coding.service import boxes
from consult.coding.service.held import Shelf, Written, shelves
from consult.faults import MissingError
from consult.records import codings, consultations, notes, opened
from consult.records.codings import Coding
from consult.records.opened import Opened
from consult.records.unlocking import Unlocked

_FEW = 500
"""More missing responses than this are read by opening the whole survey: one query without a long list."""


class UnknownAnswerError(MissingError):
    """No released response of this survey says anything here: or it was withdrawn, or waits for its batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A survey as it stands now. `responses` by id, in the order of the random ids; `shelf` holds the fits.

    `codings` has every coding that stands, also those that say that no theme applies. `decisions` counts all
    acts of coders by box, taken back or not. `shut` counts responses that do not open and so are not here.
    """

    responses: Mapping[bytes, Written]
    codings: tuple[Coding, ...]
    decisions: Mapping[str, int]
    shelf: Shelf
    shut: int

    def texts(self, box: str) -> dict[bytes, Written]:
        """The responses that say something in this box, in order."""
        return {each.id: each for each in self.responses.values() if each.words.get(box)}

    def coded(self, box: str) -> dict[bytes, list[Coding]]:
        """The codings of each coded answer to this box."""
        found: dict[bytes, list[Coding]] = {}
        for coding in self.codings:
            if coding.question_id == box:
                found.setdefault(coding.response_id, []).append(coding)
        return found


def read(unlocked: Unlocked, definition_id: str) -> Read:
    """Everything of one survey that this person may read now. Raises UnknownSurveyError or SealError."""
    session, consultation = unlocked.session, unlocked.consultation
    survey = consultations.survey_of(session, consultation, definition_id)
    shelf = shelves.at(unlocked.account_id, consultation.id, definition_id).value
    with shelf.lock:
        shut = _bring_responses(unlocked, definition_id, tuple(boxes.of_survey(session, survey)), shelf)
        current = notes.opened(
            session,
            unlocked.vault,
            consultation,
            unlocked.keys,
            definition_id=definition_id,
            known=shelf.notes,
        )
        shelf.notes = {note.id: note for note in current}
        made = codings.acts_in(shelf.notes.values())
        return Read(
            responses=dict(shelf.responses),
            codings=tuple(codings.live(made, with_no_theme=True)),
            decisions=_decisions(made),
            shelf=shelf,
            shut=shut,
        )


def _bring_responses(unlocked: Unlocked, definition_id: str, keys: tuple[str, ...], shelf: Shelf) -> int:
    session, consultation = unlocked.session, unlocked.consultation
    revisions = opened.revisions(session, consultation, definition_id)
    kept = {
        response_id: each
        for response_id, each in shelf.responses.items()
        if revisions.get(response_id) == each.rev
    }
    missing = [response_id for response_id in revisions if response_id not in kept]
    if len(kept) < len(shelf.responses):
        # A fit holds words of every answer it learned from: of one that is gone, too.
        shelf.fits.clear()
    shut: list[bytes] = []
    if missing:
        picked = missing if len(missing) <= _FEW else None
        arrived = opened.released(
            session,
            unlocked.vault,
            consultation,
            unlocked.keys,
            definition_id=definition_id,
            ids=picked,
            shut=shut,
        )
        kept |= {each.id: _written(each, keys) for each in arrived}
    shelf.responses = {response_id: kept[response_id] for response_id in revisions if response_id in kept}
    return len(shut)


def _written(response: Opened, keys: tuple[str, ...]) -> Written:
    """What a response says in own words. Nothing else of it stays in memory."""
    words = {key: normalise(str(response.answers[key])) for key in keys if response.answers.get(key)}
    return Written(
        id=response.id,
        rev=response.rev,
        language=response.language,
        consent={key: response.consent_for(key) for key in keys},
        words={key: text for key, text in words.items() if text.strip()},
    )


def one(unlocked: Unlocked, definition_id: str, box: str, response: str) -> Written:
    """One answer, read afresh from the database. Raises UnknownAnswerError or DoesNotOpenError."""
    found = opened.one(
        unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, identity(response)
    )
    if found is None or found.definition_id != definition_id:
        raise UnknownAnswerError("there is no such answer")
    written = _written(found, (box,))
    if box not in written.words:
        raise UnknownAnswerError("there is no such answer")
    return written


def identity(response: str) -> bytes:
    """The id that an address names. Raises UnknownAnswerError when it cannot be one."""
    try:
        return bytes.fromhex(response)
    except ValueError as error:
        raise UnknownAnswerError("there is no such answer") from error


def _decisions(made: list[codings.CodingAct]) -> dict[str, int]:
    of_coding = {act.coding.id: act.coding.question_id for act in made if act.coding}
    counted: dict[str, int] = {}
    for act in made:
        box = act.coding.question_id if act.coding else of_coding.get(act.target)
        if box is not None:
            counted[box] = counted.get(box, 0) + 1
    return counted
