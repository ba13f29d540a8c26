"""The forms of judging: a row, how sure one is, what differs between services, and a decision."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3
from wtforms.validators import Optional

from consult.evidence import service
from consult.evidence.forms.common import FITS, LINE, needed, plain

STANCE_WORDS = {
    "supports": _("supports"),
    "qualifies": _("supports in part"),
    "contradicts": _("contradicts"),
}
PROMINENCE_WORDS = {"many": _("many"), "some": _("some"), "few": _("few")}
_SAYS = tuple(
    SelectChoice(value=f"{stance}/{word}", label=_("%(stance)s, %(word)s", stance=says, word=widely))
    for stance, says in STANCE_WORDS.items()
    for word, widely in PROMINENCE_WORDS.items()
)
CELLS = (
    SelectChoice(value="", label=_("As proposed")),
    *_SAYS,
    SelectChoice(value="silent/not_asked", label=_("silent: was not asked about this")),
    SelectChoice(value="silent/asked_not_raised", label=_("silent: was asked, and did not raise it")),
)
RESULTS = (
    SelectChoice(value="", label=_("As the rules say")),
    SelectChoice(value="convergence", label=_("They agree")),
    SelectChoice(value="convergence_against", label=_("They agree against it")),
    SelectChoice(value="complementarity", label=_("They add to one another")),
    SelectChoice(value="dissonance", label=_("They disagree")),
    SelectChoice(value="silence", label=_("Too few speak to it")),
)
CONCERNS = (
    SelectChoice(value="none_or_very_minor", label=_("None, or very minor")),
    SelectChoice(value="minor", label=_("Minor")),
    SelectChoice(value="moderate", label=_("Moderate")),
    SelectChoice(value="serious", label=_("Serious")),
)
LEVELS = (
    SelectChoice(value="high", label=_("High")),
    SelectChoice(value="moderate", label=_("Moderate")),
    SelectChoice(value="low", label=_("Low")),
    SelectChoice(value="very_low", label=_("Very low")),
)
KINDS = (
    SelectChoice(value="keep", label=_("Keep it as it is")),
    SelectChoice(value="change", label=_("Change it: the words below become the next wording")),
    SelectChoice(value="drop", label=_("Drop it")),
    SelectChoice(value="need_more", label=_("Not yet: we need to hear or read more")),
)
_CHOOSE = _("Please choose one.")


class RowForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What each strand says of one theme, and what that makes together."""

    survivors = SelectField(_("Survivors"), choices=CELLS, validators=[Optional()])
    practitioners = SelectField(_("Practitioners"), choices=CELLS, validators=[Optional()])
    literature = SelectField(_("Literature"), choices=CELLS, validators=[Optional()])
    verdict = SelectField(_("Together"), choices=RESULTS, validators=[Optional()])
    reason = TextAreaField(
        _("Reason"),
        validators=[needed(_("Please say in a sentence why. A second person will read it.")), FITS],
    )

    def cells(self) -> dict[str, str]:
        """What was chosen, by strand."""
        return {name: self[name].data or "" for name in ("survivors", "practitioners", "literature")}


class ConfidenceForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Four concerns, the level that they leave, and why."""

    methods = RadioField(
        _("How it was found out: concerns about the methods"), choices=CONCERNS, validators=[needed(_CHOOSE)]
    )
    coherence = RadioField(
        _("How well it fits what was said: concerns about coherence"),
        choices=CONCERNS,
        validators=[needed(_CHOOSE)],
    )
    adequacy = RadioField(
        _("How much there is, and how rich: concerns about adequacy"),
        choices=CONCERNS,
        validators=[needed(_CHOOSE)],
    )
    relevance = RadioField(
        _("How near to services for men in the UK: concerns about relevance"),
        choices=CONCERNS,
        validators=[needed(_CHOOSE)],
    )
    level = RadioField(_("How sure we are"), choices=LEVELS, validators=[Optional()])
    reason = TextAreaField(
        _("Reason"), validators=[needed(_("Please say in a sentence why. It is shown with the level.")), FITS]
    )
    dissemination = StringField(
        _("What may never have been published or said"), validators=[Optional(), LINE]
    )

    def complete(self) -> bool:
        """Whether all is there. Without a level the proposed one is told, and a person chooses."""
        fine = bool(self.validate_on_submit())
        if not fine or self.level.data:
            return fine
        labels = {str(choice.value): str(choice.label) for choice in LEVELS}
        told = labels[service.proposed_level(self.concerns().values()).value]
        self.level.errors = [
            gettext("Please choose how sure we are. These concerns propose: %(level)s.", level=told)
        ]
        return False

    def concerns(self) -> dict[str, service.Concern]:
        """The four marks by component."""
        return {name: service.Concern(self[name].data) for name in service.COMPONENTS}

    def sureness(self) -> service.Sureness:
        """What was chosen, as a value."""
        return service.Sureness(
            concerns=self.concerns(),
            level=service.Confidence(self.level.data),
            reason=plain(self.reason),
            dissemination=plain(self.dissemination),
        )


class EquityForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What differs between the two kinds of service."""

    text = TextAreaField(
        _("What differs between services for men only, and for men and women"),
        validators=[needed(_("Please write what differs, or that nothing does and how you know.")), FITS],
    )


class DecisionForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What was decided, why, and by whom."""

    kind = RadioField(_("What we decide"), choices=KINDS, validators=[needed(_CHOOSE)])
    reason = TextAreaField(
        _("Reason"), validators=[needed(_("Please say why. People outside will read it.")), FITS]
    )
    wording = TextAreaField(_("The next wording"), validators=[Optional(), FITS])
    people = TextAreaField(
        _("Who decided, and with which interests"),
        validators=[needed(_("Please name who decided; write what interests they declared, or none.")), FITS],
    )
    dissent = TextAreaField(_("Why some did not agree"), validators=[Optional(), FITS])
    notes = TextAreaField(_("Notes of the meeting"), validators=[Optional(), FITS])

    def settled(self) -> service.Settled:
        """What was decided, as a value; the service says of which part and wording."""
        return service.Settled(
            clause_id=b"",
            wording=0,
            kind=service.DecisionKind(self.kind.data),
            reason=plain(self.reason),
            people=plain(self.people),
            dissent=plain(self.dissent),
            notes=plain(self.notes),
        )
