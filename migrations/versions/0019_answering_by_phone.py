"""answering by phone"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consultation") as table:
        table.add_column(sa.Column("phone_to", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("consultation") as table:
        table.alter_column("phone_to", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("consultation") as table:
        table.drop_column("phone_to")
