"""literature"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("waiting", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_search_account_id_account")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_search_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search")),
    )
    op.create_index(op.f("ix_search_consultation_id"), "search", ["consultation_id"], unique=False)
    op.create_table(
        "appraisal",
        sa.Column("source_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("from_uk", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "concern IN ('none_or_very_minor', 'minor', 'moderate', 'serious')",
            name=op.f("ck_appraisal_concern"),
        ),
        sa.CheckConstraint(
            "from_uk IN ('yes', 'partly', 'no', 'unclear')", name=op.f("ck_appraisal_from_uk")
        ),
        sa.CheckConstraint(
            "population IN ('men_only', 'mixed', 'unclear')", name=op.f("ck_appraisal_population")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_appraisal_account_id_account")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_appraisal_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_appraisal")),
    )
    op.create_table(
        "kept_apart",
        sa.Column("first_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("second_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_kept_apart_account_id_account")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["source.id"], name=op.f("fk_kept_apart_first_id_source")),
        sa.ForeignKeyConstraint(["second_id"], ["source.id"], name=op.f("fk_kept_apart_second_id_source")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_kept_apart")),
    )
    op.create_table(
        "screening",
        sa.Column("source_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("same_as", sa.LargeBinary(length=16), nullable=True),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('double', 'out_by_title', 'out_by_text', 'included')",
            name=op.f("ck_screening_outcome"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_screening_account_id_account")),
        sa.ForeignKeyConstraint(["same_as"], ["source.id"], name=op.f("fk_screening_same_as_source")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_screening_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_screening")),
    )
    op.create_table(
        "source_record",
        sa.Column("source_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("search_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("year", sa.Text(), nullable=False),
        sa.Column("container", sa.Text(), nullable=False),
        sa.Column("doi", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["search.id"], name=op.f("fk_source_record_search_id_search")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_record_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_record")),
    )
    op.create_index(op.f("ix_source_record_search_id"), "source_record", ["search_id"], unique=False)
    op.create_table(
        "finding_theme",
        sa.Column("finding_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("theme_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_finding_theme_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_theme_finding_id_finding")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_finding_theme_theme_id_theme")),
        sa.PrimaryKeyConstraint("finding_id", "theme_id", name=op.f("pk_finding_theme")),
    )


def downgrade() -> None:
    op.drop_table("finding_theme")
    op.drop_index(op.f("ix_source_record_search_id"), table_name="source_record")
    op.drop_table("source_record")
    op.drop_table("screening")
    op.drop_table("kept_apart")
    op.drop_table("appraisal")
    op.drop_index(op.f("ix_search_consultation_id"), table_name="search")
    op.drop_table("search")
