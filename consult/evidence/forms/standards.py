"""The forms of standards and clauses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from consult.evidence import service
from consult.evidence.forms.common import (
    APPLIES,
    FITS,
    KEY_RULE,
    LINE,
    needed,
    plain,
    revision_of,
)


class StandardForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The words of a standard. `revision` is the one the editor opened."""

    revision = HiddenField()
    title = StringField(_("Title"), validators=[needed(_("Please give the standard a short title.")), LINE])
    statement = TextAreaField(
        _("Statement"), validators=[needed(_("Please write the statement in one sentence.")), FITS]
    )
    why = TextAreaField(_("Why it matters"), validators=[Optional(), FITS])
    how_checked = TextAreaField(_("How it is checked"), validators=[Optional(), FITS])
    applies = RadioField(_("Which services it applies to"), choices=APPLIES, default=service.ServiceKind.BOTH)
    adjustment = TextAreaField(
        _("What differs between the two kinds of service"), validators=[Optional(), FITS]
    )
    for_men = TextAreaField(_("What it means for men"), validators=[Optional(), FITS])
    for_organisations = TextAreaField(_("What it means for organisations"), validators=[Optional(), FITS])
    for_commissioners = TextAreaField(_("What it means for commissioners"), validators=[Optional(), FITS])

    def text(self, key: str) -> service.StandardText:
        """What was typed, as a value."""
        return service.StandardText(
            key=key,
            title=plain(self.title),
            statement=plain(self.statement),
            why=plain(self.why),
            how_checked=plain(self.how_checked),
            applies=service.ServiceKind(self.applies.data),
            adjustment=plain(self.adjustment),
            for_men=plain(self.for_men),
            for_organisations=plain(self.for_organisations),
            for_commissioners=plain(self.for_commissioners),
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

    key = StringField(_("Key"), validators=[needed(_("Please give the standard a key.")), KEY_RULE])


class ClauseForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A clause; without a revision it is a new one."""

    revision = HiddenField()
    number = StringField(_("Number"), validators=[needed(_("Please give the clause a number.")), KEY_RULE])
    wording = TextAreaField(_("Wording"), validators=[needed(_("Please write the clause.")), FITS])
    applies = RadioField(_("Which services it applies to"), choices=APPLIES, default=service.ServiceKind.BOTH)

    def text(self) -> service.ClauseText:
        """What was typed, as a value."""
        return service.ClauseText(
            number=plain(self.number),
            wording=plain(self.wording),
            applies=service.ServiceKind(self.applies.data),
            revision=revision_of(self.revision),
        )
