"""Sealed and released responses by the thousand, made by the product's own vault and release."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, insert, select

from benchmarks.harness import say
from benchmarks.installation import TODAY, Installation
from benchmarks.survey import one_page_answers
from consult.models.consultation import Survey
from consult.models.response import Response
from consult.records import batches, consultations, responses, scrub
from consult.vault.sealing import Binding, Recipient
from consult.web.extensions import db

BATCH = 1000
SURVEY = "fifteen"


Texts = Mapping[str, Sequence[str]]
"""What people typed into some of the boxes, one after the other."""


def content(number: int, texts: Texts | None = None) -> dict[str, Any]:
    """The answers of one person: about 2 KiB, no two alike."""
    typed = one_page_answers() | {box: said[number] for box, said in (texts or {}).items()}
    return {
        "answers": {**typed, "age": 18 + number % 60, "work": f"Work {number}", "words_use": "quote"},
        "depth": "full",
        "language": "en",
    }


def fill(home: Installation, wanted: int, typed: Texts | None = None) -> None:
    """Have so many released responses in all. Raises nothing when there are more already."""
    session = home.session
    there = session.scalar(select(func.count()).select_from(Response)) or 0
    survey = consultations.survey_of(session, home.consultation, SURVEY)
    recipient = responses.recipient(session, home.consultation)
    while there < wanted:
        many = min(BATCH, wanted - there)
        session.execute(
            insert(Response), list(_rows(home, survey, recipient, range(there, there + many), typed))
        )
        batches.release(session, home.consultation, survey, today=TODAY)
        session.commit()
        there += many
        if there % (10 * BATCH) == 0:
            say(f"  {there} responses of {wanted}")
    session.rollback()
    scrub.checkpoint(db.engine)


def _rows(
    home: Installation, survey: Survey, recipient: Recipient, numbers: range, typed: Texts | None
) -> Iterator[dict[str, Any]]:
    binding = Binding(
        consultation_id=survey.consultation_id,
        definition_id=survey.definition_id,
        fingerprint=survey.fingerprint,
        response_id=b"",
        rev=1,
    )
    for number in numbers:
        place = replace(binding, response_id=os.urandom(16))
        sealed = home.intake_vault.seal_response(place, content(number, typed), recipient)
        yield {
            "id": place.response_id,
            "consultation_id": place.consultation_id,
            "definition_id": place.definition_id,
            "fingerprint": place.fingerprint,
            "epoch": recipient.epoch,
            "rev": place.rev,
            "body": sealed.body,
            "slot": sealed.slot,
            "batch_id": None,
        }
