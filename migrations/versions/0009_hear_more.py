"""who would like to hear more, and the public address of what comes after"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def upgrade() -> None:
    op.create_table(
        "interest",
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_interest_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_interest")),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    with op.batch_alter_table("consultation") as batch:
        batch.add_column(sa.Column("slug", sa.Text(), nullable=True))
        batch.add_column(sa.Column("interest", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("interest_until", sa.Text(), nullable=True))
    table = sa.table("consultation", sa.column("id", sa.LargeBinary), sa.column("slug", sa.Text))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table.c.id)).all():
        slug = "".join(secrets.choice(LETTERS) for _ in range(5))
        connection.execute(sa.update(table).where(table.c.id == row.id).values(slug=slug))
    with op.batch_alter_table("consultation") as batch:
        batch.alter_column("slug", existing_type=sa.Text(), nullable=False)
        batch.alter_column("interest", existing_type=sa.Boolean(), server_default=None)
        batch.create_unique_constraint(op.f("uq_consultation_slug"), ["slug"])


def downgrade() -> None:
    with op.batch_alter_table("consultation") as batch:
        batch.drop_constraint(op.f("uq_consultation_slug"), type_="unique")
        batch.drop_column("interest_until")
        batch.drop_column("interest")
        batch.drop_column("slug")
    op.drop_table("interest")
