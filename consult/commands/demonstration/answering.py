"""What invented people sent, and how it was coded, through the services that real answers go through."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

import surveys
from consult.commands.demonstration import documents, panel, respondents, signing
from consult.models.account import Account
from consult.models.coding import Theme
from consult.models.consultation import Consultation, Survey
from consult.records import batches, codings, gate, kept_versions, responses
from consult.records.codings import Coding, Stream
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import IntakeVault


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What every step needs."""

    session: Session
    intake: IntakeVault
    vault: WorkbenchVault
    consultation: Consultation
    today: date
    signers: tuple[Account, Account]
    exits: str


def _open(place: Workplace, survey_id: str) -> Survey:
    survey = kept_versions.load(
        place.session,
        place.consultation,
        surveys.shipped_source(survey_id),
        name=f"{survey_id}.toml",
        today=place.today,
    )
    signing.sign_everything(
        place.session, place.vault, survey, place.signers, exits=place.exits, today=place.today
    )
    gate.open_survey(
        place.session, place.vault, survey, exits=place.exits, actor=place.signers[0].name, today=place.today
    )
    return survey


def survivors(place: Workplace, keys: ConsultationKeys, analyst: Account, frame: dict[str, Theme]) -> None:
    """The survey of survivors, week by week, with true codings and those who withdrew later."""
    survey = _open(place, "survivors")
    people = respondents.respondents()
    ids: dict[int, bytes] = {}
    leaving: list[ReceiptKeys] = []
    last = max(person.batch for person in people)
    for number in range(1, last + 1):
        for person in people:
            if person.batch == number:
                ids[id(person)] = _respond(place, survey, person, leaving)
        released = place.today - timedelta(weeks=last - number)
        batches.release(place.session, place.consultation, survey, today=released)
    for person in respondents.coded_share(people):
        _code_truly(place, keys, analyst, frame, person, ids[id(person)])
    for code_keys in leaving:
        responses.withdraw(place.session, place.intake, survey, code_keys)


def _respond(
    place: Workplace, survey: Survey, person: respondents.SyntheticResponse, leaving: list[ReceiptKeys]
) -> bytes:
    if not person.later_withdrawn:
        return _send(place, survey, person.values, str(person.depth), None)
    _, code_keys = responses.new_code(place.intake, place.consultation)
    leaving.append(code_keys)
    return _send(place, survey, person.values, str(person.depth), code_keys)


def _code_truly(
    place: Workplace,
    keys: ConsultationKeys,
    analyst: Account,
    frame: dict[str, Theme],
    person: respondents.SyntheticResponse,
    response_id: bytes,
) -> None:
    for seq, coding in enumerate(person.codings, start=1):
        _code(
            place,
            keys,
            Coding(
                response_id=response_id,
                response_rev=1,
                question_id=coding.question_id,
                start=coding.start,
                end=coding.end,
                theme_id=frame[coding.theme].id,
                coder_id=analyst.id,
                stream=Stream.RANDOM,
                blind=True,
                seq=seq,
            ),
        )


def practitioners(
    place: Workplace, keys: ConsultationKeys, analyst: Account, frame: dict[str, Theme]
) -> None:
    """The survey of practitioners, with codings of what they wrote."""
    survey = _open(place, "practitioners")
    comments = documents.panel_comments()
    coded_as = documents.read("comment_themes")["themes"]
    found = []
    for person in panel.panellists():
        response_id = _send(place, survey, person.values, "full", None)
        own = [each for each in comments if (each.group, each.place) == (person.group, person.place)]
        found.append((response_id, person.values, own))
    batches.release(place.session, place.consultation, survey, today=place.today)
    for response_id, values, own in found:
        for seq, comment in enumerate(own, start=1):
            question_id = f"comment_{comment.standard.lower()}"
            start = str(values.get(question_id, "")).find(comment.text)
            if start < 0 or comment.clause not in coded_as:
                continue
            _code(
                place,
                keys,
                Coding(
                    response_id=response_id,
                    response_rev=1,
                    question_id=question_id,
                    start=start,
                    end=start + len(comment.text),
                    theme_id=frame[coded_as[comment.clause]].id,
                    coder_id=analyst.id,
                    seq=seq,
                ),
            )


def _send(
    place: Workplace,
    survey: Survey,
    values: dict[str, surveys.AnswerValue],
    depth: str,
    code_keys: ReceiptKeys | None,
) -> bytes:
    response_id = os.urandom(16)
    responses.count(place.session, survey, "started")
    responses.send(
        place.session,
        place.intake,
        survey,
        response_id=response_id,
        rev=1,
        content={"answers": values, "depth": depth, "language": "en"},
        keys=code_keys,
    )
    return response_id


def _code(place: Workplace, keys: ConsultationKeys, coding: Coding) -> None:
    codings.add(place.session, place.vault, place.consultation, keys, coding)
