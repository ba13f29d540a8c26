"""What each button does. An act takes the desk, the visit and the form, and says where the person is then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

import surveys
from consult.faults import MissingError
from consult.respond.service import codes, copying, keeping, pages, parts, wishes
from consult.respond.service.desk import Desk
from consult.respond.service.visit import Stage, Step, Visit, changed
from consult.vault.sealing import IntakeVault

Form = Mapping[str, Sequence[str]]
SWITCH = "switch"
"""The act of a button that changes the language and nothing else."""
VIEW = "view"
"""The hidden field of a form that was asked in easy read."""
Act = Callable[[Desk, Visit, Form], Step]


class UnknownActError(MissingError):
    """The form asks for something that this page does not offer."""


def act(session: Session, vault: IntakeVault, visit: Visit, form: Form, *, today: date) -> Step:
    """Do what the pressed button says. Raises SurveyClosedError for anything but reading and taking back."""
    desk = Desk.at(session, vault, visit.slug, today, easy=_sent_from_easy_read(visit, form))
    visit = desk.turned(visit)
    name = (form.get("act") or ["continue"])[0]
    name = next((each for each in _NAMED_BY_FIELD.get(visit.stage, ()) if each in form), name)
    try:
        do = _SWITCH.get(visit.stage, _stay) if name == SWITCH else _ACTS[visit.stage][name]
    except KeyError as error:
        raise UnknownActError("this page has no such button") from error
    if do not in _ALWAYS_OPEN:
        desk.require_open(visit)
    if do in _KEEPING and (mend := _to_mend(desk, visit, form)):
        return mend
    if visit.stage is Stage.CHECK and do not in _WITHOUT_KEEPING:
        visit = wishes.keep(desk, visit, form)
    elif visit.stage is Stage.CHECK:
        visit = wishes.take(desk, visit, form)
    step = do(desk, visit, form)
    here, counted = (step.visit, ()) if step.left or step.problems else parts.count(desk, step.visit)
    return changed(step, visit=here, writes=(*desk.writes, *counted))


def _sent_from_easy_read(visit: Visit, form: Form) -> bool:
    """In which view the page was asked that is sent here: another page may show the other one."""
    if visit.stage is Stage.QUESTIONS and VIEW in form:
        return form[VIEW] == [surveys.EASY]
    return visit.easy


def _choose_depth(desk: Desk, visit: Visit, form: Form) -> Step:
    wanted = (form.get("depth") or [""])[0]
    depth = surveys.Depth(wanted) if wanted in set(surveys.Depth) else visit.depth
    chosen = visit.at(visit.stage, depth=depth)
    if visit.page:
        return Step(visit=chosen.at(Stage.QUESTIONS))
    return Step(visit=pages.first_page(desk, chosen, desk.answers(chosen)))


def _back_from_depth(_desk: Desk, visit: Visit, _form: Form) -> Step:
    if visit.page:
        return Step(visit=visit.at(Stage.QUESTIONS))
    return Step(visit=visit.at(Stage.CODE if visit.has_code else Stage.WELCOME))


def _back_from_check(desk: Desk, visit: Visit, _form: Form) -> Step:
    last = surveys.previous_page(desk.definition, desk.answers(visit), visit.depth)
    return Step(visit=visit.at(Stage.QUESTIONS, page=last.id) if last else visit.at(Stage.DEPTH))


def _continue(desk: Desk, visit: Visit, form: Form) -> Step:
    answers = desk.answers(visit)
    page = surveys.page(desk.definition, answers, visit.depth, visit.page)
    if page is None:
        return Step(visit=pages.first_page(desk, visit, answers))
    reading = surveys.read(page.questions, form)
    answered = surveys.merged(answers, page.questions, reading)
    if reading.problems:
        return pages.questions(desk, visit, answered, reading)
    way = surveys.way(desk.definition, answered)
    if ending := way.ending:
        desk.forget(visit)
        return desk.step(visit, "ending", context={"ending": ending}, left=True, scrub=True)
    # Counted before it is saved: whoever comes back with a code is not counted once more.
    there = _next(visit, way)
    seen, counted = parts.count(desk, there)
    desk.writes.extend(counted)
    kept = desk.keep(visit.at(visit.stage, furthest=seen.furthest), answered)
    return Step(visit=kept.at(there.stage, page=there.page, checking=there.checking))


def _skip(desk: Desk, visit: Visit, _form: Form) -> Step:
    return Step(visit=_next(visit, surveys.way(desk.definition, desk.answers(visit))))


def _past_part(desk: Desk, visit: Visit, form: Form) -> Step:
    answers, visit = _typed(desk, visit, form)
    following = surveys.page_past_part(desk.definition, answers, visit.depth, visit.page)
    if visit.checking or following is None:
        return Step(visit=visit.at(Stage.CHECK, checking=False))
    return Step(visit=visit.at(Stage.QUESTIONS, page=following.id))


def _back(desk: Desk, visit: Visit, form: Form) -> Step:
    answers, visit = _typed(desk, visit, form)
    previous = surveys.previous_page(desk.definition, answers, visit.depth, visit.page)
    if visit.checking:
        return Step(visit=visit.at(Stage.CHECK, checking=False))
    if previous is None:
        return Step(visit=visit.at(Stage.DEPTH))
    return Step(visit=visit.at(Stage.QUESTIONS, page=previous.id))


def _clear(desk: Desk, visit: Visit, form: Form) -> Step:
    answers, visit = _typed(desk, visit, form)
    question_id = (form.get("clear") or [""])[0]
    left = {key: value for key, value in answers.items() if key.split(".")[0] != question_id}
    return Step(visit=desk.keep(visit, left))


def _save(desk: Desk, visit: Visit, form: Form) -> Step:
    """Save what is on the page and show how to come back; without a code, offer one first."""
    came_from = str(visit.stage)
    _, visit = _typed(desk, visit, form)
    return Step(visit=visit.at(Stage.CODE if visit.has_code else Stage.WELCOME, came_from=came_from))


def _ask_depth(desk: Desk, visit: Visit, form: Form) -> Step:
    _, visit = _typed(desk, visit, form)
    return Step(visit=visit.at(Stage.DEPTH))


def _edit(desk: Desk, visit: Visit, form: Form) -> Step:
    wanted = (form.get("edit") or [""])[0]
    answers = desk.answers(visit)
    if surveys.page(desk.definition, answers, visit.depth, wanted) is None:
        raise UnknownActError("this page is not asked")
    return Step(visit=visit.at(Stage.QUESTIONS, page=wanted, checking=True))


def _remove(desk: Desk, visit: Visit, form: Form) -> Step:
    wanted = (form.get("remove") or [""])[0]
    answers = desk.answers(visit)
    left = {key: value for key, value in answers.items() if key.split(".")[0] != wanted}
    return Step(visit=desk.keep(visit, left), scrub=True)


def _delete(desk: Desk, visit: Visit, _form: Form) -> Step:
    desk.forget(visit)
    return desk.step(visit, "deleted", left=True, scrub=True)


def _stay(_desk: Desk, visit: Visit, _form: Form) -> Step:
    return Step(visit=visit)


def _finish(desk: Desk, visit: Visit, _form: Form) -> Step:
    """The visit ends. Only then comes the way to a form that must have nothing in common with it."""
    return desk.step(visit, "finished", context={"more": _more(desk)}, left=True)


def _more(desk: Desk) -> str:
    return desk.consultation.slug if desk.consultation.interest else ""


def _switch_questions(desk: Desk, visit: Visit, form: Form) -> Step:
    """The same page with what was typed; what cannot be kept stands in its field with its problem."""
    answers, switched = _typed(desk, visit, form)
    page = surveys.page(desk.definition, answers, visit.depth, visit.page)
    reading = surveys.read(page.questions, form) if page else None
    if reading is not None and reading.problems:
        desk.writes.clear()  # the page with the problem is shown as it was sent, and saved when it is mended
        return pages.questions(desk, visit, answers, reading)
    return Step(visit=switched)


def _switch_depth(desk: Desk, visit: Visit, form: Form) -> Step:
    """The same page with what was chosen on it."""
    chosen = (form.get("depth") or [""])[0]
    return desk.step(visit, "depth", context={"chosen": chosen}, at_once=True)


def _switch_code(desk: Desk, visit: Visit, form: Form) -> Step:
    """The same page with the words that were typed on it."""
    return codes.shown(desk, visit, typed=form.get(codes.WORD, ()))


def _to_mend(desk: Desk, visit: Visit, form: Form) -> Step | None:
    """The same page once more, where a button would lose what is typed there because it cannot be kept so."""
    answers = desk.answers(visit)
    page = surveys.page(desk.definition, answers, visit.depth, visit.page)
    if page is None or visit.stage is not Stage.QUESTIONS:
        return None
    emptied = (form.get("clear") or [""])[0]
    left = {name: typed for name, typed in form.items() if name.split(".")[0] != emptied}
    reading = surveys.read(page.questions, left)
    if not reading.problems:
        return None
    return pages.questions(desk, visit, surveys.merged(answers, page.questions, reading), reading)


def _typed(desk: Desk, visit: Visit, form: Form) -> tuple[dict[str, Any], Visit]:
    """What the page holds now, kept as far as it can be: no button loses what was typed."""
    answers = desk.answers(visit)
    page = surveys.page(desk.definition, answers, visit.depth, visit.page)
    if page is None or visit.stage != Stage.QUESTIONS:
        return answers, visit
    merged = surveys.merged(answers, page.questions, surveys.read(page.questions, form))
    return merged, desk.keep(visit, merged)


def _next(visit: Visit, way: surveys.Way) -> Visit:
    if visit.checking:
        return visit.at(Stage.CHECK, checking=False)
    following = way.next_page(visit.depth, visit.page)
    return visit.at(Stage.CHECK) if following is None else visit.at(Stage.QUESTIONS, page=following.id)


_ACTS: dict[Stage, dict[str, Act]] = {
    Stage.WELCOME: {"code": codes.take, "no_code": codes.none, "delete": _delete},
    Stage.CODE: {"continue": codes.seen, "no_code": codes.drop, "pause": codes.pause},
    Stage.DEPTH: {"continue": _choose_depth, "back": _back_from_depth},
    Stage.QUESTIONS: {
        "continue": _continue,
        "skip": _skip,
        "past_part": _past_part,
        "back": _back,
        "clear": _clear,
        "save": _save,
        "depth": _ask_depth,
        "delete": _delete,
    },
    Stage.CHECK: {
        "back": _back_from_check,
        "edit": _edit,
        "remove": _remove,
        "send": keeping.send,
        "delete": _delete,
        "save": _save,
        "keep": _stay,
        "copy": copying.to_copy,
    },
    # A second press of "send" finds the answers sent.
    Stage.SENT: {"continue": _finish, "send": _stay, "copy": copying.to_copy},
    Stage.COPY: {"back": copying.back, "download": copying.download},
    Stage.KEPT: {
        "change": keeping.change,
        "one": keeping.choose_one,
        "withdraw": keeping.withdraw,
        "copy": copying.to_copy,
        "continue": _finish,
    },
    Stage.ONE: {"take_back": keeping.take_back, "back": keeping.back_to_kept},
}
_NAMED_BY_FIELD = {
    Stage.QUESTIONS: ("clear",),
    Stage.CHECK: ("edit", "remove"),
    Stage.COPY: ("download",),
}
"""Buttons that say by their value what they are about. A question may bear any of these names elsewhere."""
_WITHOUT_KEEPING = {keeping.send, _delete, _remove}
"""Acts of the check page that end the draft, or save it themselves."""
# Buttons that keep what the page holds; "Skip" is the one that does not.
_KEEPING = {_past_part, _back, _clear, _save, _ask_depth}
_SWITCH: dict[Stage, Act] = {
    Stage.QUESTIONS: _switch_questions,
    Stage.DEPTH: _switch_depth,
    Stage.CODE: _switch_code,
}
_ALWAYS_OPEN = {
    *(_finish, _stay, _delete, codes.pause),
    *(copying.to_copy, copying.back, copying.download),
    *(keeping.choose_one, keeping.back_to_kept, keeping.take_back, keeping.withdraw),
}
