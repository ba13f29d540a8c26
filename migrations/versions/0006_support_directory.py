"""support directory"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORKERS = "choice_of_worker IN ('yes', 'no', 'not_known')"
EVERY_NATION = '["england", "wales", "scotland", "northern_ireland"]'


def upgrade() -> None:
    op.create_table(
        "support_service",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("nations", sa.JSON(), nullable=False),
        sa.Column("serves", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("least_age", sa.Integer(), nullable=True),
        sa.Column("choice_of_worker", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_on", sa.Text(), nullable=True),
        sa.CheckConstraint(WORKERS, name=op.f("ck_support_service_choice_of_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_service")),
        sa.UniqueConstraint("name", name=op.f("uq_support_service_name")),
    )
    op.create_table(
        "support_check",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("service_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("checked_on", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("void_from", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["support_service.id"], name=op.f("fk_support_check_service_id_support_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_check")),
    )
    op.create_index(op.f("ix_support_check_service_id"), "support_check", ["service_id"])
    with op.batch_alter_table("consultation") as batch:
        batch.add_column(sa.Column("nations", sa.JSON(), nullable=False, server_default=EVERY_NATION))
    with op.batch_alter_table("consultation") as batch:
        batch.alter_column("nations", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("consultation") as batch:
        batch.drop_column("nations")
    op.drop_index(op.f("ix_support_check_service_id"), table_name="support_check")
    op.drop_table("support_check")
    op.drop_table("support_service")
