"""The forms of links and quotes."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3
from wtforms.validators import Length, Optional

from consult.evidence import service
from consult.evidence.forms.common import (
    FITS,
    SHORTER,
    needed,
    offered,
    plain,
)

STANCES = (
    SelectChoice(value=service.Stance.SUPPORTS, label=_("Supports it")),
    SelectChoice(value=service.Stance.QUALIFIES, label=_("Supports it under conditions, or in part")),
    SelectChoice(value=service.Stance.CONTRADICTS, label=_("Contradicts it")),
)
STRENGTHS = (
    SelectChoice(value=service.Strength.STRONG, label=_("Strong")),
    SelectChoice(value=service.Strength.MODERATE, label=_("Moderate")),
    SelectChoice(value=service.Strength.WEAK, label=_("Weak")),
)


class LinkForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A theme or a finding, what it says of a clause, and why somebody thinks so."""

    clause = SelectField(_("Clause"), validators=[needed(_("Please choose a clause."))])
    theme = SelectField(_("Theme"), validators=[Optional()])
    finding = SelectField(_("Or a finding from the literature"), validators=[Optional()])
    stance = RadioField(
        _("What it says of the clause"),
        choices=STANCES,
        validators=[needed(_("Please choose what it says of the clause."))],
    )
    strength = RadioField(
        _("How strongly"),
        choices=STRENGTHS,
        validators=[needed(_("Please choose how strongly."))],
    )
    reason = TextAreaField(
        _("Reason"),
        validators=[
            needed(_("Please say in a sentence why you link these two. Others will rely on it.")),
            FITS,
        ],
    )

    def offer(self, linkable: service.Linkable) -> LinkForm:
        """Fill the lists."""
        none = SelectChoice(value="", label=gettext("None"))
        self.clause.choices = [offered(value, f"{value} {words}") for value, words in linkable.clauses]
        self.theme.choices = [none, *(offered(value, words) for value, words in linkable.themes)]
        self.finding.choices = [none, *(offered(value, words) for value, words in linkable.findings)]
        return self

    def complete(self) -> bool:
        """Whether all is there and exactly one of theme and finding is chosen."""
        fine = self.validate_on_submit()
        if bool(self.theme.data) == bool(self.finding.data):
            self.theme.errors = [gettext("Please choose a theme or a finding: one of the two.")]
            return False
        return bool(fine)

    def new_link(self) -> service.NewLink:
        """What was chosen, as a value."""
        return service.NewLink(
            clause=self.clause.data,
            theme=self.theme.data or "",
            finding=self.finding.data or "",
            stance=service.Stance(self.stance.data),
            strength=service.Strength(self.strength.data),
            reason=plain(self.reason),
        )


class QuoteForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A redacted text of coded words."""

    coding = HiddenField(validators=[needed(_("Please start from an excerpt on the page."))])
    words = TextAreaField(
        _("The words as they may be quoted"),
        validators=[
            needed(_("Please leave some of the person's words.")),
            Length(max=service.LONGEST, message=SHORTER),
        ],
    )
