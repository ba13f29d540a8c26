"""The forms of publications and findings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from consult.evidence.forms.common import (
    FITS,
    KEY_RULE,
    LINE,
    needed,
    offered,
)


class PublicationForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A publication, not yet read."""

    key = StringField(_("Key"), validators=[needed(_("Please give the publication a key.")), KEY_RULE])
    citation = TextAreaField(
        _("Citation"), validators=[needed(_("Please write who published what, where and when.")), FITS]
    )
    design = StringField(_("Kind of study"), validators=[Optional(), LINE])
    setting = StringField(_("Setting"), validators=[Optional(), LINE])


class FindingForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """One statement of a publication that somebody has read."""

    source = SelectField(_("Publication"), validators=[needed(_("Please choose a publication."))])
    statement = TextAreaField(
        _("What it found"), validators=[needed(_("Please write what the publication found.")), FITS]
    )
    page = StringField(_("Page"), validators=[Optional(), LINE])

    def offer(self, read: list[tuple[str, str]]) -> FindingForm:
        """Fill the list with publications that were read."""
        self.source.choices = [offered(key, f"{key}: {citation}") for key, citation in read]
        return self
