"""S10: whoever may take a key away or make keys anew does, and a key that was taken opens nothing new."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from consult.manage import service
from consult.manage.service.revoking import LastHolderError, NoKeyError, OwnKeyError
from consult.models.key import KeyGrant, KeyOwner, PublicKey
from consult.models.response import Response
from consult.records import accounts, epochs
from consult.records import keys as key_records
from consult.records.accounts import NoGrantError
from consult.records.epochs import NotAllEpochsError
from consult.vault.envelope import EnvelopeError
from tests.builders import Team, make_account, make_response
from tests.consult.epochs.changing import (
    WHO,
    everything,
    finish,
    go_on,
    kept_grants,
    key_of,
    keys_of,
    opens,
    read,
    renew,
    revoke,
)


def test_after_a_revoked_key_everybody_else_reads_everything_and_it_opens_nothing_new(team: Team) -> None:
    """S10: the revoked grant, kept as bytes aside, opens nothing sealed or wrapped anew after."""
    thief, blobs = kept_grants(team, "kim")
    copied = team.vault.open_grants(thief, team.consultation.id, blobs)
    bodies = {row.id: row.body for row in everything(team)}
    assert all(opens(team, copied, row) for row in everything(team))

    revoke(team)
    sent_after = make_response(team, {"helped_words": "after"})
    assert not opens(team, copied, team.session.get_one(Response, sent_after))
    go_on(team)
    assert finish(team).total == 0

    rows = everything(team)
    assert len(rows) == 8
    assert [row for row in rows if opens(team, copied, row)] == []
    assert {row.id: row.body for row in rows if row.id != sent_after} == bodies
    assert {row.epoch for row in rows} == {2}
    assert read(team, keys_of(team, "sam")) == [f"before {number}" for number in range(6)]
    with pytest.raises(NoGrantError):
        keys_of(team, "kim")
    assert set(team.session.scalars(select(KeyGrant.epoch))) == {2}
    kept = team.session.scalars(select(PublicKey.epoch).where(PublicKey.owner_table == KeyOwner.CONSULTATION))
    assert list(kept) == [2]


def test_who_lost_the_key_is_signed_out_and_keeps_the_roles(team: Team) -> None:
    kim = accounts.named(team.session, "kim")
    before = kim.generation
    revoke(team)
    assert accounts.named(team.session, "kim").generation == before + 1
    assert accounts.named(team.session, "sam").generation == 1
    assert "analyst" in service.person(team.session, "trial", "kim").roles


def test_new_keys_without_revoking_are_the_same_act_and_take_nobodys(team: Team) -> None:
    renew(team)
    go_on(team)
    assert finish(team).total == 0
    for name in ("sam", "kim"):
        assert len(read(team, keys_of(team, name))) == 6
        assert set(keys_of(team, name).epochs) == {2}


def test_nobody_takes_their_own_key_or_the_last_one_or_one_that_is_not_there(team: Team) -> None:
    for name, refused in (("sam", OwnKeyError), ("pat", NoKeyError)):
        if name == "pat":
            make_account(team.app, "pat")
        with pytest.raises(refused):
            service.revoke(team.session, team.vault, "trial", name, team.key, **WHO)
        team.session.rollback()
    with pytest.raises(NoGrantError):
        service.revoke(team.session, team.vault, "trial", "sam", key_of(team, "pat"), **WHO)
    assert team.consultation.epoch == 1


def test_a_disabled_account_gets_no_new_key(team: Team) -> None:
    accounts.named(team.session, "kim").active = False
    team.session.commit()
    renew(team)
    go_on(team)
    finish(team)
    assert [each.name for each in epochs.holders(team.session, team.consultation)] == ["sam"]
    kim = key_of(team, "kim")
    accounts.named(team.session, "sam").active = False
    team.session.commit()
    with pytest.raises(LastHolderError):
        service.renew(team.session, team.vault, "trial", team.key, **WHO)
    assert kim.private


def test_who_cannot_open_all_of_it_changes_no_keys(team: Team) -> None:
    renew(team)
    team.session.execute(delete(KeyGrant).where(KeyGrant.epoch == 1, KeyGrant.grantee_id == team.account.id))
    team.session.commit()
    for act in (
        lambda: service.renew(team.session, team.vault, "trial", team.key, **WHO),
        lambda: service.begin_pass(team.session, team.vault, "trial", team.key),
    ):
        with pytest.raises(NotAllEpochsError):
            act()
        team.session.rollback()


def test_a_key_put_in_by_way_of_the_database_gets_no_grant(team: Team) -> None:
    """S2: swap a public key."""
    stranger = make_account(team.app, "stranger")
    theirs = key_records.public_key(team.session, KeyOwner.ACCOUNT, stranger.id, 0).pub
    kim = accounts.named(team.session, "kim")
    key_records.public_key(team.session, KeyOwner.ACCOUNT, kim.id, 0).pub = theirs
    team.session.commit()
    with pytest.raises(EnvelopeError):
        service.renew(team.session, team.vault, "trial", team.key, **WHO)
    team.session.rollback()
    assert team.consultation.epoch == 1
