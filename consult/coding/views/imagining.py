"""Ideas for themes: groups of uncoded answers to one question. Nothing here makes or gives a theme."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.coding import forms, service
from consult.coding.views.common import bp, coders, enter, ideas_shown, is_open, place
from consult.web.access import needs_key


@bp.get("/ideas")
@coders
@needs_key
def ideas_start(consultation: str) -> ResponseReturnValue:
    """Which question to have ideas for."""
    return render_template(
        "coding/ideas_start.html", consultation=consultation, surveys=service.questions(enter(consultation))
    )


@bp.get("/answers/<definition_id>/<question_id>/ideas")
@coders
@needs_key
def ideas(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """The ideas of one question; with many answers they are worked out beside the page."""
    count = forms.idea_count(request.args.get("count", ""))
    page = service.ideas(enter(consultation), definition_id, question_id, count=count)
    shown = ideas_shown(request.args)
    return render_template(
        "coding/ideas.html",
        consultation=consultation,
        page=page,
        counts=service.IDEA_COUNTS,
        shown=shown,
        covered=page.box.sensitive and not shown,
        is_open=is_open,
        done=request.args.get("done", ""),
    )


@bp.post("/answers/<definition_id>/<question_id>/ideas/<act>")
@coders
@needs_key
def act_on_ideas(consultation: str, definition_id: str, question_id: str, act: str) -> ResponseReturnValue:
    """Set an idea aside, bring back what was set aside, or ask for new ones. In memory only."""
    unlocked = enter(consultation)
    done = act
    match act:
        case "aside":
            idea = request.form.get("idea", "")
            done = act if service.set_aside(unlocked, definition_id, question_id, idea) else "gone"
        case "back":
            service.bring_back(unlocked, definition_id, question_id)
        case "anew":
            service.ask_anew(unlocked, definition_id, question_id)
        case _:
            raise forms.UnknownPressError("this page has no such button")
    there = {name: value for name, value in place().items() if name != "act"}
    count = forms.idea_count(request.form.get("count", "")) if act == "anew" else 0
    there |= {"count": count} if count else {}
    return redirect(url_for(".ideas", **there, **ideas_shown(request.form), done=done), 303)
