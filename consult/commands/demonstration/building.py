"""Feeds the invented content through the services that real content goes through."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

import surveys
from consult.commands.demonstration import (
    aftermath,
    documents,
    helplines,
    panel,
    respondents,
    shapes,
    signing,
)
from consult.models.account import Account, Role
from consult.models.coding import Theme
from consult.models.consultation import Consultation, Survey
from consult.models.literature import SourceStatus
from consult.models.standard import ServiceKind, Stance, Strength
from consult.records import (
    accounts,
    batches,
    codings,
    definitions,
    gate,
    responses,
    standards,
    themes,
)
from consult.records.accounts import NewAccount
from consult.records.codings import Coding, Stream
from consult.records.standards import StandardText
from consult.records.themes import ThemeText
from consult.vault import passphrases
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import IntakeVault

NAME = "demonstration"
_STRENGTHS = {"many": Strength.STRONG, "some": Strength.MODERATE, "few": Strength.WEAK}
_PEOPLE = (
    (
        NewAccount(name="lead", display_name="Standards lead", administrator=True),
        (Role.LEAD, Role.ANALYST, Role.PANEL_MANAGER),
    ),
    (NewAccount(name="analyst", display_name="Analyst"), (Role.ANALYST,)),
    # Signs for the advisory group and for what was read; holds no key.
    (NewAccount(name="adviser", display_name="Survivor adviser"), (Role.ADVISER, Role.TRANSLATOR)),
)


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


def build(
    session: Session, intake: IntakeVault, vault: WorkbenchVault, *, exits: str, today: date
) -> dict[str, str]:
    """Build it all, without a commit; returns passphrases by account name."""
    sign_ins = {person.name: passphrases.generate() for person, _ in _PEOPLE}
    people = [accounts.add(session, vault, person, sign_ins[person.name]) for person, _ in _PEOPLE]
    consultation = Consultation(
        name=NAME,
        pepper=vault.pepper,
        title="Standards for services that support men (demonstration)",
        demonstration=True,
        suggestions=True,
        freeze_date=today + timedelta(days=90),
        results_date=today + timedelta(days=120),
    )
    session.add(consultation)
    session.flush()
    for account, (_, roles) in zip(people, _PEOPLE, strict=True):
        for role in roles:
            accounts.join(session, account, consultation, role)
    lead, analyst, adviser = people
    accounts.make_consultation_keys(session, vault, consultation, [lead, analyst])
    place = Workplace(
        session=session,
        intake=intake,
        vault=vault,
        consultation=consultation,
        today=today,
        signers=(lead, adviser),
        exits=exits,
    )
    helplines.build(session, today=today)
    key = accounts.unlock(vault, analyst, sign_ins[analyst.name])
    keys = accounts.opened_keys(session, vault, consultation, key)
    frame = {entry.key: _theme(place, entry) for entry in documents.frame().themes}
    _survivors(place, keys, analyst, frame)
    _practitioners(place, keys, analyst, frame)
    _standards(place)
    _links(place, frame, analyst)
    _literature(place, analyst)
    aftermath.build(session, vault, NAME, (lead, analyst), sign_ins, today=today)
    return sign_ins


def _open(place: Workplace, survey_id: str) -> Survey:
    survey = definitions.load(
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


def _survivors(place: Workplace, keys: ConsultationKeys, analyst: Account, frame: dict[str, Theme]) -> None:
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


def _practitioners(
    place: Workplace, keys: ConsultationKeys, analyst: Account, frame: dict[str, Theme]
) -> None:
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


def _theme(place: Workplace, entry: shapes.ThemeEntry) -> Theme:
    text = ThemeText(
        name=entry.name,
        definition=entry.definition,
        include=entry.include,
        exclude=entry.exclude,
        example=entry.example,
    )
    return themes.add(place.session, place.consultation, text, key=entry.key)


def _standards(place: Workplace) -> None:
    for standard in documents.standards():
        for version in standard.versions:
            row = standards.write(
                place.session, place.consultation, _text(standard, version.statement), today=place.today
            )
        for clause in standard.clauses:
            standards.write_clause(
                place.session,
                row,
                clause.number,
                clause.wording,
                ServiceKind(clause.applies),
                today=place.today,
            )


def _text(standard: shapes.Standard, statement: str) -> StandardText:
    notes = (("Male-only services", standard.men_only_note), ("Mixed services", standard.mixed_note))
    return StandardText(
        key=standard.key,
        title=standard.title,
        statement=statement,
        why=standard.why,
        how_checked=standard.how_checked,
        applies=ServiceKind(standard.applies),
        adjustment=" ".join(f"{whom}: {note}" for whom, note in notes if note),
        for_men=standard.meaning.men,
        for_organisations=standard.meaning.organisations,
        for_commissioners=standard.meaning.commissioners,
    )


def _links(place: Workplace, frame: dict[str, Theme], analyst: Account) -> None:
    for entry in documents.frame().themes:
        for link in _present(entry.links):
            standards.link(
                place.session,
                standards.clause_numbered(place.session, place.consultation, link.clause),
                frame[entry.key],
                Stance(link.stance),
                _STRENGTHS[link.prominence],
                link.reason,
                account_id=analyst.id,
                today=place.today,
            )


def _literature(place: Workplace, analyst: Account) -> None:
    literature = documents.literature()
    for record in literature.records:
        standards.add_source(
            place.session, place.consultation, f"record-{record.number:02d}", _citation(record)
        )
    for source in literature.sources:
        row = standards.add_source(
            place.session,
            place.consultation,
            f"example-{source.key.lower()}",
            source.title,
            design=source.design,
            setting=source.setting,
            status=SourceStatus.CHECKED,
        )
        for entry in source.findings:
            finding = standards.add_finding(place.session, row, entry.statement, entry.page)
            for link in _present(entry.links):
                standards.link(
                    place.session,
                    standards.clause_numbered(place.session, place.consultation, link.clause),
                    finding,
                    Stance(link.stance),
                    _STRENGTHS[link.prominence],
                    link.reason,
                    account_id=analyst.id,
                    today=place.today,
                )


def _present(links: Sequence[shapes.Link]) -> list[shapes.Link]:
    """One link a clause: the one about the last wording, where an earlier wording has one too."""
    present: dict[str, shapes.Link] = {}
    for link in sorted(links, key=lambda link: link.version is None):
        present[link.clause] = link
    return list(present.values())


def _citation(record: shapes.Record) -> str:
    place = ", ".join(part for part in (record.container, record.volume, record.pages) if part)
    year = f" {record.year}." if record.year else ""
    doi = f" doi:{record.doi}" if record.doi else ""
    return f"{record.authors}. {record.title}. {place}.{year}{doi}".replace("..", ".")
