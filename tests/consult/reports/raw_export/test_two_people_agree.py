"""The answers are given as a file once, when two people agreed, and not without."""

from __future__ import annotations

from sqlalchemy import select, update

from consult import clock
from consult.models.account import Account, Role
from consult.models.approval import ApprovalKind
from consult.models.audit import AuditEvent
from consult.models.key import KeyGrant
from consult.models.response import Response
from consult.records import accounts, approvals, people
from consult.web.extensions import db
from tests.builders import PASSPHRASE, Team, make_account
from tests.consult.entering import sign_in, unlock
from tests.consult.reports.raw_export.unpacking import CANARY, unpacked
from tests.visitor import Visitor


def agreed(team: Team) -> Account:
    """A second person with a key has agreed to what the first asked for."""
    kim = make_account(team.app, "kim", team.consultation, Role.ANALYST)
    accounts.grant(team.session, team.vault, team.consultation, team.key, kim)
    sam, other = (people.signed_in(team.session, each.id, each.generation) for each in (team.account, kim))
    assert sam is not None
    assert other is not None
    kind, where = ApprovalKind.RAW_EXPORT, (team.session, team.vault, team.consultation)
    approvals.ask(*where, kind, sam, "for the annex", today=clock.today())
    approvals.approve(*where, kind, other, today=clock.today())
    team.session.commit()
    return kim


def test_without_an_agreement_the_page_offers_no_file_and_gives_none(team: Team, visitor: Visitor) -> None:
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/export")
    assert not [each for each in visitor.page.find_all("button") if "Download" in each.get_text()]
    token = str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]

    visitor.post("/team/trial/export", [("csrf_token", token)])

    assert visitor.status == 409
    assert "this takes two people" in visitor.words
    assert visitor.response is not None
    assert CANARY not in visitor.response.text


def test_with_an_agreement_the_file_is_given_once_and_noted(team: Team, visitor: Visitor) -> None:
    agreed(team)
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/export")

    visitor.press("Download the answers")

    assert visitor.response is not None
    assert visitor.response.headers["Content-Disposition"] == 'attachment; filename="answers.zip"'
    assert visitor.response.headers["Cache-Control"] == "no-store"
    assert set(unpacked(visitor.response.data)) == {
        "about.txt",
        "checking.txt",
        "small.csv",
        "small-codebook.csv",
    }
    db.session.rollback()
    acts = db.session.execute(select(AuditEvent.actor, AuditEvent.action, AuditEvent.detail)).all()
    assert ("sam", "use approval", "raw export") in [tuple(row) for row in acts]
    assert ("sam", "export", "answers.zip") in [tuple(row) for row in acts]
    for name in ("sam", "kim"):
        again = Visitor(team.app.test_client())
        sign_in(again, name)
        unlock(again)
        again.visit("/team/trial/export")
        token = str(again.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
        again.post("/team/trial/export", [("csrf_token", token)])
        assert again.status == 409


def test_the_second_person_may_press_the_button_too(team: Team, visitor: Visitor) -> None:
    agreed(team)
    sign_in(visitor, "kim")
    unlock(visitor, PASSPHRASE)
    visitor.visit("/team/trial/export")

    visitor.press("Download the answers")

    assert visitor.response is not None
    assert visitor.response.mimetype == "application/zip"


def test_who_has_not_unlocked_is_asked_first_and_nothing_is_used_up(team: Team, visitor: Visitor) -> None:
    agreed(team)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/export")
    visitor.press("Download the answers")
    assert visitor.heading == "Unlock answers"
    visitor.press("Unlock", {"passphrase": PASSPHRASE})
    assert visitor.path == "/team/trial/export"

    visitor.press("Download the answers")

    assert visitor.response is not None
    assert visitor.response.mimetype == "application/zip"


def test_a_file_that_cannot_be_made_leaves_the_agreement_unused(team: Team, visitor: Visitor) -> None:
    """S2: a grant that was tampered with opens for nobody, and the page says so."""
    agreed(team)
    mine = KeyGrant.grantee_id == team.account.id
    kept = db.session.scalars(select(KeyGrant.blob).where(mine)).one()
    db.session.execute(update(KeyGrant).where(mine).values(blob=kept[:-1] + bytes((kept[-1] ^ 1,))))
    db.session.commit()
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/export")
    visitor.press("Download the answers")
    assert visitor.status == 500
    db.session.execute(update(KeyGrant).where(mine).values(blob=kept))
    db.session.commit()

    visitor.visit("/team/trial/export")
    visitor.press("Download the answers")

    assert visitor.status == 200


def test_an_answer_that_does_not_open_is_told_in_the_file(team: Team, visitor: Visitor) -> None:
    """S2: a response that was tampered with is left out, and hides no other."""
    agreed(team)
    first = db.session.scalars(select(Response.id)).first()
    whole = len(db.session.scalars(select(Response.id)).all())
    kept = db.session.scalars(select(Response.body).where(Response.id == first)).one()
    changed = kept[:-1] + bytes((kept[-1] ^ 1,))
    db.session.execute(update(Response).where(Response.id == first).values(body=changed))
    db.session.commit()
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/export")
    visitor.press("Download the answers")
    assert visitor.response is not None
    found = unpacked(visitor.response.data)
    assert "Left out of small.csv: 1 that do not open" in str(found["about.txt"])
    assert len(found["small.csv"]) == whole - 1
