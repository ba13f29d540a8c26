"""What the database of a test holds."""

from __future__ import annotations

from sqlalchemy import select

from consult.models.base import Base
from consult.web.extensions import db


def rows() -> dict[str, object]:
    """Every row of every table but the web sessions of staff, which note when they were last used."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name != "staff_session"
        }
