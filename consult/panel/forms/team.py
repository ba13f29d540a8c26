"""The team's forms of the panel. Every message says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from consult.mail import is_address
from consult.panel import service
from consult.panel.forms.common import GROUPS, SHORTER, group_choices
from consult.panel.service.people import Invitation

_DATE = _("Please write a date as year-month-day, such as 2027-03-31.")
_NUMBER = _("Please write a whole number in this range.")


class DateField(wtforms.DateField):
    """A date or nothing, with a message of ours. The name stays, since templates go by it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed. Raises ValueError with what to do."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_DATE) from error


class InviteForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """People to invite, one a line."""

    people = TextAreaField(
        _("People to invite, one on each line"),
        description=_(
            "Name, e-mail, group. The e-mail may be left out. Such as: Jo Hill, jo@example.org, research"
        ),
        validators=[
            DataRequired(message=_("Please write at least one name.")),
            Length(max=40000, message=SHORTER),
        ],
    )
    group = SelectField(_("Group of those whose line names none"))
    by = RadioField(
        _("How the links go out"),
        choices=[
            SelectChoice(value="mail", label=_("By letter to each e-mail address")),
            SelectChoice(value="list", label=_("As a list that I hand on myself")),
        ],
        default="mail",
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.group.choices = group_choices()

    def invitations(self) -> list[Invitation]:
        """What was typed; lines that cannot be read become messages of the field."""
        found, problems = [], []
        for number, line in enumerate((self.people.data or "").splitlines(), start=1):
            parts = [part.strip() for part in line.replace("\t", ",").replace(";", ",").split(",")]
            if not any(parts):
                continue
            email = next((part for part in parts[1:] if "@" in part), "")
            group = next((_group_of(part) for part in parts[1:] if _group_of(part)), "") or self.group.data
            if not parts[0] or "@" in parts[0] or (email and not is_address(email)):
                problems.append(
                    gettext("Line %(number)s: please write a name, then an e-mail address.", number=number)
                )
                continue
            found.append(Invitation(name=parts[0][:200], email=email, group=str(group)))
        self.people.errors = problems
        return [] if problems else found


def _group_of(written: str) -> str:
    plain = written.strip().lower().replace(" ", "_").replace("-", "_")
    return plain if plain in GROUPS else ""


class ProtocolForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What is fixed before the first round. `number` is the version that the editor opened."""

    number = HiddenField()
    purpose = TextAreaField(
        _("What the panel is for, and who is on it"),
        validators=[
            DataRequired(message=_("Please say what the panel is for.")),
            Length(max=4000, message=SHORTER),
        ],
    )
    groups = SelectMultipleField(
        _("Groups that count"),
        description=_("Each counts alike. People in other groups count in the pooled figures only."),
    )
    agree = IntegerField(
        _("In: at least so many per cent rate 7 to 9"),
        validators=[InputRequired(message=_NUMBER), NumberRange(50, 100, message=_NUMBER)],
    )
    oppose = IntegerField(
        _("In: fewer than so many per cent rate 1 to 3"),
        validators=[InputRequired(message=_NUMBER), NumberRange(0, 49, message=_NUMBER)],
    )
    strict = BooleanField(_("“Fewer than” is strict: exactly this share is too many"))
    least_n = IntegerField(
        _("Least number of raters for a verdict"),
        validators=[InputRequired(message=_NUMBER), NumberRange(8, 100, message=_NUMBER)],
    )
    least_group_n = IntegerField(
        _("Least number of raters for a group to count"),
        validators=[InputRequired(message=_NUMBER), NumberRange(5, 50, message=_NUMBER)],
    )
    weighting = RadioField(
        _("What decides"),
        choices=[
            SelectChoice(value="equal", label=_("Groups with equal weight")),
            SelectChoice(value="pooled", label=_("Everybody together")),
        ],
    )
    needed = RadioField(
        _("A statement is settled when this changes by less than 15 per cent from round to round"),
        choices=[
            SelectChoice(value="both", label=_("Both the spread and single ratings")),
            SelectChoice(value="group", label=_("The spread of everybody together")),
            SelectChoice(value="individual", label=_("Single ratings")),
        ],
    )
    rounds = IntegerField(
        _("Rounds at most"),
        description=_("After the last nobody is asked again: what is open then goes to the team."),
        validators=[InputRequired(message=_NUMBER), NumberRange(1, 5, message=_NUMBER)],
    )
    new_items = TextAreaField(
        _("What happens to statements that the panel proposes"),
        validators=[Length(max=2000, message=SHORTER)],
    )
    reminders = IntegerField(
        _("Reminders in a round at most"),
        validators=[InputRequired(message=_NUMBER), NumberRange(0, 5, message=_NUMBER)],
    )
    reminder_days = IntegerField(
        _("Days between reminders at least"),
        validators=[InputRequired(message=_NUMBER), NumberRange(1, 60, message=_NUMBER)],
    )
    keys_days = IntegerField(
        _("Days after the last round until the keys that join names and pseudonyms are destroyed"),
        validators=[InputRequired(message=_NUMBER), NumberRange(1, 1000, message=_NUMBER)],
    )
    items = SelectMultipleField(_("Statements that the first round asks about"))

    def offer(
        self, version: service.protocol.Version, worded: Sequence[service.protocol.Worded], *, fill: bool
    ) -> None:
        """Let these statements be chosen; what is kept stands in the fields unless this form was sent."""
        self.groups.choices = group_choices()
        self.items.choices = [
            SelectChoice(value=each.clause_id, label=f"{each.number} {each.wording}") for each in worded
        ]
        if fill or not self.is_submitted():
            kept = version.protocol
            typed = {name: getattr(kept, name) for name in self._fields if hasattr(kept, name)}
            chosen = {"items": [each.clause_id for each in kept.items], "groups": list(kept.groups)}
            self.process(formdata=None, data=typed | chosen | {"number": str(version.number)})

    def protocol(self) -> service.protocol.Protocol:
        """What was typed."""
        return service.protocol.Protocol(
            purpose=(self.purpose.data or "").strip(),
            groups=tuple(self.groups.data or GROUPS),
            agree=_number(self.agree),
            oppose=_number(self.oppose),
            strict=bool(self.strict.data),
            least_n=_number(self.least_n),
            least_group_n=_number(self.least_group_n),
            weighting=self.weighting.data,
            needed=self.needed.data,
            rounds=_number(self.rounds),
            new_items=(self.new_items.data or "").strip(),
            reminders=_number(self.reminders),
            reminder_days=_number(self.reminder_days),
            keys_days=_number(self.keys_days),
        )

    @property
    def opened_number(self) -> int:
        """The version that was on the page."""
        typed = self.number.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else -1


def _number(field: IntegerField) -> int:
    """What was typed into a field that must have a number."""
    return int(field.data or 0)


class ReasonForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Why something is done; it stays in the log."""

    reason = TextAreaField(_("Why"), description=_("It stays in the log, with your name."))


class NextForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The next round: what it asks, and until when."""

    items = SelectMultipleField(_("Statements"))
    closes = DateField(
        _("Closes on, at the earliest"),
        description=_("Panellists are told this day. Nothing closes by itself: a person closes the round."),
        validators=[Optional()],
    )
    vote = BooleanField(_("Also ask for a vote on each: accept, accept with a comment, do not accept"))


class CommentForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The words of a comment that the panel may read."""

    words = TextAreaField(
        _("What the panel reads"),
        description=_(
            "Take out names, services and places. Put it in other words where the words tell who wrote."
        ),
        validators=[Length(max=service.comments.LONGEST, message=SHORTER)],
    )
