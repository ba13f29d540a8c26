"""How the words of each answer may be used, and whether later studies may have the answers (T44, T45).

For all words it is a question of the survey, by the id `words_use`. On the check page it can be chosen for
each answer anew; nothing chosen there means what was chosen for all, and nothing chosen for all means that
answers are only counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import surveys
from consult.respond.service.desk import Desk
from consult.respond.service.visit import Visit

ASKED = "words_use"
"""The question that says for all words how they may be used."""
USES = ("quote", "paraphrase", "count_only")
FIELD, ARCHIVE, ON_THE_PAGE = "use.", "archive", "wishes"

Form = Mapping[str, Sequence[str]]


def shown(desk: Desk, words: Mapping[str, str], answers: Mapping[str, Any]) -> dict[str, Any]:
    """For a page with answers: what can be chosen, what was chosen for all, and for each with own words."""
    offered = _offered(desk.definition)
    for_all = next((each for each in offered if each.id == answers.get(ASKED)), None)
    return {
        "uses": offered,
        "use_of_all": for_all or next((each for each in offered if each.id == USES[-1]), None),
        "use_of": of_own_words(desk, words, answers),
        "own_words": _own_words(desk.definition, answers),
    }


def take(desk: Desk, visit: Visit, form: Form) -> Visit:
    """The visit with what the check page's fields say. A form without these fields changes nothing."""
    if ON_THE_PAGE not in form:
        return visit
    answers = desk.answers(visit)
    chosen = {each: (form.get(FIELD + each) or [""])[0] for each in _own_words(desk.definition, answers)}
    return visit.at(
        visit.stage,
        words=of_own_words(desk, {**visit.words, **chosen}, answers),
        archive=ARCHIVE in form,
    )


def keep(desk: Desk, visit: Visit, form: Form) -> Visit:
    """The same, saved in the draft if it changed."""
    taken = take(desk, visit, form)
    if (taken.words, taken.archive) == (visit.words, visit.archive):
        return visit
    return desk.keep(taken, desk.answers(visit))


def of_own_words(desk: Desk, words: Mapping[str, str], answers: Mapping[str, Any]) -> dict[str, str]:
    """The choices for answers that are there and hold own words; no others are ever kept."""
    offered = {each.id for each in _offered(desk.definition)}
    own = _own_words(desk.definition, answers)
    return {each: use for each, use in words.items() if each in own and use in offered}


def _offered(definition: surveys.Survey) -> tuple[surveys.Option, ...]:
    if not definition.has_question(ASKED):
        return ()
    return tuple(each for each in surveys.options_of(definition.question(ASKED)) if each.id in USES)


def _own_words(definition: surveys.Survey, answers: Mapping[str, Any]) -> frozenset[str]:
    """The questions whose answers hold own words: boxes, and choices with a "say how"."""
    boxes = {each.id for each in definition.questions if isinstance(each, surveys.FreeText)}
    details = {key.partition(".")[0] for key in answers if "." in key}
    return frozenset(boxes & set(answers) | details)
