"""S10: a lost passphrase costs no answer, shares open what came after, and destroyed keys open nothing."""

from __future__ import annotations

import os
from typing import Any

import pytest
from sqlalchemy import select

from consult.manage import service
from consult.models.key import KeyGrant, KeyOwner, PublicKey
from consult.models.response import Draft
from consult.records import accounts, drafts, epochs, recovery, responses, writing
from consult.records import keys as key_records
from consult.records.drafts import DraftContent
from consult.records.recovery import GRANTEE, Standing
from consult.vault.envelope import EnvelopeError
from tests.builders import TODAY, Team, make_account, make_response
from tests.consult.epochs.changing import (
    WHO,
    everything,
    finish,
    go_on,
    key_of,
    keys_of,
    opens,
    read,
    renew,
    revoke,
)


def test_the_recovery_shares_open_what_is_sealed_after_and_stay_as_they_are_on_paper(team: Team) -> None:
    made = recovery.make(team.session, team.vault, team.consultation, team.unlocked().keys)
    recovery.confirm(team.session, team.vault, team.consultation, made.texts[0])
    team.session.commit()
    revoke(team)
    make_response(team, {"helped_words": "after"})
    go_on(team)
    finish(team)
    assert recovery.standing(team.session, team.consultation) is Standing.READY
    lee = make_account(team.app, "lee")
    recovery.use(team.session, team.vault, team.consultation, made.texts[1:], lee)
    team.session.commit()
    keys = keys_of(team, "lee")
    assert all(opens(team, keys, row) for row in everything(team))
    grants = key_records.grants_to(team.session, team.consultation, GRANTEE)
    assert set(grants) == {2}


@pytest.mark.parametrize("lost", ["sam", "kim"])
def test_any_one_lost_passphrase_loses_no_answer(team: Team, lost: str) -> None:
    """S10: the others go on, and give the person a key again."""
    remaining = {"sam": "kim", "kim": "sam"}[lost]
    account = accounts.named(team.session, lost)
    account.private_key = os.urandom(len(account.private_key))  # nothing opens it any more
    team.session.commit()
    assert len(read(team, keys_of(team, remaining))) == 6


def test_a_draft_opens_with_no_key_of_the_team_before_or_after(team: Team) -> None:
    """S12: every analyst key, recovery key, workspace key and key of the server, of both epochs."""
    _, keys = responses.new_code(team.intake, team.consultation)
    content = DraftContent(answers={"helped_words": "unsent"}, response_id=os.urandom(16).hex())
    _, save = drafts.saving(team.intake, team.survey, keys, content, previous=0, days=30, today=TODAY)
    writing.at_once(team.session, save)
    team.session.commit()
    made = recovery.make(team.session, team.vault, team.consultation, team.unlocked().keys)
    team.session.commit()
    renew(team)
    held = keys_of(team, "sam")
    recovered = recovery.joined(team.session, team.vault, team.consultation.id, made.texts)
    private = [team.key.private, key_of(team, "kim").private, recovered]
    private += [epoch.private_bytes for epoch in held.epochs.values()]
    tried = [part[place : place + 32] for part in private for place in (0, 32, 64)]
    tried += [epoch.workspace for epoch in held.epochs.values()]
    server = team.vault._keys
    tried += [server.staff, server.integrity, team.intake._keys.receipt, team.intake._keys.form]
    tried += [keys.pointer, keys.lookup]
    draft = team.session.get_one(Draft, keys.lookup)
    place: dict[str, Any] = {
        "consultation_id": draft.consultation_id,
        "definition_id": draft.definition_id,
        "fingerprint": draft.fingerprint,
        "lookup": draft.lookup,
        "rev": draft.rev,
    }
    for key in tried:
        with pytest.raises(EnvelopeError):
            team.intake.open_draft(key, draft.blob, **place)
    go_on(team)
    finish(team)
    found = drafts.open_(team.session, team.intake, team.survey, keys)
    assert found is not None
    assert found.answers == {"helped_words": "unsent"}


def test_destroyed_keys_open_nothing_and_nothing_is_sealed_any_more(team: Team) -> None:
    made = recovery.make(team.session, team.vault, team.consultation, team.unlocked().keys)
    team.survey.state = "closed"
    team.session.commit()
    epochs.destroy(team.session, team.consultation)
    team.session.commit()

    assert epochs.are_destroyed(team.session, team.consultation)
    assert team.session.scalars(select(KeyGrant)).all() == []
    assert {key.owner_table for key in team.session.scalars(select(PublicKey))} == {KeyOwner.ACCOUNT}
    for refused in (
        team.unlocked,
        lambda: responses.recipient(team.session, team.consultation),
        lambda: service.renew(team.session, team.vault, "trial", team.key, **WHO),
    ):
        with pytest.raises(key_records.KeysDestroyedError, match="destroyed on purpose"):
            refused()
    with pytest.raises(recovery.NoSharesError):
        recovery.joined(team.session, team.vault, team.consultation.id, made.texts)
