"""editions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("passed_by", sa.LargeBinary(length=16), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_edition_account_id_account")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_edition_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["passed_by"], ["account.id"], name=op.f("fk_edition_passed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_edition_consultation_id_number")),
    )


def downgrade() -> None:
    op.drop_table("edition")
