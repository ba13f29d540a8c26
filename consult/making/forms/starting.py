"""Forms to begin a working copy, to keep it as a version, and to take questions from the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs trail
from wtforms.validators import DataRequired, InputRequired, Length

EMPTY, UPLOAD = "empty", "upload"
NEW_PART = "+"


class StartForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Where a new working copy comes from. What each way needs is asked below."""

    start = RadioField(
        _("Start from"), validators=[InputRequired(message=_("Please choose what to start from."))]
    )
    file = FileField(
        _("The file, if you start from one"),
        description=_("A text in TOML, or a workbook in XLSForm."),
    )
    title = StringField(
        _("Title, if you start with nothing"),
        description=_("People who answer see it. It can be changed."),
        validators=[Length(max=200, message=_("Please use 200 characters or fewer."))],
    )
    strand = RadioField(
        _("Who will answer, if you start with nothing"),
        choices=[
            SelectChoice(value="survivors", label=_("Men who have survived sexual violence")),
            SelectChoice(value="practitioners", label=_("People who work in services")),
        ],
        default="survivors",
    )

    def offer(self, groups: Sequence[tuple[str, str]]) -> None:
        """The surveys to start from, before the two ways that everybody has."""
        ways = [*groups, (UPLOAD, _("A file of mine")), (EMPTY, _("Nothing: an empty survey"))]
        self.start.choices = [SelectChoice(value=value, label=label) for value, label in ways]


class TitleForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The title of something new."""

    title = StringField(
        _("Title"),
        validators=[
            DataRequired(message=_("Please write a title.")),
            Length(max=200, message=_("Please use 200 characters or fewer.")),
        ],
    )


class NewQuestionForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A new question: its words, and which kind of answer it takes."""

    text = StringField(
        _("Question"),
        validators=[
            DataRequired(message=_("Please write the question.")),
            Length(max=1000, message=_("Please use 1,000 characters or fewer.")),
        ],
    )
    kind = RadioField(
        _("Kind of answer"), validators=[InputRequired(message=_("Please choose one of these."))]
    )

    def offer(self, kinds: Mapping[str, str]) -> None:
        """The kinds of answer."""
        self.kind.choices = [SelectChoice(value=kind, label=label) for kind, label in kinds.items()]


class KeepForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What is said of a version."""

    said = TextAreaField(
        _("What is new in it?"),
        description=_("A sentence for the list of versions. No words of an answer, please."),
        validators=[Length(max=500, message=_("Please use 500 characters or fewer."))],
    )


class BankForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Questions of the bank to copy, and where to."""

    entries = SelectMultipleField(
        _("Which questions?"), validators=[InputRequired(message=_("Please choose at least one question."))]
    )
    part = SelectField(_("Into which part?"))

    def offer(self, entries: Mapping[str, str], parts: Mapping[str, str]) -> None:
        """The questions of the bank, and the parts of the survey."""
        self.entries.choices = [SelectChoice(value=name, label=topic) for name, topic in entries.items()]
        ways = {**parts, NEW_PART: _("A new part: About you")}
        self.part.choices = [SelectChoice(value=name, label=title) for name, title in ways.items()]
