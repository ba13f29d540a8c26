"""Released answers to one survey with the codings that stand, brought up to date with the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analysis.text import normalise
from consult.coding.service import boxes, rested
from consult.coding.service.held import Shelf, Written, shelves
from consult.faults import MissingError
from consult.records import codings, consultations, marks, notes, opened, themes
from consult.records.codings import Coding, CodingAct
from consult.records.marks import Kind, Mark
from consult.records.notes import Released
from consult.records.opened import Opened
from consult.records.unlocking import Unlocked

_FEW = 500
"""More missing responses than this are read by opening the whole survey: one query without a long list."""


class UnknownAnswerError(MissingError):
    """No released response of this survey says anything here: or it was withdrawn, or waits for its batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A survey as it stands now. `responses` by id, in the order of the random ids; `shelf` holds the fits.

    `codings` has every coding that stands, also those that say that no theme applies; one of a theme that was
    merged stands under the other. `acts` has all that was ever done. `marks` has what else stands beside
    answers. `decisions` counts all acts of coders by box, taken back or not. `shut` counts responses that do
    not open and so are not here.
    """

    responses: Mapping[bytes, Written]
    codings: tuple[Coding, ...]
    acts: tuple[CodingAct, ...]
    marks: tuple[Mark, ...]
    decisions: Mapping[str, int]
    shelf: Shelf
    shut: int
    _texts: dict[str, dict[bytes, Written]] = field(repr=False)

    def texts(self, box: str) -> Mapping[bytes, Written]:
        """The responses that say something in this box, in order."""
        if box not in self._texts:
            self._texts[box] = {each.id: each for each in self.responses.values() if each.words.get(box)}
        return self._texts[box]

    def coded(self, box: str) -> dict[bytes, list[Coding]]:
        """The codings of each coded answer to this box."""
        found: dict[bytes, list[Coding]] = {}
        for coding in self.codings:
            if coding.question_id == box:
                found.setdefault(coding.response_id, []).append(coding)
        return found

    def marked(self, box: str, *kinds: Kind) -> dict[bytes, list[Mark]]:
        """Marks of some kinds on each answer to this box."""
        found: dict[bytes, list[Mark]] = {}
        for mark in self.marks:
            if mark.question_id == box and mark.kind in kinds:
                found.setdefault(mark.response_id, []).append(mark)
        return found

    def histories(self, box: str) -> dict[bytes, list[CodingAct]]:
        """All acts of coders on each answer to this box, in the order in which they were done."""
        whose = {act.coding.id: act.coding for act in self.acts if act.coding is not None}
        found: dict[bytes, list[CodingAct]] = {}
        for act in self.acts:
            coding = act.coding or whose.get(act.target)
            if coding is not None and coding.question_id == box:
                found.setdefault(coding.response_id, []).append(act)
        return {answer: sorted(acts, key=lambda act: act.seq) for answer, acts in found.items()}

    def next_numbers(self) -> dict[bytes, int]:
        """The number of the next press on each response that something stands beside."""
        found: dict[bytes, int] = {}
        for note in self.shelf.notes.values():
            number = note.content.get("seq", 0) + 1
            found[note.response_id] = max(found.get(note.response_id, 1), number)
        return found

    def refused(self, box: str) -> dict[bytes, frozenset[bytes]]:
        """Themes that a person turned down for each answer to this box."""
        turned_down = self.marked(box, Kind.REFUSAL)
        return {answer: frozenset(each.theme_id for each in made) for answer, made in turned_down.items()}


def read(unlocked: Unlocked, definition_id: str) -> Read:
    """Everything of one survey that this person may read now. Raises UnknownSurveyError or SealError."""
    session, consultation = unlocked.session, unlocked.consultation
    survey = consultations.survey_of(session, consultation, definition_id)
    shelf = shelves.at(unlocked.account_id, consultation.id, definition_id).value
    with shelf.lock:
        kept = _Kept(
            boxes=tuple(boxes.of_survey(session, survey)),
            groups=tuple(each.question_id for each in boxes.groupings(session, survey)),
        )
        revisions = opened.revisions(session, consultation, definition_id)
        shut = _bring_responses(unlocked, definition_id, kept, shelf, revisions)
        current = notes.opened(
            session,
            unlocked.vault,
            consultation,
            unlocked.keys,
            released=Released(definition_id, revisions),
            known=shelf.notes,
        )
        shelf.notes = {note.id: note for note in current}
        shelf.acts = codings.acts_by_note(shelf.notes.values(), shelf.acts)
        into = themes.merged(session, consultation)
        made = [_counted_for(act, into) for act in shelf.acts.values()] if into else [*shelf.acts.values()]
        return Read(
            responses=shelf.responses,
            codings=tuple(codings.live(made, with_no_theme=True)),
            acts=tuple(made),
            marks=marks.standing(shelf.notes.values()),
            decisions=_decisions(made),
            shelf=shelf,
            shut=shut,
            _texts=shelf.texts,
        )


def _counted_for(act: CodingAct, into: Mapping[bytes, bytes]) -> CodingAct:
    """An act under the theme that its own was merged into."""
    if act.coding is None or act.coding.theme_id not in into:
        return act
    return replace(act, coding=codings.counted_for(act.coding, into))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What of a response stays in memory: the keys of own words, and of choices to group by."""

    boxes: tuple[str, ...]
    groups: tuple[str, ...] = ()


def _bring_responses(
    unlocked: Unlocked, definition_id: str, wanted: _Kept, shelf: Shelf, revisions: Mapping[bytes, int]
) -> int:
    if revisions == {each.id: each.rev for each in shelf.responses.values()}:
        return 0
    session, consultation = unlocked.session, unlocked.consultation
    kept = {
        response_id: each
        for response_id, each in shelf.responses.items()
        if revisions.get(response_id) == each.rev
    }
    missing = sorted(revisions.keys() - kept.keys())
    if len(kept) < len(shelf.responses):
        shelf.keep_only(kept.values())
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
        kept |= {each.id: _written(each, wanted) for each in arrived}
        rested.take_up(unlocked, definition_id, shelf, picked)
    shelf.responses = {response_id: kept[response_id] for response_id in sorted(kept)}
    shelf.texts = {}
    return len(shut)


def _written(response: Opened, kept: _Kept) -> Written:
    """What a response says in own words. Nothing else of it stays in memory."""
    words = {key: normalise(str(response.answers[key])) for key in kept.boxes if response.answers.get(key)}
    return Written(
        id=response.id,
        rev=response.rev,
        language=response.language,
        easy=response.view == "easy",
        groups={key: str(response.answers[key]) for key in kept.groups if response.answers.get(key)},
        consent={key: response.consent_for(key) for key in kept.boxes},
        words={key: text for key, text in words.items() if text.strip()},
    )


def one(unlocked: Unlocked, definition_id: str, box: str, response: str) -> Written:
    """One answer, read afresh from the database. Raises UnknownAnswerError or DoesNotOpenError."""
    found = opened.one(
        unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, identity(response)
    )
    if found is None or found.definition_id != definition_id:
        raise UnknownAnswerError("there is no such answer")
    written = _written(found, _Kept(boxes=(box,)))
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
