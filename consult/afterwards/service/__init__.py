"""What comes after taking part, without a word about HTTP. Callers commit once.

`hearing`: people who would like to hear more. `changes`: what was heard and what it changed;
`publishing`: how that comes onto the public page; `going`: how the answering goes.
"""

from __future__ import annotations

from consult.afterwards.service import changes, going, hearing, publishing
from consult.afterwards.service.changes import ChangeText
from consult.afterwards.service.hearing import DateError, ReasonError
from consult.afterwards.service.publishing import ChangedMeanwhileError, NotAllowedError, OwnWordsError
from consult.records.interest import Kind
from consult.records.unlocking import Unlocked, unlocked

__all__ = [
    "ChangeText",
    "ChangedMeanwhileError",
    "DateError",
    "Kind",
    "NotAllowedError",
    "OwnWordsError",
    "ReasonError",
    "Unlocked",
    "changes",
    "going",
    "hearing",
    "publishing",
    "unlocked",
]
