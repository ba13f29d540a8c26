"""Forms for bringing in what was gathered elsewhere. Messages say what to do, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs trail
from wtforms.validators import DataRequired

from consult.gathering.service.imports import Shape

SHAPES = {
    "": _("Let the heads of the columns say"),
    Shape.LIMESURVEY: "LimeSurvey",
    Shape.MICROSOFT_FORMS: "Microsoft Forms",
    Shape.QUALTRICS: "Qualtrics",
    Shape.CITIZEN_SPACE: "Citizen Space",
    Shape.PLAIN: _("A plain table"),
}
COLUMN = "column-"
"""The name of a field that says what a column answers begins with this; its place in the table follows."""


class FileForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A file, the survey that it is for, and the tool that it comes from."""

    survey = SelectField(_("Survey"), validators=[DataRequired(message=_("Please choose a survey."))])
    file = FileField(
        _("File"),
        description=_(
            "A table as CSV or .xlsx, with one line for each person and the names of the columns in the "
            "first. It is held in memory only, until it is imported, you lock or sign out, or rest for a "
            "while."
        ),
    )
    shape = SelectField(
        _("Where it comes from"),
        choices=[SelectChoice(value=str(value), label=label) for value, label in SHAPES.items()],
    )

    def offer(self, titles: Mapping[str, str]) -> None:
        """The surveys that answers can be brought into."""
        self.survey.choices = [SelectChoice(value=key, label=title) for key, title in titles.items()]

    def chosen_shape(self) -> Shape | None:
        """The tool that was chosen; None when the heads are to say."""
        return Shape(self.shape.data) if self.shape.data else None


def targets(form: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """What was chosen for each column; those to be left out are not among them."""
    chosen = {name: form.get(f"{COLUMN}{place}", "") for place, name in enumerate(columns)}
    return {name: target for name, target in chosen.items() if target}


def problem(code: str) -> str:
    """What is wrong with a row, in words, without what stands in it."""
    said: dict[str, str] = {
        "too_long": gettext("longer than the question allows"),
        "exclusive": gettext("an option that rules the others out, beside others"),
        "not_a_number": gettext("not a whole number"),
        "out_of_range": gettext("outside the numbers that can be chosen"),
        "unknown_option": gettext("none of the options"),
        "leaves": gettext("an answer that ends the survey, such as under 18"),
    }
    return said[code]
