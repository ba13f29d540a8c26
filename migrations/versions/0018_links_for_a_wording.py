"""links for a wording"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("evidence_link") as batch:
        batch.add_column(sa.Column("wording", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("reread_id", sa.LargeBinary(length=16), nullable=True))
        batch.add_column(sa.Column("reread", sa.Text(), nullable=True))
        batch.create_foreign_key(op.f("fk_evidence_link_reread_id_account"), "account", ["reread_id"], ["id"])
    # A link says nothing of a wording that came after its day; of several on that day, the last is meant.
    op.execute(
        sa.text(
            "UPDATE evidence_link SET wording = COALESCE((SELECT max(wording_version.number)"
            " FROM wording_version WHERE wording_version.clause_id = evidence_link.clause_id"
            " AND wording_version.made <= evidence_link.made), 1)"
        )
    )
    with op.batch_alter_table("evidence_link") as batch:
        batch.alter_column("wording", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("evidence_link") as batch:
        batch.drop_constraint(op.f("fk_evidence_link_reread_id_account"), type_="foreignkey")
        batch.drop_column("reread")
        batch.drop_column("reread_id")
        batch.drop_column("wording")
