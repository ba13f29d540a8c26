"""Every text of a survey, and where its author finds it."""

from __future__ import annotations

from surveys.model import Question, Scale, Survey, options_of
from surveys.texts import Text


def every_text(survey: Survey) -> tuple[tuple[str, Text], ...]:
    """Each text of a survey with the place where an author finds it, such as `helped.another_way`."""
    found: list[tuple[str, Text]] = [("title", survey.title), ("notice", survey.notice)]
    for name in ("summary", "consent", "reassurance", "thanks"):
        paragraphs: tuple[Text, ...] = getattr(survey, name)
        found += [(name, paragraph) for paragraph in paragraphs]
    for section in survey.sections:
        found += [(section.id, section.title), (section.id, section.note)]
        for question in section.questions:
            found += [(question.id, part) for part in _question_texts(question)]
            found += [(f"{question.id}.{option.id}", option.text) for option in options_of(question)]
    for ending in survey.endings:
        found += [(ending.id, part) for part in (ending.title, *ending.paragraphs)]
    return tuple((where, each) for where, each in found if each)


def _question_texts(question: Question) -> tuple[Text, ...]:
    common = (question.lead, question.text, question.recalling, question.hint)
    if isinstance(question, Scale):
        ends = (question.label_low, *question.thirds, question.label_high, *question.faces)
        return (*common, question.about, *ends, question.cannot_rate)
    return common
