"""What is held between two pages: true to the database at each, for one person, and let go in time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from consult.models.account import Account
from consult.models.base import writing
from consult.models.consultation import Consultation, Strand
from consult.records import accounts, codings, notes, responses, unlocking, voices
from consult.records.unlocking import Unlocked
from consult.vault.passphrases import StaffKey
from consult.web.extensions import db
from tests.builders import PASSPHRASE
from tests.consult.evidence.scene import WORDS, Scene, make_scene

Opener = Callable[..., Unlocked]


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


@pytest.fixture
def page(scene: Scene) -> Opener:
    """A request of its own: a session that has written nothing."""

    def opened(account: Account | None = None) -> Unlocked:
        team = scene.team
        account = account or team.account
        key: StaffKey = accounts.unlock(team.vault, account, PASSPHRASE)
        consultation_id = team.consultation.id
        team.session.rollback()
        token = writing.set(False)  # a page that only reads takes no lock
        session = Session(db.engine)
        consultation = session.get_one(Consultation, consultation_id)
        writing.reset(token)
        return Unlocked(
            session=session,
            vault=team.vault,
            consultation=consultation,
            keys=accounts.opened_keys(session, team.vault, consultation, key),
            account_id=key.account_id,
        )

    return opened


def people(unlocked: Unlocked, scene: Scene) -> int:
    count = voices.hear(unlocked).people(scene.theme.id, Strand.SURVIVORS)
    unlocked.session.close()
    return count


def opened_notes(unlocked: Unlocked, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many notes the next look opens."""
    seen = 0
    original = unlocked.vault.open_note

    def count(*given: object) -> object:
        nonlocal seen
        seen += 1
        return original(*given)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(unlocked.vault, "open_note", count)
    voices.hear(unlocked)
    monkeypatch.undo()
    unlocked.session.close()
    return seen


def test_a_note_is_opened_once_and_a_new_one_alone(
    scene: Scene, page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = scene.coded([""] * 6)
    assert opened_notes(page(), monkeypatch) == 6
    assert opened_notes(page(), monkeypatch) == 0
    scene.code(ids[:1], end=10)
    assert opened_notes(page(), monkeypatch) == 1


def test_one_question_to_the_database_is_enough_when_nothing_changed(scene: Scene, page: Opener) -> None:
    scene.coded([""] * 6)
    assert people(page(), scene) == 6
    unlocked, asked = page(), []

    def note(_c: object, _cur: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    voices.hear(unlocked)
    event.remove(db.engine, "before_cursor_execute", note)
    unlocked.session.close()
    assert len([each for each in asked if each.startswith("SELECT")]) == 1


def test_new_answers_and_removed_codings_are_seen_at_once(scene: Scene, page: Opener) -> None:
    scene.coded([""] * 6)
    assert people(page(), scene) == 6
    scene.coded([""] * 2)
    assert people(page(), scene) == 8
    team = scene.team
    opened = team.unlocked()
    (coding, *_) = codings.live(codings.acts(team.session, team.vault, team.consultation, opened.keys))
    codings.remove(
        team.session, team.vault, team.consultation, opened.keys, coding, coder_id=team.account.id, seq=2
    )
    team.session.commit()
    assert people(page(), scene) == 7


def test_a_withdrawn_and_a_changed_answer_are_gone_at_once(scene: Scene, page: Opener) -> None:
    scene.coded([""] * 6)
    team = scene.team
    held = []
    for number in (1, 2):
        _, keys = responses.new_code(team.intake, team.consultation)
        response_id = bytes([number]) * 16
        _send(scene, response_id, 1, keys)
        held.append((response_id, keys))
    scene.release()
    scene.code([response_id for response_id, _ in held])
    assert people(page(), scene) == 8
    responses.withdraw(team.session, team.intake, team.survey, held[0][1])
    team.session.commit()
    assert people(page(), scene) == 7
    _send(scene, held[1][0], 2, held[1][1])
    assert people(page(), scene) == 6
    scene.release()
    assert people(page(), scene) == 6, "a coding of the earlier text does not count for the new one"


def test_what_is_not_committed_is_never_held(scene: Scene, page: Opener) -> None:
    ids = scene.coded([""] * 6)
    team = scene.team
    assert people(page(), scene) == 6
    extra = codings.Coding(
        response_id=ids[0],
        response_rev=1,
        question_id="helped_words",
        start=0,
        end=4,
        theme_id=scene.new_theme("Other").id,
        coder_id=team.account.id,
    )
    opened = team.unlocked()
    codings.add(team.session, team.vault, team.consultation, opened.keys, extra)
    assert len(voices.hear(opened).codings) == 7
    assert notes.unsettled(team.session)
    team.session.rollback()
    unlocked = page()
    assert len(voices.hear(unlocked).codings) == 6
    unlocked.session.close()


def test_a_second_person_opens_for_themselves(
    scene: Scene, page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.coded([""] * 6)
    kim = scene.colleague()
    assert opened_notes(page(), monkeypatch) == 6
    assert opened_notes(page(kim), monkeypatch) == 6


def test_locking_lets_go(scene: Scene, page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """S42: what was opened goes with the key."""
    scene.coded([""] * 6)
    assert opened_notes(page(), monkeypatch) == 6
    unlocking.lock(scene.team.account.id)
    assert opened_notes(page(), monkeypatch) == 6


def _send(scene: Scene, response_id: bytes, rev: int, keys: object) -> None:
    team = scene.team
    responses.send(
        team.session,
        team.intake,
        team.survey,
        response_id=response_id,
        rev=rev,
        content={"answers": {"helped_words": WORDS}, "depth": "full", "language": "en"},
        keys=keys,  # type: ignore[arg-type]  # whatever new_code gave
    )
    team.session.commit()
