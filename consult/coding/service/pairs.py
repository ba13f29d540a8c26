"""Double coding: a sample that a second person codes blind, how far the two agree, and what was settled.

The sample is the larger of a tenth and fifty answers, drawn evenly from each strand and question. Every
answer of it carries a mark, which goes with the answer when it is taken back. Nothing is kept but marks and
codings: what stood before somebody settled a difference is read from the log of acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from random import Random

from consult.coding.service import boxes
from consult.coding.service.blindness import hidden
from consult.coding.service.boxes import Box
from consult.coding.service.held import Written
from consult.coding.service.reading import Read, one, read
from consult.faults import RefusedError
from consult.records import audit, codings, consultations, marks, presses
from consult.records.codings import Coding, Stream
from consult.records.marks import Kind, Mark
from consult.records.unlocking import Unlocked

SHARE, FEWEST = 10, 50
"""One answer in ten, and no fewer than fifty (or all, where there are fewer)."""


class NothingToSampleError(RefusedError):
    """Every answer is in the sample already, or none was released."""


class NotSecondError(RefusedError):
    """The answer does not wait for this person as its second coder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """One question: its answers, those in the sample, with a first coding, done by a second, and settled.

    `mine`: those that wait for this person as the second coder.
    """

    box: Box
    answers: int
    sampled: int
    first: int
    both: int
    differ: int
    mine: int


def sample(unlocked: Unlocked, *, seed: int, actor: str, today: date) -> int:
    """Draw what is missing of the sample; returns how many answers were added. Raises NothingToSampleError.

    Stratified by survey and question, in proportion, at least one of each; later answers join later draws.
    """
    strata = _strata(unlocked)
    wanted = quotas({place: len(texts) for place, (_, texts) in strata.items()})
    chance = Random(seed)  # noqa: S311 - a fair draw, not a secret
    drawn = []
    for (definition_id, box), (state, texts) in strata.items():
        there = state.marked(box, Kind.SAMPLED)
        left = [answer for answer in texts if answer not in there]
        missing = max(0, wanted[definition_id, box] - len(there.keys() & texts.keys()))
        drawn += [
            _mark(unlocked, texts[answer], box, Kind.SAMPLED, number=0)
            for answer in chance.sample(left, min(missing, len(left)))
        ]
    if not drawn:
        raise NothingToSampleError("every answer that belongs into the sample is in it")
    marks.add_all(unlocked, drawn)
    audit.note(
        unlocked.session,
        unlocked.vault,
        actor,
        "draw sample for double coding",
        unlocked.consultation.name,
        detail=f"answers added: {len(drawn)}",
        today=today,
    )
    return len(drawn)


def quotas(sizes: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """How many answers of each stratum the sample has: in proportion, by largest remainders, at least one."""
    total = sum(sizes.values())
    if not total:
        return dict.fromkeys(sizes, 0)
    size = min(total, max(ceil(total * SHARE / 100), FEWEST))
    exact = {place: size * count / total for place, count in sizes.items()}
    found = {
        place: min(sizes[place], max(floor(share), 1 if sizes[place] else 0))
        for place, share in exact.items()
    }
    by_remainder = sorted(exact, key=lambda place: (floor(exact[place]) - exact[place], place))
    while sum(found.values()) < size:
        for place in by_remainder:
            if found[place] < sizes[place] and sum(found.values()) < size:
                found[place] += 1
    return found


def pairs(unlocked: Unlocked) -> tuple[PairRow, ...]:
    """Where double coding stands, question by question."""
    found = []
    for (definition_id, box), (state, texts) in _strata(unlocked).items():
        sampled = state.marked(box, Kind.SAMPLED).keys() & texts.keys()
        both = paired(state, box)
        coded = state.coded(box)
        found.append(
            PairRow(
                box=boxes.find(unlocked.session, unlocked.consultation, definition_id, box),
                answers=len(texts),
                sampled=len(sampled),
                first=len(sampled & coded.keys()),
                both=len(both),
                differ=sum(pair.differ for pair in both),
                mine=len(hidden(state, box, unlocked.account_id) & texts.keys()),
            )
        )
    return tuple(found)


def next_second(unlocked: Unlocked, definition_id: str, box: str, *, seed: int) -> str:
    """An answer that waits for this person as the second coder; empty when there is none."""
    boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    waiting = sorted(hidden(state, box, unlocked.account_id) & state.texts(box).keys())
    return Random(seed).choice(waiting).hex() if waiting else ""  # noqa: S311 - a fair draw, not a secret


def finish(unlocked: Unlocked, definition_id: str, box: str, response: str) -> None:
    """The second coder is done with an answer: from here on both see what both found.

    Without a coding it says that no theme applies. Raises NotSecondError for anybody else.
    """
    written = one(unlocked, definition_id, box, response)
    state = read(unlocked, definition_id)
    if written.id not in hidden(state, box, unlocked.account_id):
        raise NotSecondError("this answer does not wait for you as its second coder")
    number = presses.next_number(presses.on(unlocked, written.id))
    marks.add(unlocked, _mark(unlocked, written, box, Kind.FINISHED, number=number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One answer that two people coded, each without the other: what each gave it, and what stands now.

    `first` and `second` are codings as they stood before anybody settled; `now` what stands; `settled`:
    whether somebody did.
    """

    answer: bytes
    coders: tuple[bytes, bytes]
    first: tuple[Coding, ...]
    second: tuple[Coding, ...]
    now: tuple[Coding, ...]
    settled: bool

    @property
    def differ(self) -> bool:
        """Whether the two gave other themes, or the same ones to other places, and nobody settled it."""
        return not self.settled and _places(self.first) != _places(self.second)


def paired(state: Read, box: str) -> list[Pair]:
    """Every answer to a box that a first and a second coder are done with."""
    finished = state.marked(box, Kind.FINISHED)
    settled = state.marked(box, Kind.SETTLED)
    texts, coded = state.texts(box), state.coded(box)
    found = []
    for answer, acts in state.histories(box).items():
        done = finished.get(answer)
        first = [act.coding for act in acts if act.coding and act.coding.stream != Stream.SECOND]
        if not done or not first or answer not in texts:
            continue
        before = min((mark.press for mark in settled.get(answer, ())), default=None)
        stood = codings.live(act for act in acts if before is None or act.seq < before)
        pair = first[0].coder_id, done[0].coder_id
        found.append(
            Pair(
                answer=answer,
                coders=pair,
                first=tuple(each for each in stood if each.coder_id == pair[0]),
                second=tuple(each for each in stood if each.coder_id == pair[1]),
                now=tuple(each for each in coded.get(answer, ()) if each.theme_id),
                settled=before is not None,
            )
        )
    return sorted(found, key=lambda pair: pair.answer)


def _places(given: Sequence[Coding]) -> set[tuple[bytes, int, int]]:
    return {(coding.theme_id, coding.start, coding.end) for coding in given}


def _strata(unlocked: Unlocked) -> dict[tuple[str, str], tuple[Read, Mapping[bytes, Written]]]:
    """Every question with answers, each survey opened once."""
    found: dict[tuple[str, str], tuple[Read, Mapping[bytes, Written]]] = {}
    for survey in consultations.surveys_of(unlocked.session, unlocked.consultation):
        state = read(unlocked, survey.definition_id)
        for box in boxes.of_survey(unlocked.session, survey):
            texts = state.texts(box)
            if texts:
                found[survey.definition_id, box] = state, texts
    return found


def _mark(unlocked: Unlocked, written: Written, box: str, kind: Kind, *, number: int) -> Mark:
    return Mark(
        kind=kind,
        response_id=written.id,
        response_rev=written.rev,
        question_id=box,
        coder_id=unlocked.account_id,
        press=number,
    )
