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
from wtforms.validators import InputRequired

import surveys
from consult.making.forms.numbers import whole_number
from consult.making.forms.words import Kind, Words, fields_for, read, shown
from surveys import Depth, Ending, Option, Question, Section, Survey, editing

Part = TypeVar("Part", Survey, Section, Question, Option, Ending)
Convert = Callable[[Any], Any]

_WRITE = _("Please write the words.")
_ONE_OF = _("Please choose one of these.")
KIND_WORDS = {
    "choice": _("One of several options"),
    "choices": _("Any number of options"),
    "scale": _("A rating, such as 1 to 9"),
    "free_text": _("Own words"),
    "number": _("A number"),
}
DEPTH_WORDS = {
    Depth.SHORT: _("Everybody (a little)"),
    Depth.STANDARD: _("Who chose more, or all of it"),
    Depth.FULL: _("Only who chose all of it"),
}


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
        validators=[InputRequired(message=_("Please write an option, or several, each on a line."))],
    )

    def texts(self) -> list[str]:
        """The options as typed, without empty lines."""
        return [surveys.flowing(line) for line in str(self.options.data or "").splitlines() if line.strip()]


def texts_form(kinds: Sequence[Kind], survey: Survey) -> type[PartForm]:
    """A form for the words of the whole survey, and the languages that it is offered in."""
    words = (
        Words(name="title", label=_("Title"), needed=_WRITE),
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
    return _made(words, kinds, {"languages": languages}, {"languages": tuple})


def section_form(kinds: Sequence[Kind]) -> type[PartForm]:
    """A form for a section."""
    words = (
        Words(name="title", label=_("Title of the part"), needed=_WRITE),
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
    return _made(words, kinds, {"counted": counted}, {"counted": bool})


def ending_form(kinds: Sequence[Kind]) -> type[PartForm]:
    """A form for an ending."""
    words = (
        Words(name="title", label=_("Title of the page"), needed=_WRITE),
        Words(name="paragraphs", label=_("Words"), hint=_("One paragraph on each line."), many=True),
    )
    return _made(words, kinds, {}, {})


def option_form(kinds: Sequence[Kind], survey: Survey, question: Question) -> type[PartForm]:
    """A form for an option; what has no meaning for its question is not asked."""
    one = isinstance(question, surveys.Choice)
    fields: dict[str, Field] = {
        "detail": BooleanField(
            _("With a box to say how"), description=_("As in: In another way (you can say how).")
        )
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
    return _made((Words(name="text", label=_("Option"), needed=_WRITE),), kinds, fields, convert)


def question_form(kinds: Sequence[Kind], kind: str, *, fixed_kind: bool) -> type[PartForm]:
    """A form for a question of a kind. `fixed_kind`: people answered it, so the kind stays."""
    words, fields, convert = _of_kind(kind)
    asked = (
        Words(name="text", label=_("Question"), needed=_WRITE),
        Words(name="hint", label=_("Hint under the question"), area=True),
    )
    above = Words(
        name="lead",
        label=_("Words above the question"),
        hint=_("For it and those that follow it, such as: How much does each of these matter to you?"),
    )
    common: dict[str, Field] = {
        "depth": RadioField(
            _("Who is asked"),
            choices=[SelectChoice(value=str(depth), label=label) for depth, label in DEPTH_WORDS.items()],
            validators=[InputRequired(message=_ONE_OF)],
        ),
        "starts_page": BooleanField(_("Begins a new page")),
        "sensitive": BooleanField(
            _("Sensitive"),
            description=_("The part then needs a note before it. Never repeated in a later text."),
        ),
        "stored": BooleanField(
            _("The answer is kept"),
            description=_("Without the tick it only changes the way, as for “Are you 18?”."),
        ),
    }
    settings: dict[str, Convert] = {"depth": Depth, "starts_page": bool, "sensitive": bool, "stored": bool}
    others: dict[str, Field] = {}
    if not fixed_kind:
        others["kind"] = RadioField(
            _("Kind of answer"),
            choices=[SelectChoice(value=each, label=KIND_WORDS.get(each, each)) for each in editing.KINDS],
            validators=[InputRequired(message=_ONE_OF)],
        )
    return _made((*asked, *words, above), kinds, {**others, **fields, **common}, {**convert, **settings})


def _of_kind(kind: str) -> tuple[tuple[Words, ...], dict[str, Field], dict[str, Convert]]:
    """The words and settings that one kind has and the others have not."""
    match kind:
        case "choice":
            buttons = BooleanField(
                _("Two buttons in place of radios"), description=_("For two ways on that weigh the same.")
            )
            return (), {"buttons": buttons}, {"buttons": bool}
        case "scale":
            return _SCALE, _numbers(low=_("Lowest mark"), high=_("Highest mark")), {"low": int, "high": int}
        case "free_text":
            return (), _numbers(max_length=_("Longest answer, in characters")), {"max_length": int}
        case "number":
            labels = {"least": _("Smallest number"), "most": _("Largest number")}
            return (), _numbers(**labels), {"least": int, "most": int}
    return (), {}, {}


_SCALE = (
    Words(name="label_low", label=_("Words at the low end")),
    Words(name="label_high", label=_("Words at the high end")),
    Words(
        name="thirds",
        label=_("Words for the three thirds"),
        hint=_("Three lines, or none."),
        many=True,
    ),
    Words(
        name="cannot_rate",
        label=_("The way out for who cannot say"),
        hint=_("Such as: I cannot say. Empty for none."),
    ),
)


def _numbers(**labels: Any) -> dict[str, Field]:
    return {name: whole_number(label) for name, label in labels.items()}


def _title(ending: Ending, survey: Survey) -> str:
    return ending.title.read(survey.base, base=survey.base).words or ending.id


def _made(
    words: Sequence[Words],
    kinds: Sequence[Kind],
    fields: Mapping[str, Field],
    settings: Mapping[str, Convert],
) -> type[PartForm]:
    boxes = fields_for(words, kinds)
    own = {"words": words, "kinds": kinds, "settings": settings, "order": (*boxes, *fields)}
    return type("MadeForm", (PartForm,), {**own, **boxes, **fields})


__all__ = [
    "KIND_WORDS",
    "NewOptionsForm",
    "PartForm",
    "ending_form",
    "option_form",
    "question_form",
    "section_form",
    "texts_form",
]
