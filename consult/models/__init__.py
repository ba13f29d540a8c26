"""The tables. Rows are thin: columns and constraints; no sealing, no queries, no HTTP.

Importing this package gathers every room, so that `Base.metadata` is complete for migrations.
"""

from __future__ import annotations

from consult.models import (
    account,
    approval,
    audit,
    base,
    coding,
    consultation,
    definition,
    edition,
    export,
    heard,
    interest,
    judgement,
    key,
    literature,
    making,
    meaning,
    note,
    panel,
    reading,
    response,
    restoration,
    second_factor,
    session,
    signoff,
    standard,
    support,
)

__all__ = [
    "account",
    "approval",
    "audit",
    "base",
    "coding",
    "consultation",
    "definition",
    "edition",
    "export",
    "heard",
    "interest",
    "judgement",
    "key",
    "literature",
    "making",
    "meaning",
    "note",
    "panel",
    "reading",
    "response",
    "restoration",
    "second_factor",
    "session",
    "signoff",
    "standard",
    "support",
]
