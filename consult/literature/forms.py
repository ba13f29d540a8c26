"""The forms of the literature. Every message says what to do, and nothing typed is lost."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3
from wtforms.validators import DataRequired, Length, Optional, Regexp

from consult.literature import service

LONGEST_TEXT = 4000
_SHORTER = _("This is longer than we can keep. Please shorten it.")
_FITS = Length(max=LONGEST_TEXT, message=_SHORTER)
_LINE = Length(max=300, message=_SHORTER)
_KEY_RULE = Regexp(
    r"^[A-Za-z0-9][A-Za-z0-9.-]{0,23}$",
    message=_("Please use up to 24 letters, numbers, dots and hyphens, such as Ash-2020."),
)

OUTCOMES = {
    service.Outcome.INCLUDED: _("Keep it: somebody reads it whole"),
    service.Outcome.OUT_BY_TITLE: _("Leave it out, by title and summary"),
    service.Outcome.OUT_BY_TEXT: _("Leave it out, after reading it whole"),
}
POPULATIONS = {
    service.Population.MEN_ONLY: _("Men or boys only"),
    service.Population.MIXED: _("Men and women"),
    service.Population.UNCLEAR: _("The study does not say"),
}
PLACES = {
    service.FromUK.YES: _("Yes"),
    service.FromUK.PARTLY: _("Partly"),
    service.FromUK.NO: _("No"),
    service.FromUK.UNCLEAR: _("The study does not say"),
}
CONCERNS = {
    service.Concern.NONE_OR_VERY_MINOR: _("None, or very minor"),
    service.Concern.MINOR: _("Minor"),
    service.Concern.MODERATE: _("Moderate"),
    service.Concern.SERIOUS: _("Serious"),
}


def _needed(message: str) -> DataRequired:
    return DataRequired(message=message)


def _choices(words: dict[object, str]) -> list[SelectChoice]:
    return [SelectChoice(value=str(value), label=label) for value, label in words.items()]


class ListForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A list of references with where it comes from."""

    place = StringField(
        _("Where the list comes from"),
        description=_("Such as the name of a database, or of the person who gave it."),
        validators=[_needed(_("Please say where the list comes from.")), _LINE],
    )
    terms = TextAreaField(
        _("What was searched for"),
        description=_("The search as it was typed, so that somebody else can repeat it. Empty for a list."),
        validators=[Optional(), _FITS],
    )
    file = FileField(
        _("File"), description=_("RIS, BibTeX, PubMed (nbib), or CSV with a column named title; up to 8 MB.")
    )


class PublicationForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A publication, not yet read."""

    key = StringField(
        _("Key"),
        description=_("Such as a surname and a year, with a hyphen."),
        validators=[_needed(_("Please give the publication a key.")), _KEY_RULE],
    )
    citation = TextAreaField(
        _("Citation"), validators=[_needed(_("Please write who published what, where and when.")), _FITS]
    )
    design = StringField(_("Kind of study"), validators=[Optional(), _LINE])
    setting = StringField(_("Setting"), validators=[Optional(), _LINE])


class ScreenForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Whether a publication is kept."""

    outcome = RadioField(
        _("What becomes of it"),
        choices=_choices(OUTCOMES),  # type: ignore[arg-type]
        validators=[_needed(_("Please choose what becomes of it."))],
    )
    reason = StringField(
        _("Why it is left out"),
        description=_("A short reason that you use again for others, such as: not about support."),
        validators=[Optional(), _LINE],
    )

    def complete(self) -> bool:
        """Whether all is there: leaving out takes a reason."""
        fine = bool(self.validate_on_submit())
        if fine and self.outcome.data != service.Outcome.INCLUDED and not self.why:
            self.reason.errors = [_("Please give a short reason: a review tells why it left something out.")]
            return False
        return fine

    @property
    def why(self) -> str:
        """The reason as it is kept."""
        return (self.reason.data or "").strip()


class AppraisalForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What a reviewer says of a study."""

    design = StringField(
        _("Kind of study"), validators=[_needed(_("Please say what kind of study it is.")), _LINE]
    )
    setting = StringField(_("Setting"), validators=[_needed(_("Please say where it was done.")), _LINE])
    population = RadioField(
        _("Whom it is about"),
        choices=_choices(POPULATIONS),  # type: ignore[arg-type]
        validators=[_needed(_("Please choose whom it is about."))],
    )
    from_uk = RadioField(
        _("Done in the United Kingdom"),
        choices=_choices(PLACES),  # type: ignore[arg-type]
        validators=[_needed(_("Please choose whether it was done in the United Kingdom."))],
    )
    concern = RadioField(
        _("Concerns about its method"),
        choices=_choices(CONCERNS),  # type: ignore[arg-type]
        validators=[_needed(_("Please choose how much you doubt its method."))],
    )
    reason = TextAreaField(
        _("Why you think so"), validators=[_needed(_("Please give your reason in a sentence.")), _FITS]
    )

    def judgement(self) -> service.Judgement:
        """What was chosen, as a value."""
        return service.Judgement(
            design=_plain(self.design),
            setting=_plain(self.setting),
            population=service.Population(self.population.data),
            from_uk=service.FromUK(self.from_uk.data),
            concern=service.Concern(self.concern.data),
            reason=_plain(self.reason),
        )


class FindingForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """One statement of a publication that somebody has read."""

    statement = TextAreaField(
        _("What it found"),
        description=_("One short statement in your own words."),
        validators=[_needed(_("Please write what the publication found.")), _FITS],
    )
    page = StringField(_("Page"), validators=[Optional(), _LINE])
    themes = SelectMultipleField(_("Themes it speaks of"), validators=[Optional()])

    def offer(self, themes: tuple[tuple[str, str], ...]) -> None:
        """Fill the list of themes."""
        self.themes.choices = [SelectChoice(value=key, label=name) for key, name in themes]


def _plain(field: StringField) -> str:
    return (field.data or "").replace("\r\n", "\n").strip()
