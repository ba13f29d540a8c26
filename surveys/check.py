"""The author's lint: whether a survey holds together, and whether its words keep the rules of care.

`parse` has seen to the form; here are the references, the routing and the wording. A survey is used when
this finds nothing. Rules about words are in `wording`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from surveys.conditions import AllIn, AnyIn, Comparison, CountAtLeast, Equals, In, comparisons
from surveys.easy import EASY
from surveys.easy_check import note_easy
from surveys.faults import Fault
from surveys.fields import Notes
from surveys.model import (
    CANNOT_RATE,
    FACES,
    Choice,
    Choices,
    FreeText,
    Number,
    Question,
    Scale,
    Survey,
    options_of,
)
from surveys.telling import RECALLED, recalls
from surveys.texts import placeholders
from surveys.wording import note_wording

_ID = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")

# Each mark is a radio on the page; 0 to 10 is the longest scale in common use.
LONGEST_SCALE = 10


def check(survey: Survey, *, name: str | None = None) -> list[Fault]:
    """Everything an author should mend. `name` is the file named in faults, by default the survey's id."""
    notes = Notes(file=name or f"{survey.id}.toml", base=survey.base)
    _note_ids(survey, notes)
    _note_languages(survey, notes)
    for question in survey.questions:
        _note_question(question, survey, notes)
    _note_routing(survey, notes)
    note_wording(survey, notes)
    note_easy(survey, notes)
    return notes.faults


def _note_ids(survey: Survey, notes: Notes) -> None:
    kinds = {
        "section": [section.id for section in survey.sections],
        "question": [question.id for question in survey.questions],
        "ending": [ending.id for ending in survey.endings],
    }
    _note_names("survey", "survey", [survey.id], notes)
    for kind, names in kinds.items():
        _note_names(kind, None, names, notes)
    for question in survey.questions:
        _note_names("option", question.id, [option.id for option in options_of(question)], notes)
    for section in survey.sections:
        if not section.questions:
            notes.add(section.id, "the section has no questions")
    if not survey.sections:
        notes.add("survey", "there are no sections")


def _note_names(kind: str, where: str | None, names: Iterable[str], notes: Notes) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            notes.add(where or name, f"the {kind} id '{name}' is used {times} times")
        if not _ID.fullmatch(name):
            notes.add(where or name, f"the {kind} id '{name}' must be small letters, digits and _")


def _note_languages(survey: Survey, notes: Notes) -> None:
    if survey.base not in survey.languages:
        notes.add("languages", f"the base language '{survey.base}' is not among the languages offered")
    reviewed = {each.removesuffix(f"-{EASY}") for each in survey.reviewed}
    for language in sorted({survey.base, *survey.languages, *survey.easy, *reviewed}):
        if not _LANGUAGE.fullmatch(language):
            notes.add("languages", f"'{language}' is not the code of a language, such as en or cy")


def _note_question(question: Question, survey: Survey, notes: Notes) -> None:
    match question:
        case Choice() | Choices():
            _note_options(question, survey, notes)
        case Scale():
            _note_scale(question, notes)
        case Number():
            if question.least > question.most:
                notes.add(question.id, f"the least number {question.least} is above the most {question.most}")
        case FreeText():
            if question.max_length < 1:
                notes.add(question.id, f"'max_length' must be 1 or more, not {question.max_length}")


def _note_scale(question: Scale, notes: Notes) -> None:
    if question.low >= question.high:
        notes.add(question.id, f"the scale runs from {question.low} to {question.high}")
    if question.high - question.low > LONGEST_SCALE:
        notes.add(question.id, f"a scale has {LONGEST_SCALE + 1} marks at most; more is a number")
    if len(question.thirds) not in {0, 3}:
        notes.add(question.id, f"'thirds' names all three thirds or none, not {len(question.thirds)}")
    if len(question.faces) not in {0, 3}:
        notes.add(question.id, f"'faces' names all three faces or none, not {len(question.faces)}")
    if not (question.label_low and question.label_high):
        notes.add(question.id, "the scale needs words at both ends: label_low and label_high")
    if question.about and question.lead:
        notes.add(question.id, "a scale has 'about' or 'lead': both would stand above it")


def _note_options(question: Choice | Choices, survey: Survey, notes: Notes) -> None:
    endings = {ending.id for ending in survey.endings}
    if len(question.options) < 2:
        notes.add(question.id, f"there are {len(question.options)} options; a choice needs two or more")
    if isinstance(question, Choice) and question.buttons and len(question.options) != 2:
        notes.add(question.id, f"buttons are for two options, not {len(question.options)}")
    for option in question.options:
        where = f"{question.id}.{option.id}"
        if option.exclusive and isinstance(question, Choice):
            notes.add(where, "'exclusive' has no meaning where only one option can be chosen")
        if option.ends is None:
            continue
        if option.ends not in endings:
            notes.add(where, f"'ends' names the ending '{option.ends}', which does not exist")
        if isinstance(question, Choices) or question.stored:
            notes.add(where, "'ends' belongs to a choice of one that is not stored: nothing is left behind")


def _note_routing(survey: Survey, notes: Notes) -> None:
    """A condition or a recalling text looks back at earlier pages only: there an answer is settled."""
    seen: set[str] = set()
    for section in survey.sections:
        for comparison in comparisons(section.when):
            _note_comparison(section.id, comparison, seen, survey, notes)
        for group in section.groups():
            for question in group:
                for comparison in comparisons(question.when):
                    _note_comparison(question.id, comparison, seen, survey, notes)
                if question.recalling:
                    _note_recalling(question, seen, survey, notes)
            seen.update(question.id for question in group)


def _note_recalling(question: Question, seen: set[str], survey: Survey, notes: Notes) -> None:
    """What a text repeats was chosen before, is stored, and is nothing that somebody wrote or would hide."""
    names = recalls(question.recalling)
    if not names:
        notes.add(question.id, "'recalling' names no answer: write {answer.id} for what is repeated")
    for version in question.recalling.versions:
        named = set(placeholders(version.words))
        if named != {f"{RECALLED}{name}" for name in names}:
            kind = f"{version.language}-{version.variant}".rstrip("-")
            notes.add(question.id, f"'recalling' in '{kind}' does not name the same answers as elsewhere")
    for name in names:
        if not survey.has_question(name):
            notes.add(question.id, f"'recalling' names the question '{name}', which does not exist")
        elif name not in seen:
            notes.add(question.id, f"'recalling' repeats '{name}', which is not on an earlier page")
        elif why := _why_not_recalled(survey.question(name)):
            notes.add(question.id, f"'recalling' repeats '{name}', {why}")


def _why_not_recalled(question: Question) -> str:
    if not options_of(question):
        return "and only the words of options are ever repeated"
    if question.sensitive:
        return "which is sensitive: that is never shown again"
    return "" if question.stored else "which is not stored"


def _note_comparison(where: str, compared: Comparison, seen: set[str], survey: Survey, notes: Notes) -> None:
    if not survey.has_question(compared.question):
        notes.add(where, f"'when' names the question '{compared.question}', which does not exist")
        return
    if compared.question not in seen:
        notes.add(where, f"'when' looks at '{compared.question}', which is not on an earlier page")
    question = survey.question(compared.question)
    if not question.stored:
        # Whoever comes back with a code comes back without it, and would be led another way than before.
        notes.add(where, f"'when' looks at '{question.id}', which is not stored")
    match compared:
        case Equals():
            _note_values(where, question, (compared.value,), many=False, notes=notes)
        case In():
            _note_values(where, question, compared.values, many=False, notes=notes)
        case AnyIn() | AllIn():
            _note_values(where, question, compared.values, many=True, notes=notes)
        case CountAtLeast() if not isinstance(question, Choices):
            notes.add(where, f"'count_at_least' is for questions with many answers; '{question.id}' has one")


def _note_values(
    where: str, question: Question, values: Iterable[str | int], *, many: bool, notes: Notes
) -> None:
    if isinstance(question, Choices) is not many:
        said = "equals or in" if many else "any_in or all_in"
        notes.add(where, f"'when' must compare '{question.id}' with {said}")
        return
    for value in values:
        if not _can_be(question, value):
            notes.add(where, f"'when' expects {value!r} of '{question.id}', which can never be its answer")


def _can_be(question: Question, value: str | int) -> bool:
    match question:
        case Choice() | Choices():
            return any(option.id == value for option in question.options)
        case Scale():
            in_range = isinstance(value, int) and question.low <= value <= question.high
            is_face = value in FACES and bool(question.three)
            return in_range or is_face or (value == CANNOT_RATE and bool(question.cannot_rate))
        case Number():
            return isinstance(value, int) and question.least <= value <= question.most
    return False  # own words are answered or empty, and never compared
