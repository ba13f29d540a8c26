"""Where a respondent stands: a survey, its consultation and the public key of the present epoch.

Every request reads them, in one statement, and compares them with what it read before: almost always they are
the same, and then the rows made before serve again. They belong to no session and nobody may change them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from consult.faults import said
from consult.models.base import Base
from consult.models.consultation import Consultation, State, Survey
from consult.models.key import KeyOwner, PublicKey
from consult.records import reading
from consult.records.consultations import SurveyClosedError, UnknownSurveyError
from consult.records.prepared import Lookup

Row = TypeVar("Row", bound=Base)
_READ = "consult place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Three rows, to be read only. `key`: None when the keys of the consultation were destroyed."""

    survey: Survey
    consultation: Consultation
    key: PublicKey | None

    def require_open(self) -> None:
        """Raises SurveyClosedError unless answers are taken in now."""
        if self.survey.state != State.OPEN or self.consultation.state != State.OPEN:
            raise SurveyClosedError(said("this survey is closed"))


def at(session: Session, slug: str) -> Place:
    """The place at `/s/<slug>`, as the session's transaction sees it. Raises UnknownSurveyError."""
    kept = reading.kept(session)
    found = kept.get((_READ, slug))
    if found is None:
        found = kept[(_READ, slug)] = _at(session, slug)
    return cast("Place", found)


def _at(session: Session, slug: str) -> Place:
    row = reading.row(session, _FIND, at=slug)
    if row is None:
        raise UnknownSurveyError("there is no survey at this address")
    known = _known.get(slug)
    if known is None or known[0] != row:
        known = _known[slug] = (row, _place(_FIND.converted(row, reading.kind(session))))
    return known[1]


def of(session: Session, survey: Survey) -> Place:
    """The place of a survey that a session holds already."""
    consultation = session.get_one(Consultation, survey.consultation_id)
    key = session.get(PublicKey, (KeyOwner.CONSULTATION, consultation.id, consultation.epoch))
    return Place(survey=survey, consultation=consultation, key=key)


def _place(values: tuple[Any, ...]) -> Place:
    middle, last = len(_columns(Survey)), len(_columns(Survey)) + len(_columns(Consultation))
    key = values[last:]
    return Place(
        survey=_row(Survey, values[:middle]),
        consultation=_row(Consultation, values[middle:last]),
        key=_row(PublicKey, key) if any(each is not None for each in key) else None,
    )


def _columns(table: type[Base]) -> list[str]:
    return [column.name for column in table.__table__.columns]


def _row(table: type[Row], values: tuple[Any, ...]) -> Row:
    return table(**dict(zip(_columns(table), values, strict=True)))


_FIND = Lookup(
    select(Survey.__table__, Consultation.__table__, PublicKey.__table__)
    .join_from(Survey.__table__, Consultation.__table__, Survey.consultation_id == Consultation.id)
    .outerjoin(
        PublicKey.__table__,
        and_(
            PublicKey.owner_table == KeyOwner.CONSULTATION,
            PublicKey.owner_id == Consultation.id,
            PublicKey.epoch == Consultation.epoch,
        ),
    )
    .where(Survey.slug == bindparam("at"))
)
# By address, few and small; each is compared with the database before it serves again.
_known: dict[str, tuple[tuple[Any, ...], Place]] = {}
