"""The rows of answers, as they stand in the file for two people: written portion by portion, in no order.

Responses are opened in the order of their random ids. So many at a time are shuffled and put aside under a
seal, so that memory holds one portion however many there are. Knows answers, and nothing of who gave them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from consult.models.consultation import Survey
from consult.records import batches, opened
from consult.records.opened import Opened
from consult.records.unlocking import Unlocked
from consult.reports.service.chance import shuffled
from consult.reports.writers import tables
from consult.reports.writers.tables import FORMULA
from consult.vault.spool import Spool
from surveys.codebook import Column, ColumnKind, value_in

QUOTE = "quote"
WITHHELD = {
    "paraphrase": "(words: may be put in other words, not quoted)",
    "count_only": "(words: counted only)",
}
PORTION = 2048
"""Rows shuffled together, at least: who has the sealed ones too cannot tell which of them is which."""
_ROOM = 4_000_000
"""Bytes of rows after which a portion ends before that: a survey may have very long answers."""
_AT_ONCE = 64
"""Rows that are written together."""
_KNOWN = 1000
"""Different values of a question that are kept in mind as they are written."""
_ID, _REV = 16, 4


class Used:
    """Whose answers a file holds: ids of responses and their revisions, put aside like the file itself."""

    def __init__(self) -> None:
        self._kept = Spool()

    def note(self, answers: Sequence[Opened]) -> None:
        """Add some."""
        self._kept.write(b"".join([each.id + each.rev.to_bytes(_REV, "big") for each in answers]))

    def __len__(self) -> int:
        return self._kept.size // (_ID + _REV)

    def items(self) -> Iterator[tuple[bytes, int]]:
        """Each response with its revision, in the order of ids within a survey."""
        for piece in self._kept.pieces():
            for at in range(0, len(piece), _ID + _REV):
                end = at + _ID
                yield piece[at:end], int.from_bytes(piece[end : end + _REV], "big")


class Table:
    """The rows of one survey, put aside. `crc` is their CRC-32, `shut` counts what did not open."""

    def __init__(self, header: bytes) -> None:
        self.rows = Spool()
        self.crc = 0
        self.shut = 0
        self._write(header)

    def take(self, rows: list[bytes]) -> None:
        """Put a portion aside, in an order by chance."""
        order = shuffled(rows)
        for start in range(0, len(order), _AT_ONCE):
            self._write(b"".join(order[start : start + _AT_ONCE]))

    def _write(self, content: bytes) -> None:
        self.crc = zlib.crc32(content, self.crc)
        self.rows.write(content)


def table(opened_by: Unlocked, survey: Survey, columns: Sequence[Column], header: bytes, used: Used) -> Table:
    """Open all released responses of a survey and put their rows aside; `used` is told of each."""
    made, shut = Table(header), list[bytes]()
    every = opened.released(
        opened_by.session,
        opened_by.vault,
        opened_by.consultation,
        opened_by.keys,
        definition_id=survey.definition_id,
        shut=shut,
    )
    lines = Lines(columns, _days(opened_by))
    rows: list[bytes] = []
    size = 0
    while some := list(islice(every, _AT_ONCE)):
        used.note(some)
        found = lines.of(some)
        rows += found
        size += sum(map(len, found))
        if len(rows) >= 2 * PORTION or size > 2 * _ROOM:
            # The second half waits, so that the last portion is no small one.
            half = len(rows) // 2
            made.take(rows[:half])
            rows = rows[half:]
            size = sum(map(len, rows))
    made.take(rows)
    made.shut = len(shut)
    return made


class Lines:
    """How answers become lines, column by column: made for one survey, and run for every row of a file."""

    def __init__(self, columns: Sequence[Column], days: Mapping[bytes, str]) -> None:
        self._days = days
        self._columns = [
            (key, None if column.kind is ColumnKind.TEXT else _Cells(column, key))
            for column in columns
            for key in [column.question_id if column.kind is ColumnKind.FACES else column.name]
        ]

    def of(self, answers: Sequence[Opened]) -> list[bytes]:
        """For each the day of its batch, a cell for each column, and whether later studies may have it."""
        contents = [answer.answers for answer in answers]
        # Who did not allow that all of their words are quoted.
        held = [place for place, each in enumerate(answers) if each.words or each.words_consent != QUOTE]
        found = [[self._days[answer.batch] for answer in answers]]
        for key, cells in self._columns:
            column: list[Any] = [content.get(key) for content in contents]
            if cells is not None:
                found.append(cells.of(column))
                continue
            # As it is: so are most words, and there are many.
            column = [
                words
                if words.__class__ is str and words[:1] not in FORMULA and '"' not in words
                else _written(words)
                for words in column
            ]
            for place in held:
                column[place] = _withheld(column[place], answers[place].consent_for(key))
            found.append(column)
        found.append(["yes" if answer.archive else "no" for answer in answers])
        return tables.lines(zip(*found, strict=True))


class _Cells(dict[Any, str]):
    """What stands in a column for each value: the same ones come again and again, and are written once."""

    def __init__(self, column: Column, key: str) -> None:
        super().__init__()
        self._column, self._key = column, key

    def of(self, column: Sequence[Any]) -> list[str]:
        """A cell for each value. Several options ticked are a list, which is asked for as a tuple."""
        try:
            return list(map(self.__getitem__, column))
        except TypeError:
            return [self[tuple(value) if isinstance(value, list) else value] for value in column]

    def __missing__(self, value: Any) -> str:
        cell = _written(value_in(self._column, {self._key: value}))
        if len(self) < _KNOWN:
            self[value] = cell
        return cell


def _withheld(written: str, use: str) -> str:
    """Words, where they may be quoted, or what stands in their place."""
    return written if use == QUOTE or not written else WITHHELD.get(use, WITHHELD["count_only"])


def _written(value: Any) -> str:
    """A value as it stands between the quotes of a cell."""
    if not value and value != 0:
        return ""
    if isinstance(value, list | tuple):
        return tables.inside("|".join(map(str, value)))
    return tables.inside(str(value))


def _days(opened_by: Unlocked) -> Mapping[bytes, str]:
    return {
        batch.id: batch.released.isoformat()
        for batch in batches.of(opened_by.session, opened_by.consultation)
    }
