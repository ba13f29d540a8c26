"""From the rows of an XLSForm to a survey.

XLSForm is how many teams write surveys in a spreadsheet (see xlsform.org). Rows come in as they stand in the
sheets `survey`, `choices` and `settings`; opening the workbook is somebody else's work. What a form asks that
a survey of ours must not (where somebody is, what time it is, an answer that is required) is refused or left
out, and said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveys.conditions import And, Condition
from surveys.faults import DefinitionError, Fault
from surveys.interchange import xpath
from surveys.interchange.labels import Labels
from surveys.interchange.rows import ABOUT, NO_PLACE, TELLING, Row, Rows, as_id, kind_of
from surveys.model import Question, Scale, Section, Strand, Survey
from surveys.texts import NO_TEXT, Text, text
from surveys.wording import DESCRIBE_NOTHING

Sheets = Mapping[str, Sequence[Row]]
_YES = frozenset({"yes", "true", "true()", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The survey, and what of the form was changed or left out on the way, each with its place."""

    survey: Survey
    notes: tuple[Fault, ...] = ()


def read(sheets: Sheets, *, strand: Strand = Strand.SURVIVORS, name: str = "form.xlsx") -> Imported:
    """The survey in the rows of a form.

    `sheets` has rows by sheet, each row a cell's words by the head of its column. Raises DefinitionError with
    every row that cannot be taken over. `surveys.check` the result.
    """
    reader = _Reader(sheets, name)
    survey = reader.survey(strand)
    if reader.faults:
        raise DefinitionError(tuple(reader.faults))
    return Imported(survey=survey, notes=tuple(reader.notes))


@dataclass(slots=True, kw_only=True)
class _Group:
    """A group of the form while its rows are read: a section at the top, inside it pages or a condition."""

    id: str
    title: Text
    when: Condition | None = None
    together: bool = False
    note: Text = NO_TEXT
    questions: list[Question] = field(default_factory=list)


class _Reader:
    """Goes through the rows once."""

    def __init__(self, sheets: Sheets, name: str) -> None:
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self._file = name
        self._asked = sheets.get("survey", ())
        self._settings = next(iter(sheets.get("settings", ())), {})
        heads = (head for rows in sheets.values() for row in rows for head in row)
        self._labels = Labels(heads, self._settings.get("default_language", ""))
        self._rows = Rows(
            labels=self._labels, choices=sheets.get("choices", ()), fault=self._fault, note=self._note
        )
        self._sections: list[_Group] = []
        self._open: list[_Group] = []
        self._known: dict[str, Question] = {}
        self._taken: set[str] = set()
        self._lead = NO_TEXT
        # The statement that the scales that come next on this page are about.
        self._about = NO_TEXT
        # Whether the next question stands on the page of the one before it.
        self._same_page = False

    def survey(self, strand: Strand) -> Survey:
        """Read every row."""
        if not self._asked:
            self._fault("survey", "the workbook has no sheet named survey, or the sheet is empty")
        for unknown in self._labels.unknown:
            self._fault("survey", f"the language '{unknown}' needs its code, such as label::English (en)")
        for place, row in enumerate(self._asked, start=2):
            if row.get("type", "").strip():
                self._row(row, row.get("name", "").strip() or f"row {place}")
        if self._open:
            self._fault(self._open[-1].id, "the group is not closed with end_group")
        title = self._settings.get("form_title", "").strip()
        base = self._labels.base
        return Survey(
            id=as_id(self._settings.get("form_id", "") or title or "survey"),
            strand=strand,
            base=base,
            languages=self._labels.languages,
            reviewed=(base,),
            title=text(title or "Survey", base),
            reassurance=(text(f"{DESCRIBE_NOTHING}."),) if (strand, base) == (Strand.SURVIVORS, "en") else (),
            sections=tuple(_section(group) for group in self._sections if group.questions),
        )

    def _row(self, row: Row, where: str) -> None:
        kind = kind_of(row)
        self._rows.no_answers_repeated(row, where)
        if kind == "begin_group":
            self._begin(row, where)
        elif kind == "end_group":
            self._end(where)
        elif kind in TELLING:
            self._fault(where, f"'{kind}' would keep {TELLING[kind]}: take the row out")
        elif kind in NO_PLACE:
            self._fault(where, f"'{kind}' cannot be taken over: {NO_PLACE[kind]}")
        elif kind == "note" and row.get("name", "").strip().endswith(ABOUT):
            self._about = self._labels.text(row, "label")
        elif kind == "note":
            self._keep_note(self._labels.text(row, "label"))
        elif (question := self._rows.question(row, self._new_id(where, "question"), where)) is not None:
            self._add(question, row, where)

    def _begin(self, row: Row, where: str) -> None:
        title = self._labels.text(row, "label")
        group = _Group(
            id=self._new_id(where, "group"),
            title=title or text("Questions", self._labels.base),
            when=self._relevant(row, where),
            together="field-list" in row.get("appearance", ""),
        )
        if self._open:
            self._lead = title or self._lead
        else:
            self._sections.append(group)
        self._open.append(group)
        self._same_page = False

    def _end(self, where: str) -> None:
        self._about = NO_TEXT
        if not self._open:
            self._fault(where, "end_group closes a group that was never begun")
            return
        self._open.pop()
        self._same_page = False

    def _keep_note(self, words: Text) -> None:
        """Words before the first question of a part say what comes; later ones stand above a question."""
        if self._open and not self._sections[-1].questions and not self._sections[-1].note:
            self._sections[-1].note = words
        else:
            self._lead = words

    def _add(self, question: Question, row: Row, where: str) -> None:
        if row.get("required", "").strip().lower() in _YES:
            self._note(where, "it was required, and can be skipped here: nothing is required")
        if row.get("default", "").strip():
            self._note(where, "its default was left out: nothing is chosen beforehand")
        section = self._section_now()
        # The condition of the outermost group is its section's.
        whens = [*(group.when for group in self._open[1:]), self._relevant(row, where)]
        made = replace(
            question,
            when=_all([when for when in whens if when is not None]),
            lead=self._lead,
            starts_page=bool(section.questions) and not self._same_page,
        )
        if isinstance(made, Scale) and self._about:
            made = replace(made, about=self._about)
        elif self._about:  # a scale with a way not to rate is a choice in a form
            made, self._about = replace(made, lead=made.lead or self._about), NO_TEXT
        section.questions.append(made)
        self._known[where] = made
        self._lead = NO_TEXT
        self._same_page = any(group.together for group in self._open)

    def _section_now(self) -> _Group:
        """The section that the next question belongs to; one is made for questions outside every group."""
        if self._open:
            return self._sections[-1]
        if not self._sections or not self._sections[-1].id.startswith("questions"):
            number = sum(group.id.startswith("questions") for group in self._sections)
            made = f"questions_{number + 1}" if number else "questions"
            self._sections.append(_Group(id=made, title=text("Questions", self._labels.base)))
        return self._sections[-1]

    def _relevant(self, row: Row, where: str) -> Condition | None:
        written = row.get("relevant", "").strip()
        if not written:
            return None
        try:
            return xpath.read(written, self._known)
        except xpath.XPathError as wrong:
            self._fault(where, f"'relevant' cannot be taken over: {wrong}")
            return None

    def _new_id(self, where: str, kind: str) -> str:
        made = as_id(where)
        if made != where and not where.startswith("row "):
            self._note(where, f"the {kind} is called '{made}' here")
        if made in self._taken:
            self._fault(
                where, f"the name '{where}' is used twice, or differs only in signs that are left out"
            )
        self._taken.add(made)
        return made

    def _fault(self, where: str, message: str) -> None:
        self.faults.append(Fault(file=self._file, where=where, message=message))

    def _note(self, where: str, message: str) -> None:
        self.notes.append(Fault(file=self._file, where=where, message=message))


def _section(group: _Group) -> Section:
    return Section(
        id=group.id, title=group.title, note=group.note, when=group.when, questions=tuple(group.questions)
    )


def _all(conditions: Sequence[Condition]) -> Condition | None:
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else And(conditions=tuple(conditions))
