"""making surveys"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "working_copy",
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("definition_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("based_on", sa.LargeBinary(length=32), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_on", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_working_copy_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "definition_id", name=op.f("pk_working_copy")),
    )
    op.create_table(
        "working_step",
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("definition_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_working_step_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id", "definition_id"],
            ["working_copy.consultation_id", "working_copy.definition_id"],
            name=op.f("fk_working_step_consultation_id_definition_id_working_copy"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "definition_id", "revision", name=op.f("pk_working_step")),
    )
    op.create_table(
        "survey_version",
        sa.Column("consultation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("definition_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_survey_version_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id", "definition_id", "fingerprint"],
            ["definition.consultation_id", "definition.definition_id", "definition.fingerprint"],
            name=op.f("fk_survey_version_consultation_id_definition_id_fingerprint_definition"),
        ),
        sa.PrimaryKeyConstraint(
            "consultation_id", "definition_id", "fingerprint", name=op.f("pk_survey_version")
        ),
        sa.UniqueConstraint(
            "consultation_id",
            "definition_id",
            "number",
            name=op.f("uq_survey_version_consultation_id_definition_id_number"),
        ),
    )
    _number_what_is_there()


def downgrade() -> None:
    op.drop_table("survey_version")
    op.drop_table("working_step")
    op.drop_table("working_copy")


def _number_what_is_there() -> None:
    """Versions kept so far, by their day. Which of them people saw, answers and states tell."""
    bind = op.get_bind()
    seen = {
        tuple(row)
        for row in bind.execute(
            sa.text(
                "SELECT consultation_id, definition_id, fingerprint FROM survey WHERE state <> 'preparing' "
                "UNION SELECT consultation_id, definition_id, fingerprint FROM response "
                "UNION SELECT consultation_id, definition_id, fingerprint FROM draft"
            )
        )
    }
    kept = bind.execute(
        sa.text(
            "SELECT consultation_id, definition_id, fingerprint FROM definition "
            "ORDER BY consultation_id, definition_id, loaded, fingerprint"
        )
    ).all()
    numbers: dict[tuple[bytes, str], int] = {}
    for row in kept:
        survey = (row.consultation_id, row.definition_id)
        numbers[survey] = numbers.get(survey, 0) + 1
        bind.execute(
            sa.text(
                "INSERT INTO survey_version "
                "VALUES (:consultation, :definition, :print, :number, '', '', :opened)"
            ),
            {
                "consultation": row.consultation_id,
                "definition": row.definition_id,
                "print": row.fingerprint,
                "number": numbers[survey],
                "opened": tuple(row) in seen,
            },
        )
