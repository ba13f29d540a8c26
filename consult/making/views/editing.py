"""One way for every form of a part: shown, checked, compared with what others did meanwhile, and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import abort, redirect, render_template
from flask.typing import ResponseReturnValue

from consult.making import service
from consult.making.forms.parts import PartForm
from consult.making.views.common import again, change, opened
from consult.web.extensions import db
from surveys import Survey
from surveys.differences import of_part
from surveys.editing import NoSuchPartError


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page edits: how the part is found in a survey and put back, and what is shown around it."""

    template: str
    form: PartForm
    find: Callable[[Survey], Any]
    put: Callable[[Survey, Any], Survey]
    said: str
    then: str
    page: dict[str, object] = field(default_factory=dict)


def found(find: Callable[[Survey], Any], copy: service.Copy) -> Any:
    """The part in the working copy; a page about a part that is not there is not here either."""
    try:
        return find(copy.survey)
    except NoSuchPartError:
        abort(404)


def edit(copy: service.Copy, asked: Asked) -> ResponseReturnValue:
    """Show the form of a part, or take it in."""
    form = asked.form
    page: dict[str, Any] = {"copy": copy, "form": form, **asked.page}
    if not form.is_submitted():
        part = found(asked.find, copy)
        form.fill(part)
        form.mark.data = form.mark_of(part)
        return render_template(asked.template, **page)
    if not form.validate():
        return again(asked.template, 422, **page)
    try:
        change(copy, asked.said, lambda survey: _changed(survey, asked))
    except service.ChangedMeanwhileError:
        return _both(copy, asked, page)
    return redirect(asked.then, 303)


def _changed(survey: Survey, asked: Asked) -> Survey:
    now = asked.find(survey)
    typed = asked.form.part(now)
    if typed != now and asked.form.mark.data != asked.form.mark_of(now):
        raise service.ChangedMeanwhileError("somebody else changed this part meanwhile")
    return asked.put(survey, typed)


def _both(copy: service.Copy, asked: Asked, page: dict[str, Any]) -> ResponseReturnValue:
    """Theirs beside what was typed; to save again is to choose one's own."""
    db.session.rollback()
    copy = opened(copy.consultation, copy.survey.id)
    now = found(asked.find, copy)
    theirs = of_part(now, asked.form.part(now), copy.survey)
    asked.form.mark.data = asked.form.mark_of(now)
    return again(asked.template, 409, **page | {"copy": copy, "theirs": theirs})
