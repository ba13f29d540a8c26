"""S10: no lost passphrase loses an answer, enough shares open everything, and too few open nothing."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from itertools import combinations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.account import Role
from consult.models.consultation import State
from consult.models.key import KeyGrant, KeyOwner, PublicKey
from consult.records import accounts, opened, ready, recovery
from consult.records import keys as key_records
from consult.records.accounts import NoGrantError, UnknownAccountError
from consult.records.ready import KeysDoNotFitError, NoSecondWayInError, TooFewGrantsError
from consult.records.recovery import GRANTEE, INSTALLATION, MadeShares, ShareError, Standing, TypedSharesError
from consult.vault import shares
from consult.vault.envelope import EnvelopeError, PrivateKey
from consult.vault.passphrases import StaffKey
from tests.builders import PASSPHRASE, Team, confirm_shares, make_account, make_response, make_team, release

SAID = "The helper listened"


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app, release_min=1)
    make_response(made, {"helped_words": SAID})
    release(made)
    return made


def make(team: Team, scheme: tuple[int, int] = (2, 3)) -> MadeShares:
    """New shares by the analyst of the team, not yet typed back."""
    made = recovery.make(team.session, team.vault, team.consultation, team.unlocked().keys, scheme=scheme)
    team.session.commit()
    return made


def let_in(team: Team, typed: Sequence[str], name: str) -> list[str]:
    """What a new person reads after others typed their shares."""
    account = make_account(team.app, name)
    recovery.use(team.session, team.vault, team.consultation, typed, account)
    team.session.commit()
    return read(team, accounts.unlock(team.vault, account, PASSPHRASE))


def read(team: Team, key: StaffKey) -> list[str]:
    """The words that a key opens."""
    keys = accounts.opened_keys(team.session, team.vault, team.consultation, key)
    found = opened.released(team.session, team.vault, team.consultation, keys)
    return [str(each.answers["helped_words"]) for each in found]


@pytest.mark.parametrize("scheme", recovery.SCHEMES)
def test_every_group_of_enough_people_lets_somebody_in_and_no_smaller_group_does(
    team: Team, scheme: tuple[int, int]
) -> None:
    made = make(team, scheme)
    assert (made.threshold, len(made.texts)) == scheme
    for number, group in enumerate(combinations(made.texts, made.threshold)):
        assert let_in(team, group, f"new{number}") == [SAID]
    for size in range(made.threshold):
        for few in combinations(made.texts, size):
            with pytest.raises(ShareError):
                recovery.joined(team.session, team.vault, team.consultation.id, few)


def test_more_shares_than_needed_do_no_harm(team: Team) -> None:
    assert let_in(team, make(team).texts, "kim") == [SAID]


def test_a_share_alone_says_nothing_of_the_secret(team: Team) -> None:
    """Each value of a byte of the secret goes with exactly one second share: so one share excludes none."""
    (first, *_) = [shares.read(text) for text in make(team).texts]
    seen = set()
    for guess in range(256):
        slope = _divide(first.y[0] ^ guess, first.x)
        again = shares.split_with(bytes((guess,)) * 32, bytes(16), 3, [bytes((slope,)) * 32])[first.x - 1]
        assert again.y[0] == first.y[0]
        seen.add(slope)
    assert len(seen) == 256


def _divide(a: int, b: int) -> int:
    """In GF(256), by trying: from another angle than the product's arithmetic."""
    return next(quotient for quotient in range(256) if _times(quotient, b) == a)


def _times(a: int, b: int) -> int:
    product = 0
    for bit in range(8):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= 0x11B << (bit - 8)
    return product


def test_losing_any_one_passphrase_loses_no_answer(app: Flask, team: Team) -> None:
    kim = make_account(app, "kim", team.consultation, Role.ANALYST)
    accounts.grant(team.session, team.vault, team.consultation, team.key, kim)
    team.session.commit()
    made = make(team)
    colleague = accounts.unlock(team.vault, kim, PASSPHRASE)
    # Sam's passphrase is lost: Kim lets a new account in. Kim's is lost too: two shares do.
    newcomer = make_account(app, "sam2")
    accounts.grant(team.session, team.vault, team.consultation, colleague, newcomer)
    assert read(team, accounts.unlock(team.vault, newcomer, PASSPHRASE)) == [SAID]
    for grant in team.session.scalars(select(KeyGrant).where(KeyGrant.grantee_id != GRANTEE)):
        team.session.delete(grant)
    team.session.commit()
    with pytest.raises(NoGrantError):
        read(team, colleague)
    assert let_in(team, made.texts[1:], "new") == [SAID]


def test_nothing_stored_makes_the_recovery_key_again(team: Team) -> None:
    made = make(team)
    private = recovery.joined(team.session, team.vault, team.consultation.id, made.texts[:2])
    stored = key_records.public_key(team.session, KeyOwner.RECOVERY, team.consultation.id, 0)
    assert PrivateKey(private).public == stored.pub
    secret = {private, private[:32], private[64:], *(shares.read(text).y for text in made.texts)}
    held = [*team.session.scalars(select(KeyGrant.blob)), stored.pub, stored.mac]
    assert not [part for part in secret for blob in held if part in blob]
    assert not any(text in repr(made) for text in made.texts)


def test_a_share_typed_back_is_taken_in_any_case_and_grouping(team: Team) -> None:
    made = make(team)
    assert recovery.standing(team.session, team.consultation) is Standing.UNREAD
    recovery.confirm(
        team.session, team.vault, team.consultation, f"  {made.texts[2].lower().replace('-', ' ')}\n"
    )
    assert recovery.standing(team.session, team.consultation) is Standing.READY


def test_what_is_not_a_share_of_this_key_confirms_nothing_and_says_why(team: Team) -> None:
    old, made = make(team), make(team)
    mistyped = made.texts[0][:-1] + ("A" if made.texts[0][-1] != "A" else "B")
    for typed, said in (
        ("", "type one"),
        ("hello", "A to Z|sixteen"),
        (made.texts[0][:-5], "sixteen groups"),
        (mistyped, "one of the characters"),
        (old.texts[0], "another key"),
        ("é" * 64, "A to Z"),
    ):
        with pytest.raises(TypedSharesError, match=said):
            recovery.confirm(team.session, team.vault, team.consultation, typed)
    assert recovery.standing(team.session, team.consultation) is Standing.UNREAD


def test_each_share_that_cannot_be_used_is_named_by_its_place(team: Team) -> None:
    old, made = make(team), make(team)
    with pytest.raises(TypedSharesError) as refused:
        recovery.joined(
            team.session, team.vault, team.consultation.id, [made.texts[0], "", old.texts[1], "nonsense"]
        )
    assert set(refused.value.problems) == {2, 3}


def test_the_same_share_twice_is_one_share(team: Team) -> None:
    made = make(team)
    with pytest.raises(ShareError, match="twice"):
        recovery.joined(team.session, team.vault, team.consultation.id, [made.texts[0]] * 2)


def test_new_shares_end_the_old_ones_and_want_to_be_typed_back_again(team: Team) -> None:
    old = make(team)
    recovery.confirm(team.session, team.vault, team.consultation, old.texts[0])
    new = make(team)
    assert recovery.standing(team.session, team.consultation) is Standing.UNREAD
    with pytest.raises(TypedSharesError):
        recovery.joined(team.session, team.vault, team.consultation.id, old.texts[:2])
    assert let_in(team, new.texts[:2], "kim") == [SAID]


def test_shares_let_nobody_in_whose_account_is_disabled(app: Flask, team: Team) -> None:
    made = make(team)
    kim = make_account(app, "kim")
    kim.active = False
    team.session.commit()
    with pytest.raises(UnknownAccountError):
        recovery.use(team.session, team.vault, team.consultation, made.texts, kim)


def test_a_recovery_key_put_in_by_way_of_the_database_is_never_sealed_to(team: Team) -> None:
    make(team)
    stranger = PrivateKey(os.urandom(96))
    stored = key_records.public_key(team.session, KeyOwner.RECOVERY, team.consultation.id, 0)
    stored.pub = stranger.public
    team.session.commit()
    with pytest.raises(EnvelopeError):
        recovery.regrant(team.session, team.vault, team.consultation, team.unlocked().keys)
    with pytest.raises(EnvelopeError):
        recovery.confirm(team.session, team.vault, team.consultation, "")
    team.consultation.recovery_confirmed = True
    grant = team.session.get_one(KeyGrant, (team.consultation.id, 1, GRANTEE))
    grant.blob = grant.blob[:6] + stranger.id + grant.blob[22:]
    with pytest.raises(KeysDoNotFitError):
        ready.open_survey(team.session, team.vault, team.survey)


def test_a_new_epoch_reaches_the_shares_that_are_on_paper_already(team: Team) -> None:
    made = make(team)
    recovery.confirm(team.session, team.vault, team.consultation, made.texts[0])
    fresh = team.vault.new_consultation_keys(2)
    team.consultation.epoch = 2
    team.session.flush()
    assert recovery.standing(team.session, team.consultation) is Standing.BEHIND
    recovery.regrant(team.session, team.vault, team.consultation, fresh.keys)
    assert recovery.standing(team.session, team.consultation) is Standing.READY
    private = recovery.joined(team.session, team.vault, team.consultation.id, made.texts[:2])
    blobs = key_records.grants_to(team.session, team.consultation, GRANTEE)
    found = team.vault.open_grants(StaffKey(account_id=GRANTEE, private=private), team.consultation.id, blobs)
    assert found.of(2) == fresh.keys.of(2)
    assert set(found.epochs) == {1, 2}


def test_without_shares_a_new_epoch_is_granted_to_nobody_else(app: Flask) -> None:
    team = make_team(app, demonstration=True)
    for grant in team.session.scalars(select(KeyGrant).where(KeyGrant.grantee_id == GRANTEE)):
        team.session.delete(grant)
    stored = team.session.get_one(PublicKey, (KeyOwner.RECOVERY, team.consultation.id, 0))
    team.session.delete(stored)
    team.session.flush()
    recovery.regrant(team.session, team.vault, team.consultation, team.unlocked().keys)
    assert key_records.grants_to(team.session, team.consultation, GRANTEE) == {}


def test_who_lacks_a_key_of_earlier_makes_no_shares_that_would_lose_it(app: Flask, team: Team) -> None:
    kim = make_account(app, "kim")
    fresh = team.vault.new_consultation_keys(2)
    accounts.give(team.session, team.vault, team.consultation, fresh.keys, kim)
    with pytest.raises(recovery.NotAllKeysError):
        make(team)


def test_shares_are_not_made_when_the_stored_key_is_another(team: Team) -> None:
    stored = key_records.public_key(team.session, KeyOwner.CONSULTATION, team.consultation.id, 1)
    other = team.vault.new_consultation_keys(1).public
    stored.pub = other
    stored.mac = team.vault.public_key_mac("consultation", team.consultation.id, 1, other)
    with pytest.raises(recovery.RecoveryFailedError):
        make(team)


def test_the_installation_key_is_used_once_a_share_of_it_was_typed_back(session: Session, app: Flask) -> None:
    vault = app.extensions["consult.workbench_vault"]
    assert recovery.installation_standing(session) is Standing.NONE
    with pytest.raises(recovery.NoSharesError):
        recovery.joined(session, vault, INSTALLATION, [])
    made = recovery.make_installation(session, vault)
    assert recovery.installation_standing(session) is Standing.UNREAD
    assert session.get(PublicKey, (KeyOwner.RECOVERY, INSTALLATION, 0)) is None
    with pytest.raises(TypedSharesError):
        recovery.confirm_installation(session, vault, base64.b32encode(os.urandom(40)).decode())
    recovery.confirm_installation(session, vault, made.texts[1])
    assert recovery.installation_standing(session) is Standing.READY
    stored = key_records.public_key(session, KeyOwner.RECOVERY, INSTALLATION, 0)
    for pair in combinations(made.texts, 2):
        private = recovery.joined(session, vault, INSTALLATION, pair)
        assert PrivateKey(private).public == stored.pub
        assert recovery.joined_to(PrivateKey(private).id, INSTALLATION, pair) == private


def test_a_new_installation_key_leaves_the_old_one_in_use_until_its_share_is_typed_back(
    session: Session, app: Flask
) -> None:
    vault = app.extensions["consult.workbench_vault"]
    old = recovery.make_installation(session, vault)
    recovery.confirm_installation(session, vault, old.texts[0])
    new = recovery.make_installation(session, vault, scheme=(3, 5))
    assert recovery.joined(session, vault, INSTALLATION, old.texts[:2])
    recovery.confirm_installation(session, vault, new.texts[4])
    assert recovery.joined(session, vault, INSTALLATION, new.texts[2:])
    with pytest.raises(TypedSharesError):
        recovery.joined(session, vault, INSTALLATION, old.texts)


def test_a_survey_opens_once_people_hold_keys_and_a_share_was_typed_back(app: Flask) -> None:
    team = make_team(app)
    team.survey.state, team.consultation.min_grants = State.PREPARING, 2
    with pytest.raises(TooFewGrantsError):
        ready.open_survey(team.session, team.vault, team.survey)
    accounts.grant(team.session, team.vault, team.consultation, team.key, make_account(app, "kim"))
    make(team)
    with pytest.raises(NoSecondWayInError, match="type one"):
        ready.open_survey(team.session, team.vault, team.survey, holder=team.key)
    confirm_shares(app, team.consultation, team.key)
    ready.open_survey(team.session, team.vault, team.survey, holder=team.key)
    assert team.survey.state == State.OPEN


def test_shares_are_no_person_and_a_disabled_account_is_none_either(app: Flask) -> None:
    team = make_team(app)
    assert ready.holders(team.session, team.consultation) == 1
    team.account.active = False
    team.session.flush()
    assert ready.holders(team.session, team.consultation) == 0


def test_no_survey_opens_to_a_key_that_somebody_put_into_the_database(app: Flask) -> None:
    team = make_team(app)
    stored = key_records.public_key(team.session, KeyOwner.CONSULTATION, team.consultation.id, 1)
    stored.pub = team.vault.new_consultation_keys(1).public
    team.session.flush()
    for holder in (None, team.key):
        with pytest.raises(KeysDoNotFitError):
            ready.open_survey(team.session, team.vault, team.survey, holder=holder)


def test_a_key_with_a_good_mac_that_is_not_ours_is_found_by_who_has_unlocked(app: Flask) -> None:
    team = make_team(app)
    stored = key_records.public_key(team.session, KeyOwner.CONSULTATION, team.consultation.id, 1)
    stored.pub = team.vault.new_consultation_keys(1).public
    stored.mac = team.vault.public_key_mac("consultation", team.consultation.id, 1, stored.pub)
    team.session.flush()
    with pytest.raises(KeysDoNotFitError):
        ready.open_survey(team.session, team.vault, team.survey, holder=team.key)


def test_a_demonstration_opens_without_shares(app: Flask) -> None:
    team = make_team(app, demonstration=True)
    team.consultation.recovery_confirmed = False
    team.session.flush()
    ready.open_survey(team.session, team.vault, team.survey)
    assert not ready.of(team.session, team.consultation).shares_needed
