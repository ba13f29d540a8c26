"""What is in which part of a backup: every table once, and nothing that is not named here.

A stolen copy of the bodies alone opens nothing, so it may be kept for longer. What opens them, what tells who
has a key, and what quotes answers is in the other part, and dies soon: with it, what was taken back is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Table

import consult.models.every  # noqa: F401 - all tables are known from here on
from consult.models.base import Base

BODIES = "bodies"
KEYS = "keys"
TOMBSTONES = "tombstones"

_SPLIT = "response"
_OF_BODIES = ("id", "rev", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part by its name, with its tables."""

    name: str
    tables: tuple[str, ...]

    def columns(self, table: str) -> list[Column[object]]:
        """The columns of a table that this part holds; of responses each part holds its own."""
        every = list(Base.metadata.tables[table].columns)
        if table != _SPLIT:
            return every
        if self.name == BODIES:
            return [column for column in every if column.name in _OF_BODIES]
        return [column for column in every if column.name != "body"]


PARTS: Mapping[str, Part] = {
    BODIES: Part(
        name=BODIES,
        tables=(
            "response",
            "definition",
            "survey_version",
            "working_copy",
            "working_step",
            "batch",
            "batch_leaf",
            "theme",
            "draft_standard",
            "wording_version",
            "clause",
            "evidence_link",
            "edition",
            "source",
            "search",
            "source_record",
            "screening",
            "kept_apart",
            "appraisal",
            "finding",
            "finding_theme",
            "row_judgement",
            "confidence_judgement",
            "equity_note",
            "decision",
            "link_refusal",
            "reply",
            "answered_comment",
            "support_service",
            "support_check",
        ),
    ),
    KEYS: Part(
        name=KEYS,
        tables=(
            "response",
            "receipt",
            "draft",
            "note",
            "interest",
            "tombstone",
            "total",
            "public_key",
            "key_grant",
            "account",
            "membership",
            "second_factor",
            "spare_code",
            "approval",
            "sign_off",
            "consultation",
            "survey",
            "panel_protocol",
            "panel_member",
            "panel_key",
            "panel_round",
            "panel_item",
            "panel_part",
            "panel_sheet",
            "panel_comment",
            "audit_event",
            "audit_chain",
            "export_file",
            "export_quote",
            "heard_entry",
            "heard_version",
            "heard_quote",
            "restoration",
        ),
    ),
}

NEVER = frozenset({"visit", "staff_session", "audit_key", "reading", "meaning"})
"""Web sessions; the live key of the staff log, as who has a copy of it could go on writing the log; and how
much people read today, which is nobody's business tomorrow; and vectors of answers, which
can be made anew."""


def key_columns(table: Table) -> list[Column[object]]:
    """The key of a table: copies are written in its order, which says nothing of arrival."""
    return list(table.primary_key.columns)
