"""recovery keys"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEFORE = "owner_table IN ('consultation', 'account')"
AFTER = "owner_table IN ('consultation', 'account', 'recovery')"


def upgrade() -> None:
    with op.batch_alter_table("public_key") as batch:
        batch.drop_constraint(op.f("ck_public_key_owner_table"), type_="check")
        batch.create_check_constraint(op.f("ck_public_key_owner_table"), AFTER)
    with op.batch_alter_table("consultation") as batch:
        batch.add_column(
            sa.Column("recovery_confirmed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("consultation") as batch:
        batch.alter_column("recovery_confirmed", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM public_key WHERE owner_table = 'recovery'")
    with op.batch_alter_table("consultation") as batch:
        batch.drop_column("recovery_confirmed")
    with op.batch_alter_table("public_key") as batch:
        batch.drop_constraint(op.f("ck_public_key_owner_table"), type_="check")
        batch.create_check_constraint(op.f("ck_public_key_owner_table"), BEFORE)
