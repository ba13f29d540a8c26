"""Which ids are spoken for: those of the working copy, and all that people ever saw."""

from __future__ import annotations

from sqlalchemy.orm import Session

import surveys
from consult.records import consultations, kept_versions
from surveys import editing


def used_ids(session: Session, consultation: str, copy: surveys.Survey) -> frozenset[str]:
    """Every id of the copy and of all versions that people saw: a new part may have none of these."""
    found = consultations.named(session, consultation)
    seen = kept_versions.ever_opened(session, found, copy.id)
    return frozenset().union(*(editing.ids_of(each) for each in (copy, *seen)))


def used_option_ids(
    session: Session, consultation: str, copy: surveys.Survey, question_id: str
) -> frozenset[str]:
    """Every id that an option of this question has or had in a version that people saw."""
    found = consultations.named(session, consultation)
    seen = kept_versions.ever_opened(session, found, copy.id)
    return frozenset(
        option.id
        for each in (copy, *seen)
        if each.has_question(question_id)
        for option in surveys.options_of(each.question(question_id))
    )


def was_answered(session: Session, consultation: str, survey_id: str, question_id: str) -> bool:
    """Whether a version with this question was ever open: then its kind stays."""
    found = consultations.named(session, consultation)
    seen = kept_versions.ever_opened(session, found, survey_id)
    return any(each.has_question(question_id) for each in seen)
