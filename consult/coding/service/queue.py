"""Which answer to code next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from consult.coding.service import boxes, lending
from consult.coding.service.reading import Read, identity, read
from consult.coding.service.sieving import Sieve, sift
from consult.records import themes
from consult.records.codings import Stream
from consult.records.marks import Kind
from consult.records.unlocking import Unlocked

_TRIES = 8
"""Draws that may fall on an answer that is lent or was left to others, before one is taken evenly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """An answer to code, how it was drawn, whether it is coded without suggestions; and of what level."""

    response: str
    stream: Stream
    blind: bool
    sensitive: bool = False


def next_to_code(
    unlocked: Unlocked,
    definition_id: str,
    box: str,
    *,
    seed: int,
    sieve: Sieve | None = None,
    after: str = "",
) -> Next | None:
    """The next answer that nobody has coded yet; None when there is none for this person.

    Half are drawn evenly at random, half for themes with few codings; without suggestions all are random, and
    nothing is fitted. What somebody else has before them, or this person left to others, is not drawn, nor
    the answer `after` which they come from. With a `sieve` it is the next of that list behind it. Raises
    UnknownBoxError.
    """
    asked = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    skipped = {
        answer
        for answer, made in state.marked(box, Kind.SKIP).items()
        if any(each.coder_id == unlocked.account_id for each in made)
    }
    away = lending.away((unlocked.consultation.id, box), unlocked.account_id)
    if sieve is not None and not sieve.plain:
        found = _in_list(unlocked, state, definition_id, box, sieve, after, skipped)
    else:
        found = _drawn(unlocked, state, box, seed, skipped | away | {identity(after)})
    if found is None:
        return None
    lending.lend((unlocked.consultation.id, box), identity(found.response), unlocked.account_id)
    return Next(response=found.response, stream=found.stream, blind=found.blind, sensitive=asked.sensitive)


def _in_list(
    unlocked: Unlocked,
    state: Read,
    definition_id: str,
    box: str,
    sieve: Sieve,
    after: str,
    without: Collection[bytes],
) -> Next | None:
    used = themes.of(unlocked.session, unlocked.consultation)
    start = identity(after)
    for each in sift(unlocked, state, definition_id, box, sieve, used).answers:
        if each.id > start and each.id not in without:
            return Next(response=each.id.hex(), stream=Stream.CHOSEN, blind=False)
    return None


def _drawn(unlocked: Unlocked, state: Read, box: str, seed: int, without: Collection[bytes]) -> Next | None:
    if not unlocked.consultation.suggestions or not state.texts(box):
        return _at_random(state, box, seed, without)
    from consult.coding.service import suggesting  # noqa: PLC0415 - loads scikit-learn: only where it helps

    used = themes.of(unlocked.session, unlocked.consultation)
    fit = suggesting.fitted(state, box, used)
    for tried in range(_TRIES):
        drawn = suggesting.next_drawn(fit, state, box, used, seed + tried)
        if drawn is None:
            return None
        response, stream, blind = drawn
        if identity(response) not in without:
            return Next(response=response, stream=stream, blind=blind)
    return _at_random(state, box, seed, without)


def _at_random(state: Read, box: str, seed: int, without: Collection[bytes]) -> Next | None:
    coded = state.coded(box)
    left = [answer for answer in state.texts(box) if answer not in coded and answer not in without]
    if not left:
        return None
    chosen = Random(seed).choice(left)  # noqa: S311 - a fair draw, not a secret
    return Next(response=chosen.hex(), stream=Stream.RANDOM, blind=True)
