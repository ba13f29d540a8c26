"""epochs and peppers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("account", "consultation")


def upgrade() -> None:
    # Added in place: SQLite would write the table anew, and rows of other tables point at it.
    for table in TABLES:
        op.add_column(table, sa.Column("pepper", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "pepper")
