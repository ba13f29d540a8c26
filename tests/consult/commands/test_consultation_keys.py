"""S10: `consult keys` for a consultation: revoke, renew, follow, destroy, with a passphrase typed unseen."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from consult import clock
from consult.manage import service
from consult.models.approval import ApprovalKind
from consult.models.consultation import State
from consult.models.key import KeyGrant
from consult.models.response import Response
from consult.records import epochs, opened
from tests.builders import (
    PASSPHRASE,
    TODAY,
    Team,
    make_holders,
)
from tests.consult.commands.running import Run


@pytest.fixture
def team(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Team:
    """Sam and Kim hold a key; six answers are released. What is typed is the passphrase."""
    made = make_holders(app)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: PASSPHRASE)
    return made


def read(team: Team) -> int:
    team.session.rollback()
    keys = team.unlocked().keys
    return len(list(opened.released(team.session, team.vault, team.consultation, keys)))


def test_a_key_is_taken_in_one_go(team: Team, run: Run) -> None:
    done = run("keys", "revoke", "trial", "kim", "--as", "sam")
    assert done.code == 0, done.refused
    assert "earlier ones are destroyed" in done.said
    assert read(team) == 6
    assert set(team.session.scalars(select(Response.epoch))) == {2}
    assert [each.name for each in epochs.holders(team.session, team.consultation)] == ["sam"]
    assert PASSPHRASE not in done.said + done.refused


def test_new_keys_for_everybody_and_a_change_that_stopped_goes_on(team: Team, run: Run) -> None:
    service.renew(team.session, team.vault, "trial", team.key, actor="sam", today=TODAY)
    team.session.commit()
    assert "6 records under earlier keys" in run("keys", "status").said
    assert run("keys", "follow", "trial", "--as", "kim").code == 0
    assert "earlier" not in run("keys", "status").said
    assert run("keys", "renew", "trial", "--as", "kim").code == 0
    assert read(team) == 6
    assert team.consultation.epoch == 3


def test_records_that_do_not_open_stop_it_with_what_to_do(team: Team, run: Run) -> None:
    row = team.session.scalars(select(Response)).first()
    assert row is not None
    row.body = row.body[:-1] + bytes((row.body[-1] ^ 1,))
    team.session.commit()
    stopped = run("keys", "renew", "trial", "--as", "sam")
    assert stopped.code == 1
    assert "1 records do not open" in stopped.refused
    team.session.rollback()
    assert epochs.earlier(team.session, team.consultation) == (1,)
    assert run("keys", "follow", "trial", "--as", "sam", "--give-up").code == 0
    team.session.rollback()
    assert epochs.earlier(team.session, team.consultation) == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("revoke", "trial", "sam", "--as", "sam"), "your own key"),
        (("revoke", "trial", "nobody", "--as", "sam"), "no account named"),
        (("renew", "winter", "--as", "sam"), "no consultation named"),
        (("destroy", "trial", "--as", "sam", "--yes"), "is open"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    team: Team, run: Run, words: tuple[str, ...], said: str
) -> None:
    refused = run("keys", *words)
    assert refused.code == 1
    assert said in refused.refused
    assert refused.refused.count("\n") == 1


def test_a_wrong_passphrase_takes_no_key(team: Team, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: "another one entirely")
    assert run("keys", "revoke", "trial", "kim", "--as", "sam").code == 1
    team.session.rollback()
    assert team.consultation.epoch == 1


def test_keys_are_destroyed_once_two_people_agreed(team: Team, run: Run) -> None:
    team.survey.state = State.CLOSED
    team.session.commit()
    alone = run("keys", "destroy", "trial", "--as", "sam", "--yes")
    assert alone.code == 1
    assert "takes two people" in alone.refused
    kind = ApprovalKind.DESTROY_KEYS
    sam, kim = (service.person_by_name(team.session, name) for name in ("sam", "kim"))
    service.request(team.session, team.vault, "trial", kind, sam, "over", today=clock.today())
    answer = service.Answer.APPROVE
    service.answer(team.session, team.vault, "trial", kind, kim, answer, today=clock.today())
    team.session.commit()

    done = run("keys", "destroy", "trial", "--as", "kim", "--yes")

    assert done.code == 0, done.refused
    assert run("keys", "status").said.endswith("trial\tkeys destroyed\n")
    team.session.rollback()
    assert team.session.scalars(select(KeyGrant)).all() == []
