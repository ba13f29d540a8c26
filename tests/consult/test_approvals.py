"""Four eyes: an act that takes two people is done once, by one of the two, within its days, or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from consult.faults import ConflictError
from consult.models.account import Account, Role
from consult.models.approval import Approval, ApprovalKind
from consult.models.audit import AuditEvent
from consult.models.consultation import Consultation
from consult.records import approvals, people
from consult.records.approvals import NotApprovedError, OwnRequestError, WrongRoleError
from consult.records.people import SignedIn
from consult.web.extensions import db
from tests.builders import TODAY, Team, make_account, make_team
from tests.consult.entering import make_administrator, sign_in
from tests.visitor import Visitor

EXPORT, KEYS, DELETE = ApprovalKind
WEEK = timedelta(days=7)


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def seen(account: Account) -> SignedIn:
    """The person as a request sees them."""
    found = people.signed_in(db.session(), account.id, account.generation)
    assert found is not None
    return found


def ask(team: Team, kind: ApprovalKind, person: SignedIn, today: date = TODAY) -> None:
    approvals.ask(team.session, team.vault, team.consultation, kind, person, "for the annex", today=today)


def approve(team: Team, kind: ApprovalKind, person: SignedIn, today: date = TODAY) -> None:
    approvals.approve(team.session, team.vault, team.consultation, kind, person, today=today)


def take(team: Team, kind: ApprovalKind, person: SignedIn, today: date = TODAY) -> None:
    approvals.take(team.session, team.vault, team.consultation, kind, person, today=today)


@pytest.fixture
def sam(team: Team) -> SignedIn:
    return seen(team.account)


@pytest.fixture
def kim(team: Team) -> SignedIn:
    return seen(make_account(team.app, "kim", team.consultation, Role.CUSTODIAN))


def test_nothing_is_done_before_somebody_else_agreed(team: Team, sam: SignedIn, kim: SignedIn) -> None:
    with pytest.raises(NotApprovedError):
        take(team, EXPORT, sam)
    ask(team, EXPORT, sam)
    with pytest.raises(NotApprovedError):
        take(team, EXPORT, sam)

    approve(team, EXPORT, kim)

    take(team, EXPORT, sam)


def test_nobody_agrees_to_their_own_request(team: Team, sam: SignedIn) -> None:
    ask(team, EXPORT, sam)

    with pytest.raises(OwnRequestError):
        approve(team, EXPORT, sam)


def test_an_agreement_serves_once(team: Team, sam: SignedIn, kim: SignedIn) -> None:
    ask(team, EXPORT, sam)
    approve(team, EXPORT, kim)
    take(team, EXPORT, sam)

    for person in (sam, kim):
        with pytest.raises(NotApprovedError):
            take(team, EXPORT, person)
    ask(team, EXPORT, sam)
    with pytest.raises(NotApprovedError):
        take(team, EXPORT, sam)


def test_either_of_the_two_may_do_it_and_nobody_else(team: Team, sam: SignedIn, kim: SignedIn) -> None:
    third = seen(make_account(team.app, "tom", team.consultation, Role.LEAD))
    ask(team, DELETE, sam)
    approve(team, DELETE, kim)

    with pytest.raises(NotApprovedError):
        take(team, DELETE, third)
    take(team, DELETE, kim)


def test_an_agreement_to_one_act_is_none_to_another(team: Team, sam: SignedIn, kim: SignedIn) -> None:
    ask(team, EXPORT, sam)
    approve(team, EXPORT, kim)

    for kind in (KEYS, DELETE):
        with pytest.raises(NotApprovedError):
            take(team, kind, sam)


def test_an_agreement_holds_in_its_own_consultation_alone(team: Team, sam: SignedIn, kim: SignedIn) -> None:
    other = Consultation(name="other", title="Other")
    team.session.add(other)
    team.session.flush()
    ask(team, EXPORT, sam)
    approve(team, EXPORT, kim)

    with pytest.raises(NotApprovedError):
        approvals.take(team.session, team.vault, other, EXPORT, sam, today=TODAY)


def test_a_request_and_an_agreement_end_after_a_week(team: Team, sam: SignedIn, kim: SignedIn) -> None:
    ask(team, EXPORT, sam)
    with pytest.raises(ConflictError):
        approve(team, EXPORT, kim, TODAY + WEEK + timedelta(days=1))
    approve(team, EXPORT, kim, TODAY + WEEK)
    with pytest.raises(NotApprovedError):
        take(team, EXPORT, sam, TODAY + 2 * WEEK + timedelta(days=1))

    take(team, EXPORT, sam, TODAY + 2 * WEEK)


def test_after_its_days_the_same_can_be_asked_for_again(team: Team, sam: SignedIn, kim: SignedIn) -> None:
    ask(team, EXPORT, sam)
    with pytest.raises(approvals.AskedAlreadyError):
        ask(team, EXPORT, sam, TODAY + WEEK)
    later = TODAY + WEEK + timedelta(days=1)

    ask(team, EXPORT, sam, later)

    assert [each.until for each in approvals.waiting(team.session, team.consultation, today=later)] == [
        later + WEEK
    ]


@pytest.mark.parametrize("kind", list(ApprovalKind))
@pytest.mark.parametrize("role", [Role.PANEL_MANAGER, Role.TRANSLATOR, Role.ADVISER])
def test_roles_without_that_weight_neither_ask_nor_agree(
    team: Team, sam: SignedIn, kind: ApprovalKind, role: Role
) -> None:
    kim = seen(make_account(team.app, "kim", team.consultation, role))
    with pytest.raises(WrongRoleError):
        ask(team, kind, kim)
    ask(team, kind, sam)

    with pytest.raises(WrongRoleError):
        approve(team, kind, kim)
    with pytest.raises(WrongRoleError):
        approvals.refuse(team.session, team.vault, team.consultation, kind, kim, today=TODAY)


def test_a_role_elsewhere_gives_no_say_here(team: Team, sam: SignedIn) -> None:
    other = Consultation(name="other", title="Other")
    team.session.add(other)
    team.session.flush()
    kim = seen(make_account(team.app, "kim", other, Role.CUSTODIAN, Role.LEAD))
    ask(team, EXPORT, sam)

    with pytest.raises(WrongRoleError):
        approve(team, EXPORT, kim)


def test_an_administrator_has_a_say_in_ending_and_none_in_answers(team: Team, sam: SignedIn) -> None:
    ada = seen(make_administrator(team.app))
    ask(team, EXPORT, sam)
    with pytest.raises(WrongRoleError):
        approve(team, EXPORT, ada)
    with pytest.raises(WrongRoleError):
        ask(team, EXPORT, ada)

    ask(team, DELETE, ada)
    approve(team, DELETE, sam)


def test_who_asked_takes_it_back_and_who_did_not_refuses_it(team: Team, sam: SignedIn, kim: SignedIn) -> None:
    ask(team, EXPORT, sam)
    with pytest.raises(WrongRoleError):
        approvals.withdraw(team.session, team.vault, team.consultation, EXPORT, kim, today=TODAY)
    approvals.withdraw(team.session, team.vault, team.consultation, EXPORT, sam, today=TODAY)
    assert approvals.waiting(team.session, team.consultation, today=TODAY) == ()

    ask(team, EXPORT, sam)
    approve(team, EXPORT, kim)
    approvals.refuse(team.session, team.vault, team.consultation, EXPORT, kim, today=TODAY)
    with pytest.raises(NotApprovedError):
        take(team, EXPORT, sam)


def test_every_step_stands_in_the_log_of_acts(team: Team, sam: SignedIn, kim: SignedIn) -> None:
    """S31: each step is noted in the transaction of the step."""
    ask(team, EXPORT, sam)
    approve(team, EXPORT, kim)
    take(team, EXPORT, sam)
    team.session.commit()

    found = team.session.execute(
        select(AuditEvent.actor, AuditEvent.action, AuditEvent.object, AuditEvent.detail).order_by(
            AuditEvent.seq
        )
    ).all()
    assert [tuple(row) for row in found[-3:]] == [
        ("sam", "ask approval", "trial", "raw export: for the annex"),
        ("kim", "approve", "trial", "raw export"),
        ("sam", "use approval", "trial", "raw export"),
    ]


def test_the_database_itself_holds_one_open_request_of_a_kind(team: Team, sam: SignedIn) -> None:
    """S20: two people who ask in the same moment make one request between them."""
    ask(team, EXPORT, sam)
    team.session.add(
        Approval(
            consultation_id=team.consultation.id,
            kind=EXPORT,
            requested_by=sam.id,
            detail="",
            until=TODAY,
        )
    )
    with pytest.raises(IntegrityError):
        team.session.flush()
    team.session.rollback()


def test_two_people_on_the_page_ask_and_agree(team: Team, visitor: Visitor) -> None:
    make_account(team.app, "kim", team.consultation, Role.CUSTODIAN)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/")
    visitor.visit("/team/trial/approvals")
    assert visitor.heading == "What takes two people"
    assert "Nothing waits." in visitor.words
    visitor.press("Ask", {"kind": str(DELETE), "detail": "the work is over"})
    assert "You asked for this." in visitor.words
    assert "the work is over" in visitor.words
    other = Visitor(team.app.test_client())
    sign_in(other, "kim")
    other.visit("/team/trial/approvals")

    other.press("Agree")

    assert "You agreed." in other.words
    visitor.visit("/team/trial/approvals")
    assert "Kim agreed. It can be done until" in visitor.words


def test_who_asked_sees_no_button_to_agree_and_is_refused_without_one(team: Team, visitor: Visitor) -> None:
    make_account(team.app, "kim", team.consultation, Role.CUSTODIAN)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/approvals")
    visitor.press("Ask", {"kind": str(DELETE), "detail": "the work is over"})
    assert not [each for each in visitor.page.find_all("button") if "Agree" in each.get_text()]
    token = visitor.page.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]

    visitor.post("/team/trial/approvals/approve", [("csrf_token", str(token)), ("kind", str(DELETE))])

    assert visitor.status == 409
    assert "somebody else must agree" in visitor.words


def test_one_person_alone_is_told_calmly_how_to_add_a_second(team: Team, visitor: Visitor) -> None:
    sign_in(visitor, "sam")

    visitor.visit("/team/trial/approvals")

    assert "A second person is needed" in visitor.words
    assert "An administrator can add a person" in visitor.words


def test_a_refusal_and_a_withdrawal_leave_nothing_waiting(team: Team, visitor: Visitor) -> None:
    make_account(team.app, "kim", team.consultation, Role.CUSTODIAN)
    other = Visitor(team.app.test_client())
    sign_in(other, "kim")
    sign_in(visitor, "sam")
    for person, button, said in (
        (other, "Refuse", "You refused."),
        (visitor, "Take my request back", "taken back"),
    ):
        visitor.visit("/team/trial/approvals")
        visitor.press("Ask", {"kind": str(DELETE), "detail": "the work is over"})
        person.visit("/team/trial/approvals")
        person.press(button)
        assert said in person.words
        assert "Nothing waits." in person.words


@pytest.mark.parametrize("path", ["approvals/burn", "approvals/approve"])
def test_an_answer_or_an_act_that_there_is_not_is_not_here(team: Team, visitor: Visitor, path: str) -> None:
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/approvals")
    token = visitor.page.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]

    visitor.post(f"/team/trial/{path}", [("csrf_token", str(token)), ("kind", "tea")])

    assert visitor.status == 404
