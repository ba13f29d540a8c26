"""Forms for the parts of a survey: its texts, sections, questions of every kind, options and endings.

A form is made for the part that it is to show: its boxes follow the survey's languages, and its settings the
kind of question. `fill` shows a part, `part` gives it back as typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs trail
from wtforms.validators import DataRequired, InputRequired

import surveys
from consult.making import service
from consult.making.forms.words import Kind, Words, fields_for, read, shown
from surveys import Ending, Option, Question, Section, Survey

Part = TypeVar("Part", Survey, Section, Question, Option, Ending)
Convert = Callable[[Any], Any]

WRITE = _("Please write the words.")


class PartForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A part with its words and settings. `mark` says what the page showed."""

    mark = HiddenField()
    words: ClassVar[Sequence[Words]] = ()
    kinds: ClassVar[Sequence[Kind]] = ()
    settings: ClassVar[Mapping[str, Convert]] = {}
    order: ClassVar[Sequence[str]] = ()

    def boxes(self) -> list[Field]:
        """The boxes in the order in which they are asked."""
        return [self[name] for name in self.order]

    def fill(self, part: Survey | Section | Question | Option | Ending) -> None:
        """Show a part as it stands."""
        for each in self.words:
            for name, said in shown(each, self.kinds, getattr(part, each.name)).items():
                self[name].data = said
        for name in self.settings:
            value = getattr(part, name)
            self[name].data = list(value) if isinstance(value, tuple) else ("" if value is None else value)

    def mark_of(self, part: Survey | Section | Question | Option | Ending) -> str:
        """A mark of all that this form shows of a part: to see whether it is still so later."""
        return service.mark(
            [getattr(part, name) for name in (*(each.name for each in self.words), *self.settings)]
        )

    def part(self, before: Part) -> Part:
        """The part as typed. Only after validation."""
        typed: dict[str, Any] = {
            each.name: read(each, self.kinds, self, getattr(before, each.name)) for each in self.words
        }
        typed |= {name: convert(self[name].data) for name, convert in self.settings.items()}
        return replace(before, **typed)


class NewOptionsForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Options to add, several at once."""

    options = TextAreaField(
        _("Add options"),
        description=_("One on each line. Languages and settings of each come after that."),
        validators=[DataRequired(message=_("Please write an option, or several, each on a line."))],
    )

    def texts(self) -> list[str]:
        """The options as typed, without empty lines."""
        return [surveys.flowing(line) for line in str(self.options.data or "").splitlines() if line.strip()]


def texts_form(kinds: Sequence[Kind], survey: Survey) -> type[PartForm]:
    """A form for the words of the whole survey, and the languages that it is offered in."""
    words = (
        Words(name="title", label=_("Title"), needed=WRITE),
        Words(
            name="notice",
            label=_("Notice on every page"),
            hint=_("Such as that it is a draft. Usually empty."),
        ),
        Words(
            name="summary",
            label=_("What it is about, on the first page"),
            hint=_("One paragraph on each line."),
            many=True,
        ),
        Words(
            name="consent",
            label=_("What happens to answers, before somebody starts"),
            hint=_("One paragraph on each line. {freeze_date} and {results_date} are filled in."),
            many=True,
        ),
        Words(
            name="reassurance",
            label=_("Beside every box for own words"),
            hint=_(
                "One paragraph on each line. It begins: You do not need to describe what happened to you."
            ),
            many=True,
        ),
        Words(
            name="thanks",
            label=_("At the end"),
            hint=_("One paragraph on each line. No praise for being brave."),
            many=True,
        ),
    )
    known = {"en": _("English"), "cy": _("Welsh")} | {
        code: code for code in survey.languages if code not in {"en", "cy"}
    }
    languages = SelectMultipleField(
        _("Languages that it is offered in"),
        description=_("A language is offered once every text is there and a person has read it."),
        choices=[SelectChoice(value=code, label=label) for code, label in known.items()],
        validators=[InputRequired(message=_("Please choose at least one language."))],
    )
    easy = SelectMultipleField(
        _("Languages that it is offered in as easy read too"),
        description=_("Easy read needs its own words and a picture for each question."),
        choices=[SelectChoice(value=code, label=label) for code, label in known.items()],
    )
    fields = {"languages": languages, "easy": easy}
    return made(words, kinds, fields, {"languages": tuple, "easy": lambda chosen: tuple(chosen or ())})


def section_form(kinds: Sequence[Kind]) -> type[PartForm]:
    """A form for a section."""
    words = (
        Words(name="title", label=_("Title of the part"), needed=WRITE),
        Words(
            name="note",
            label=_("Note before the part"),
            hint=_(
                "The topic in plain words and how many questions. 40 words at most. Sensitive parts need it."
            ),
            area=True,
        ),
    )
    counted = BooleanField(_("Counted, as in “Part 2 of 5”"))
    return made(words, kinds, {"counted": counted}, {"counted": bool})


def ending_form(kinds: Sequence[Kind]) -> type[PartForm]:
    """A form for an ending."""
    words = (
        Words(name="title", label=_("Title of the page"), needed=WRITE),
        Words(name="paragraphs", label=_("Words"), hint=_("One paragraph on each line."), many=True),
    )
    return made(words, kinds, {}, {})


def option_form(kinds: Sequence[Kind], survey: Survey, question: Question) -> type[PartForm]:
    """A form for an option; what has no meaning for its question is not asked."""
    one = isinstance(question, surveys.Choice)
    fields: dict[str, Field] = {
        "detail": BooleanField(_("With a box to say how, as in “In another way (you can say how)”"))
    }
    if not one:
        fields["exclusive"] = BooleanField(_("Rules out the others, such as “None of these”"))
    fields["support"] = BooleanField(_("Shows support first on the next page"))
    convert: dict[str, Convert] = dict.fromkeys(fields, bool)
    if one:
        offered = [("", _("No, it goes on")), *((each.id, _title(each, survey)) for each in survey.endings)]
        fields["ends"] = RadioField(
            _("Leaves the survey here?"),
            description=_("For a page such as the one for people under 18. Nothing is kept of who leaves."),
            choices=[SelectChoice(value=value, label=label) for value, label in offered],
            validate_choice=True,
            default="",
        )
        convert["ends"] = lambda value: value or None
    return made((Words(name="text", label=_("Option"), needed=WRITE),), kinds, fields, convert)


def _title(ending: Ending, survey: Survey) -> str:
    return ending.title.read(survey.base, base=survey.base).words or ending.id


def made(
    words: Sequence[Words],
    kinds: Sequence[Kind],
    fields: Mapping[str, Field],
    settings: Mapping[str, Convert],
) -> type[PartForm]:
    boxes = fields_for(words, kinds)
    own = {"words": words, "kinds": kinds, "settings": settings, "order": (*boxes, *fields)}
    return type("MadeForm", (PartForm,), {**own, **boxes, **fields})
