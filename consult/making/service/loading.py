"""A survey's text from elsewhere: one of ours to start from, checked, and kept as a version."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

import surveys
import surveys.check
from consult.models.consultation import Survey
from consult.records import audit, consultations, kept_versions, signoffs
from consult.vault.opening import WorkbenchVault


def shipped() -> dict[str, str]:
    """The surveys to start from: id and title."""
    found = {survey_id: surveys.load(survey_id) for survey_id in surveys.shipped()}
    return {survey_id: each.title.read("en", base=each.base).words for survey_id, each in found.items()}


def shipped_source(survey_id: str) -> str | None:
    """The text of a survey to start from, or None when there is none of that id."""
    return surveys.shipped_source(survey_id) if survey_id in surveys.shipped() else None


def check(source: str, *, name: str) -> tuple[surveys.Fault, ...]:
    """Everything an author should mend: faults of form, or else of content; none when it can be used."""
    try:
        definition = surveys.parse(source, name=name)
    except surveys.DefinitionError as error:
        return error.faults
    return tuple(surveys.check.check(definition, name=name))


def load(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    source: str,
    *,
    name: str,
    actor: str,
    today: date,
) -> Survey:
    """Keep a definition as a version of a survey of the consultation.

    Raises surveys.DefinitionError with every fault, or OpenVersionError when the survey is open.
    """
    found = consultations.named(session, consultation)
    loaded = kept_versions.load(session, found, source, name=name, today=today, by=actor)
    signoffs.mark_reviewed(session, loaded)  # an earlier version may be back, with its signatures
    audit.note(
        session,
        vault,
        actor,
        "load survey",
        f"{consultation}/{loaded.definition_id}",
        detail=loaded.fingerprint.hex()[:16],
        today=today,
    )
    return loaded
