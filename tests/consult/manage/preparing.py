"""A survey being prepared, up to what people sign."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from consult import clock
from consult.models.account import Role
from consult.models.consultation import Survey
from consult.records import accounts, kept_versions
from tests.builders import PASSPHRASE, SMALL, confirm_shares, ensure_support, make_account
from tests.consult.entering import make_consultation, vault_of

TODAY = clock.today()
FLAGGED = SMALL.replace('text = "What helped?"', 'text = "What happened?"')


def prepared(app: Flask, source: str) -> Survey:
    sam = make_account(app, "sam")
    consultation = make_consultation(app, sam, min_grants=1)
    session = Session.object_session(consultation)
    assert session is not None
    for role in (Role.ANALYST, Role.LEAD):
        accounts.join(session, sam, consultation, role)
    confirm_shares(app, consultation, accounts.unlock(vault_of(app), sam, PASSPHRASE))
    survey = kept_versions.load(session, consultation, source, name="small.toml", today=TODAY)
    ensure_support(session)
    session.commit()
    return survey
