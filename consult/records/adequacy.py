"""How far the listening has come: whether new themes still come, and how far two coders agree.

Said beside what a person thinks of adequacy, for a whole strand and never for one theme. Knows codings and
marks that were opened already, and no words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.saturation import saturate_answers
from consult.models.consultation import Strand
from consult.records import marks
from consult.records.codings import Act, Stream
from consult.records.marks import Kind
from consult.records.notes import OpenedNote
from consult.records.voices import SURVEYED, Place, Voices

FEW_NEW = 0.05
"""Where ten more answers bring less than a twentieth of the first themes, little new is to be expected."""
_SAMPLE, _ORDERS = 400, 50
"""Answers that the curve is drawn from, and orders of them: enough for a word, and quick at any size."""
_SEED = 20_260_104
_NAME = "adequacy"
_NEVER = 1 << 62

Pair = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adequacy:
    """One strand. thin: too few coded answers to tell. settled_at: after how many little new came, else 0.

    pairs: answers that two people coded, each blind to the other; alpha (Krippendorff's, over the sets of
    themes of an answer, MASI distance) is None where nothing can be computed; reading: good, tentative or
    recode.
    """

    thin: bool
    settled_at: int
    pairs: int
    alpha: float | None
    reading: str


def of(heard: Voices) -> Mapping[Strand, Adequacy]:
    """By strand that anybody was asked in. Worked out once for what was heard."""
    found: Mapping[Strand, Adequacy] | None = heard.worked_out.get(_NAME)
    if found is None:
        found = {strand: _of(heard, strand) for strand in SURVEYED if heard.asked.get(strand)}
        heard.worked_out[_NAME] = found
    return found


def _of(heard: Voices, strand: Strand) -> Adequacy:
    themes: dict[bytes, set[str]] = {}
    for note in heard.codings.values():
        if heard.strands.get(note.definition_id) == strand:
            themes.setdefault(note.response_id, set()).add(note.content["theme"])
    # Ids are random, so the first of them are a fair sample.
    curve = saturate_answers([themes[each] for each in sorted(themes)[:_SAMPLE]], seed=_SEED, orders=_ORDERS)
    settled = (unit for unit in sorted(curve.median) if curve.median[unit] <= FEW_NEW)
    pairs = _pairs(note for note in heard.notes.values() if heard.strands.get(note.definition_id) == strand)
    alpha, reading = _alpha(pairs)
    return Adequacy(
        thin=curve.thin, settled_at=next(settled, 0), pairs=len(pairs), alpha=alpha, reading=reading
    )


def _alpha(pairs: list[Pair]) -> tuple[float | None, str]:
    if not pairs:
        return None, ""
    from analysis import agreement  # noqa: PLC0415 - loads pandas, which a page without pairs does without

    value = agreement.alpha(pairs, agreement.masi)
    return value, "" if value is None else agreement.reading(value)


def _pairs(of_strand: Iterable[OpenedNote]) -> list[Pair]:
    """The themes that a first and a second coder gave an answer, before anybody settled a difference."""
    acts, done, settled = _parted(of_strand)
    gone = {each.content["target"]: each.content["seq"] for each in acts if each.content["act"] == Act.REMOVE}
    first: dict[Place, set[str]] = {}
    second: dict[Place, set[str]] = {}
    for note in acts:
        content = note.content
        place = note.response_id, content.get("question", "")
        if content["act"] == Act.REMOVE or place not in done:
            continue
        mine = second if content["stream"] == Stream.SECOND else first
        given = mine.setdefault(place, set())
        until = settled.get(place, _NEVER)
        if content["theme"] and content["seq"] < until <= gone.get(note.id.hex(), _NEVER):
            given.add(content["theme"])
    return [(frozenset(found), frozenset(second.get(place, ()))) for place, found in first.items()]


def _parted(of_strand: Iterable[OpenedNote]) -> tuple[list[OpenedNote], set[Place], dict[Place, int]]:
    """Acts of coders; answers that a second coder is done with; and when the differences were settled."""
    every = list(of_strand)
    done: set[Place] = set()
    settled: dict[Place, int] = {}
    for mark in marks.standing(every):
        place = mark.response_id, mark.question_id
        if mark.kind == Kind.FINISHED:
            done.add(place)
        elif mark.kind == Kind.SETTLED:
            settled[place] = min(mark.press, settled.get(place, _NEVER))
    return [each for each in every if each.content["kind"] == "coding"], done, settled
