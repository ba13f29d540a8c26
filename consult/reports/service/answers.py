"""The answers themselves as files, for work with other tools: made only when two people agreed.

A row is one response: no id, no language, no time but the date of its batch, and in no order. Words stand
there when their author allowed quoting; else the cell only says that something was written. Answers that wait
for their batch are not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

import surveys
import surveys.codebook
from consult.models.approval import ApprovalKind
from consult.models.consultation import Survey
from consult.records import approvals, batches, consultations, definitions
from consult.records.people import SignedIn
from consult.records.unlocking import Unlocked
from consult.reports.service import answer_rows
from consult.reports.service.answer_rows import Used
from consult.reports.service.checking import proof
from consult.reports.service.standards import NOTICE, ReportFile
from consult.reports.writers import packed, tables
from consult.vault.opening import WorkbenchVault
from surveys.codebook import Column, ColumnKind

RELEASED = "released"
"""The first column: the day on which the response appeared, together with others."""
LATER = "later_studies"
"""The last column: whether its author ticked that later studies may have the answers."""
_BOOK = ("column", "kind", "question", "value", "label", "note")
_FACES = "three faces of easy read: not comparable with the numbers in {}"
_ABOUT = """Answers of one consultation, one row for each response.

{notice}Each survey has two files: its answers, and a codebook that says what each column and value means.

- No row has an id, and the rows are in no order. The column "released" is the day on which an answer
  became visible together with others; nothing finer is kept.
- Words stand in a cell only when their author allowed quoting them. Otherwise the cell says that words were
  written and how they may be used.
- Rows with "no" in the column "later_studies" are for this work alone: take them out before another study has
  the file.
- A person may still be recognised by what several answers say together. Keep these files where only the
  people who need them can read them, do not join them with other lists of people, and destroy them when the
  work is done. Somebody who takes their answers back cannot reach this copy.
- A column of the kind "faces" holds what people chose who used easy read and met three faces in place of
  numbers. Count them by themselves: they are not comparable with the numbers, and stand in no column of them.
- A cell that begins with an apostrophe began with a sign that spreadsheets take for a formula.
"""

_CHECKING = "Whoever runs the service can show with these lines that what was counted is there unchanged."
_SHUT = """- Left out of {name}.csv: {count} that do not open: they were changed outside the service, or
  damaged after they were stored.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether the person could have the file now, and whether anything is released that could be in it."""

    approved: bool
    any_released: bool


def readiness(session: Session, consultation: str, person: SignedIn, *, today: date) -> Readiness:
    """Raises UnknownConsultationError."""
    found = consultations.named(session, consultation)
    return Readiness(
        approved=approvals.ready(session, found, ApprovalKind.RAW_EXPORT, person, today=today),
        any_released=bool(batches.of(session, found)),
    )


def take_approval(
    session: Session, vault: WorkbenchVault, consultation: str, person: SignedIn, *, today: date
) -> None:
    """Use up the agreement of the second person. Raises NotApprovedError."""
    found = consultations.named(session, consultation)
    approvals.take(session, vault, found, ApprovalKind.RAW_EXPORT, person, today=today)


def answers_zip(opened_by: Unlocked) -> ReportFile:
    """Answers and codebook of every survey in one file, put aside under a seal as it is made."""
    demonstration = opened_by.consultation.demonstration
    archive, used = packed.Archive(), Used()
    about = _ABOUT.format(notice=f"{NOTICE}\n\n" if demonstration else "")
    for survey in consultations.surveys_of(opened_by.session, opened_by.consultation):
        name = f"demonstration-{survey.definition_id}" if demonstration else survey.definition_id
        columns = _columns(opened_by.session, survey)
        header = tables.csv_file((RELEASED, *(column.name for column in columns), LATER), ())
        made = answer_rows.table(opened_by, survey, columns, header, used)
        archive.put_kept(f"{name}.csv", made.rows, made.crc)
        archive.put(f"{name}-codebook.csv", tables.csv_file(_BOOK, _book(columns)))
        if made.shut:
            about += _SHUT.format(count=made.shut, name=name)
    archive.put("about.txt", about.encode())
    archive.put("checking.txt", "\n".join((_CHECKING, *proof(opened_by).lines, "")).encode())
    archive.finish()
    return ReportFile(name="answers.zip", mimetype="application/zip", kept=archive, used=used)


def _columns(session: Session, survey: Survey) -> tuple[Column, ...]:
    """Columns of every version that people answered, the present one first: a question once asked stays."""
    found: dict[str, Column] = {}
    for version in definitions.versions(session, survey):
        for column in surveys.codebook.columns(version):
            found.setdefault(column.name, column)
    return tuple(found.values())


def _book(columns: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    """A line for each column, and one for each value that has a label."""
    yield (RELEASED, "date", "The day on which the answer appeared together with others", "", "", "")
    for column in columns:
        note = _FACES.format(column.question_id) if column.kind is ColumnKind.FACES else ""
        yield (column.name, str(column.kind), _words(column.label), "", "", note)
        for value, label in column.values:
            yield (column.name, str(column.kind), "", value, _words(label), note)
    yield (LATER, "choice", "Whether the author agreed that later studies may use this row", "", "", "")


def _words(text: surveys.Text) -> str:
    return text.read("en").words
