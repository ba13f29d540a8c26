"""The author's lint for easy read: whole, in pictures, and never mixed up with ordinary answers.

Whether it reads well is for people; how long its sentences are is in `advice`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surveys.conditions import Condition, Equals, In, comparisons
from surveys.easy import EASY
from surveys.every import every_text
from surveys.fields import Notes
from surveys.model import FACES, Scale, Survey
from surveys.pictures import PICTURES
from surveys.texts import Text


def note_easy(survey: Survey, notes: Notes) -> None:
    """Note what easy read lacks, in each language that offers it."""
    for question in survey.questions:
        if question.picture and question.picture not in PICTURES:
            notes.add(
                question.id, f"there is no picture '{question.picture}'; there are {', '.join(PICTURES)}"
            )
    for language in survey.easy:
        if language not in survey.languages:
            notes.add("easy", f"easy read is offered in '{language}', and the survey is not")
        for where, each in every_text(survey):
            _note_text(where, each, language, survey, notes)
    if survey.easy:
        _note_pictures(survey, notes)
        _note_faces(survey, notes)


def _note_text(where: str, each: Text, language: str, survey: Survey, notes: Notes) -> None:
    if not each.has(language, EASY) and not _is_of_easy_read_alone(where, each, survey):
        start = each.read(language, base=survey.base).words[:40]
        notes.add(where, f"easy read is offered in '{language}' and this text has none: '{start}'")


def _is_of_easy_read_alone(where: str, each: Text, survey: Survey) -> bool:
    """The words of the faces: nobody but who uses easy read meets them, so they need no second version."""
    question = survey.question(where) if survey.has_question(where) else None
    return isinstance(question, Scale) and each in question.faces


def _note_pictures(survey: Survey, notes: Notes) -> None:
    for question in survey.questions:
        if not question.picture:
            notes.add(question.id, "easy read shows a picture with each question, and this one names none")


def _note_faces(survey: Survey, notes: Notes) -> None:
    for question in survey.questions:
        if not isinstance(question, Scale):
            continue
        if len(question.three) != len(FACES):
            notes.add(question.id, "easy read asks a scale by three faces: name the words of each in 'faces'")
    for where, when in _conditions(survey):
        for compared in comparisons(when):
            if isinstance(compared, Equals | In) and _misses_faces(survey, compared):
                said = f"'when' looks at '{compared.question}', which easy read answers with three faces"
                notes.add(where, f"{said}: name {', '.join(FACES)} too where they belong")


def _conditions(survey: Survey) -> Iterator[tuple[str, Condition | None]]:
    for section in survey.sections:
        yield section.id, section.when
        for question in section.questions:
            yield question.id, question.when


def _misses_faces(survey: Survey, compared: Equals | In) -> bool:
    if not survey.has_question(compared.question):
        return False
    named = {compared.value} if isinstance(compared, Equals) else set(compared.values)
    is_scale = isinstance(survey.question(compared.question), Scale)
    return is_scale and any(isinstance(each, int) for each in named) and not named & set(FACES)
