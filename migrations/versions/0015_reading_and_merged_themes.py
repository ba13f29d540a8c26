"""limits for those who read, keys of the workbench, themes that were merged"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reading_account_id_account")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_reading_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("account_id", "consultation_id", name=op.f("pk_reading")),
    )
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("shortcuts", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("account") as account:
        account.alter_column("shortcuts", server_default=None)
    with op.batch_alter_table("theme") as theme:
        theme.add_column(sa.Column("merged_into_id", sa.LargeBinary(length=16), nullable=True))
        theme.create_foreign_key(op.f("fk_theme_merged_into_id_theme"), "theme", ["merged_into_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("theme") as theme:
        theme.drop_constraint(op.f("fk_theme_merged_into_id_theme"), type_="foreignkey")
        theme.drop_column("merged_into_id")
    with op.batch_alter_table("account") as account:
        account.drop_column("shortcuts")
    op.drop_table("reading")
