"""The literature strand: what happens to lists and publications, without a word about HTTP.

Publications are public and nothing here is of people who answer: a session and a name are enough.
"""

from __future__ import annotations

from consult.literature.service.doubles import SHOWN as PAIRS_SHOWN
from consult.literature.service.doubles import Alike, GoneError, HasFindingsError, keep_apart, pairs, same
from consult.literature.service.importing import NothingWaitsError, Preview, drop, hold, preview, store
from consult.literature.service.judging import (
    InUseError,
    add_finding,
    add_publication,
    appraise,
    code_finding,
    mark_read,
    screen,
)
from consult.literature.service.publications import (
    STATES,
    Judgement,
    Publication,
    Shelf,
    UnknownSourceError,
    flow,
    publication,
    shelf,
)
from consult.literature.service.reading import ListError
from consult.models.literature import Concern, FromUK, Outcome, Population
from consult.records.findings import UnknownFindingError
from consult.records.standards import UnreadSourceError

__all__ = [
    "PAIRS_SHOWN",
    "STATES",
    "Alike",
    "Concern",
    "FromUK",
    "GoneError",
    "HasFindingsError",
    "InUseError",
    "Judgement",
    "ListError",
    "NothingWaitsError",
    "Outcome",
    "Population",
    "Preview",
    "Publication",
    "Shelf",
    "UnknownFindingError",
    "UnknownSourceError",
    "UnreadSourceError",
    "add_finding",
    "add_publication",
    "appraise",
    "code_finding",
    "drop",
    "flow",
    "hold",
    "keep_apart",
    "mark_read",
    "pairs",
    "preview",
    "publication",
    "same",
    "screen",
    "shelf",
    "store",
]
