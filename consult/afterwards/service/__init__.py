"""What comes after taking part, without a word about HTTP. Callers commit once."""

from __future__ import annotations

from consult.afterwards.service.hearing import (
    LONGEST_REASON,
    DateError,
    Opening,
    ReasonError,
    Standing,
    ask,
    erase,
    open_,
    settle,
    standing,
)
from consult.records.interest import Kind

__all__ = [
    "LONGEST_REASON",
    "DateError",
    "Kind",
    "Opening",
    "ReasonError",
    "Standing",
    "ask",
    "erase",
    "open_",
    "settle",
    "standing",
]
