"""Ways through the team's door, for tests of pages behind it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from consult.faults import SealError
from consult.models.account import Account, Role
from consult.models.consultation import Consultation, State
from consult.models.session import StaffSession
from consult.records import accounts, kept_versions
from consult.vault import cookies
from consult.vault.opening import WorkbenchVault
from consult.web.extensions import db
from tests.builders import PASSPHRASE, SMALL, TODAY, ensure_support, make_account
from tests.visitor import Visitor


def vault_of(app: Flask) -> WorkbenchVault:
    """The vault of the team."""
    vault: WorkbenchVault = app.extensions["consult.workbench_vault"]
    return vault


def make_administrator(app: Flask, name: str = "ada") -> Account:
    """An administrator with the passphrase `PASSPHRASE`, committed."""
    account = accounts.add(
        db.session(),
        vault_of(app),
        accounts.NewAccount(name=name, display_name=name.title(), administrator=True),
        PASSPHRASE,
    )
    db.session.commit()
    return account


def make_consultation(app: Flask, *grantees: Account, **changes: Any) -> Consultation:
    """A consultation "spring" that is being prepared, with keys for `grantees`, committed."""
    made = Consultation(**{"name": "spring", "title": "Spring", "state": State.PREPARING} | changes)
    db.session.add(made)
    db.session.flush()
    accounts.make_consultation_keys(db.session(), vault_of(app), made, list(grantees))
    ensure_support(db.session())
    db.session.commit()
    return made


def make_led(app: Flask) -> Consultation:
    """A consultation "spring" with a survey, and Sam, who leads it and can open its answers, committed."""
    sam = make_account(app, "sam")
    consultation = make_consultation(app, sam, min_grants=1)
    for role in (Role.ANALYST, Role.LEAD):
        accounts.join(db.session(), sam, consultation, role)
    kept_versions.load(db.session(), consultation, SMALL, name="small.toml", today=TODAY)
    ensure_support(db.session())
    db.session.commit()
    return consultation


def sign_in(visitor: Visitor, name: str, passphrase: str = PASSPHRASE) -> None:
    """Through the door by its form."""
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": name, "passphrase": passphrase})


def unlock(visitor: Visitor, passphrase: str = PASSPHRASE) -> None:
    """Open answers by the form for it."""
    visitor.visit("/team/unlock")
    visitor.press("Unlock", {"passphrase": passphrase})


def cookie_of(visitor: Visitor) -> str:
    """The cookie of a visitor's session of the team."""
    cookie = visitor.client.get_cookie("w", domain="localhost")
    assert cookie is not None
    return cookie.value


def held_under(cookie: str) -> dict[str, object] | None:
    """What somebody with the cookie and the database reads, whatever the service thinks of the session."""
    db.session.rollback()
    secret = cookies.Secret(cookie)
    blob = db.session.scalar(select(StaffSession.blob).where(StaffSession.id_hash == secret.row))
    try:
        return None if blob is None else dict(secret.open("staff", blob))
    except SealError:
        return None
