"""Plain functions that build what tests need, through the real services."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import surveys
from consult import clock
from consult.commands.demonstration import signing
from consult.models.account import Account, Role
from consult.models.consultation import Consultation, Survey
from consult.models.support import SupportCheck, SupportService
from consult.records import (
    accounts,
    batches,
    definitions,
    directory,
    kept_versions,
    ready,
    recovery,
    responses,
    support,
)
from consult.records.recovery import MadeShares
from consult.records.unlocking import Unlocked
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import IntakeVault
from consult.web.extensions import db
from tests import kept

TODAY = date(2027, 1, 4)
PASSPHRASE = "seven quiet kettles on a shelf"

SMALL = """
id = "small"
strand = "survivors"
title = "A small survey"
reassurance = "You do not need to describe what happened to you."

[[sections]]
id = "part"
title = "Getting support"

[[sections.questions]]
id = "looked"
kind = "choice"
text = "Have you looked for support?"
options = [{ id = "yes", text = "Yes" }, { id = "no", text = "No" }]

[[sections.questions]]
id = "helped_words"
kind = "free_text"
text = "What helped?"

[[sections]]
id = "about"
title = "About you"

[[sections.questions]]
id = "words_use"
kind = "choice"
text = "How may we use your words?"
options = [
  { id = "quote", text = "You may quote my words" },
  { id = "paraphrase", text = "Put them in your own words" },
  { id = "count_only", text = "Only count my answers" },
]
"""


@dataclass(frozen=True, kw_only=True)
class Team:
    """A consultation with one open survey and one person who can open its answers."""

    app: Flask
    session: Session
    consultation: Consultation
    survey: Survey
    account: Account
    key: StaffKey

    @property
    def intake(self) -> IntakeVault:
        return cast("IntakeVault", self.app.extensions["consult.intake_vault"])

    @property
    def vault(self) -> WorkbenchVault:
        return cast("WorkbenchVault", self.app.extensions["consult.workbench_vault"])

    def unlocked(self) -> Unlocked:
        """What services of the workbench take."""
        keys = accounts.opened_keys(self.session, self.vault, self.consultation, self.key)
        return Unlocked(
            session=self.session,
            vault=self.vault,
            consultation=self.consultation,
            keys=keys,
            account_id=self.account.id,
        )


def make_team(app: Flask, *, source: str = SMALL, person: str = "sam", **changes: Any) -> Team:
    """A consultation "trial" with a survey that is open, committed."""
    session = db.session()

    def make() -> tuple[bytes, bytes, bytes]:
        return _make_team(app, source, person, changes)

    consultation, survey, account_id = kept.at_once(app, ("team", source, person, repr(changes)), make)
    account = session.get_one(Account, account_id)
    return Team(
        app=app,
        session=session,
        consultation=session.get_one(Consultation, consultation),
        survey=session.get_one(Survey, survey),
        account=account,
        # Opened each time: some tests look whether a key is alive that should be gone.
        key=accounts.unlock(app.extensions["consult.workbench_vault"], account, PASSPHRASE),
    )


def _make_team(
    app: Flask, source: str, person: str, changes: Mapping[str, Any]
) -> tuple[bytes, bytes, bytes]:
    session = db.session()
    vault = app.extensions["consult.workbench_vault"]
    consultation = Consultation(**{"name": "trial", "title": "Trial", "min_grants": 1} | dict(changes))
    session.add(consultation)
    session.flush()
    account = make_account(app, person, consultation, Role.ANALYST, Role.LEAD)
    accounts.make_consultation_keys(session, vault, consultation, [account])
    key = accounts.unlock(vault, account, PASSPHRASE)
    confirm_shares(app, consultation, key)
    ensure_support(session)
    # A shipped survey, once a person has read its Welsh and its easy read.
    read = source.replace('reviewed = ["en"]', 'reviewed = ["en", "cy", "en-easy"]')
    survey = kept_versions.load(session, consultation, read, name="small.toml", today=TODAY)
    ready.open_survey(session, vault, survey)
    session.commit()
    return consultation.id, survey.id, account.id


def ensure_signed(
    session: Session, vault: WorkbenchVault, survey: Survey, *signers: Account, today: date | None = None
) -> None:
    """Every line of the gate signed on the day given, or on the real one, uncommitted; one person may do."""
    exits = current_app.extensions["consult.settings"].exits
    pair = (signers[0], signers[-1])
    signing.sign_everything(session, vault, survey, pair, exits=exits, today=today or clock.today())


def ensure_support(session: Session) -> None:
    """Enough people to talk to for real and invented consultations, unless there are some.

    Written through the directory once in a process; every other test gets the same rows at once.
    """
    empty = session.scalar(select(SupportService.id).limit(1)) is None
    kept = _directory.get(clock.today()) if empty else None
    if kept:
        for table, rows in kept:
            session.execute(insert(table), rows)
        return
    for example in (False, True):
        if not support.everything(session, example=example):
            add_support(session, example=example)
    if empty:
        _directory[clock.today()] = [
            (model, [dict(row) for row in session.execute(select(model.__table__)).mappings()])
            for model in (SupportService, SupportCheck)
        ]


_directory: dict[date, list[tuple[type[SupportService | SupportCheck], list[dict[str, Any]]]]] = {}


def add_support(session: Session, *, example: bool = False, today: date | None = None) -> None:
    """Three services for the whole country, checked on the day given, or on the real one, uncommitted."""
    for name, serves, kinds in (
        ("Day Line", ("any_gender",), ("crisis", "listening")),
        ("Men's Line", ("men",), ("specialist",)),
        ("Night Line", ("any_gender",), ("listening",)),
    ):
        made = directory.add(
            session,
            directory.Wanted(
                name=f"{name} (example)" if example else name,
                what="Someone to listen.",
                nations=support.every_nation(),
                serves=serves,
                kinds=kinds,
                channels=(support.Channel(kind="phone", value="0808 157 0001"),),
                hours="Every day",
                source_url="https://line.example.org/about",
                example=example,
            ),
        )
        directory.check(session, made, good=True, by="Ada", on=today or clock.today())


def confirm_shares(app: Flask, consultation: Consultation, key: StaffKey) -> MadeShares:
    """Recovery shares made by somebody with a key, one of them typed back, committed."""
    session, vault = db.session(), app.extensions["consult.workbench_vault"]
    keys = accounts.opened_keys(session, vault, consultation, key)
    made = recovery.make(session, vault, consultation, keys)
    recovery.confirm(session, vault, consultation, made.texts[0])
    session.commit()
    return made


def make_holders(app: Flask) -> Team:
    """Sam and Kim, who hold a key each of a consultation with six released answers; committed."""
    made = make_team(app)
    kim = make_account(app, "kim", made.consultation, Role.ANALYST)
    accounts.grant(made.session, made.vault, made.consultation, made.key, kim)
    for number in range(6):
        make_response(made, {"helped_words": f"before {number}"})
    release(made)
    made.session.commit()
    return made


def make_account(app: Flask, name: str, consultation: Consultation | None = None, *roles: Role) -> Account:
    """A member of the team with the passphrase `PASSPHRASE`."""
    session = db.session()
    vault = app.extensions["consult.workbench_vault"]
    account = accounts.add(
        session, vault, accounts.NewAccount(name=name, display_name=name.title()), PASSPHRASE
    )
    for role in roles:
        assert consultation is not None
        accounts.join(session, account, consultation, role)
    session.commit()
    return account


def make_response(team: Team, answers: Mapping[str, Any], *, keys: ReceiptKeys | None = None) -> bytes:
    """One sent response, committed; returns its id."""
    response_id = os.urandom(16)
    responses.send(
        team.session,
        team.intake,
        team.survey,
        response_id=response_id,
        rev=1,
        content={"answers": dict(answers), "depth": "full", "language": "en"},
        keys=keys,
    )
    team.session.commit()
    return response_id


def release(team: Team) -> int:
    """Release what waits, committed."""
    count = batches.release(team.session, team.consultation, team.survey, today=TODAY)
    team.session.commit()
    return count


def definition(team: Team) -> surveys.Survey:
    """The survey as people see it."""
    return definitions.current(team.session, team.survey)
