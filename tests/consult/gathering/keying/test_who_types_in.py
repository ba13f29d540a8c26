"""Answers are typed in by who may read them, in one survey at a time, by the workbench's rights alone."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.models.account import Role
from tests.builders import Team, make_account, make_response, make_team, release
from tests.consult.entering import sign_in
from tests.consult.gathering.keying.sheet import SEAL, open_all, rows, totals
from tests.consult.gathering.scene import ANSWERS, PAPER
from tests.consult.halves import Halves
from tests.visitor import Visitor


@pytest.mark.parametrize("role", [Role.CUSTODIAN, Role.TRANSLATOR, Role.PANEL_MANAGER, Role.ADVISER])
def test_who_does_not_read_answers_types_none_in(team: Team, visitor: Visitor, role: Role) -> None:
    """S6: the paper is somebody's words."""
    make_account(team.app, "lee", team.consultation, role)
    sign_in(visitor, "lee")
    for path in (
        "/team/trial/paper",
        "/team/trial/paper/small/keying",
        "/team/trial/paper/small/keying/done",
    ):
        visitor.visit(path)
        assert visitor.status == 404
    visitor.visit("/team/trial/")
    assert "On paper:" not in visitor.words


def test_the_form_is_not_of_another_survey_or_consultation(team: Team, keyer: Visitor) -> None:
    for path in ("/team/trial/paper/other/keying", "/team/absent/paper/small/keying"):
        keyer.visit(path)
        assert keyer.status == 404


def test_with_the_parts_apart_answers_are_typed_in_by_the_rights_of_the_workbench_alone(
    app: Flask, halves: Halves
) -> None:
    """The team's part seals to the public key, makes no code, and says so."""
    team = make_team(app, source=PAPER)
    visitor = Visitor(halves.workbench.test_client())
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/paper/small/keying")
    assert "No code can be given here" in visitor.words
    visitor.press(SEAL, {**ANSWERS, "came-by": "paper"})
    assert visitor.heading == "The answers are sealed"
    assert len(rows(team)) == 1
    assert totals(team) == {"started": 1, "sent": 1}
    for _ in range(4):
        make_response(team, {"looked": "yes"})
    release(team)
    assert sorted(each.keyed for each in open_all(team)) == ["", "", "", "", "paper"]
