"""Forms of those who make a survey. Messages say what to do, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs trail
from wtforms.validators import Optional


class SurveyForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The text of a survey: typed, from a file, or from a survey to start from."""

    shipped = RadioField(_("Start from one of these"), validators=[Optional()])
    file = FileField(
        _("Or choose a file"),
        description=_(
            "A text in TOML, or a workbook in XLSForm. It takes the place of what stands in the box below."
        ),
    )
    source = TextAreaField(_("The survey, in TOML"))

    def offer(self, titles: Mapping[str, str]) -> None:
        """The surveys to start from."""
        self.shipped.choices = [SelectChoice(value=key, label=title) for key, title in titles.items()]
