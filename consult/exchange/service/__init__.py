"""What other tools made, looked at and taken in. What opens answers takes an `Unlocked`."""

from __future__ import annotations

from consult.exchange.service.drafts import Difference, Drafts, DraftsError, differences
from consult.exchange.service.drafts import read as read_drafts
from consult.exchange.service.drafts import take as take_drafts
from consult.exchange.service.qda import QdaError
from consult.exchange.service.taking import Taken, look, take
from consult.records.unlocking import Unlocked, unlocked

__all__ = [
    "Difference",
    "Drafts",
    "DraftsError",
    "QdaError",
    "Taken",
    "Unlocked",
    "differences",
    "look",
    "read_drafts",
    "take",
    "take_drafts",
    "unlocked",
]
