"""What may be changed when, who may be given what, and what is written down of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.commands.demonstration import signing
from consult.faults import MissingError, RefusedError
from consult.making import service as making
from consult.manage import service
from consult.models.audit import AuditEvent
from consult.models.consultation import Consultation, State
from consult.models.key import KeyGrant, PublicKey
from consult.records import accounts, consultations
from consult.records.accounts import NoGrantError
from consult.records.gate import NotReadyError
from consult.vault.envelope import EnvelopeError
from tests.builders import PASSPHRASE, SMALL, TODAY, confirm_shares, ensure_support, make_account
from tests.consult.entering import make_administrator, make_consultation, vault_of

TERMS = service.Terms(title="Spring", freeze_date=date(2027, 6, 1), results_date=date(2027, 9, 1))
WHO: dict[str, Any] = {"actor": "ada", "today": TODAY}
EXITS = "https://weather.example.org/"


def wanted(**changes: Any) -> service.NewConsultation:
    usual: dict[str, Any] = {"name": "spring", "terms": TERMS, "grantees": ("sam",)}
    return service.NewConsultation(**usual | changes)


def load(app: Flask, session: Session) -> None:
    making.load(session, vault_of(app), "spring", SMALL, name="small.toml", **WHO)


def sign_all(app: Flask, session: Session, consultation: Consultation) -> None:
    """Everything signed by Sam."""
    survey = consultations.survey_of(session, consultation, "small")
    sam = accounts.named(session, "sam")
    signing.sign_everything(session, vault_of(app), survey, (sam, sam), exits=EXITS, today=TODAY)


def test_a_new_consultation_has_keys_for_the_people_chosen_and_for_nobody_else(
    app: Flask, session: Session
) -> None:
    make_administrator(app)
    sam, kim = make_account(app, "sam"), make_account(app, "kim")

    made = service.create(session, vault_of(app), wanted(grantees=("sam", "kim")), **WHO)

    assert set(session.scalars(select(KeyGrant.grantee_id))) == {sam.id, kim.id}
    key = accounts.unlock(vault_of(app), sam, PASSPHRASE)
    assert accounts.opened_keys(session, vault_of(app), made, key).of(1)
    assert service.person(session, "spring", "sam").roles == ("analyst",)


@pytest.mark.parametrize(
    "name", ["Spring", "s", "1spring", "spring survey", "spring/1", "new", "people", "x" * 41]
)
def test_a_name_that_cannot_stand_in_an_address_is_refused(app: Flask, session: Session, name: str) -> None:
    make_account(app, "sam")

    with pytest.raises(service.TermsError, match="name"):
        service.create(session, vault_of(app), wanted(name=name), **WHO)


def test_every_word_of_our_own_addresses_is_reserved(app: Flask) -> None:
    own = {
        parts[2]
        for rule in app.url_map.iter_rules()
        if (parts := rule.rule.split("/"))[1] == "team" and len(parts) > 2 and not parts[2].startswith("<")
    } - {""}

    assert own <= service.RESERVED


def test_a_consultation_without_anybody_who_could_open_the_answers_is_refused(
    app: Flask, session: Session
) -> None:
    with pytest.raises(service.TermsError, match="at least one person"):
        service.create(session, vault_of(app), wanted(grantees=()), **WHO)


def test_a_disabled_account_is_given_no_key(app: Flask, session: Session) -> None:
    make_account(app, "sam").active = False

    with pytest.raises(MissingError):
        service.create(session, vault_of(app), wanted(), **WHO)


def test_a_batch_of_fewer_than_five_is_never_agreed(app: Flask, session: Session) -> None:
    make_account(app, "sam")

    with pytest.raises(service.TermsError, match="5 to"):
        service.create(session, vault_of(app), wanted(terms=replace(TERMS, release_min=4)), **WHO)


def test_what_is_published_is_never_finer_than_what_the_team_sees() -> None:
    with pytest.raises(service.TermsError, match="never finer"):
        service.require_possible(replace(TERMS, team_k=12, published_k=10))


def test_before_opening_terms_change_either_way(app: Flask, session: Session) -> None:
    make_account(app, "sam")
    service.create(session, vault_of(app), wanted(terms=replace(TERMS, release_min=9)), **WHO)

    service.change(session, vault_of(app), "spring", replace(TERMS, release_min=6), **WHO)

    assert service.terms_of(session, "spring").release_min == 6


LOOSER: dict[str, Any] = {
    "release_min": 7,
    "min_grants": 1,
    "team_k": 5,
    "published_k": 11,
    "published_rounding": 1,
    "draft_days": 60,
    "consensus_agree": 69,
    "consensus_oppose": 16,
    "freeze_date": date(2027, 5, 31),
}


@pytest.mark.parametrize("field", LOOSER)
def test_after_opening_a_looser_term_is_refused_with_its_reason(
    app: Flask, session: Session, field: str
) -> None:
    """S32: the least size of a batch is never loosened."""
    make_account(app, "sam")
    agreed = replace(TERMS, release_min=8, min_grants=2, team_k=6, published_k=12, published_rounding=5)
    made = service.create(session, vault_of(app), wanted(terms=agreed), **WHO)
    made.state = State.OPEN

    with pytest.raises(service.TermsError) as refused:
        service.change(session, vault_of(app), "spring", replace(agreed, **{field: LOOSER[field]}), **WHO)

    assert set(refused.value.problems) == {field}
    assert service.terms_of(session, "spring") == agreed


def test_a_date_that_people_were_told_is_not_taken_away(app: Flask, session: Session) -> None:
    make_account(app, "sam")
    service.create(session, vault_of(app), wanted(), **WHO).state = State.CLOSED

    with pytest.raises(service.TermsError):
        service.change(session, vault_of(app), "spring", replace(TERMS, freeze_date=None), **WHO)


def test_after_opening_stricter_terms_are_kept_and_written_down(app: Flask, session: Session) -> None:
    make_account(app, "sam")
    service.create(session, vault_of(app), wanted(), **WHO).state = State.OPEN
    stricter = replace(
        TERMS,
        release_min=10,
        min_grants=3,
        team_k=7,
        published_k=20,
        published_rounding=10,
        freeze_date=date(2027, 7, 1),
    )

    service.change(session, vault_of(app), "spring", stricter, **WHO)

    assert service.terms_of(session, "spring") == stricter
    entry = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert entry is not None
    assert entry.action == "change terms"
    assert "release_min from 5 to 10" in entry.detail


def test_a_survey_stays_shut_until_enough_people_can_open_its_answers(app: Flask, session: Session) -> None:
    make_account(app, "sam")
    service.create(session, vault_of(app), wanted(), **WHO)
    load(app, session)

    with pytest.raises(NotReadyError, match="needs 2 people who can open answers"):
        service.open_(session, vault_of(app), "spring", "small", exits=EXITS, **WHO)

    assert service.overview(session, "spring").next_step == service.NextStep.SECURE


def test_who_holds_a_key_gives_one_and_the_survey_can_open(app: Flask, session: Session) -> None:
    sam, kim = make_account(app, "sam"), make_account(app, "kim")
    made = service.create(session, vault_of(app), wanted(), **WHO)
    load(app, session)
    held = accounts.unlock(vault_of(app), sam, PASSPHRASE)

    service.give_grant(
        session, vault_of(app), "spring", "kim", account_id=sam.id, private=held.private, **WHO
    )
    confirm_shares(app, made, held)
    ensure_support(session)
    sign_all(app, session, made)
    service.open_(session, vault_of(app), "spring", "small", exits=EXITS, **WHO)

    theirs = accounts.unlock(vault_of(app), kim, PASSPHRASE)
    assert accounts.opened_keys(session, vault_of(app), made, theirs).of(1)
    assert consultations.survey_of(session, made, "small").state == State.OPEN


def test_who_holds_no_key_gives_none_administrators_neither(app: Flask, session: Session) -> None:
    """S10: nobody grants what they do not hold."""
    ada = make_administrator(app)
    make_account(app, "sam")
    make_account(app, "kim")
    service.create(session, vault_of(app), wanted(), **WHO)
    own = accounts.unlock(vault_of(app), ada, PASSPHRASE)

    with pytest.raises(NoGrantError):
        service.give_grant(
            session, vault_of(app), "spring", "kim", account_id=ada.id, private=own.private, **WHO
        )


def test_a_public_key_put_in_by_way_of_the_database_is_given_nothing(app: Flask, session: Session) -> None:
    """S2, S10: a key that was put in."""
    sam, kim, eve = (make_account(app, name) for name in ("sam", "kim", "eve"))
    service.create(session, vault_of(app), wanted(), **WHO)
    session.get_one(PublicKey, ("account", kim.id, 0)).pub = session.get_one(
        PublicKey, ("account", eve.id, 0)
    ).pub
    session.flush()
    held = accounts.unlock(vault_of(app), sam, PASSPHRASE)

    with pytest.raises(EnvelopeError):
        service.give_grant(
            session, vault_of(app), "spring", "kim", account_id=sam.id, private=held.private, **WHO
        )


def test_the_words_of_a_key_are_eight_and_its_own(app: Flask, session: Session) -> None:
    sam, kim = make_account(app, "sam"), make_account(app, "kim")

    words = service.key_words(session, sam.id)

    assert len(words.split()) == 8
    assert words == service.key_words(session, sam.id)
    assert words != service.key_words(session, kim.id)


def test_roles_are_given_and_taken_and_the_key_stays(app: Flask, session: Session) -> None:
    make_account(app, "sam")
    service.create(session, vault_of(app), wanted(), **WHO)

    service.set_roles(session, vault_of(app), "spring", "sam", ["lead", "adviser"], **WHO)

    found = service.person(session, "spring", "sam")
    assert found.roles == ("adviser", "lead")
    assert found.holds_key


def test_the_last_administrator_cannot_be_disabled(app: Flask, session: Session) -> None:
    make_administrator(app, "ada")
    make_administrator(app, "bea")
    service.disable(session, vault_of(app), "ada", **WHO)

    with pytest.raises(RefusedError, match="last administrator"):
        service.disable(session, vault_of(app), "bea", **WHO)


@pytest.mark.parametrize("name", ["Sam", "s", "sam smith", "-sam", "sam@example", "x" * 41])
def test_an_account_name_that_cannot_be_typed_safely_is_refused(
    app: Flask, session: Session, name: str
) -> None:
    person = service.NewAccount(name=name, display_name="Sam")

    with pytest.raises(RefusedError, match="name of an account"):
        service.add_person(session, vault_of(app), person, PASSPHRASE, **WHO)


def test_every_act_is_written_down_with_who_and_when(app: Flask, session: Session) -> None:
    make_administrator(app)
    person = service.NewAccount(name="sam", display_name="Sam")
    service.add_person(session, vault_of(app), person, PASSPHRASE, **WHO)
    made = service.create(session, vault_of(app), wanted(terms=replace(TERMS, min_grants=1)), **WHO)
    held = accounts.unlock(vault_of(app), accounts.named(session, "sam"), PASSPHRASE)
    confirm_shares(app, made, held)
    ensure_support(session)
    load(app, session)
    sign_all(app, session, made)
    service.open_(session, vault_of(app), "spring", "small", exits=EXITS, **WHO)
    service.release(session, vault_of(app), "spring", **WHO)
    service.close(session, vault_of(app), "spring", "small", **WHO)
    service.set_suggestions(session, vault_of(app), "spring", True, **WHO)
    service.give_role(session, vault_of(app), "spring", "sam", "lead", **WHO)
    service.disable(session, vault_of(app), "sam", **WHO)
    service.activate(session, vault_of(app), "sam", **WHO)

    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert [row.action for row in rows if row.action != "sign"] == [
        "add account",
        "new consultation",
        "load survey",
        "open survey",
        "release",
        "close survey",
        "suggestions",
        "roles",
        "disable account",
        "enable account",
    ]
    assert {(row.actor, row.date) for row in rows if row.action != "sign"} == {("ada", TODAY)}
    assert not any(PASSPHRASE in row.detail for row in rows)


def test_the_passphrase_of_a_new_account_is_kept_nowhere(app: Flask, session: Session) -> None:
    make_consultation(app)
    passphrase = service.generate_passphrase()

    service.add_person(
        session, vault_of(app), service.NewAccount(name="sam", display_name="Sam"), passphrase, **WHO
    )

    account = accounts.named(session, "sam")
    assert len(passphrase.split()) == 6
    assert passphrase.encode() not in account.private_key + account.verifier + account.salt
