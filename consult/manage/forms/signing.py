"""Forms before a survey opens: signing one thing, and the last day to start."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs trail
from wtforms.validators import DataRequired, Optional

from consult.manage.forms import DateField, IntegerField
from consult.manage.service.readiness import NAMES_A_PERSON, SignOffKind, Wanted, limits_in_words
from consult.web.sentences import sentence

_CHOSEN = frozenset({SignOffKind.FLAG, SignOffKind.REVIEW})
_DATED = frozenset({SignOffKind.PILOT, SignOffKind.ACCESSIBILITY})
_NOTES = {
    SignOffKind.ACCESSIBILITY: _("Where the statement stands, if that helps"),
    SignOffKind.EXIT: _("What you saw there, if that helps"),
    SignOffKind.PILOT: _("What was changed after the pilot, in general words"),
    SignOffKind.ADVISERS: _("Who met, and when, in general words"),
    SignOffKind.FLAG: _("Why these words are needed"),
    SignOffKind.REVIEW: _("What was changed, if that helps"),
}


class SignForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """One thing to sign; it has the fields that its kind needs. The service judges what was typed."""

    name = StringField(_("Name of the person"), description=_("A person, not only a role or a team."))
    minutes = IntegerField(
        _("Minutes at a time"),
        description=_("After so many minutes nobody opens another answer without a pause. For example 50."),
        validators=[Optional()],
    )
    answers = IntegerField(
        _("Answers a day"),
        description=_("As many as one person opens in a day at most. For example 40."),
        validators=[Optional()],
    )
    choice = RadioField(_("What do you sign for?"), validators=[Optional()])
    number = IntegerField(_("How many took part in the pilot?"), validators=[Optional()])
    day = DateField(_("Date"), validators=[Optional()])
    note = StringField(_("Where the document is kept, or other words"))

    def narrow(self, kind: SignOffKind, choices: Mapping[str, str]) -> None:
        """Keep the fields that this kind needs."""
        wanted = {
            "name": kind in NAMES_A_PERSON,
            "minutes": kind is SignOffKind.STAFF_LIMITS,
            "answers": kind is SignOffKind.STAFF_LIMITS,
            "choice": kind in _CHOSEN,
            "number": kind is SignOffKind.PILOT,
            "day": kind in _DATED,
        }
        for field in [name for name, kept in wanted.items() if not kept]:
            del self[field]
        if kind in _CHOSEN:
            self.choice.choices = [SelectChoice(value=key, label=label) for key, label in choices.items()]
        if kind in _DATED:
            pilot, statement = _("Day of the last trial"), _("Date on the statement")
            self.day.label.text = pilot if kind is SignOffKind.PILOT else statement
            self.day.description = _("As year-month-day, such as 2027-03-31.")
        if kind in _NOTES:
            self.note.label.text = _NOTES[kind]

    def wanted(self, kind: SignOffKind) -> Wanted:
        """What was typed."""
        return Wanted(
            kind=kind,
            about=self._said(),
            number=self.number.data if "number" in self else None,
            day=self.day.data if "day" in self else None,
            note=self.note.data or "",
        )

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Put each reason beside its field."""
        for name, problem in problems.items():
            field = self[(self._about() or "note") if name == "about" else name]
            field.errors = [*field.errors, sentence(problem)]

    def _said(self) -> str:
        if "minutes" in self:
            return limits_in_words(self.minutes.data, self.answers.data)
        return self[self._about()].data or "" if self._about() else ""

    def _about(self) -> str:
        return next((name for name in ("name", "minutes", "choice") if name in self), "")


class ClosingForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The last day on which anybody can start."""

    day = DateField(
        _("Last day to start"),
        description=_("As year-month-day, such as 2027-03-31. People who are invited read it."),
        validators=[DataRequired(message=_("Please write a date as year-month-day, such as 2027-03-31."))],
    )
