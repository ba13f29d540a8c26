"""Searching the answers that are unlocked, by words or by meaning, in memory: no index is ever on disk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.text import Span, phrases
from consult.coding.service import boxes
from consult.coding.service.boxes import Box
from consult.coding.service.reading import read
from consult.faults import Fault
from consult.records import consultations
from consult.records.unlocking import Unlocked

MOST = 50
AROUND = 80
"""Characters on either side of what was found."""
LONGEST = 200
NEAREST, NEAR = 20, 0.3
"""By meaning, so many are shown; what is less alike than this has hardly anything to do with it."""
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")


class NothingToFindError(Fault):
    """Nothing was typed that could be looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One answer in which all words stand: what is before the first of them, the word, and what follows."""

    box: Box
    response: str
    before: str
    match: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The first hits, how many answers there are in all, and of how many the meaning is worked out."""

    hits: tuple[Hit, ...]
    answers: int
    looked: int = 0


def search(unlocked: Unlocked, typed: str) -> Found:
    """Answers in which every typed word begins a word, whatever its accents and capitals.

    Raises NothingToFindError.
    """
    wanted = [_plain(word) for word in _WORD.findall(typed[:LONGEST])]
    if not wanted:
        raise NothingToFindError("please type a word to look for")
    hits: list[Hit] = []
    answers = 0
    for survey in consultations.surveys_of(unlocked.session, unlocked.consultation):
        state = read(unlocked, survey.definition_id)
        asked = boxes.of_survey(unlocked.session, survey)
        for written in state.responses.values():
            for key, text in written.words.items():
                place = _first(text, wanted)
                if place is None:
                    continue
                answers += 1
                if len(hits) < MOST:
                    hits.append(_hit(asked[key], written.id, text, place))
    return Found(hits=tuple(hits), answers=answers)


def search_meaning(unlocked: Unlocked, typed: str) -> Found:
    """The answers whose meaning is nearest to what was typed, the nearest first, each with its nearest part.

    Only answers whose meaning is worked out in memory (see `meaning`) are looked at; none while it is not to
    be had. Raises NothingToFindError.
    """
    if not _WORD.search(typed[:LONGEST]):
        raise NothingToFindError("please type a few words to look for")
    from analysis import embedding  # noqa: PLC0415 - loads numpy, and the model where it is installed

    backend = embedding.choose_backend()
    near: list[tuple[float, Hit]] = []
    looked = 0
    asked_for = embedding.embed_texts([typed[:LONGEST]], [()], backend)[0][0] if backend.size else None
    for survey in consultations.surveys_of(unlocked.session, unlocked.consultation):
        state = read(unlocked, survey.definition_id)
        asked = boxes.of_survey(unlocked.session, survey)
        for (key, response, rev), rows in list(state.shelf.meaning.items()):
            written = state.responses.get(response)
            if asked_for is None or written is None or written.rev != rev or key not in asked:
                continue
            looked += 1
            likeness = rows.astype("float32") @ asked_for.astype("float32")
            best = int(likeness.argmax())
            text = written.words[key]
            span = phrases(text)[best - 1] if best else Span(0, min(len(text), AROUND))
            if float(likeness[best]) >= NEAR:
                near.append((float(likeness[best]), _hit(asked[key], response, text, (span.start, span.end))))
    near.sort(key=lambda pair: -pair[0])
    return Found(hits=tuple(hit for _, hit in near[:NEAREST]), answers=len(near), looked=looked)


def _first(text: str, wanted: Sequence[str]) -> tuple[int, int] | None:
    """Where the first typed word stands in a text that has all of them."""
    words = [(_plain(found[0]), found.span()) for found in _WORD.finditer(text)]
    places = [next((span for word, span in words if word.startswith(each)), None) for each in wanted]
    return None if None in places else places[0]


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold().replace("\u2019", "'"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _hit(box: Box, response: bytes, text: str, place: tuple[int, int]) -> Hit:
    start, end = place
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return Hit(
        box=box,
        response=response.hex(),
        before=f"…{before}" if start > AROUND else before,
        match=text[start:end],
        after=f"{after}…" if end + AROUND < len(text) else after,
    )
