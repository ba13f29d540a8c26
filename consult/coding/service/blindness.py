"""From which answers a second coder is kept blind: what the first did, and what is suggested, stay hidden.

An answer drawn for double coding that somebody else coded is blind to everybody else until one of them has
said that they are done. It is the answer's state that says so, and no address or form: nobody can ask to see.
"""

from __future__ import annotations

from collections.abc import Sequence

from consult.coding.service.reading import Read
from consult.records.codings import Coding, Stream
from consult.records.marks import Kind


def hidden(state: Read, box: str, account_id: bytes) -> frozenset[bytes]:
    """The answers to a box that this person would code, or is coding, as the blind second coder."""
    sampled = state.marked(box, Kind.SAMPLED)
    if not sampled:
        return frozenset()
    finished = state.marked(box, Kind.FINISHED)
    coded = state.coded(box)
    return frozenset(
        answer
        for answer in sampled
        if answer not in finished and waits_for_another(coded.get(answer, ()), account_id)
    )


def waits_for_another(given: Sequence[Coding], account_id: bytes) -> bool:
    """Whether somebody else was first with this answer, and this person not."""
    first = [coding.coder_id for coding in given if coding.stream != Stream.SECOND]
    return bool(first) and account_id not in first
