"""The forms of standards, links, quotes and publications. Every message says what to do."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3
from wtforms.validators import DataRequired, Length, Optional, Regexp

from consult.evidence import service

LONGEST_TEXT = 4000
_KEY = r"^(?!new$)[A-Za-z0-9][A-Za-z0-9.-]{0,19}$"
_SHORTER = _("This is longer than we can keep. Please shorten it.")
_FITS = Length(max=LONGEST_TEXT, message=_SHORTER)
_LINE = Length(max=300, message=_SHORTER)
_KEY_RULE = Regexp(
    _KEY, message=_("Please use up to 20 letters, numbers, dots and hyphens, such as DS1 or 1.2.")
)

APPLIES = (
    SelectChoice(value=service.ServiceKind.BOTH, label=_("Both kinds of service")),
    SelectChoice(value=service.ServiceKind.MEN_ONLY, label=_("Services for men only")),
    SelectChoice(value=service.ServiceKind.MIXED, label=_("Services for men and women")),
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


def _needed(message: str) -> DataRequired:
    return DataRequired(message=message)


class StandardForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The words of a standard. `revision` is the one the editor opened."""

    revision = HiddenField()
    title = StringField(_("Title"), validators=[_needed(_("Please give the standard a short title.")), _LINE])
    statement = TextAreaField(
        _("Statement"), validators=[_needed(_("Please write the statement in one sentence.")), _FITS]
    )
    why = TextAreaField(_("Why it matters"), validators=[Optional(), _FITS])
    how_checked = TextAreaField(_("How it is checked"), validators=[Optional(), _FITS])
    applies = RadioField(_("Which services it applies to"), choices=APPLIES, default=service.ServiceKind.BOTH)
    adjustment = TextAreaField(
        _("What differs between the two kinds of service"), validators=[Optional(), _FITS]
    )
    for_men = TextAreaField(_("What it means for men"), validators=[Optional(), _FITS])
    for_organisations = TextAreaField(_("What it means for organisations"), validators=[Optional(), _FITS])
    for_commissioners = TextAreaField(_("What it means for commissioners"), validators=[Optional(), _FITS])

    def text(self, key: str) -> service.StandardText:
        """What was typed, as a value."""
        return service.StandardText(
            key=key,
            title=_plain(self.title),
            statement=_plain(self.statement),
            why=_plain(self.why),
            how_checked=_plain(self.how_checked),
            applies=service.ServiceKind(self.applies.data),
            adjustment=_plain(self.adjustment),
            for_men=_plain(self.for_men),
            for_organisations=_plain(self.for_organisations),
            for_commissioners=_plain(self.for_commissioners),
        )

    def differing(self, theirs: service.StandardText) -> list[tuple[str, str]]:
        """Label and present text of each field that differs from what was typed."""
        typed = self.text(theirs.key)
        labels = {str(choice.value): str(choice.label) for choice in APPLIES}
        found = []
        for field in self:
            if not hasattr(theirs, field.name):
                continue
            present = getattr(theirs, field.name)
            if present != getattr(typed, field.name):
                found.append((str(field.label.text), labels.get(str(present), str(present))))
        return found


class NewStandardForm(StandardForm):
    """A standard that has no key yet."""

    key = StringField(_("Key"), validators=[_needed(_("Please give the standard a key.")), _KEY_RULE])


class ClauseForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A clause; without a revision it is a new one."""

    revision = HiddenField()
    number = StringField(_("Number"), validators=[_needed(_("Please give the clause a number.")), _KEY_RULE])
    wording = TextAreaField(_("Wording"), validators=[_needed(_("Please write the clause.")), _FITS])
    applies = RadioField(_("Which services it applies to"), choices=APPLIES, default=service.ServiceKind.BOTH)

    def text(self) -> service.ClauseText:
        """What was typed, as a value."""
        return service.ClauseText(
            number=_plain(self.number),
            wording=_plain(self.wording),
            applies=service.ServiceKind(self.applies.data),
            revision=revision_of(self.revision),
        )


class LinkForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A theme or a finding, what it says of a clause, and why somebody thinks so."""

    clause = SelectField(_("Clause"), validators=[_needed(_("Please choose a clause."))])
    theme = SelectField(_("Theme"), validators=[Optional()])
    finding = SelectField(_("Or a finding from the literature"), validators=[Optional()])
    stance = RadioField(
        _("What it says of the clause"),
        choices=STANCES,
        validators=[_needed(_("Please choose what it says of the clause."))],
    )
    strength = RadioField(
        _("How strongly"),
        choices=STRENGTHS,
        validators=[_needed(_("Please choose how strongly."))],
    )
    reason = TextAreaField(
        _("Reason"),
        validators=[
            _needed(_("Please say in a sentence why you link these two. Others will rely on it.")),
            _FITS,
        ],
    )

    def offer(self, linkable: service.Linkable) -> LinkForm:
        """Fill the lists."""
        none = SelectChoice(value="", label=gettext("None"))
        self.clause.choices = [_choice(value, f"{value} {words}") for value, words in linkable.clauses]
        self.theme.choices = [none, *(_choice(value, words) for value, words in linkable.themes)]
        self.finding.choices = [none, *(_choice(value, words) for value, words in linkable.findings)]
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
            reason=_plain(self.reason),
        )


class QuoteForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A redacted text of coded words."""

    coding = HiddenField(validators=[_needed(_("Please start from an excerpt on the page."))])
    words = TextAreaField(
        _("The words as they may be quoted"),
        validators=[
            _needed(_("Please leave some of the person's words.")),
            Length(max=service.LONGEST, message=_SHORTER),
        ],
    )


class PublicationForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A publication, not yet read."""

    key = StringField(_("Key"), validators=[_needed(_("Please give the publication a key.")), _KEY_RULE])
    citation = TextAreaField(
        _("Citation"), validators=[_needed(_("Please write who published what, where and when.")), _FITS]
    )
    design = StringField(_("Kind of study"), validators=[Optional(), _LINE])
    setting = StringField(_("Setting"), validators=[Optional(), _LINE])


class FindingForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """One statement of a publication that somebody has read."""

    source = SelectField(_("Publication"), validators=[_needed(_("Please choose a publication."))])
    statement = TextAreaField(
        _("What it found"), validators=[_needed(_("Please write what the publication found.")), _FITS]
    )
    page = StringField(_("Page"), validators=[Optional(), _LINE])

    def offer(self, read: list[tuple[str, str]]) -> FindingForm:
        """Fill the list with publications that were read."""
        self.source.choices = [_choice(key, f"{key}: {citation}") for key, citation in read]
        return self


def revision_of(field: HiddenField) -> int | None:
    """The revision that a form carries; None when it carries none."""
    typed = str(field.data or "")
    return int(typed) if typed.isdecimal() else None


def _plain(field: StringField) -> str:
    return (field.data or "").replace("\r\n", "\n").strip()


def _choice(value: str, label: str) -> SelectChoice:
    return SelectChoice(value=value, label=label if len(label) <= 120 else f"{label[:119]}…")
