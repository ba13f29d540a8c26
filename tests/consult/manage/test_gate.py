"""The ten lines before a survey opens: who signed what, what is missing, and what makes it void."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from consult.models.account import Account
from consult.models.audit import AuditEvent
from consult.models.consultation import Consultation, State, Survey
from consult.models.signoff import SignOff, SignOffKind
from consult.models.support import SupportCheck
from consult.records import accounts, definitions, gate, gate_version, kept_versions, signoffs
from consult.records.gate import NotReadyError
from consult.records.signoffs import Wanted
from tests.builders import SMALL, ensure_signed, make_account
from tests.consult.entering import vault_of
from tests.consult.manage.preparing import FLAGGED, TODAY, prepared

EXITS = "https://www.metoffice.gov.uk/"


def person(session: Session, name: str) -> Account:
    return accounts.named(session, name)


def missing(session: Session, survey: Survey, *, exits: str = EXITS, today: date = TODAY) -> set[str]:
    """The numbers of the lines that miss something."""
    return {line.number for line in gate.of(session, survey, exits=exits, today=today) if line.missing}


def signed(app: Flask, session: Session, survey: Survey, **more: Any) -> None:
    """Sign all with the exit address of the tests' settings."""
    ensure_signed(session, vault_of(app), survey, person(session, "sam"), **more)


def record(app: Flask, session: Session, survey: Survey, kind: SignOffKind, **more: Any) -> None:
    given = more.pop("given", True)
    by = person(session, more.pop("by", "sam"))
    signoffs.record(session, vault_of(app), survey, Wanted(kind=kind, **more), by, given=given, today=TODAY)


def test_a_survey_opens_once_all_ten_lines_are_whole_and_the_log_says_who_opened_which_version(
    app: Flask, session: Session, spring: Survey
) -> None:
    """T46, T47, T49: dates, pilot, advisory group and owners are on record before anybody answers."""
    signed(app, session, spring)

    gate.open_survey(session, vault_of(app), spring, exits=settings_exits(app), actor="sam", today=TODAY)

    assert spring.state == State.OPEN
    entry = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.action, entry.object) == ("sam", "open survey", "spring/small")
    assert entry.detail == spring.fingerprint.hex()[:16]


def settings_exits(app: Flask) -> str:
    found: str = app.extensions["consult.settings"].exits
    return found


def test_with_nothing_signed_every_line_that_people_sign_is_named_at_once(
    app: Flask, session: Session, spring: Survey
) -> None:
    with pytest.raises(NotReadyError) as refused:
        gate.open_survey(session, vault_of(app), spring, exits=EXITS, actor="sam", today=TODAY)

    assert {line.number for line in refused.value.lines} == {"G1", "G2", "G6", "G8", "G9", "G10"}
    said = str(refused.value)
    for what in ("data protection assessment", "legal basis", "controller", "security", "safeguarding"):
        assert what in said
    assert spring.state == State.PREPARING


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (SignOffKind.ASSESSMENT, "G1"),
        (SignOffKind.LEGAL_BASIS, "G1"),
        (SignOffKind.CONTROLLER, "G1"),
        (SignOffKind.SECURITY, "G1"),
        (SignOffKind.SAFEGUARDING, "G1"),
        (SignOffKind.PILOT, "G2"),
        (SignOffKind.ADVISERS, "G2"),
        (SignOffKind.RULES, "G6"),
        (SignOffKind.ACCESSIBILITY, "G8"),
        (SignOffKind.EXIT, "G9"),
        (SignOffKind.STAFF_SUPPORT, "G10"),
        (SignOffKind.STAFF_LIMITS, "G10"),
    ],
)
def test_without_any_one_signature_the_survey_does_not_open(
    app: Flask, session: Session, spring: Survey, kind: SignOffKind, line: str
) -> None:
    """T47, T48, T49: each owner, the pilot, the advisers, and what staff need."""
    signed(app, session, spring)
    exits = settings_exits(app)
    assert missing(session, spring, exits=exits) == set()

    record(app, session, spring, kind, given=False)

    assert missing(session, spring, exits=exits) == {line}
    with pytest.raises(NotReadyError, match=f"{line}: "):
        gate.open_survey(session, vault_of(app), spring, exits=exits, actor="sam", today=TODAY)


@pytest.mark.parametrize("field", ["closing_date", "freeze_date", "results_date"])
def test_without_a_date_that_people_are_told_the_survey_does_not_open(
    app: Flask, session: Session, spring: Survey, field: str
) -> None:
    """T46: the day of the results is set; so are the last days to start and to take back."""
    signed(app, session, spring)
    owner = spring if field == "closing_date" else session.get_one(Consultation, spring.consultation_id)
    setattr(owner, field, None)

    assert missing(session, spring, exits=settings_exits(app)) == {"G6"}


def test_too_few_people_to_talk_to_keep_it_shut(app: Flask, session: Session, spring: Survey) -> None:
    """T33: the list of support is whole in every nation first."""
    signed(app, session, spring)
    session.query(SupportCheck).delete()

    assert missing(session, spring, exits=settings_exits(app)) == {"G3"}


def test_another_version_is_signed_anew_and_the_old_one_is_still_signed(
    app: Flask, session: Session, spring: Survey
) -> None:
    """T47: a change of one word voids pilot and signature; what is not of the words stays."""
    signed(app, session, spring)
    exits, before = settings_exits(app), spring.fingerprint
    consultation = session.get_one(Consultation, spring.consultation_id)

    other = SMALL.replace("What helped?", "What helped you?")
    kept_versions.load(session, consultation, other, name="small.toml", today=TODAY)
    assert spring.fingerprint != before
    assert missing(session, spring, exits=exits) == {"G2"}

    kept_versions.load(session, consultation, SMALL, name="small.toml", today=TODAY)
    assert missing(session, spring, exits=exits) == set()


def test_flagged_words_stop_a_version_until_two_different_people_sign(app: Flask, session: Session) -> None:
    """T04: one person twice is one person."""
    survey = prepared(app, FLAGGED)
    make_account(app, "lee")
    signed(app, session, survey)  # Sam, twice over
    exits = settings_exits(app)
    (flag,) = gate_version.flags(definitions.current(session, survey))
    assert missing(session, survey, exits=exits) == {"G4"}

    record(app, session, survey, SignOffKind.FLAG, about=flag, by="lee")
    assert missing(session, survey, exits=exits) == set()

    record(app, session, survey, SignOffKind.FLAG, about=flag, by="sam", given=False)
    assert missing(session, survey, exits=exits) == {"G4"}


def test_statement_and_leave_address_are_good_for_a_year_and_a_day_later_they_are_not(
    app: Flask, session: Session, spring: Survey
) -> None:
    """T10, T28: both are looked at again each year."""
    signed(app, session, spring)
    spring.closing_date = None  # a date of its own is not what is looked at here
    exits = settings_exits(app)

    assert missing(session, spring, exits=exits, today=TODAY + timedelta(days=365)) & {"G8", "G9"} == set()
    later = missing(session, spring, exits=exits, today=TODAY + timedelta(days=366))

    assert {"G8", "G9"} <= later


def test_another_leave_address_is_looked_at_anew(app: Flask, session: Session, spring: Survey) -> None:
    """T10: what was checked was the other one."""
    signed(app, session, spring)

    assert missing(session, spring, exits="https://elsewhere.example.org/") == {"G9"}


def test_thresholds_changed_after_they_were_signed_are_signed_anew(
    app: Flask, session: Session, spring: Survey
) -> None:
    signed(app, session, spring)
    session.get_one(Consultation, spring.consultation_id).consensus_agree = 75

    assert missing(session, spring, exits=settings_exits(app)) == {"G6"}


WELSH = 'languages = ["en", "cy"]\n' + re.sub(
    r'((?:text|title|reassurance) = )("[^"]*")', r"\1{ en = \2, cy = \2 }", SMALL
)


def test_a_language_is_read_by_a_person_who_signs_and_then_counts_as_reviewed(
    app: Flask, session: Session
) -> None:
    """T42: Welsh that nobody has read keeps the survey shut."""
    survey = prepared(app, WELSH)
    signed(app, session, survey)
    exits = settings_exits(app)
    assert definitions.current(session, survey).reviewed == ("en", "cy")
    assert missing(session, survey, exits=exits) == set()

    record(app, session, survey, SignOffKind.REVIEW, about="cy", given=False)

    assert missing(session, survey, exits=exits) == {"G5"}
    assert definitions.current(session, survey).reviewed == ("en",)


def test_what_was_signed_is_never_changed_in_the_database_either(
    app: Flask, session: Session, spring: Survey
) -> None:
    signed(app, session, spring)
    session.commit()

    with pytest.raises(DatabaseError, match="never changed"):
        session.execute(text("UPDATE sign_off SET note = 'x'"))
    session.rollback()
    assert session.scalars(select(SignOff.note).where(SignOff.note == "x")).all() == []


def test_every_signature_stands_in_the_log_with_its_version(
    app: Flask, session: Session, spring: Survey
) -> None:
    record(app, session, spring, SignOffKind.ADVISERS, note="met twice")

    row = session.scalars(select(SignOff)).one()
    entry = session.scalars(select(AuditEvent).where(AuditEvent.seq == row.entry)).one()
    assert (entry.actor, entry.action, entry.object) == ("sam", "sign", "spring/small")
    assert spring.fingerprint.hex()[:16] in entry.detail
