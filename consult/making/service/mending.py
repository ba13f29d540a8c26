"""What there is to mend in a working copy, and to look at again: each with why, how, and its place.

A place is the part and the field that a page can link to. What the checks say is decided in `surveys`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import surveys
from surveys import Fault, options_of
from surveys.advice import Advice, Rule, advise
from surveys.check import check


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is mended: the kind of page, the ids for it, and the field on it."""

    page: str
    part: str = ""
    option: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMend:
    """One line. `stops`: the survey cannot be kept as it is."""

    label: str
    said: str
    why: str
    mend: str
    place: Place
    stops: bool


def to_mend(survey: surveys.Survey) -> tuple[ToMend, ...]:
    """Every fault, and after them every piece of advice, each in the order of the pages."""
    order = {name: place for place, name in enumerate(_order(survey))}
    faults = sorted(check(survey), key=lambda fault: order.get(fault.where.split(".")[0], -1))
    lines = [_of_fault(fault, survey) for fault in faults]
    return (*lines, *(_of_advice(advice, survey) for advice in advise(survey)))


def faults(survey: surveys.Survey) -> int:
    """How many things stop the survey from being kept."""
    return len(check(survey))


def _of_fault(fault: Fault, survey: surveys.Survey) -> ToMend:
    why, mend, field = next(
        (row[1:] for row in _FAULTS if re.search(row[0], fault.message)), ("", "mend it there", "")
    )
    return ToMend(
        label=_label(fault.where, survey),
        said=fault.message,
        why=why,
        mend=mend,
        place=_place(fault.where, field, survey),
        stops=True,
    )


def _of_advice(advice: Advice, survey: surveys.Survey) -> ToMend:
    field = _ADVICE_FIELDS.get(advice.rule, "")
    if not field and "." not in advice.where:
        field = "text" if survey.has_question(advice.where) else ""
    return ToMend(
        label=_label(advice.where, survey),
        said=f"{advice.rule}: {advice.said}",
        why=_WHY[advice.rule],
        mend=advice.mend,
        place=_place(advice.where, field, survey),
        stops=False,
    )


def _order(survey: surveys.Survey) -> list[str]:
    names: list[str] = []
    for section in survey.sections:
        names += [section.id, *(question.id for question in section.questions)]
    return names + [ending.id for ending in survey.endings]


def _place(where: str, field: str, survey: surveys.Survey) -> Place:
    name, _dot, option = where.partition(".")
    if survey.has_question(name):
        if field == "rule":
            return Place(page="rule", part=name)
        if option and any(each.id == option for each in options_of(survey.question(name))):
            return Place(page="option", part=name, option=option, field=field or "text")
        return Place(page="question", part=name, field=field or "text")
    if any(each.id == name for each in survey.sections):
        return (
            Place(page="rule", part=name)
            if field == "rule"
            else Place(page="part", part=name, field=field if field in {"note", "questions"} else "title")
        )
    if any(each.id == name for each in survey.endings):
        return Place(page="ending", part=name, field=field or "paragraphs")
    return Place(page="texts", field=where if where in _TEXTS else field)


def _label(where: str, survey: surveys.Survey) -> str:
    name, _dot, option_id = where.partition(".")
    if survey.has_question(name):
        asked = survey.question(name)
        words = asked.text.read(survey.base, base=survey.base).words or name
        for option in options_of(asked):
            if option.id == option_id:
                return f"{words}: {option.text.read(survey.base, base=survey.base).words or option_id}"
        return words
    named = {each.id: each.title for each in survey.sections} | {
        each.id: each.title for each in survey.endings
    }
    title = named[name].read(survey.base, base=survey.base).words if name in named else ""
    return title or name


_TEXTS = frozenset({"title", "notice", "summary", "consent", "reassurance", "thanks", "languages"})
# Part of a fault's message -> why it matters, how it is mended, and the field of the page.
_FAULTS: tuple[tuple[str, str, str, str], ...] = (
    (r"^'when'", "people would be led a wrong way", "change the rule, or take it away", "rule"),
    (
        r"has no questions",
        "an empty part shows an empty page",
        "add a question, or remove the part",
        "questions",
    ),
    (r"no sections", "there is nothing to answer", "add a part", ""),
    (
        r"options; a choice needs",
        "one answer alone is no choice",
        "add an option, or remove the question",
        "options",
    ),
    (r"label_low and label_high", "a number alone means nothing", "write words for both ends", "label_low"),
    (r"scale runs from|11 marks|a scale has", "each mark is a button on a phone", "choose other ends", "low"),
    (r"'thirds'", "either every third has words or none", "write three lines, or none", "thirds"),
    (r"'max_length'", "nobody could write anything", "allow at least one character", "max_length"),
    (r"least number", "no number would fit", "put the smaller number first", "least"),
    (
        r"buttons are for two",
        "more than two buttons are no clear choice",
        "untick buttons, or keep two",
        "buttons",
    ),
    (r"'exclusive' has", "only one can be chosen anyway", "untick it", "exclusive"),
    (r"^'ends'", "who is led out leaves nothing behind", "choose another ending, or do not store it", "ends"),
    (r"missing in the base language", "who reads the main language would see nothing", "write it", ""),
    (r"missing in '", "a language that is offered is offered whole", "write it, or do not offer it", ""),
    (r"has no text|the ending has|title has", "people would see an empty line", "write it", ""),
    (r"needs the line", "he should know before he writes", "put the line into the words for every box", ""),
    (r"who someone is", "we never ask who somebody is", "ask in another way, or remove it", ""),
    (r"nothing may be required", "every question can be skipped", "take the words out", ""),
    (r"bare 'Other'", "'other' tells a man that he is not on the list", "write it as said", "text"),
    (r"reads the same", "two options that read the same cannot be told apart", "change one", "text"),
    (r"nothing fills in", "people would see the brackets", "use one of the names that are there", ""),
    (r"is used \d+ times", "an answer could not be told from another", "remove one of them", ""),
    (
        r"base language",
        "a text must have a language to fall back to",
        "offer the base language too",
        "languages",
    ),
)
_ADVICE_FIELDS = {
    Rule.NO_NOTE: "note",
    Rule.LONG_NOTE: "note",
    Rule.PREFER_NOT: "options",
    Rule.LONG_PAGE: "starts_page",
}
_WHY = {
    Rule.READING_AGE: "long words tire, and some men left school early",
    Rule.LONG_SENTENCE: "a long sentence is hard to hold in mind under stress",
    Rule.LONG_QUESTION: "a long question is read twice or not at all",
    Rule.LONG_PAGE: "a long page looks like work",
    Rule.LONG_NOTE: "a long note raises dread",
    Rule.NO_NOTE: "he should know what comes before it comes",
    Rule.TWO_IN_ONE: "nobody can tell which of the two was answered",
    Rule.DISCLOSURE: "nothing here asks what happened; such a question needs two signatures",
    Rule.PRESSING: "pressing takes away the choice that we promise",
    Rule.LEADING: "an answer that is asked for is no answer",
    Rule.UNKIND: "the word can hurt, or guesses at what nobody told us",
    Rule.PREFER_NOT: "not to say is an answer too",
    Rule.PROGRESS: "counting down hurries people",
}
