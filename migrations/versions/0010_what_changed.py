"""what was heard and what it changed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_entry",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("theme_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Text(), nullable=True),
        sa.Column("passed_by", sa.LargeBinary(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_heard_entry_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["passed_by"], ["account.id"], name=op.f("fk_heard_entry_passed_by_account")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_heard_entry_theme_id_theme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heard_entry")),
    )
    op.create_table(
        "heard_version",
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("quotes", sa.JSON(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_heard_version_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["heard_entry.id"], name=op.f("fk_heard_version_entry_id_heard_entry")
        ),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("pk_heard_version")),
    )
    op.create_table(
        "heard_quote",
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("quote_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("coding_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("response_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["heard_entry.id"], name=op.f("fk_heard_quote_entry_id_heard_entry")
        ),
        sa.PrimaryKeyConstraint("entry_id", "quote_id", name=op.f("pk_heard_quote")),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_heard_quote_response_hash"), "heard_quote", ["response_hash"])


def downgrade() -> None:
    op.drop_index(op.f("ix_heard_quote_response_hash"), table_name="heard_quote")
    op.drop_table("heard_quote")
    op.drop_table("heard_version")
    op.drop_table("heard_entry")
