"""The meaning of answers, worked out in the background for one person who has them open.

A model of meaning reads some hundred answers a second at best, so nobody waits for it: until it is done,
suggestions go by words. What it makes stays on the person's shelf in memory, like the answers it was made of,
and the work ends when the shelf goes: it holds no key, and nothing of the shelf but the texts in hand. Knows
nothing of codings. `analysis` is imported where work begins: pages that only tell how far it is load nothing.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from consult.coding.service import boxes, rested
from consult.coding.service.held import Shelf, Written, shelves
from consult.records.unlocking import Unlocked

if TYPE_CHECKING:
    from analysis.prepared import Prepared
    from analysis.text import Span
    from analysis.vectors import Backend, Vectors

BLOCK = 16
"""Answers between two looks at whether to go on: less than half a second."""
AT_ONCE = 16
"""So few are worked out while the page waits: a new batch often is no more."""

SHARDS = 16
"""Into so many parts work for a cluster is cut at least: a page shows each, and all workers have some."""

logger = logging.getLogger(__name__)

Key = tuple[str, bytes, int]
"""Of which text: the box, the response, its revision."""
Todo = tuple[Key, str, "Sequence[Span]"]
"""A text whose meaning is wanted, with its phrases."""


@dataclass(slots=True)
class Work:
    """What is under way for a box. `stop` ends it after the block in hand; `failed` says that it broke."""

    total: int
    done: int = 0
    failed: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    @property
    def runs(self) -> bool:
        """Whether it goes on just now."""
        return self.thread is not None and self.thread.is_alive() and not self.stop.is_set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What suggestions rest on, in a sentence for a page, and how far the work on meaning is.

    `runs`: it goes on; `stopped`: somebody stopped it, or it broke; neither: it is done, or is not to be had.
    """

    says: str = ""
    done: int = 0
    total: int = 0
    runs: bool = False
    stopped: bool = False


class _Switch:
    """Whether this installation wants meaning worked out at all, and on which cluster, if it has one."""

    on = True
    scheduler = ""


def allow(*, on: bool, scheduler: str = "") -> None:
    """Let meaning be worked out where the model is installed, or have suggestions go by words alone.

    scheduler: of a Dask cluster of the organisation's own, which then works out what takes longer.
    """
    _Switch.on, _Switch.scheduler = on, scheduler


def vectors(shelf: Shelf, box: str, texts: Mapping[bytes, Written], prepared: Prepared) -> Vectors | None:
    """Vectors of all answers to a box, once they are worked out; None until then, and the work goes on.

    prepared: of these texts, in their order.
    """
    from analysis import embedding  # noqa: PLC0415 - loads pandas

    backend = embedding.choose_backend(None if _Switch.on else "tfidf")
    if not backend.size or not texts:
        return None
    shelf.backend = backend
    rested.unpack(shelf, backend)
    keys: list[Key] = [(box, each.id, each.rev) for each in texts.values()]
    missing = [at for at, key in enumerate(keys) if key not in shelf.meaning]
    if missing:
        todo = [(keys[at], prepared.texts[at], prepared.phrases[at]) for at in missing]
        if len(missing) > AT_ONCE:
            _in_background(shelf, box, todo, backend)
            return None
        _work_out(shelf.meaning, todo, backend)
    return embedding.gather(prepared, [shelf.meaning[key] for key in keys], backend)


def basis(shelf: Shelf, box: str, answers: int) -> Basis:
    """What suggestions for a box rest on at this moment."""
    from analysis.vectors import ONNX, SAYS, TFIDF  # noqa: PLC0415 - loads numpy

    found = under_way(shelf, box, answers)
    if found is not None:
        return found
    done = sum(key[0] == box for key in list(shelf.meaning))
    return Basis(says=SAYS[ONNX if done >= answers else TFIDF])


def under_way(shelf: Shelf, box: str, answers: int) -> Basis | None:
    """How far the work on a box is; None when there is none, or it is done."""
    work = shelf.works.get(box)
    if work is None or not (work.runs or work.stop.is_set() or work.failed):
        return None
    done = sum(key[0] == box for key in list(shelf.meaning))
    return Basis(done=done, total=answers, runs=work.runs, stopped=not work.runs)


def decide(unlocked: Unlocked, definition_id: str, box: str, *, go_on: bool) -> None:
    """Stop the work on a box for this person, or let it go on. Raises UnknownBoxError."""
    boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    shelf = shelves.at(unlocked.account_id, unlocked.consultation.id, definition_id).value
    if go_on:
        _resume(shelf, box)
    else:
        _stop(shelf, box)


def _stop(shelf: Shelf, box: str) -> None:
    # It ends after the answers in hand. What is done is kept, and nothing begins again by itself.
    work = shelf.works.get(box)
    if work is not None:
        work.stop.set()


def _resume(shelf: Shelf, box: str) -> None:
    # It begins with the next page that would use it.
    work = shelf.works.get(box)
    if work is not None and not work.runs:
        del shelf.works[box]


def _in_background(shelf: Shelf, box: str, todo: Sequence[Todo], backend: Backend) -> None:
    held = shelf.works.get(box)
    if held is not None and (held.runs or held.stop.is_set() or held.failed):
        return
    work = shelf.works[box] = Work(total=len(todo))
    work.thread = threading.Thread(
        target=_until_done, args=(weakref.ref(shelf), work, list(todo), backend), name="meaning", daemon=True
    )
    work.thread.start()


def _until_done(shelf: weakref.ref[Shelf], work: Work, todo: list[Todo], backend: Backend) -> None:
    """Block after block, for as long as the shelf is held and nobody says stop."""
    try:
        for made in _blocks(todo, backend):
            here = shelf()
            if here is None or work.stop.is_set():
                return
            here.meaning |= made
            work.done += len(made)
            del here
    except Exception:  # noqa: BLE001 - its words could be of an answer: a page says that it broke, no log does
        work.failed = True


def _blocks(todo: Sequence[Todo], backend: Backend) -> Iterator[dict[Key, Any]]:
    """Rows of some answers after the other: by the cluster, if there is one; else, or if it fails, here."""
    done = 0
    if _Switch.scheduler:
        try:
            for made in _from_cluster(todo, backend):
                done += len(made)
                yield made
        except Exception as fault:
            logger.warning("the cluster failed: meaning is worked out here", exc_info=fault)
    for start in range(done, len(todo), BLOCK):
        here: dict[Key, Any] = {}
        _work_out(here, todo[start : start + BLOCK], backend)
        yield here


def _from_cluster(todo: Sequence[Todo], backend: Backend) -> Iterator[dict[Key, Any]]:
    from analysis import pool  # noqa: PLC0415 - only where there is a cluster

    texts, spans = [text for _, text, _ in todo], [spans for _, _, spans in todo]
    shard = min(pool.SHARD, max(BLOCK, len(todo) // SHARDS))
    at = 0
    with pool.executor(_Switch.scheduler) as workers:
        for rows in pool.shared_out(texts, spans, backend, workers, shard=shard):
            yield {key: each for (key, _, _), each in zip(todo[at : at + len(rows)], rows, strict=True)}
            at += len(rows)


def _work_out(into: dict[Key, Any], todo: Sequence[Todo], backend: Backend) -> None:
    from analysis import embedding  # noqa: PLC0415 - loads pandas

    # One thread: the others serve pages.
    rows = embedding.embed_texts(
        [text for _, text, _ in todo], [spans for _, _, spans in todo], backend, threads=1
    )
    into.update(zip((key for key, _, _ in todo), rows, strict=True))
