"""What tests of the log, of proofs and of backups share: a recovery key, acts, and hands on the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import Connection

from consult.models.key import KeyOwner, PublicKey
from consult.records import audit
from consult.vault import shares
from consult.vault.envelope import PrivateKey
from consult.web.extensions import db
from tests.consult.entering import vault_of

DAY = date(2027, 1, 4)


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """The installation's recovery key and the shares on paper."""

    private: PrivateKey
    texts: tuple[str, ...]


def make_recovery(app: Flask) -> Recovery:
    """A recovery key of the installation, 2 of 3, committed; the one before is replaced."""
    secret = shares.new_secret()
    private = PrivateKey(shares.recovery_private(secret, shares.INSTALLATION))
    mac = vault_of(app).public_key_mac(str(KeyOwner.RECOVERY), shares.INSTALLATION, 0, private.public)
    db.session().merge(
        PublicKey(
            owner_table=KeyOwner.RECOVERY, owner_id=shares.INSTALLATION, epoch=0, pub=private.public, mac=mac
        )
    )
    db.session.commit()
    texts = tuple(share.text for share in shares.split(secret, private.id, 2, 3))
    return Recovery(private=private, texts=texts)


def act(app: Flask, number: int, *, actor: str = "ada", object_: str = "trial") -> None:
    """So many acts in the log, committed."""
    for place in range(number):
        audit.note(db.session(), vault_of(app), actor, "export", object_, detail=f"table {place}", today=DAY)
    db.session.commit()


def unguarded(statement: str, **values: object) -> None:
    """Run a statement as somebody does who owns the database and takes its triggers away first."""
    db.session.rollback()
    with db.engine.begin() as connection:
        _drop_triggers(connection)
        connection.execute(text(statement), values)


def _drop_triggers(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    names = connection.execute(text("SELECT name FROM sqlite_schema WHERE type = 'trigger'")).scalars().all()
    for name in names:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
