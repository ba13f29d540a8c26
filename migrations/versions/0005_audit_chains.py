"""audit chains"""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LOCKED = ("audit_event", "audit_chain")
KEYS = {"audit_event": "seq", "audit_chain": "first_seq"}
SENTENCE = "the log of staff acts is never changed"


def upgrade() -> None:
    _tables()
    _name_the_chain_that_is_there()
    for table in LOCKED:
        if op.get_bind().dialect.name == "sqlite":
            _lock_sqlite(table)
        else:
            _lock_postgresql(table)


def downgrade() -> None:
    """The first keys of chains go with their table: older entries can then be checked by hashes alone."""
    for table in LOCKED:
        if op.get_bind().dialect.name == "sqlite":
            for act in ("update", "delete", "replace"):
                op.execute(f"DROP TRIGGER {table}_no_{act}")
        else:
            op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_never_changes()")
    op.drop_table("restoration")
    op.drop_table("export_quote")
    op.drop_index("ix_export_file_consultation_id", table_name="export_file")
    op.drop_table("export_file")
    op.drop_table("audit_chain")


def _tables() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("first_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("begun", sa.Text(), nullable=False),
        sa.Column("previous_head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("first_seq", name=op.f("pk_audit_chain")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_chain_id")),
    )
    op.create_table(
        "export_file",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_export_file_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_file")),
    )
    op.create_index("ix_export_file_consultation_id", "export_file", ["consultation_id"], unique=False)
    op.create_table(
        "export_quote",
        sa.Column("export_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("response_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["export_file.id"], name=op.f("fk_export_quote_export_id_export_file")
        ),
        sa.PrimaryKeyConstraint("export_id", "response_hash", name=op.f("pk_export_quote")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "restoration",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("restored", sa.Text(), nullable=False),
        sa.Column("backed_up", sa.Text(), nullable=False),
        sa.Column("withdrawals_kept", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )


def _name_the_chain_that_is_there() -> None:
    """A log that began before chains had rows: its first key was kept for nobody."""
    connection = op.get_bind()
    begun = connection.execute(sa.text("SELECT date FROM audit_event WHERE seq = 1")).scalar()
    if begun is not None:
        connection.execute(
            sa.text(
                "INSERT INTO audit_chain (first_seq, id, begun, previous_head, sealed_key) "
                "VALUES (1, :id, :begun, :head, NULL)"
            ),
            {"id": os.urandom(16), "begun": begun, "head": bytes(32)},
        )


def _lock_sqlite(table: str) -> None:
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        )
    # INSERT OR REPLACE deletes a row without asking the trigger on DELETE.
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {KEYS[table]} = NEW.{KEYS[table]})"  # noqa: S608 - our own names
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} "
        f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
    )


def _lock_postgresql(table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION audit_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION audit_never_changes()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_never_changes()"
    )
