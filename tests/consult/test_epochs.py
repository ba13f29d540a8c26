"""S10: keys are taken from a person and made anew, and what was sealed follows without losing a word.

The grant of whoever lost the key is kept here as bytes, as a thief would: it opens what it opened before, and
nothing that was sealed or wrapped anew since.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from consult.manage import service
from consult.manage.service.revoking import LastHolderError, NoKeyError, OwnKeyError
from consult.models.account import Role
from consult.models.interest import Interest
from consult.models.key import KeyGrant, KeyOwner, PublicKey
from consult.models.note import Note
from consult.models.response import Draft, Response
from consult.records import (
    accounts,
    drafts,
    epochs,
    notes,
    opened,
    recovery,
    responses,
    rewrapping,
    voices,
    writing,
)
from consult.records import keys as key_records
from consult.records.accounts import NoGrantError
from consult.records.drafts import DraftContent
from consult.records.epochs import NotAllEpochsError
from consult.records.notes import KeysChangedError
from consult.records.recovery import GRANTEE, Standing
from consult.records.rewrapping import Pass
from consult.vault.envelope import EnvelopeError
from consult.vault.grants import ConsultationKeys
from consult.vault.passphrases import StaffKey
from consult.vault.sealing import Binding
from consult.web.extensions import db
from tests.builders import PASSPHRASE, TODAY, Team, make_account, make_response, make_team, release
from tests.consult.evidence.scene import Scene, make_scene
from tests.forms import FULL

MANY = 10_000 if FULL else 200
WHO: dict[str, Any] = {"actor": "sam", "today": TODAY}


@pytest.fixture
def team(app: Flask) -> Team:
    """Sam and Kim hold a key; six answers are released and one waits."""
    made = make_team(app)
    kim = make_account(app, "kim", made.consultation, Role.ANALYST)
    accounts.grant(made.session, made.vault, made.consultation, made.key, kim)
    for number in range(6):
        make_response(made, {"helped_words": f"before {number}"})
    release(made)
    make_response(made, {"helped_words": "waiting"})
    made.session.commit()
    return made


def key_of(team: Team, name: str) -> StaffKey:
    return accounts.unlock(team.vault, accounts.named(team.session, name), PASSPHRASE)


def kept_grants(team: Team, name: str) -> tuple[StaffKey, dict[int, bytes]]:
    """What a person could have copied: their private key, and their grants as bytes."""
    key = key_of(team, name)
    return key, key_records.grants_to(team.session, team.consultation, key.account_id)


def keys_of(team: Team, name: str) -> ConsultationKeys:
    return accounts.opened_keys(team.session, team.vault, team.consultation, key_of(team, name))


def read(team: Team, keys: ConsultationKeys) -> list[str]:
    """All that a key opens of what is released."""
    found = opened.released(team.session, team.vault, team.consultation, keys)
    return sorted(str(each.answers["helped_words"]) for each in found)


def opens(team: Team, keys: ConsultationKeys, response: Response) -> bool:
    """Whether these keys open one row, released or not."""
    try:
        team.vault.open_response(
            keys,
            Binding(
                consultation_id=response.consultation_id,
                definition_id=response.definition_id,
                fingerprint=response.fingerprint,
                response_id=response.id,
                rev=response.rev,
            ),
            response.epoch,
            response.body,
            response.slot,
        )
    except EnvelopeError:
        return False
    return True


def everything(team: Team) -> list[Response]:
    team.session.expire_all()
    return list(team.session.scalars(select(Response).order_by(Response.id)))


def revoke(team: Team, name: str = "kim") -> None:
    service.revoke(team.session, team.vault, "trial", name, team.key, **WHO)
    team.session.commit()


def renew(team: Team) -> None:
    service.renew(team.session, team.vault, "trial", team.key, **WHO)
    team.session.commit()


def go_on(team: Team, *, most: int = 3) -> Pass:
    """One whole pass, with a commit after each step."""
    work = service.begin_pass(team.session, team.vault, "trial", team.key)
    while work.step(most):
        team.session.commit()
    team.session.commit()
    return work


def finish(team: Team, **more: Any) -> rewrapping.Left:
    left = service.finish(team.session, team.vault, "trial", **WHO, **more)
    team.session.commit()
    return left


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


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_stop_on_the_way_leaves_everything_readable_and_the_next_goes_on(team: Team, steps: int) -> None:
    """S10: stopped after so many committed steps; both epochs stay granted until nothing is left."""
    renew(team)
    work = service.begin_pass(team.session, team.vault, "trial", team.key)
    for _ in range(steps):
        work.step(3)
        team.session.commit()
    work.step(2)
    team.session.rollback()  # the machine stops before this one is written

    state = service.keys_state(team.session, "trial")
    assert state.left is not None
    assert state.left.slots == 7 - 3 * steps
    for name in ("sam", "kim"):
        assert len(read(team, keys_of(team, name))) == 6
    assert finish(team).total == 7 - 3 * steps
    assert len(read(team, keys_of(team, "sam"))) == 6

    go_on(team)
    assert finish(team).total == 0
    assert service.keys_state(team.session, "trial").left is None
    assert len(read(team, keys_of(team, "kim"))) == 6


def test_a_person_given_a_key_on_the_way_reads_both_sides(team: Team) -> None:
    renew(team)
    work = service.begin_pass(team.session, team.vault, "trial", team.key)
    work.step(3)
    team.session.commit()
    lee = make_account(team.app, "lee")
    accounts.grant(team.session, team.vault, team.consultation, team.key, lee)
    team.session.commit()
    assert len(read(team, keys_of(team, "lee"))) == 6


def test_a_second_person_can_lose_the_key_before_the_first_change_is_through(team: Team) -> None:
    lee = make_account(team.app, "lee")
    accounts.grant(team.session, team.vault, team.consultation, team.key, lee)
    team.session.commit()
    revoke(team)
    service.begin_pass(team.session, team.vault, "trial", team.key).step(3)
    team.session.commit()
    thief, blobs = kept_grants(team, "lee")
    copied = team.vault.open_grants(thief, team.consultation.id, blobs)
    revoke(team, "lee")
    assert team.consultation.epoch == 3
    assert len(read(team, keys_of(team, "sam"))) == 6
    go_on(team)
    assert finish(team).total == 0
    assert not any(opens(team, copied, row) for row in everything(team))
    assert len(read(team, keys_of(team, "sam"))) == 6


class Interrupted(Pass):
    """A pass in which something else happens between the reading of rows and the writing of new slots."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def _read(self, table: type[Response | Note | Interest], after: bytes, most: int) -> list[Any]:
        found = super()._read(table, after, most)
        self.meanwhile()
        return found


def test_answers_changed_withdrawn_or_sent_meanwhile_are_neither_lost_nor_undone(team: Team) -> None:
    code, keys = responses.new_code(team.intake, team.consultation)
    changed = make_response(team, {"helped_words": "first"}, keys=keys)
    _, others = responses.new_code(team.intake, team.consultation)
    make_response(team, {"helped_words": "gone"}, keys=others)
    renew(team)

    def meanwhile() -> None:
        work.meanwhile = lambda: None
        content = {"answers": {"helped_words": "second"}, "depth": "full", "language": "en"}
        responses.send(
            team.session, team.intake, team.survey, response_id=changed, rev=2, content=content, keys=keys
        )
        responses.withdraw(team.session, team.intake, team.survey, others)
        team.session.commit()

    work = Interrupted(team.session, team.vault, team.consultation, keys_of(team, "sam"))
    work.meanwhile = meanwhile
    while work.step(100):
        team.session.commit()
    team.session.commit()

    assert finish(team).total == 0
    found = responses.read(team.session, team.intake, team.survey, keys)
    assert found.content["answers"] == {"helped_words": "second"}
    assert not found.differs
    row = team.session.get_one(Response, changed)
    assert opens(team, keys_of(team, "sam"), row)
    assert len(everything(team)) == 8
    assert responses.read_code(team.intake, team.consultation, code)[1] == keys


def test_an_answer_sealed_to_the_earlier_key_after_the_walk_keeps_that_key_alive(team: Team) -> None:
    """A request in flight: its row comes under the old epoch when the pass is over already."""
    late = make_response(team, {"helped_words": "late"})
    row = team.session.get_one(Response, late)
    kept = {column.key: getattr(row, column.key) for column in Response.__table__.columns}
    team.session.execute(delete(Response).where(Response.id == late))
    team.session.commit()
    renew(team)
    go_on(team)
    team.session.add(Response(**kept))
    team.session.commit()

    assert finish(team).slots == 1
    assert epochs.earlier(team.session, team.consultation) == (1,)
    go_on(team)
    assert finish(team).total == 0
    assert opens(team, keys_of(team, "sam"), team.session.get_one(Response, late))


def test_new_keys_wait_for_who_is_sending_and_who_comes_after_seals_to_them(app: Flask, team: Team) -> None:
    """Two connections: the send that began first is committed under the earlier epoch, and is caught."""
    begun, go = threading.Event(), threading.Event()
    seen: list[int] = []

    def send() -> None:
        with app.app_context():
            session: Session = db.session()
            survey = session.get_one(type(team.survey), survey_id)
            content = {"answers": {"helped_words": "in flight"}, "depth": "full", "language": "en"}
            responses.send(
                session, team.intake, survey, response_id=os.urandom(16), rev=1, content=content, keys=None
            )
            begun.set()
            go.wait(3)
            seen.append(key_records.public_key(session, KeyOwner.CONSULTATION, place, 1).epoch)
            session.commit()
            db.session.remove()

    survey_id, place = team.survey.id, team.consultation.id
    team.session.rollback()
    sending = threading.Thread(target=send)
    sending.start()
    assert begun.wait(5)
    threading.Timer(0.3, go.set).start()
    renew(team)  # waits
    sending.join()
    assert seen == [1]
    assert team.session.scalar(select(func.count()).where(Response.epoch == 1)) == 8
    team.session.commit()
    go_on(team)
    assert finish(team).total == 0
    assert all(opens(team, keys_of(team, "sam"), row) for row in everything(team))


def test_a_note_of_a_page_that_began_before_is_refused_kindly(scene: Scene) -> None:
    held = scene.team.unlocked()
    [response_id] = scene.coded(["quote"])[:1]
    service.renew(scene.team.session, scene.team.vault, "trial", scene.team.key, **WHO)
    scene.team.session.commit()
    with pytest.raises(KeysChangedError, match="try again"):
        notes.store(
            scene.team.session,
            scene.team.vault,
            scene.team.consultation,
            held.keys,
            os.urandom(16),
            notes.Beside(response_id=response_id, response_rev=1),
            {"kind": "memo"},
        )


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


def test_notes_codings_and_evidence_are_the_same_under_new_keys(scene: Scene) -> None:
    scene.coded(["quote", "count_only", "paraphrase"])
    scene.link("1.1")
    before = voices.hear(scene.unlocked())
    blobs = set(scene.team.session.scalars(select(Note.blob)))
    scene.team.session.rollback()

    service.renew(scene.team.session, scene.team.vault, "trial", scene.team.key, **WHO)
    scene.team.session.commit()
    middle = voices.hear(scene.unlocked())
    scene.team.session.rollback()
    go_on(scene.team, most=2)
    assert finish(scene.team).total == 0

    voices._holder.drop(scene.team.account.id)  # so that every note is opened anew
    after = voices.hear(scene.unlocked())
    assert before.codings.keys() == middle.codings.keys() == after.codings.keys()
    assert {each.content["theme"] for each in after.codings.values()} == {scene.theme.id.hex()}
    assert before.asked == after.asked
    assert blobs.isdisjoint(scene.team.session.scalars(select(Note.blob)))
    assert set(scene.team.session.scalars(select(Note.epoch))) == {2}


def test_a_damaged_answer_keeps_the_earlier_key_until_somebody_gives_it_up(team: Team) -> None:
    damaged = everything(team)[0]
    team.session.execute(
        update(Response)
        .where(Response.id == damaged.id)
        .values(body=damaged.body[:-1] + bytes((damaged.body[-1] ^ 1,)))
    )
    team.session.commit()
    revoke(team)
    work = go_on(team)
    assert (work.done, work.shut) == (6, 1)
    assert finish(team).total == 1
    assert epochs.earlier(team.session, team.consultation) == (1,)
    assert finish(team, given_up=work.shut).total == 0
    assert epochs.earlier(team.session, team.consultation) == ()


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


def test_many_answers_follow_and_none_is_lost(app: Flask) -> None:
    """S10: 200 answers, 10,000 in long form."""
    team = make_team(app)
    kim = make_account(app, "kim")
    accounts.grant(team.session, team.vault, team.consultation, team.key, kim)
    team.session.commit()
    first = make_response(team, {"helped_words": "the same"})
    row = team.session.get_one(Response, first)
    columns = {column.key: getattr(row, column.key) for column in Response.__table__.columns}
    recipient = responses.recipient(team.session, team.consultation)
    more = []
    for number in range(1, MANY):
        binding = Binding(
            **{name: columns[name] for name in ("consultation_id", "definition_id", "fingerprint")},
            response_id=os.urandom(16),
            rev=1,
        )
        answers = {"answers": {"helped_words": f"voice {number}"}, "depth": "full", "language": "en"}
        sealed = team.intake.seal_response(binding, answers, recipient)
        more.append(columns | {"id": binding.response_id, "body": sealed.body, "slot": sealed.slot})
    team.session.execute(insert(Response), more)
    team.session.commit()
    release(team)

    revoke(team)
    work = go_on(team, most=rewrapping.AT_ONCE)

    assert (work.done, work.shut) == (MANY, 0)
    assert finish(team).total == 0
    assert len(set(read(team, keys_of(team, "sam")))) == MANY


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
