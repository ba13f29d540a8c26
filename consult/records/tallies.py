"""Running totals of a survey: started, sent, withdrawn. Staff see them as they stood at the last release."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam

from consult.models.consultation import Survey
from consult.models.response import Total
from consult.records.prepared import Statement


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Counted:
    """Which total goes up by one. Ordered, so that two writers never wait for each other crosswise."""

    consultation_id: bytes
    definition_id: str
    what: str


def counted(survey: Survey, what: str) -> Counted:
    """A total of a survey."""
    return Counted(consultation_id=survey.consultation_id, definition_id=survey.definition_id, what=what)


def pilot_of(survey: Survey) -> str:
    """The total of trials of a survey's present version that were gone through to the end."""
    return f"pilot {survey.fingerprint.hex()[:16]}"


def add(connection: Connection, total: Counted, by: int = 1) -> None:
    """Raise a total, in one statement, so that the first two people of a survey cannot both make the row."""
    _ADD.run(
        connection,
        {
            "consultation_id": total.consultation_id,
            "definition_id": total.definition_id,
            "what": total.what,
            "current": by,
            "shown": 0,
            "by": by,
        },
    )


_KEY = ["consultation_id", "definition_id", "what"]
_RAISED = {"current": Total.current + bindparam("by")}
_ADD = Statement(lambda insert: insert(Total).on_conflict_do_update(index_elements=_KEY, set_=_RAISED))
