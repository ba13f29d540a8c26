"""What people sign before a survey opens, its last day, its trial, and the panel's rule.

Revision 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('assessment', 'legal_basis', 'controller', 'security', 'safeguarding', 'staff_support', "
    "'staff_limits', 'rules', 'accessibility', 'exit', 'pilot', 'advisers', 'flag', 'review')"
)
SENTENCE = "what was signed is never changed: sign anew"


def upgrade() -> None:
    op.create_table(
        "sign_off",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("definition_id", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("day", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("signed_by", sa.LargeBinary(length=16), nullable=False),
        sa.Column("signed_on", sa.Text(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_sign_off_kind")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_sign_off_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["account.id"], name=op.f("fk_sign_off_signed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
    )
    op.create_index(op.f("ix_sign_off_consultation_id"), "sign_off", ["consultation_id"])
    _lock()
    with op.batch_alter_table("survey") as batch:
        batch.add_column(sa.Column("closing_date", sa.Text(), nullable=True))
        batch.add_column(sa.Column("pilot", sa.Text(), nullable=True))
        batch.add_column(sa.Column("reviewed", sa.JSON(), nullable=False, server_default="[]"))
        batch.create_unique_constraint(op.f("uq_survey_pilot"), ["pilot"])
    with op.batch_alter_table("survey") as batch:
        batch.alter_column("reviewed", server_default=None)
    with op.batch_alter_table("consultation") as batch:
        batch.add_column(sa.Column("consensus_agree", sa.Integer(), nullable=False, server_default="70"))
        batch.add_column(sa.Column("consensus_oppose", sa.Integer(), nullable=False, server_default="15"))
    with op.batch_alter_table("consultation") as batch:
        batch.alter_column("consensus_agree", server_default=None)
        batch.alter_column("consensus_oppose", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("consultation") as batch:
        batch.drop_column("consensus_oppose")
        batch.drop_column("consensus_agree")
    with op.batch_alter_table("survey") as batch:
        batch.drop_constraint(op.f("uq_survey_pilot"), type_="unique")
        batch.drop_column("reviewed")
        batch.drop_column("pilot")
        batch.drop_column("closing_date")
    op.drop_index(op.f("ix_sign_off_consultation_id"), table_name="sign_off")
    op.drop_table("sign_off")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION sign_off_never_changes()")


def _lock() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER sign_off_no_update BEFORE UPDATE ON sign_off "
            f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION sign_off_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER sign_off_no_update BEFORE UPDATE ON sign_off "
        "FOR EACH ROW EXECUTE FUNCTION sign_off_never_changes()"
    )
