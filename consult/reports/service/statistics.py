"""Closed answers for statistics programs (SPSS), and code books (DDI) of what was asked.

A code book holds questions and no answer: it leaves like any table. Rows of answers leave as the file of
answers does, when two people agreed. No word that somebody wrote is in either, no id, no day and no order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

import surveys
import surveys.codebook
from consult.models.consultation import Survey
from consult.records import consultations, definitions, opened
from consult.records.opened import Opened
from consult.records.unlocking import Unlocked
from consult.reports.service.chance import shuffled
from consult.reports.service.checking import proof
from consult.reports.service.standards import NOTICE, ReportFile
from consult.reports.writers import packed, statistics
from consult.reports.writers.statistics import Variable
from surveys.codebook import Column, ColumnKind, value_in

_CANNOT = 99.0
"""The number of "cannot rate": beyond every scale, and with a label of its own."""
_ABOUT = """Closed answers of one consultation: a row for each released response, with labels.

{notice}- Words that people wrote are not in it. There are no ids, no dates and no order of rows.
- A question where several options can be ticked is one variable for each option: 1 ticked, 0 not ticked.
- Faces of easy read are variables of their own, and comparable with no number.
- A person may still be recognised by what several answers say together. Keep these files where only those who
  need them can read them, and destroy them when the work is done.
"""
Asked = tuple[Column, str, Variable]
"""A column, the option that the variable is for ("" for the whole column), and the variable."""


def codebooks_zip(session: Session, name: str) -> ReportFile:
    """A DDI code book for each survey. Raises UnknownConsultationError."""
    consultation = consultations.named(session, name)
    notice = NOTICE if consultation.demonstration else ""
    files = [
        (f"{survey.definition_id}-ddi.xml", _ddi(session, survey, notice))
        for survey in consultations.surveys_of(session, consultation)
    ]
    return ReportFile(name="codebooks.zip", mimetype="application/zip", content=packed.pack(files))


def answers_sav(opened_by: Unlocked) -> ReportFile:
    """Rows and code book of each survey, made in memory alone."""
    session, consultation = opened_by.session, opened_by.consultation
    notice = NOTICE if consultation.demonstration else ""
    files: list[tuple[str, bytes]] = []
    used: dict[bytes, int] = {}
    for survey in consultations.surveys_of(session, consultation):
        asked = _asked(session, survey)
        rows = shuffled(list(_rows(opened_by, survey, asked, used)))
        content = statistics.sav([variable for *_, variable in asked], rows, _title(session, survey))
        files += [
            (f"{survey.definition_id}.sav", content),
            (f"{survey.definition_id}-ddi.xml", _ddi(session, survey, notice)),
        ]
    about = _ABOUT.format(notice=f"{notice}\n\n" if notice else "")
    files += [
        ("about.txt", about.encode()),
        ("checking.txt", "\n".join((*proof(opened_by).lines, "")).encode()),
    ]
    return ReportFile(
        name="answers-spss.zip", mimetype="application/zip", content=packed.pack(files), used=used
    )


def _ddi(session: Session, survey: Survey, notice: str) -> bytes:
    variables = [variable for *_, variable in _asked(session, survey)]
    return statistics.ddi(variables, _title(session, survey), notice)


def _title(session: Session, survey: Survey) -> str:
    return definitions.current(session, survey).title.read("en").words


def _asked(session: Session, survey: Survey) -> list[Asked]:
    """The variables of every version of a survey, the present one first."""
    columns: dict[str, Column] = {}
    for version in definitions.versions(session, survey):
        for column in surveys.codebook.columns(version):
            if column.kind is not ColumnKind.TEXT:
                columns.setdefault(column.name, column)
    found = [
        (column, option, name, label) for column in columns.values() for option, name, label in _parts(column)
    ]
    names = statistics.variable_names([name for _, _, name, _ in found])
    return [
        (
            column,
            option,
            Variable(
                name=name,
                label=label,
                codes={"1": (1.0, "ticked"), "0": (0.0, "not ticked")} if option else _values(column),
                numeric=column.kind is ColumnKind.NUMBER,
            ),
        )
        for (column, option, _, label), name in zip(found, names, strict=True)
    ]


def _parts(column: Column) -> Iterator[tuple[str, str, str]]:
    """Option, name and label of each variable that a column becomes."""
    label = _words(column.label)
    if column.kind is not ColumnKind.CHOICES:
        yield "", column.name, label
        return
    for option, words in column.values:
        yield option, f"{column.name}.{option}", f"{label}: {_words(words)}"


def _values(column: Column) -> dict[str, tuple[float, str]]:
    if column.kind is ColumnKind.SCALE:
        return {
            code: (float(code) if code.isdecimal() else _CANNOT, _words(words))
            for code, words in column.values
        }
    return {
        code: (float(number), _words(words)) for number, (code, words) in enumerate(column.values, start=1)
    }


def _rows(
    opened_by: Unlocked, survey: Survey, asked: Sequence[Asked], used: dict[bytes, int]
) -> Iterator[dict[str, str]]:
    for answer in opened.released(
        opened_by.session,
        opened_by.vault,
        opened_by.consultation,
        opened_by.keys,
        definition_id=survey.definition_id,
    ):
        used[answer.id] = answer.rev
        yield dict(_cells(answer, asked))


def _cells(answer: Opened, asked: Sequence[Asked]) -> Iterator[tuple[str, str]]:
    answers: Mapping[str, object] = answer.answers
    for column, option, variable in asked:
        value = value_in(column, answer.answers)
        if column.name not in answers and value is None:
            continue
        if option:
            ticked = value if isinstance(value, list | tuple) else ()
            yield variable.name, "1" if option in ticked else "0"
        elif value is not None and not isinstance(value, list | tuple):
            yield variable.name, str(value)


def _words(text: surveys.Text) -> str:
    return text.read("en").words
