"""The forms of comments and replies."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3
from wtforms.validators import Optional

from consult.evidence import service
from consult.evidence.forms.common import FITS, LINE, needed, offered, plain

DISPOSITIONS = (
    SelectChoice(value="accepted", label=_("Accepted")),
    SelectChoice(value="accepted_in_part", label=_("Accepted in part")),
    SelectChoice(value="noted", label=_("Noted")),
    SelectChoice(value="not_accepted", label=_("Not accepted")),
)


class ReplyForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """One answer to one comment, or to several that a person found alike."""

    revision = HiddenField()
    comment = SelectMultipleField(
        _("The comments that this answers"),
        validators=[needed(_("Please leave at least one comment ticked."))],
    )
    summary = TextAreaField(
        _("What was said, in our words"),
        validators=[
            needed(_("Please say in your own words what was said: the comment itself is not shown.")),
            FITS,
        ],
    )
    disposition = RadioField(
        _("What we do"), choices=DISPOSITIONS, validators=[needed(_("Please choose one."))]
    )
    reason = TextAreaField(
        _("Reason"), validators=[needed(_("Please say why. Who commented will read it.")), FITS]
    )
    changed = TextAreaField(_("What it changed"), validators=[Optional(), FITS])
    next_wording = SelectField(_("The wording that it led to"), validators=[Optional()])

    def offer(self, at: service.Answering) -> ReplyForm:
        """Fill the list of comments."""
        self.comment.choices = [SelectChoice(value=each.id.hex(), label=each.words) for each in at.offered]
        none = SelectChoice(value="", label=gettext("None"))
        later = [offered(str(number), f"{number}: {words}") for number, words in at.wordings]
        self.next_wording.choices = [none, *later]
        return self

    def text(self) -> service.ReplyText:
        """What was typed, as a value."""
        return service.ReplyText(
            summary=plain(self.summary),
            disposition=service.Disposition(self.disposition.data),
            reason=plain(self.reason),
            changed=plain(self.changed),
            next_wording=int(self.next_wording.data) if self.next_wording.data else None,
        )


class CommentForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A comment that came by letter, or was said in a meeting."""

    clause = SelectField(_("Part"), validators=[needed(_("Please choose a part."))])
    words = TextAreaField(
        _("What was said"), validators=[needed(_("Please write down what was said.")), FITS]
    )
    came = StringField(
        _("How it came"),
        validators=[needed(_("Please say how it came, such as “letter”.")), LINE],
    )

    def offer(self, parts: Sequence[tuple[str, str]]) -> CommentForm:
        """Fill the list of parts."""
        none = SelectChoice(value="", label=gettext("Please choose"))
        self.clause.choices = [none, *(offered(value, f"{value} {words}") for value, words in parts)]
        return self
