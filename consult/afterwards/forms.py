"""The forms of what comes after taking part. Every message says what to do."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3
from wtforms.validators import DataRequired, Length, Optional

from consult.afterwards import service

_DATE = _("Please write a date as year-month-day, such as 2027-03-31.")


class DateField(wtforms.DateField):
    """A date or nothing, with a message of ours. The name stays, since templates go by it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed. Raises ValueError with what to do."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_DATE) from error


class AskForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Whether people are asked, and until when what they leave is kept."""

    on = BooleanField(_("People may leave a way to reach them, on a form of its own"))
    until = DateField(
        _("Deleted after"),
        description=_("People are told this day. Later it can only be made sooner."),
        validators=[Optional()],
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Why somebody opens what people left."""

    reason = TextAreaField(
        _("Why you open it now"),
        description=_(
            "Such as: to invite to the reading group of June. It stays in the log, with your name."
        ),
    )


_SHORTER = _("This is longer than we can keep. Please shorten it.")
_NONE = ""


class ChangeForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """One entry of the public page. `number` is the wording that the editor opened."""

    number = HiddenField()
    theme = SelectField(
        _("The theme it is about"),
        description=_(
            "Save after choosing: then the word for how widely, and quotes that may be used, are shown."
        ),
        validators=[Optional()],
    )
    heading = StringField(
        _("Heading"),
        description=_("A few plain words, such as: A set end date."),
        validators=[
            DataRequired(message=_("Please write a heading.")),
            Length(max=120, message=_SHORTER),
        ],
    )
    heard = TextAreaField(
        _("What we heard"),
        description=_(
            "In your own words. Nobody must be recognised: no place, no story, no number of people."
        ),
        validators=[
            DataRequired(message=_("Please say what was heard.")),
            Length(max=2000, message=_SHORTER),
        ],
    )
    changed = TextAreaField(
        _("What it changed"),
        description=_("What is different now, or why it could not be done. Say it when nothing changed."),
        validators=[
            DataRequired(message=_("Please say what it changed, or why not.")),
            Length(max=2000, message=_SHORTER),
        ],
    )
    mark = SelectField(
        _("How widely it was said"),
        choices=(
            SelectChoice(value=_NONE, label=_("Say nothing of that")),
            SelectChoice(value="many", label=_("Many said this")),
            SelectChoice(value="some", label=_("Some said this")),
            SelectChoice(value="few", label=_("A few said this")),
        ),
        validators=[Optional()],
    )

    def offer(self, themes: list[tuple[str, str]]) -> ChangeForm:
        """Let these themes be chosen."""
        none = SelectChoice(value=_NONE, label=_("No single theme"))
        self.theme.choices = [none, *(SelectChoice(value=key, label=name) for key, name in themes)]
        return self

    def text(self, quotes: list[str]) -> service.ChangeText:
        """What was typed, as a value."""
        return service.ChangeText(
            theme=self.theme.data or "",
            heading=(self.heading.data or "").strip(),
            heard=(self.heard.data or "").strip(),
            changed=(self.changed.data or "").strip(),
            mark=self.mark.data or "",
            quotes=tuple(quotes),
        )

    @property
    def opened_number(self) -> int:
        """The number of the wording that was on the page when editing began; 0 when it is none."""
        typed = self.number.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else 0
