"""The seeded consultation of the content: standards, 46 invited, ratings from fixed strings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Flask

from consult.commands.demonstration import building, rounds
from consult.commands.demonstration.rounds import Stage
from consult.models.account import Account, Role
from tests.builders import Team, make_account, make_team

TODAY = date(2027, 3, 1)


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """A team, a custodian, and the stage of the demonstration's panel, before its protocol."""

    team: Team
    custodian: Account
    stage: Stage


def make_seeded(app: Flask) -> Seeded:
    """Standards in their first wording, committed."""
    team = make_team(app)
    custodian = make_account(app, "cato", team.consultation, Role.CUSTODIAN)
    make_account(app, "mona", team.consultation, Role.PANEL_MANAGER)
    session = team.session
    building.write_standards(session, team.consultation, 1, today=TODAY)
    session.commit()

    def reword(number: int) -> None:
        if number > 1:
            building.write_standards(session, team.consultation, number, today=TODAY)

    stage = Stage(unlocked=team.unlocked(), actor="sam", today=TODAY, reword=reword)
    return Seeded(team=team, custodian=custodian, stage=stage)


def run(seeded: Seeded) -> None:
    """All three rounds through the services, committed."""
    rounds.build(seeded.stage)
    seeded.team.session.commit()
