"""address for answers on paper"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consultation") as batch:
        batch.add_column(sa.Column("post_to", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("consultation") as batch:
        batch.alter_column("post_to", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("consultation") as batch:
        batch.drop_column("post_to")
