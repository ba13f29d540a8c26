"""S32: what waits is in no list, count, export or total; showing fewer is an act with a reason."""

from __future__ import annotations

import io
import os
import re
import zipfile
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from consult.manage import service
from consult.models.audit import AuditEvent
from consult.models.consultation import State
from consult.records import batches, opened, responses
from consult.vault import receipts
from consult.web.extensions import db
from tests.builders import TODAY, Team, make_response, make_team, release
from tests.consult.entering import sign_in, unlock
from tests.visitor import Visitor

WAITING = "canary of somebody who waits"
REASON = "The board asked for it after the last meeting."
# Other at each request: form tokens, the mark of a sheet that is typed in, and the head of the log in eight
# words, which each export moves on.
_TOKENS = re.compile(r'name="(?:csrf_token|sheet-mark)" value="[^"]*"|(?:[a-z]{3,8} ){7}[a-z]{3,8}')


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def lead(team: Team, visitor: Visitor) -> Visitor:
    """Somebody who runs the consultation and has unlocked its answers."""
    sign_in(visitor, "sam")
    unlock(visitor)
    return visitor


def pages(team: Team, visitor: Visitor) -> dict[str, str]:
    """Every page and file of the consultation that the team can ask for, as it is now."""
    known = {"consultation": "trial", "survey_id": "small", "question_id": "helped_words", "name": "sam"}
    adapter = team.app.url_map.bind("localhost")
    found = {}
    for rule in team.app.url_map.iter_rules():
        if not rule.rule.startswith("/team/<consultation>") or "GET" not in (rule.methods or ()):
            continue
        if not set(rule.arguments) <= known.keys():
            continue
        path = adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments}, method="GET")
        response = visitor.client.get(path)
        if response.status_code == 200:
            found[path] = _TOKENS.sub("", _words(response.get_data()))
    return found


def _words(sent: bytes) -> str:
    """What a page or a file says; a workbook is a folder of texts."""
    if sent.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(sent)) as folder:
            return "\n".join(_words(folder.read(name)) for name in sorted(folder.namelist()))
    return sent.decode("utf-8", "replace")


def test_no_page_and_no_export_tells_that_anything_waits(team: Team, lead: Visitor) -> None:
    for _ in range(5):
        make_response(team, {"helped_words": "as released", "looked": "yes"})
    release(team)
    pages(team, lead)  # reading and exporting are acts of their own: what they note is noted before
    before = pages(team, lead)
    for _ in range(4):
        make_response(team, {"helped_words": WAITING, "looked": "no"})
    after = pages(team, lead)
    assert len(before) >= 10
    assert before.keys() == after.keys()
    for path, page in after.items():
        assert WAITING not in page, path
        # Lists of what we did ourselves: they have grown by this very walk.
        if path not in {"/team/trial/exports", "/team/trial/audit"}:
            assert page == before[path], path


def test_a_changed_answer_leaves_every_page_until_its_group_is_there(team: Team, lead: Visitor) -> None:
    keys = receipts.keys_from(os.urandom(32))
    changed = make_response(team, {"helped_words": "as first sent"}, keys=keys)
    for _ in range(4):
        make_response(team, {})
    release(team)
    responses.send(
        team.session,
        team.intake,
        team.survey,
        response_id=changed,
        rev=2,
        content={"answers": {"helped_words": WAITING}, "depth": "full", "language": "en"},
        keys=keys,
    )
    team.session.commit()
    assert release(team) == 0
    for path, page in pages(team, lead).items():
        assert WAITING not in page, path
        assert "as first sent" not in page, path


def test_once_closed_a_changed_answer_joins_the_last_batch_at_the_next_release(team: Team) -> None:
    keys = receipts.keys_from(os.urandom(32))
    changed = make_response(team, {"helped_words": "first"}, keys=keys)
    for _ in range(4):
        make_response(team, {})
    release(team)
    team.survey.state = State.CLOSED
    team.session.commit()
    responses.send(
        team.session,
        team.intake,
        team.survey,
        response_id=changed,
        rev=2,
        content={"answers": {}, "depth": "full", "language": "en"},
        keys=keys,
    )
    team.session.commit()
    assert release(team) == 1
    (batch,) = batches.of(team.session, team.consultation)
    assert batch.n == 5


def test_showing_fewer_takes_a_closed_survey_and_a_reason_that_stays_in_the_log(
    team: Team, lead: Visitor
) -> None:
    for _ in range(4):
        make_response(team, {"helped_words": "one of four"})
    lead.visit("/team/trial/")
    assert "Reason for an exception" not in lead.words
    lead.press("Close: A small survey")
    assert "Reason for an exception" in lead.words
    lead.press("Show these few answers: A small survey", {"reason": "  short "})
    assert lead.status == 409
    assert "give a reason" in lead.words
    lead.press("Show these few answers: A small survey", {"reason": REASON})
    assert lead.status == 200
    assert "Reason for an exception" not in lead.words
    team.session.rollback()
    found = opened.released(team.session, team.vault, team.consultation, team.unlocked().keys)
    assert len(list(found)) == 4
    noted = team.session.scalars(select(AuditEvent).where(AuditEvent.action == "override least number")).all()
    assert [(each.actor, each.object, each.detail) for each in noted] == [("sam", "trial/small", REASON)]


def test_an_exception_is_refused_while_it_is_not_needed_or_not_possible(team: Team) -> None:
    vault = team.vault

    def show() -> int:
        return service.show_few(
            db.session(), vault, "trial", "small", REASON, actor="sam", today=date(2027, 2, 1)
        )

    with pytest.raises(batches.NothingToShowError, match="close the survey first"):
        show()
    team.survey.state = State.CLOSED
    team.session.commit()
    with pytest.raises(batches.NothingToShowError, match="no answers wait"):
        show()
    team.survey.state = State.OPEN
    team.session.commit()
    for _ in range(5):
        make_response(team, {})
    assert release(team) == 5
    make_response(team, {})
    team.survey.state = State.CLOSED
    team.session.commit()
    with pytest.raises(batches.NothingToShowError, match="shown already"):
        show()
    assert batches.release(team.session, team.consultation, team.survey, today=TODAY) == 1
