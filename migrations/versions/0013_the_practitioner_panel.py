"""the practitioner panel"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "panel_member",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("panel_group", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("link", sa.LargeBinary(length=32), nullable=True),
        sa.Column("handed", sa.LargeBinary(), nullable=True),
        sa.Column("sign_in", sa.LargeBinary(length=32), nullable=True),
        sa.Column("pepper", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("memory_kib", sa.Integer(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(length=32), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "panel_group IN ('lived_experience', 'men_only_service', 'mixed_service', 'research', "
            "'commissioning')",
            name=op.f("ck_panel_member_panel_group"),
        ),
        sa.CheckConstraint(
            "state IN ('invited', 'joined', 'declined', 'withdrawn')", name=op.f("ck_panel_member_state")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_panel_member_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_member")),
        sa.UniqueConstraint(
            "consultation_id", "sign_in", name=op.f("uq_panel_member_consultation_id_sign_in")
        ),
        sa.UniqueConstraint("link", name=op.f("uq_panel_member_link")),
    )
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_member_consultation_id"), ["consultation_id"], unique=False
        )

    op.create_table(
        "panel_protocol",
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("locked", sa.Text(), nullable=True),
        sa.Column("locked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_panel_protocol_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "number", name=op.f("pk_panel_protocol")),
    )
    op.create_table(
        "panel_round",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=True),
        sa.Column("closes", sa.Text(), nullable=True),
        sa.Column("closed", sa.Text(), nullable=True),
        sa.Column("vote", sa.Boolean(), nullable=False),
        sa.Column("reminded", sa.Text(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('preparing', 'open', 'closed')", name=op.f("ck_panel_round_state")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_panel_round_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_round")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_panel_round_consultation_id_number")),
    )
    op.create_table(
        "panel_key",
        sa.Column("member_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("grantee_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_panel_key_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["panel_member.id"], name=op.f("fk_panel_key_member_id_panel_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "grantee_id", name=op.f("pk_panel_key")),
    )
    with op.batch_alter_table("panel_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_key_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "panel_part",
        sa.Column("round_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("member_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["panel_member.id"], name=op.f("fk_panel_part_member_id_panel_member")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["panel_round.id"], name=op.f("fk_panel_part_round_id_panel_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "member_id", name=op.f("pk_panel_part")),
    )
    op.create_table(
        "panel_sheet",
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("round_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_panel_sheet_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["panel_round.id"], name=op.f("fk_panel_sheet_round_id_panel_round")
        ),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_panel_sheet")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "panel_comment",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("round_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clause_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("note_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("passed_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('comment', 'clearer', 'evidence', 'changed', 'missing', 'vote')",
            name=op.f("ck_panel_comment_kind"),
        ),
        sa.CheckConstraint("state IN ('waiting', 'shown', 'withheld')", name=op.f("ck_panel_comment_state")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_panel_comment_clause_id_clause")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_panel_comment_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["panel_round.id"], name=op.f("fk_panel_comment_round_id_panel_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_comment")),
    )
    with op.batch_alter_table("panel_comment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_panel_comment_consultation_id"), ["consultation_id"], unique=False
        )

    op.create_table(
        "panel_item",
        sa.Column("round_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clause_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applies", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_panel_item_clause_id_clause")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["panel_round.id"], name=op.f("fk_panel_item_round_id_panel_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "clause_id", name=op.f("pk_panel_item")),
    )


def downgrade() -> None:
    op.drop_table("panel_item")
    with op.batch_alter_table("panel_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_comment_consultation_id"))

    op.drop_table("panel_comment")
    op.drop_table("panel_sheet")
    op.drop_table("panel_part")
    with op.batch_alter_table("panel_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_key_consultation_id"))

    op.drop_table("panel_key")
    op.drop_table("panel_round")
    op.drop_table("panel_protocol")
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_member_consultation_id"))

    op.drop_table("panel_member")
