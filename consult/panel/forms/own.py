"""The forms of panellists, and what they send about a statement. Nothing there is required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

from consult.panel import service
from consult.panel.forms.common import SHORTER, group_choices


class JoinForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Joining by a link. A passphrase is taken as it was typed and never printed again."""

    group = SelectField(
        _("Your main group"), description=_("If you belong to several, choose the one you speak from here.")
    )
    interests = TextAreaField(
        _("Interests that others should know of"),
        description=_(
            "Such as: I run a service that would be measured by these standards. Leave empty if none."
        ),
        validators=[Length(max=2000, message=SHORTER)],
    )
    credit = StringField(
        _("Your name in the list of thanks, if you want to be named"),
        description=_("Leave this empty, and you are not named."),
        validators=[Length(max=200, message=SHORTER)],
    )
    sign_in = StringField(
        _("A name to sign in with"),
        description=_("Your e-mail address, or any name that you will remember. It is kept only as a mark."),
        validators=[
            DataRequired(message=_("Please write a name to sign in with.")),
            Length(min=3, max=200, message=_("Please use 3 to 200 characters.")),
        ],
    )
    passphrase = PasswordField(
        _("Passphrase"),
        description=_("The six words above, or 14 characters or more of your own."),
        validators=[
            DataRequired(message=_("Please write a passphrase.")),
            Length(max=1024, message=SHORTER),
        ],
    )
    consent = BooleanField(_("I have read this, and I want to take part"))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.group.choices = group_choices()

    def joining(self) -> service.entering.Joining:
        """What was typed."""
        return service.entering.Joining(
            sign_in=self.sign_in.data or "",
            passphrase=self.passphrase.data or "",
            group=self.group.data or "",
            interests=self.interests.data or "",
            credit=self.credit.data or "",
            consent=bool(self.consent.data),
        )


class EnterForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A panellist's name and passphrase."""

    name = StringField(
        _("Name you sign in with"),
        validators=[
            DataRequired(message=_("Please write the name you chose.")),
            Length(max=200, message=SHORTER),
        ],
    )
    passphrase = PasswordField(
        _("Passphrase"),
        validators=[
            DataRequired(message=_("Please write your passphrase.")),
            Length(max=1024, message=SHORTER),
        ],
    )


MARKS = frozenset(str(mark) for mark in range(1, 10))
CHOICES = {
    "is_clear": ("yes", "no"),
    "applies": ("men_only", "mixed", "both", "needs_change"),
    "vote": ("accept", "accept_with_comment", "not_accept"),
}
TEXTS = ("comment", "clearer", "evidence", "changed", "vote_reason")
_RATED = ("imp", "ach")
LONGEST_WORDS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What a panellist sent about one statement. problems: by field, what to do."""

    answers: Mapping[str, Any]
    turn: int
    problems: Mapping[str, str] = field(default_factory=dict)


def in_words(sent: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What was sent, for somebody who has to copy it: marks with what they are given for."""
    asked = {"imp": gettext("How important is this?"), "ach": gettext("How achievable is it?")}
    found = {name: list(values) for name, values in sent.items()}
    for name, question in asked.items():
        given = found.pop(name, [""])[0]
        if given in MARKS:
            found[name] = [f"{question} {given}"]
        elif given == service.sheets.CANNOT_RATE:
            found[name] = [f"{question} {gettext('I cannot rate this')}"]
    return found


def rated(sent: Mapping[str, Sequence[str]]) -> Rated:
    """Read a page of ratings. Nothing is required, and what the page does not offer counts as none."""
    first = {name: values[0] for name, values in sent.items() if values}
    cleared = first.get("clear", "")
    answers: dict[str, Any] = {}
    for name in _RATED:
        given = first.get(name, "")
        if given in MARKS:
            answers[name] = int(given)
        elif given == service.sheets.CANNOT_RATE:
            answers[name] = given
    answers |= {name: first[name] for name, offered in CHOICES.items() if first.get(name) in offered}
    answers |= {name: text for name in TEXTS if (text := first.get(name, "").replace("\r\n", "\n").strip())}
    answers.pop(cleared, None)
    problems = {
        name: gettext(
            "This is longer than we can keep. Please shorten it by %(over)s characters.",
            over=len(text) - LONGEST_WORDS,
        )
        for name in TEXTS
        if len(text := str(answers.get(name, ""))) > LONGEST_WORDS
    }
    turn = first.get("turn", "")
    behind = int(turn) if turn.isascii() and turn.isdecimal() and len(turn) < 8 else 0
    return Rated(answers=answers, turn=behind, problems=problems)
