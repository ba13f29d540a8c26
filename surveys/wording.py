"""Rules about the words of a survey: all there, in every language offered, and none that press or pry.

Rules are about phrases, so they find slips and do not judge tone: that stays with people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveys.every import every_text
from surveys.fields import Notes
from surveys.model import FreeText, Question, Scale, Strand, Survey, options_of
from surveys.texts import PLACEHOLDERS, Text, placeholders

# Said with every box for own words in a survey for survivors, in the base language when that is English.
DESCRIBE_NOTHING = "You do not need to describe what happened to you"

_NAME = r"(?:(?:full|first|last|family|middle) ?|sur)?name"
_BIRTH = r"date of birth|birth ?da(?:y|te)|d\.?o\.?b\.?"
_CONTACT = rf"e-?mail|(?:tele)?phone|mobile|post ?code|zip ?code|address|contact details|{_BIRTH}"
_IDENTIFYING = re.compile(
    rf"\b(?:your|full|home) (?:\w+ )?(?:{_NAME}|{_CONTACT})(?!\w)"
    r"|\b(?:sur|(?:first|last|full|family) )names?\b|\bpost ?codes?\b|\bdate of birth\b"
    r"|\b(?:e-?mail address|(?:tele)?phone number|mobile number)(?:es|s)?\b"
    rf"|^\W*(?:{_NAME}|{_CONTACT})\W*$",
    re.IGNORECASE,
)
_BARE_OTHER = re.compile(r"\W*(?:any )?others?\b\W*(?:please\b.*|specify\b.*|\(.*\)\W*)?", re.IGNORECASE)
_NOT_REQUIRED = re.compile(r"\b(?:required|mandatory|must answer|have to answer)\b|\*\s*$", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:not|nothing|none|never|no)\b", re.IGNORECASE)


def note_wording(survey: Survey, notes: Notes) -> None:
    """Note what is missing or badly put in the words of a survey."""
    _note_missing(survey, notes)
    recalling = [question.recalling for question in survey.questions if question.recalling]
    for where, each in every_text(survey):
        _note_languages(where, each, survey, notes)
        if each not in recalling:
            _note_placeholders(where, each, notes)
    if survey.strand is Strand.SURVIVORS:
        _note_reassurance(survey, notes)
    for question in survey.questions:
        _note_question(question, notes)
        _note_dates(question, notes)


def _note_missing(survey: Survey, notes: Notes) -> None:
    for where, what, each in _needed(survey):
        if not each:
            notes.add(where, f"{what} has no text")


def _needed(survey: Survey) -> Iterator[tuple[str, str, Text]]:
    yield "title", "the survey's title", survey.title
    for section in survey.sections:
        yield section.id, "the section's title", section.title
    for question in survey.questions:
        yield question.id, "the question", question.text
        for option in options_of(question):
            yield f"{question.id}.{option.id}", "the option", option.text
    for ending in survey.endings:
        yield ending.id, "the ending's title", ending.title
        for paragraph in ending.paragraphs or (Text(),):
            yield ending.id, "the ending", paragraph


def _note_languages(where: str, each: Text, survey: Survey, notes: Notes) -> None:
    start = each.read(survey.base, base=survey.base).words[:40]
    if not each.has(survey.base):
        notes.add(where, f"a text is missing in the base language '{survey.base}': '{start}'")
    for language in survey.languages:
        if language != survey.base and not each.has(language):
            notes.add(where, f"a text is missing in '{language}', which is offered: '{start}'")


def _note_placeholders(where: str, each: Text, notes: Notes) -> None:
    for version in each.versions:
        for name in placeholders(version.words):
            if name not in PLACEHOLDERS:
                known = ", ".join(sorted(PLACEHOLDERS))
                notes.add(where, f"nothing fills in '{{{name}}}'; there are {known}")


def _note_dates(question: Question, notes: Notes) -> None:
    """Dates are filled in above questions, and not inside one: there somebody would read the brackets."""
    inside = [question.text, question.hint, *(option.text for option in options_of(question))]
    if isinstance(question, Scale):
        inside += [question.about, question.label_low, question.label_high, *question.thirds]
        inside.append(question.cannot_rate)
    for words in _all_words(inside):
        for name in set(placeholders(words)) & PLACEHOLDERS:
            notes.add(question.id, f"'{{{name}}}' is not filled in inside a question: write it into its lead")


def _note_reassurance(survey: Survey, notes: Notes) -> None:
    """The line stands once for the whole survey, or in the hint of each question that has a box for words."""
    if _says_describe_nothing(survey.reassurance, survey.base):
        return
    for question in survey.questions:
        has_box = isinstance(question, FreeText) or any(option.detail for option in options_of(question))
        if has_box and not _says_describe_nothing((question.hint,), survey.base):
            notes.add(question.id, f"a box for own words needs the line '{DESCRIBE_NOTHING}'")


def _says_describe_nothing(texts: tuple[Text, ...], base: str) -> bool:
    if base != "en":  # its words in another language are for a reviewer; that there are some is for us
        return any(texts)
    return any(DESCRIBE_NOTHING.casefold() in each.read(base, base=base).words.casefold() for each in texts)


def _note_question(question: Question, notes: Notes) -> None:
    options = options_of(question)
    asks = [question.lead, question.text, question.recalling, question.hint]
    # An option may name a way of contact; with a box beside it, it asks for the address itself.
    asks += [option.text for option in options if option.detail]
    if isinstance(question, Scale):
        asks += [question.about, question.label_low, question.label_high]
    for words in _all_words(asks):
        if _IDENTIFYING.search(words):
            notes.add(question.id, f"nothing may ask who someone is or how to reach them: '{words}'")
        if _NOT_REQUIRED.search(words) and not _NEGATED.search(words):
            notes.add(question.id, f"nothing may be required, nor seem so: '{words}'")
    for option in options:
        for words in _all_words([option.text]):
            if _BARE_OTHER.fullmatch(words):
                said = "write 'In another way (you can say how)' in place of a bare 'Other'"
                notes.add(f"{question.id}.{option.id}", said)
    _note_same_labels(question, notes)


def _note_same_labels(question: Question, notes: Notes) -> None:
    seen: dict[tuple[str, str, str], str] = {}
    for option in options_of(question):
        for version in option.text.versions:
            label = (version.language, version.variant, version.words.casefold())
            first = seen.setdefault(label, option.id)
            if first != option.id:
                said = f"reads the same as '{first}' in '{version.language}'"
                notes.add(f"{question.id}.{option.id}", said)


def _all_words(texts: list[Text]) -> Iterator[str]:
    for each in texts:
        for version in each.versions:
            yield version.words
