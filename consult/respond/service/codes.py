"""Taking a code, typing two of its words back, or doing without one.

Nothing here is a trap: after words that are not the right ones the code stands there again, and "I do not
want a code" is beside it. A lost code cannot be found again: going on by mistake is what this is against.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from consult.records import responses
from consult.respond.service.desk import Desk
from consult.respond.service.visit import Stage, Step, Visit
from consult.vault import receipts

Form = Mapping[str, Sequence[str]]
WORD = "word"
"""The two fields that words of the code are typed back into."""
_ASKED = 2


def take(desk: Desk, visit: Visit, _form: Form) -> Step:
    """Make a code and show it. Answers typed before move from the visit into the sealed draft."""
    desk.let_go()
    code, keys = responses.new_code(desk.vault, desk.consultation)
    places = secrets.SystemRandom().sample(range(receipts.WORDS), _ASKED)
    if visit.pilot:  # the same page, and nothing is kept under these words
        return Step(visit=visit.at(Stage.CODE, code=code, asked=sorted(places)))
    shown = visit.at(
        Stage.CODE,
        code=code,
        asked=sorted(places),
        lookup=keys.lookup.hex(),
        draft_key=keys.draft.hex(),
        pointer_key=keys.pointer.hex(),
    )
    kept = desk.keep(shown, {**visit.answers, **visit.steering})
    return Step(visit=kept.at(Stage.CODE, answers={}))


def none(_desk: Desk, visit: Visit, _form: Form) -> Step:
    """Go on without one: to the questions, or back to where a code was offered on the way."""
    return Step(visit=_back_on_the_way(visit))


def seen(desk: Desk, visit: Visit, form: Form) -> Step:
    """Go on once two words were typed back; they are asked for once."""
    if not _typed_back(visit, form):
        return shown(desk, visit, mistaken=True)
    return Step(visit=_back_on_the_way(visit.at(visit.stage, code_taken=True)))


def pause(desk: Desk, visit: Visit, form: Form) -> Step:
    """Stop for now: what was written waits under the code."""
    if not _typed_back(visit, form):
        return shown(desk, visit, mistaken=True)
    return desk.step(visit, "finished", left=True)


def drop(desk: Desk, visit: Visit, _form: Form) -> Step:
    """Do without the code after all: the draft under it is destroyed and its answers stay in the visit.

    Not once answers were sent under it: they could never be found again.
    """
    if visit.rev > 1:
        return Step(visit=_back_on_the_way(visit))
    answers = desk.answers(visit)
    desk.forget(visit)
    bare = visit.at(
        visit.stage, code="", lookup="", draft_key="", pointer_key="", draft_rev=0, code_taken=False
    )
    return Step(visit=_back_on_the_way(desk.keep(bare, answers)), scrub=True)


def shown(desk: Desk, visit: Visit, *, mistaken: bool = False, typed: Sequence[str] | None = None) -> Step:
    """The page with the code; at once, with what was `typed` into it, when only its language changes."""
    words = list(typed or ())[: len(visit.asked)]
    context = {
        "digits": responses.digits(visit.code),
        "mistaken": mistaken,
        "typed_words": words + [""] * (len(visit.asked) - len(words)),
    }
    return desk.step(visit, "code", context=context, again=mistaken, at_once=typed is not None)


def _typed_back(visit: Visit, form: Form) -> bool:
    if visit.code_taken:
        return True
    typed = list(form.get(WORD, ()))
    return len(typed) == len(visit.asked) and all(
        receipts.is_word(visit.code, place, word) for place, word in zip(visit.asked, typed, strict=True)
    )


def _back_on_the_way(visit: Visit) -> Visit:
    if visit.came_from:
        return visit.at(Stage(visit.came_from), came_from="")
    return visit.at(Stage.DEPTH)
