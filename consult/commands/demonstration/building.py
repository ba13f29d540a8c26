"""Feeds the invented content through the services that real content goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from consult.commands.demonstration import (
    aftermath,
    answering,
    documents,
    doubling,
    helplines,
    judging,
    rounds,
    shapes,
)
from consult.commands.demonstration.answering import Workplace
from consult.literature import service as literature
from consult.literature.service import Judgement
from consult.models.account import Account, Role
from consult.models.coding import Theme
from consult.models.consultation import Consultation
from consult.models.literature import Concern, FromUK, Population
from consult.models.standard import ServiceKind, Stance, Strength
from consult.records import (
    accounts,
    standards,
    themes,
)
from consult.records.accounts import NewAccount
from consult.records.standards import StandardText
from consult.records.themes import ThemeText
from consult.records.unlocking import Unlocked
from consult.reports import service as reports
from consult.vault import passphrases
from consult.vault.opening import WorkbenchVault
from consult.vault.sealing import IntakeVault

NAME = "demonstration"
_STRENGTHS = {"many": Strength.STRONG, "some": Strength.MODERATE, "few": Strength.WEAK}
_PEOPLE = (
    (
        NewAccount(name="lead", display_name="Standards lead", administrator=True),
        (Role.LEAD, Role.ANALYST, Role.PANEL_MANAGER),
    ),
    (NewAccount(name="analyst", display_name="Analyst"), (Role.ANALYST,)),
    # Holds what joins names of the panel and pseudonyms, and no key to answers.
    (NewAccount(name="custodian", display_name="Custodian"), (Role.CUSTODIAN,)),
    # Puts out what the first lead made; holds no key.
    (NewAccount(name="second", display_name="Second lead"), (Role.LEAD,)),
    # Signs for the advisory group and for what was read; holds no key.
    (NewAccount(name="adviser", display_name="Survivor adviser"), (Role.ADVISER, Role.TRANSLATOR)),
)


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
        phone_to="0808 157 0000 (example), Monday to Friday, 10 to 4",
    )
    session.add(consultation)
    session.flush()
    for account, (_, roles) in zip(people, _PEOPLE, strict=True):
        for role in roles:
            accounts.join(session, account, consultation, role)
    lead, analyst, _custodian, second, adviser = people
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
    answering.survivors(place, keys, analyst, frame)
    answering.practitioners(place, keys, analyst, frame)
    write_standards(session, consultation, 1, today=today)
    _links(place, frame, analyst)
    _literature(place, analyst)
    at = Unlocked(session=session, vault=vault, consultation=consultation, keys=keys, account_id=analyst.id)
    sign_ins[f"panellist (at /panel/{consultation.slug}/sign-in)"] = rounds.build(
        rounds.Stage(
            unlocked=at,
            actor=lead.name,
            today=today,
            reword=lambda number: write_standards(session, consultation, number, today=today),
        )
    )
    doubling.build(at, replace(at, account_id=lead.id), actor=lead.name, today=today)
    judging.build(at, replace(at, account_id=lead.id), actor=lead.name, today=today)
    _edition(replace(at, account_id=lead.id), lead, second, today=today)
    aftermath.build(session, vault, NAME, (lead, analyst), sign_ins, today=today)
    return sign_ins


def _edition(at: Unlocked, maker: Account, other: Account, *, today: date) -> None:
    """The agreed standards on their public page: made by the first person, put out by the other."""
    number = reports.make_edition(at, actor=maker.name, today=today)
    reports.put_out_edition(
        at.session, at.vault, NAME, number, account_id=other.id, actor=other.name, today=today
    )


def _theme(place: Workplace, entry: shapes.ThemeEntry) -> Theme:
    text = ThemeText(
        name=entry.name,
        definition=entry.definition,
        include=entry.include,
        exclude=entry.exclude,
        example=entry.example,
    )
    return themes.add(place.session, place.consultation, text, key=entry.key)


def write_standards(session: Session, consultation: Consultation, number: int, *, today: date) -> None:
    """The wordings that stand from one round of the panel on; before the first, the clauses come along."""
    for standard in documents.standards():
        for version in standard.versions:
            if version.since_round == number:
                standards.write(
                    session,
                    consultation,
                    _text(standard, version.statement),
                    today=today,
                    said=_why(standard, version),
                )
        for clause in standard.clauses if number == 1 else ():
            standards.write_clause(
                session,
                standards.keyed(session, consultation, standard.key),
                clause.number,
                clause.wording,
                ServiceKind(clause.applies),
                today=today,
            )


def _why(standard: shapes.Standard, version: shapes.Wording) -> str:
    """Why a later wording came: the reason of the decision, where there is one."""
    if version.number == 1:
        return ""
    made = {entry.subject: entry.reason for entry in documents.decisions().decisions}
    return made.get(standard.key, "")


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
            made = standards.link(
                place.session,
                standards.clause_numbered(place.session, place.consultation, link.clause),
                frame[entry.key],
                Stance(link.stance),
                _STRENGTHS[link.prominence],
                link.reason,
                account_id=analyst.id,
                today=place.today,
            )
            made.wording = link.version or made.wording


def _literature(place: Workplace, analyst: Account) -> None:
    read = documents.literature()
    for record in read.records:
        standards.add_source(
            place.session, place.consultation, f"record-{record.number:02d}", _citation(record)
        )
    for source in read.sources:
        row = standards.add_source(
            place.session,
            place.consultation,
            f"example-{source.key.lower()}",
            source.title,
        )
        literature.mark_read(place.session, NAME, row.key, account_id=analyst.id, today=place.today)
        literature.appraise(
            place.session, NAME, row.key, _judgement(source), account_id=analyst.id, today=place.today
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


def _judgement(source: shapes.MadeUpSource) -> Judgement:
    return Judgement(
        design=source.design,
        setting=source.setting,
        population=Population(source.population),
        from_uk=FromUK(source.from_uk),
        concern=Concern(source.concerns["methodological"]),
        reason=source.appraisal,
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
