"""The pages on the log of staff acts: who sees which acts, and what the check says."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.models.account import Role
from consult.records import audit
from consult.vault import audit as chain
from consult.web.extensions import db
from tests.builders import make_account, make_team
from tests.consult.entering import make_administrator, make_consultation, sign_in
from tests.consult.ledger.acting import act, unguarded
from tests.visitor import Visitor


@pytest.fixture
def lead(app: Flask, visitor: Visitor) -> Visitor:
    """Somebody who leads "trial" and nothing else."""
    team = make_team(app)
    make_account(app, "lea", team.consultation, Role.LEAD)
    sign_in(visitor, "lea")
    return visitor


def test_an_administrator_reads_all_acts_page_by_page(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)
    act(app, 120)
    sign_in(visitor, "ada")
    visitor.visit("/team/audit")
    assert visitor.heading == "What the team did"
    seen = 0
    while True:
        seen += len(visitor.page.select("tbody tr"))
        older = [each for each in visitor.page.find_all("a") if each.get_text() == "Older acts"]
        if not older:
            break
        visitor.visit(str(older[0]["href"]))
    assert seen == 120


def test_the_head_stands_on_the_page_in_eight_words(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)
    act(app, 3)
    words = chain.spoken(audit.head(db.session()) or b"")
    sign_in(visitor, "ada")
    visitor.visit("/team/audit")
    assert words in visitor.words


def test_acts_are_filtered_by_person_act_and_consultation(app: Flask, visitor: Visitor) -> None:
    make_consultation(app, make_administrator(app))
    act(app, 2, actor="sam", object_="spring/small")
    act(app, 2, actor="olga", object_="other/small")
    sign_in(visitor, "ada")
    visitor.visit("/team/audit?person=sam&act=export&consultation=spring")
    assert len(visitor.page.select("tbody tr")) == 2
    assert "olga" not in [cell.get_text(strip=True) for cell in visitor.page.select("tbody td")]
    visitor.visit("/team/audit?person=nobody")
    assert "There is no such act in the log." in visitor.words


def test_a_lead_sees_the_acts_on_their_consultation_alone(app: Flask, lead: Visitor) -> None:
    act(app, 2, actor="sam", object_="trial/small")
    act(app, 3, actor="olga", object_="other/small")
    act(app, 3, actor="olga", object_="people/trial")
    lead.visit("/team/trial/audit?consultation=other")
    assert len(lead.page.select("tbody tr")) == 2
    assert "olga" not in lead.words
    lead.visit("/team/audit")
    assert lead.status == 404
    lead.visit("/team/trial/")
    assert "What the team did here" in lead.words


def test_the_check_says_that_nothing_was_changed(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)
    act(app, 3)
    sign_in(visitor, "ada")
    visitor.visit("/team/audit")
    visitor.press("Check the log now")
    assert visitor.status == 200
    assert "Nothing was changed. All 3 entries" in visitor.words


def test_the_check_names_an_entry_that_was_changed(app: Flask, lead: Visitor) -> None:
    act(app, 3)
    unguarded("UPDATE audit_event SET detail = 'nothing' WHERE seq = 2")
    lead.visit("/team/trial/audit")
    lead.press("Check the log now")
    assert "Entry 2: this entry is not as it was written." in lead.words
    assert "tell whoever runs the server" in lead.words
