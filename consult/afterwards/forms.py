"""The forms of what comes after taking part. Every message says what to do."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Optional

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
