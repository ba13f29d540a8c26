"""What those who make a survey see and do, without a word about HTTP."""

from __future__ import annotations

from consult.making.service.copies import (
    ChangedMeanwhileError,
    Copy,
    CopyLine,
    NoCopyError,
    all_of,
    begin,
    change,
    discard,
    mark,
    open_copy,
    title_of,
    undo,
)
from consult.making.service.ids import used_ids, used_option_ids, was_answered
from consult.making.service.loading import check, load, shipped, shipped_source
from consult.making.service.mending import Place, ToMend, faults, to_mend
from consult.making.service.versions import (
    COPY,
    Comparison,
    Kept,
    StartLine,
    VersionLine,
    Versions,
    compare,
    gone_from_answers,
    keep,
    present,
    to_begin_from,
    use,
    versions,
)
from consult.records.people import Who

__all__ = [
    "COPY",
    "ChangedMeanwhileError",
    "Comparison",
    "Copy",
    "CopyLine",
    "Kept",
    "NoCopyError",
    "Place",
    "StartLine",
    "ToMend",
    "VersionLine",
    "Versions",
    "Who",
    "all_of",
    "begin",
    "change",
    "check",
    "compare",
    "discard",
    "faults",
    "gone_from_answers",
    "keep",
    "load",
    "mark",
    "open_copy",
    "present",
    "shipped",
    "shipped_source",
    "title_of",
    "to_begin_from",
    "to_mend",
    "undo",
    "use",
    "used_ids",
    "used_option_ids",
    "versions",
    "was_answered",
]
