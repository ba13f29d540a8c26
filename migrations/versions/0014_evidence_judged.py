"""evidence judged"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OF_CLAUSES = (
    "why",
    "how_checked",
    "criteria",
    "adjustment",
    "for_men",
    "for_organisations",
    "for_commissioners",
)


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clause_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("next_wording", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('keep', 'change', 'drop', 'need_more')", name=op.f("ck_decision_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_decision_account_id_account")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_decision_clause_id_clause")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_clause_id"), ["clause_id"], unique=False)

    op.create_table(
        "equity_note",
        sa.Column("clause_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_equity_note_account_id_account")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_equity_note_clause_id_clause")),
        sa.PrimaryKeyConstraint("clause_id", "wording", name=op.f("pk_equity_note")),
    )
    op.create_table(
        "link_refusal",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clause_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("theme_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("finding_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(theme_id IS NULL) <> (finding_id IS NULL)", name=op.f("ck_link_refusal_one_end")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_link_refusal_account_id_account")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_link_refusal_clause_id_clause")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_link_refusal_finding_id_finding")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_link_refusal_theme_id_theme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_refusal")),
        sa.UniqueConstraint("clause_id", "finding_id", name=op.f("uq_link_refusal_clause_id_finding_id")),
        sa.UniqueConstraint("clause_id", "theme_id", name=op.f("uq_link_refusal_clause_id_theme_id")),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clause_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("next_wording", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "disposition IN ('accepted', 'accepted_in_part', 'noted', 'not_accepted')",
            name=op.f("ck_reply_disposition"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reply_account_id_account")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_reply_clause_id_clause")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_clause_id"), ["clause_id"], unique=False)

    op.create_table(
        "answered_comment",
        sa.Column("comment_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reply_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_answered_comment_account_id_account")
        ),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_answered_comment_reply_id_reply")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_answered_comment")),
    )
    op.create_index(op.f("ix_answered_comment_reply_id"), "answered_comment", ["reply_id"])
    op.create_table(
        "row_judgement",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clause_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("theme_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("survivors", sa.Text(), nullable=False),
        sa.Column("practitioners", sa.Text(), nullable=False),
        sa.Column("literature", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("second_id", sa.LargeBinary(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_row_judgement_account_id_account")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_row_judgement_clause_id_clause")),
        sa.ForeignKeyConstraint(
            ["second_id"], ["account.id"], name=op.f("fk_row_judgement_second_id_account")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_row_judgement_theme_id_theme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_judgement")),
        sa.UniqueConstraint(
            "clause_id", "theme_id", "wording", name=op.f("uq_row_judgement_clause_id_theme_id_wording")
        ),
    )
    op.create_table(
        "confidence_judgement",
        sa.Column("link_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("methods", sa.Text(), nullable=False),
        sa.Column("coherence", sa.Text(), nullable=False),
        sa.Column("adequacy", sa.Text(), nullable=False),
        sa.Column("relevance", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dissemination", sa.Text(), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("second_id", sa.LargeBinary(length=16), nullable=True),
        sa.CheckConstraint(
            "adequacy IN ('none_or_very_minor', 'minor', 'moderate', 'serious')",
            name=op.f("ck_confidence_judgement_adequacy"),
        ),
        sa.CheckConstraint(
            "coherence IN ('none_or_very_minor', 'minor', 'moderate', 'serious')",
            name=op.f("ck_confidence_judgement_coherence"),
        ),
        sa.CheckConstraint(
            "level IN ('high', 'moderate', 'low', 'very_low')", name=op.f("ck_confidence_judgement_level")
        ),
        sa.CheckConstraint(
            "methods IN ('none_or_very_minor', 'minor', 'moderate', 'serious')",
            name=op.f("ck_confidence_judgement_methods"),
        ),
        sa.CheckConstraint(
            "relevance IN ('none_or_very_minor', 'minor', 'moderate', 'serious')",
            name=op.f("ck_confidence_judgement_relevance"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_confidence_judgement_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["evidence_link.id"], name=op.f("fk_confidence_judgement_link_id_evidence_link")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["account.id"], name=op.f("fk_confidence_judgement_second_id_account")
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_confidence_judgement")),
    )
    with op.batch_alter_table("clause") as batch_op:
        for column in _OF_CLAUSES:
            batch_op.add_column(sa.Column(column, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("clause") as batch_op:
        for column in _OF_CLAUSES:
            batch_op.alter_column(column, server_default=None)
    with op.batch_alter_table("draft_standard") as batch_op:
        batch_op.add_column(sa.Column("status", sa.Text(), nullable=False, server_default="draft"))
    with op.batch_alter_table("draft_standard") as batch_op:
        batch_op.alter_column("status", server_default=None)
        batch_op.create_check_constraint(
            op.f("ck_draft_standard_status"), "status IN ('draft', 'ready', 'agreed', 'dropped')"
        )
    _wordings_of_clauses()


def _wordings_of_clauses() -> None:
    """Every clause has wordings now, and the statement's are those of the clause under the standard's key."""
    op.execute("CREATE TABLE wording_kept AS SELECT * FROM wording_version")
    op.drop_table("wording_version")
    op.create_table(
        "wording_version",
        sa.Column("clause_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_wording_version_clause_id_clause")
        ),
        sa.PrimaryKeyConstraint("clause_id", "number", name=op.f("pk_wording_version")),
    )
    op.execute(
        "INSERT INTO wording_version (clause_id, number, statement, said, made) "
        "SELECT clause.id, wording_kept.number, wording_kept.statement, '', wording_kept.made "
        "FROM wording_kept "
        "JOIN draft_standard ON draft_standard.id = wording_kept.standard_id "
        "JOIN clause ON clause.standard_id = draft_standard.id AND clause.number = draft_standard.key"
    )
    # When other clauses were first written is not known: not before their standard was.
    op.execute(
        "INSERT INTO wording_version (clause_id, number, statement, said, made) "
        "SELECT clause.id, 1, clause.wording, '', "
        "(SELECT min(made) FROM wording_kept WHERE wording_kept.standard_id = clause.standard_id) "
        "FROM clause JOIN draft_standard ON draft_standard.id = clause.standard_id "
        "WHERE clause.number <> draft_standard.key"
    )
    op.drop_table("wording_kept")


def _wordings_of_standards() -> None:
    op.execute("CREATE TABLE wording_kept AS SELECT * FROM wording_version")
    op.drop_table("wording_version")
    op.create_table(
        "wording_version",
        sa.Column("standard_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["draft_standard.id"], name=op.f("fk_wording_version_standard_id_draft_standard")
        ),
        sa.PrimaryKeyConstraint("standard_id", "number", name=op.f("pk_wording_version")),
    )
    op.execute(
        "INSERT INTO wording_version (standard_id, number, statement, made) "
        "SELECT draft_standard.id, wording_kept.number, wording_kept.statement, wording_kept.made "
        "FROM wording_kept JOIN clause ON clause.id = wording_kept.clause_id "
        "JOIN draft_standard ON clause.standard_id = draft_standard.id AND clause.number = draft_standard.key"
    )
    op.drop_table("wording_kept")


def downgrade() -> None:
    _wordings_of_standards()
    with op.batch_alter_table("draft_standard") as batch_op:
        batch_op.drop_constraint(op.f("ck_draft_standard_status"), type_="check")
        batch_op.drop_column("status")
    with op.batch_alter_table("clause") as batch_op:
        for column in _OF_CLAUSES:
            batch_op.drop_column(column)
    for table in ("confidence_judgement", "row_judgement", "link_refusal", "equity_note"):
        op.drop_table(table)
    op.drop_index(op.f("ix_answered_comment_reply_id"), table_name="answered_comment")
    op.drop_table("answered_comment")
    for table in ("reply", "decision"):
        op.drop_index(op.f(f"ix_{table}_clause_id"), table_name=table)
        op.drop_table(table)
