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
    STATUSES,
    needed,
    plain,
    revision_of,
)
from surveys.differences import Piece, word_by_word

Differing = tuple[str, tuple[Piece, ...]]
"""The label of a field, and its words: crossed out is what others wrote meanwhile, underlined is mine."""

_UNTOLD = frozenset({"revision", "said", "number", "csrf_token"})


def _differing(form: FlaskForm, theirs: object, typed: object) -> list[Differing]:
    """Label and words of each field that stands otherwise now than was typed: theirs to mine."""
    labels = {str(choice.value): str(choice.label) for choice in (*APPLIES, *STATUSES)}
    found = []
    for field in form:
        if field.short_name in _UNTOLD or not hasattr(theirs, field.short_name):
            continue
        present, mine = getattr(theirs, field.short_name), getattr(typed, field.short_name)
        if present != mine:
            words = word_by_word(labels.get(str(present), str(present)), labels.get(str(mine), str(mine)))
            found.append((str(field.label.text), words))
    return found


class StandardForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The words of a standard. `revision` is the one the editor opened."""

    revision = HiddenField()
    title = StringField(_("Title"), validators=[needed(_("Please give the standard a short title.")), LINE])
    statement = TextAreaField(
        _("Statement"), validators=[needed(_("Please write the statement in one sentence.")), FITS]
    )
    said = StringField(_("Why the statement changes"), validators=[Optional(), LINE])
    why = TextAreaField(_("Why it matters"), validators=[Optional(), FITS])
    how_checked = TextAreaField(_("How it is checked"), validators=[Optional(), FITS])
    applies = RadioField(_("Which services it applies to"), choices=APPLIES, default=service.ServiceKind.BOTH)
    adjustment = TextAreaField(
        _("What differs between the two kinds of service"), validators=[Optional(), FITS]
    )
    for_men = TextAreaField(_("What it means for men"), validators=[Optional(), FITS])
    for_organisations = TextAreaField(_("What it means for organisations"), validators=[Optional(), FITS])
    for_commissioners = TextAreaField(_("What it means for commissioners"), validators=[Optional(), FITS])
    status = RadioField(_("How far it has come"), choices=STATUSES, default=service.StandardStatus.DRAFT)

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
            status=service.StandardStatus(self.status.data),
        )

    def differing(self, theirs: service.StandardText) -> list[Differing]:
        """What stands otherwise now than was typed, word by word."""
        return _differing(self, theirs, self.text(theirs.key))


class NewStandardForm(StandardForm):
    """A standard that has no key yet."""

    key = StringField(_("Key"), validators=[needed(_("Please give the standard a key.")), KEY_RULE])


class ClauseForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A clause; without a revision it is a new one."""

    revision = HiddenField()
    number = StringField(_("Number"), validators=[needed(_("Please give the clause a number.")), KEY_RULE])
    wording = TextAreaField(_("Wording"), validators=[needed(_("Please write the clause.")), FITS])
    said = StringField(_("Why the wording changes"), validators=[Optional(), LINE])
    why = TextAreaField(_("Why it matters"), validators=[Optional(), FITS])
    how_checked = TextAreaField(_("How it is checked"), validators=[Optional(), FITS])
    criteria = TextAreaField(_("Criteria, one a line"), validators=[Optional(), FITS])
    applies = RadioField(_("Which services it applies to"), choices=APPLIES, default=service.ServiceKind.BOTH)
    adjustment = TextAreaField(
        _("What differs between the two kinds of service"), validators=[Optional(), FITS]
    )
    for_men = TextAreaField(_("What it means for men"), validators=[Optional(), FITS])
    for_organisations = TextAreaField(_("What it means for organisations"), validators=[Optional(), FITS])
    for_commissioners = TextAreaField(_("What it means for commissioners"), validators=[Optional(), FITS])

    def text(self) -> service.ClauseText:
        """What was typed, as a value."""
        return service.ClauseText(
            number=plain(self.number),
            words=service.ClauseWords(
                wording=plain(self.wording),
                applies=service.ServiceKind(self.applies.data),
                why=plain(self.why),
                how_checked=plain(self.how_checked),
                criteria=plain(self.criteria),
                adjustment=plain(self.adjustment),
                for_men=plain(self.for_men),
                for_organisations=plain(self.for_organisations),
                for_commissioners=plain(self.for_commissioners),
            ),
            revision=revision_of(self.revision),
            said=plain(self.said),
        )

    def differing(self, theirs: service.ClauseText) -> list[Differing]:
        """What stands otherwise now than was typed, word by word."""
        return _differing(self, theirs.words, self.text().words)
