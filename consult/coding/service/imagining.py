"""Ideas for themes: what people said that nobody has coded, in groups, for a person to look at.

An idea is never a theme: a person gives it a name, or sets it aside. Nothing here is kept. The groups, and
what was set aside, lie on the person's shelf in memory: each names answers, and would outlive one that is
taken back. They stay as they were made until the person asks for new ones, so that none moves while somebody
reads. Loads nothing heavy until there is something to group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.disclosure import Cell
from consult.coding.service import boxes, meaning
from consult.coding.service.boxes import Box
from consult.coding.service.held import Shelf, Written
from consult.coding.service.meaning import Basis
from consult.coding.service.reading import Read, read
from consult.models.coding import Theme
from consult.records import counts, themes
from consult.records.counts import Audience
from consult.records.unlocking import Unlocked

if TYPE_CHECKING:
    from analysis.emerging import Candidate, Passage, Proposal
    from consult.coding.service.proposing import Grouped

COUNTS = (8, 12, 20, 30, 40)
"""How many ideas a person may ask for."""
USUAL = 12
SAME = 0.5
"""An idea that shares so much of its passages with one that was set aside is that one again."""
LONGEST = 300
"""Characters of a passage: enough to see what it is about."""
UNLIKE, MOST_SHARED = 5, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A passage of one answer."""

    response: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A theme of the frame in whose words some of an idea's stand."""

    key: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """One idea. `id` holds no word; `number` is its place, the most raised first.

    `words`: what its answers use more than others; `people`: how many, under the rule for the team; `near`:
    numbers of ideas that may be the same; `themes`: those that may say it already.
    """

    id: str
    number: int
    words: tuple[str, ...]
    people: Cell
    by_few: bool
    typical: tuple[Example, ...]
    edge: tuple[Example, ...]
    near: tuple[int, ...]
    themes: tuple[Shared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeasPage:
    """Ideas of one box. `on`: suggestions are; `runs`: the work goes on beside the page; `failed`: it broke.

    `uncoded` counts answers now, `grouped` those that the ideas were made of, `since` those of them that were
    coded since. `ready`: ideas go by words, but meaning is there by now. `aside`: ideas not shown.
    """

    box: Box
    on: bool = True
    count: int = USUAL
    uncoded: int = 0
    grouped: int = 0
    since: int = 0
    ideas: tuple[Idea, ...] = ()
    unlike: tuple[Example, ...] = ()
    aside: int = 0
    few: bool = False
    runs: bool = False
    failed: bool = False
    by_meaning: bool = False
    ready: bool = False
    basis: Basis | None = None


def ideas(unlocked: Unlocked, definition_id: str, box: str, *, count: int = 0) -> IdeasPage:
    """The ideas of a box; where there are none yet, or another number is asked for, the work begins.

    count: one of COUNTS, 0 for those that are there. Raises UnknownSurveyError or UnknownBoxError.
    """
    found = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    if not unlocked.consultation.suggestions:
        return IdeasPage(box=found, on=False)
    state = read(unlocked, definition_id)
    uncoded = _uncoded(state, box)
    shelf = state.shelf
    with shelf.lock:
        made = _made(unlocked, shelf, box, uncoded, count)
        asked = shelf.asked.get(box)
        told = IdeasPage(
            box=found,
            count=made.count if made else count or USUAL,
            uncoded=len(uncoded),
            runs=asked is not None and asked.runs,
            failed=asked is not None and asked.failed,
            basis=meaning.under_way(shelf, box, len(state.texts(box))),
        )
        return told if made is None else _shown(unlocked, state, told, made)


def set_aside(unlocked: Unlocked, definition_id: str, box: str, idea: str) -> bool:
    """Show an idea no more, until it is brought back or the answers are locked; False when it is not there.

    Raises UnknownSurveyError.
    """
    shelf = read(unlocked, definition_id).shelf
    with shelf.lock:
        candidate = _candidate(shelf, box, idea)
        if candidate is None:
            return False
        shelf.aside.setdefault(box, []).append(_parts(candidate))
        return True


def bring_back(unlocked: Unlocked, definition_id: str, box: str) -> None:
    """Show what was set aside again. Raises UnknownSurveyError."""
    read(unlocked, definition_id).shelf.aside.pop(box, None)


def ask_anew(unlocked: Unlocked, definition_id: str, box: str) -> None:
    """Let go of the ideas of a box: the next page begins the work on answers as they are coded then.

    Raises UnknownSurveyError.
    """
    shelf = read(unlocked, definition_id).shelf
    with shelf.lock:
        shelf.ideas.pop(box, None)
        shelf.asked.pop(box, None)


def words_of(unlocked: Unlocked, definition_id: str, box: str, idea: str) -> tuple[str, ...]:
    """The words of an idea, to start a theme's name from; none when it is not there any more.

    Raises UnknownSurveyError.
    """
    shelf = read(unlocked, definition_id).shelf
    with shelf.lock:
        candidate = _candidate(shelf, box, idea)
        return candidate.words if candidate else ()


def _uncoded(state: Read, box: str) -> dict[bytes, Written]:
    coded = state.coded(box)
    return {each: written for each, written in state.texts(box).items() if each not in coded}


def _made(
    unlocked: Unlocked, shelf: Shelf, box: str, uncoded: Mapping[bytes, Written], count: int
) -> Grouped | None:
    """The groups that are there; the work on others begins unless some goes on, or broke."""
    held, asked = shelf.ideas.get(box), shelf.asked.get(box)
    wanted = count if count in COUNTS else held.count if held else USUAL
    if held is not None and held.count == wanted:
        return held
    if not uncoded or (asked is not None and (asked.runs or asked.failed)):
        return None
    from consult.coding.service import proposing  # noqa: PLC0415 - loads scikit-learn

    proposing.begin(shelf, box, uncoded, count=wanted, few=unlocked.consultation.team_k)
    held = shelf.ideas.get(box)
    return held if held is not None and held.count == wanted else None


def _shown(unlocked: Unlocked, state: Read, told: IdeasPage, made: Grouped) -> IdeasPage:
    box, texts = told.box.key, state.texts(told.box.key)
    still = {(each.id, each.rev) for each in _uncoded(state, box).values()}
    keys = ((box, *text) for text in made.texts)
    proposal = made.proposal
    aside = state.shelf.aside.get(box, [])
    candidates = proposal.candidates if proposal else ()
    hidden = {number for number, each in enumerate(candidates, 1) if _among(each, aside)}
    shown = _ideas(unlocked, texts, box, proposal) if proposal else []
    return IdeasPage(
        box=told.box,
        count=made.count,
        uncoded=told.uncoded,
        grouped=len(made.texts),
        since=len(made.texts - still),
        ideas=tuple(each for each in shown if each.number not in hidden),
        unlike=_examples(texts, box, proposal.unlike[:UNLIKE] if proposal else ()),
        aside=len(hidden),
        few=proposal is None,
        by_meaning=made.by_meaning,
        ready=not made.by_meaning and told.basis is None and all(key in state.shelf.meaning for key in keys),
        basis=told.basis,
    )


def _ideas(unlocked: Unlocked, texts: Mapping[bytes, Written], box: str, proposal: Proposal) -> list[Idea]:
    found = proposal.candidates
    sizes = [len(each.answers) for each in found]
    people = counts.people(unlocked.consultation, Audience.TEAM, sizes)
    shared = _shared([each.words for each in found], themes.of(unlocked.session, unlocked.consultation))
    near: dict[int, list[int]] = {}
    for merge in proposal.merges:
        near.setdefault(merge.first, []).append(merge.second + 1)
        near.setdefault(merge.second, []).append(merge.first + 1)
    return [
        Idea(
            id=_identity(each),
            number=place + 1,
            words=each.words,
            people=cell,
            by_few=each.by_few,
            typical=_examples(texts, box, each.typical),
            edge=_examples(texts, box, each.edge),
            near=tuple(sorted(near.get(place, ()))),
            themes=shared[place],
        )
        for place, (each, cell) in enumerate(zip(found, people, strict=True))
    ]


def _shared(words: Sequence[Sequence[str]], frame: Sequence[Theme]) -> list[tuple[Shared, ...]]:
    """For the words of each idea the themes that share most of them, whatever their endings, at most three.

    One common word in a long definition says nothing: it takes two, or one that stands in the theme's name.
    """
    from analysis.keyness import stemmed  # noqa: PLC0415 - loads scikit-learn

    names = stemmed([each.name for each in frame])
    texts = stemmed([" ".join((each.name, each.definition, each.include, each.example)) for each in frame])
    found = []
    for own in words:
        stems = list(zip(own, stemmed(own), strict=True))
        alike = []
        for theme, in_name, in_all in zip(frame, names, texts, strict=True):
            both = tuple(word for word, parts in stems if parts and parts <= in_all)
            if len(both) > 1 or any(parts and parts <= in_name for _, parts in stems):
                alike.append(Shared(key=theme.key, name=theme.name, words=both))
        found.append(tuple(sorted(alike, key=lambda each: -len(each.words))[:MOST_SHARED]))
    return found


def _examples(texts: Mapping[bytes, Written], box: str, passages: Sequence[Passage]) -> tuple[Example, ...]:
    """Each passage that says something else than those before it."""
    found: dict[str, Example] = {}
    for each in passages:
        written = texts.get(bytes.fromhex(each.answer))
        if written is None:
            continue
        words = written.words[box][each.start : each.end].strip()
        cut = f"{words[:LONGEST]}…" if len(words) > LONGEST else words
        found.setdefault(cut.casefold(), Example(response=each.answer, words=cut))
    return tuple(found.values())


def _among(candidate: Candidate, aside: Sequence[frozenset[tuple[str, int]]]) -> bool:
    own = _parts(candidate)
    return any(len(own & each) >= SAME * len(own | each) for each in aside)


def _parts(candidate: Candidate) -> frozenset[tuple[str, int]]:
    return frozenset((each.answer, each.start) for each in candidate.every)


def _candidate(shelf: Shelf, box: str, idea: str) -> Candidate | None:
    held = shelf.ideas.get(box)
    found = held.proposal.candidates if held is not None and held.proposal is not None else ()
    return next((each for each in found if _identity(each) == idea), None)


def _identity(candidate: Candidate) -> str:
    """A name for an address: made of random ids and places, and of no word."""
    told = ",".join(f"{answer}:{start}" for answer, start in sorted(_parts(candidate)))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
