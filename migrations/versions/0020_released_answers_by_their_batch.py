"""released answers by their batch"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_response_batch_id", table_name="response")
    op.create_index("ix_response_batch_id_rev", "response", ["batch_id", "rev"])


def downgrade() -> None:
    op.drop_index("ix_response_batch_id_rev", table_name="response")
    op.create_index("ix_response_batch_id", "response", ["batch_id"])
