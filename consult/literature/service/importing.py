"""Bringing a list of references in: read, shown, and only then stored, by whoever looked at it.

Until then the list waits as it was read, in one row: the file itself is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from analysis.likeness import Why, alike
from consult.faults import MissingError
from consult.literature.service import doubles, reading
from consult.literature.service.reading import Brought, Code, Remark, Shape
from consult.literature.service.references import Reference, new_key
from consult.models.base import new_id
from consult.models.consultation import Consultation
from consult.models.literature import Search, Source, SourceRecord, SourceStatus
from consult.records import audit, consultations
from consult.vault.opening import WorkbenchVault

SHOWN = 20
"""References of a list that its page shows, and remarks on it."""


class NothingWaitsError(MissingError):
    """This list was stored or dropped already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A list before it is stored. known: how many have the DOI of one that is here or earlier in the list."""

    key: str
    place: str
    terms: str
    shape: Shape
    guessed: bool
    count: int
    first: tuple[Reference, ...]
    known: int
    like: int
    remarks: tuple[Remark, ...]
    remarked: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a list."""

    taken: int
    left_out: int


def hold(
    session: Session,
    name: str,
    content: bytes,
    place: str,
    terms: str,
    *,
    account_id: bytes,
    today: date,
) -> str:
    """Read a list and let it wait; returns its key. Raises reading.ListError."""
    consultation = consultations.named(session, name)
    brought = reading.read(content)
    lost = sum(remark.code is Code.UNREADABLE for remark in brought.remarks)
    search = Search(
        consultation_id=consultation.id,
        place=place,
        terms=terms,
        found=len(brought.references) + lost,
        left_out=lost,
        made=today,
        account_id=account_id,
        waiting=_packed(brought),
    )
    session.add(search)
    session.flush()
    return search.id.hex()


def preview(session: Session, name: str, key: str) -> Preview:
    """A list that waits. Raises NothingWaitsError."""
    consultation = consultations.named(session, name)
    search = _waiting(session, consultation, key)
    brought = _unpacked(search.waiting)
    present = doubles.works(session, consultation)
    works = [*(work for _, work in present), *map(doubles.work_of, brought.references)]
    pairs = [pair for pair in alike(works) if pair.second >= len(present)]
    same = {pair.second for pair in pairs if pair.why is Why.DOI}
    return Preview(
        key=key,
        place=search.place,
        terms=search.terms,
        shape=brought.shape,
        guessed=brought.guessed,
        count=len(brought.references),
        first=brought.references[:SHOWN],
        known=len(same),
        like=len({pair.second for pair in pairs} - same),
        remarks=brought.remarks[:SHOWN],
        remarked=len(brought.remarks),
        lost=search.left_out,
    )


def store(
    session: Session,
    vault: WorkbenchVault,
    name: str,
    key: str,
    *,
    leave_out_known: bool,
    actor: str,
    today: date,
) -> Stored:
    """Take a list in; `leave_out_known` leaves out what has the DOI of one that is here.

    Raises NothingWaitsError.
    """
    consultation = consultations.named(session, name)
    search = _waiting(session, consultation, key, lock=True)
    references = _unpacked(search.waiting).references
    if leave_out_known:
        here = {work.doi for _, work in doubles.works(session, consultation) if work.doi}
        references = _without_known(references, here)
    _insert(session, consultation, search.id, references)
    search.left_out, search.waiting = search.found - len(references), ""
    detail = f"{len(references)} of {search.found}"
    audit.note(session, vault, actor, "bring in references", name, detail=detail, today=today)
    session.flush()
    return Stored(taken=len(references), left_out=search.left_out)


def drop(session: Session, name: str, key: str) -> None:
    """Forget a list that waits. Raises NothingWaitsError."""
    session.delete(_waiting(session, consultations.named(session, name), key))
    session.flush()


def _waiting(session: Session, consultation: Consultation, key: str, *, lock: bool = False) -> Search:
    try:
        search_id = bytes.fromhex(key)
    except ValueError:
        search_id = b""
    query = select(Search).where(Search.consultation_id == consultation.id, Search.id == search_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None or not found.waiting:
        raise NothingWaitsError("this list was stored or dropped already")
    return found


def _without_known(references: Sequence[Reference], here: set[str]) -> tuple[Reference, ...]:
    kept = []
    for reference in references:
        if reference.doi and reference.doi in here:
            continue
        here.add(reference.doi)
        kept.append(reference)
    return tuple(kept)


def _insert(
    session: Session, consultation: Consultation, search_id: bytes, references: Sequence[Reference]
) -> None:
    taken = set(session.scalars(select(Source.key).where(Source.consultation_id == consultation.id)))
    sources, records = [], []
    for reference in references:
        source_id, key = new_id(), new_key(reference, taken)
        taken.add(key)
        sources.append(
            {
                "id": source_id,
                "consultation_id": consultation.id,
                "key": key,
                "citation": reference.citation,
                "design": "",
                "setting": "",
                "status": SourceStatus.UNCHECKED,
            }
        )
        records.append({"source_id": source_id, "search_id": search_id, **asdict(reference)})
    if sources:
        session.execute(insert(Source), sources)
        session.execute(insert(SourceRecord), records)


def _packed(brought: Brought) -> str:
    return json.dumps(
        {
            "shape": brought.shape,
            "guessed": brought.guessed,
            "references": [asdict(each) for each in brought.references],
            "remarks": [[remark.place, remark.code] for remark in brought.remarks],
        },
        ensure_ascii=False,
    )


def _unpacked(waiting: str) -> Brought:
    kept = json.loads(waiting)
    return Brought(
        shape=Shape(kept["shape"]),
        references=tuple(Reference(**each) for each in kept["references"]),
        remarks=tuple(Remark(place=place, code=Code(code)) for place, code in kept["remarks"]),
        guessed=kept["guessed"],
    )
