"""Which answer to code next."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from consult.coding.service import boxes
from consult.coding.service.reading import Read, read
from consult.records import themes
from consult.records.codings import Stream
from consult.records.unlocking import Unlocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """An answer to code, how it was drawn, and whether it is to be coded without suggestions."""

    response: str
    stream: Stream
    blind: bool


def next_to_code(unlocked: Unlocked, definition_id: str, box: str, *, seed: int) -> Next | None:
    """Draw an answer that nobody has coded yet; None when there is none.

    Half are drawn evenly at random, half for themes with few codings; without suggestions all are random, and
    nothing is fitted. Raises UnknownBoxError.
    """
    boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    found = read(unlocked, definition_id)
    if not unlocked.consultation.suggestions:
        return _at_random(found, box, seed)
    from consult.coding.service import suggesting  # noqa: PLC0415 - loads scikit-learn: only where it helps

    used = themes.of(unlocked.session, unlocked.consultation)
    if not found.texts(box):
        return None
    fit = suggesting.fitted(found, box, used)
    drawn = suggesting.next_drawn(fit, found, box, used, seed)
    if drawn is None:
        return None
    response, stream, blind = drawn
    return Next(response=response, stream=stream, blind=blind)


def _at_random(found: Read, box: str, seed: int) -> Next | None:
    coded = found.coded(box)
    left = [response_id for response_id in found.texts(box) if response_id not in coded]
    if not left:
        return None
    chosen = Random(seed).choice(left)  # noqa: S311 - a fair draw, not a secret
    return Next(response=chosen.hex(), stream=Stream.RANDOM, blind=True)
