"""A copy of one's own answers: a page made for printing, and a file for who wants one. Nothing is stored.

Read anew each time, from where the answers are: the draft or the visit before they are sent, the response
that the code leads to afterwards, or the visit of somebody who sent them without a code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from consult.faults import MissingError
from consult.records import responses
from consult.respond.service import keeping, pages, wishes
from consult.respond.service.desk import Desk, keys_of
from consult.respond.service.visit import Stage, Step, Visit, changed

Form = Mapping[str, Sequence[str]]
KINDS = ("txt", "html")


class UnknownKindError(MissingError):
    """There is no such kind of file."""


def to_copy(_desk: Desk, visit: Visit, _form: Form) -> Step:
    """To the page of the copy; Back leads to where it was asked for."""
    return Step(visit=visit.at(Stage.COPY, came_from=str(visit.stage)))


def back(_desk: Desk, visit: Visit, _form: Form) -> Step:
    """To the page on which the copy was asked for."""
    return Step(visit=visit.at(Stage(visit.came_from or Stage.CHECK), came_from=""))


def shown(desk: Desk, visit: Visit) -> Step:
    """The page of the copy."""
    found = _answers(desk, visit)
    if found is None:
        return keeping.gone(desk, visit)
    answers, words = found
    context = {**pages.overview(desk, visit, answers), **wishes.shown(desk, words, answers)}
    return desk.step(visit, "copy", context=context)


def download(desk: Desk, visit: Visit, form: Form) -> Step:
    """The same as a file. Raises UnknownKindError."""
    kind = (form.get("download") or [""])[0]
    if kind not in KINDS:
        raise UnknownKindError("there is no such kind of file")
    step = shown(desk, visit)
    return step if step.left else changed(step, template="copy_file", file=kind)


def _answers(desk: Desk, visit: Visit) -> tuple[Mapping[str, Any], Mapping[str, str]] | None:
    """The answers, and how their words may be used; None when they are not there any more."""
    if visit.came_from == Stage.CHECK or not visit.drafted:
        return desk.answers(visit), visit.words
    found = responses.find(desk.session, desk.vault, desk.survey, keys_of(visit))
    if found is None or found.missing:
        return None
    return found.content["answers"], found.content.get("words", {})
