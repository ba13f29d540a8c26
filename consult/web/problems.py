"""From a technical problem to a calm sentence that says what to do. Nothing here is ever required."""

from __future__ import annotations

from flask_babel import gettext

import surveys


def _(words: str, **facts: object) -> str:
    return str(gettext(words, **facts))


def too_long(over: int) -> str:
    """Of a text that has so many characters more than are kept."""
    over_by = f"{over:,}"
    return _("This is longer than we can keep. Please shorten it by %(over)s characters.", over=over_by)


def message(problem: surveys.Problem) -> str:
    """What a person can do about one field. Everything typed stays in it."""
    match problem.code:
        case surveys.ProblemCode.TOO_LONG:
            return too_long(problem.over or 0)
        case surveys.ProblemCode.EXCLUSIVE:
            return _("Two of these rule each other out. Please untick one of them.")
        case surveys.ProblemCode.NOT_A_NUMBER:
            return _("Please write a whole number, such as 12, or leave this empty.")
        case surveys.ProblemCode.OUT_OF_RANGE:
            return _("This number is outside what we can keep. The limit is %(limit)s.", limit=problem.limit)
        case _:
            return _("Please choose one of the answers shown, or leave this empty.")
