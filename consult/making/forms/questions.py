"""Forms for questions: what all kinds share, and what each kind has of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs trail
from wtforms.validators import InputRequired

from consult.making.forms.numbers import whole_number
from consult.making.forms.parts import WRITE, Convert, PartForm, made
from consult.making.forms.words import Kind, Words
from surveys import Depth, editing
from surveys.pictures import PICTURES

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


def kind_words() -> dict[str, str]:
    """The kinds of question, and what each is called; one that has no name here goes by its word."""
    return {kind: str(KIND_WORDS.get(kind, kind)) for kind in editing.KINDS}


def question_form(kinds: Sequence[Kind], kind: str, *, fixed_kind: bool) -> type[PartForm]:
    """A form for a question of a kind. `fixed_kind`: people answered it, so the kind stays."""
    words, fields, convert = _of_kind(kind)
    asked = (
        Words(name="text", label=_("Question"), needed=WRITE),
        Words(name="hint", label=_("Hint under the question"), area=True),
    )
    above = Words(
        name="lead",
        label=_("Words above the question"),
        hint=_("For it and those that follow it, such as: How much does each of these matter to you?"),
    )
    recalling = Words(
        name="recalling",
        label=_("The question for somebody whose earlier choice it repeats"),
        hint=_(
            "Such as: You said “{answer.looked}”. What came next? Everybody else meets the question above."
        ),
    )
    common: dict[str, Field] = {
        "depth": RadioField(
            _("Who is asked"),
            choices=[SelectChoice(value=str(depth), label=label) for depth, label in DEPTH_WORDS.items()],
            validators=[InputRequired(message=_ONE_OF)],
        ),
        "starts_page": BooleanField(_("Begins a new page")),
        "sensitive": BooleanField(
            _("Sensitive: its part has a note before it, and it is never repeated later")
        ),
        "stored": BooleanField(_("The answer is kept. Without the tick it only changes the way")),
    }
    easy = any(variant for _language, variant in kinds)
    if easy:
        pictures = [("", _("No picture")), *((name, said.capitalize()) for name, said in PICTURES.items())]
        common["picture"] = SelectField(
            _("Picture in easy read"),
            choices=[SelectChoice(value=name, label=label) for name, label in pictures],
        )
    settings: dict[str, Convert] = {"depth": Depth, "starts_page": bool, "sensitive": bool, "stored": bool}
    if easy:
        settings["picture"] = str
    others: dict[str, Field] = {}
    if not fixed_kind:
        others["kind"] = RadioField(
            _("Kind of answer"),
            choices=[SelectChoice(value=each, label=said) for each, said in kind_words().items()],
            validators=[InputRequired(message=_ONE_OF)],
        )
    return made(
        (*asked, *words, above, recalling), kinds, {**others, **fields, **common}, {**convert, **settings}
    )


def _of_kind(kind: str) -> tuple[tuple[Words, ...], dict[str, Field], dict[str, Convert]]:
    """The words and settings that one kind has and the others have not."""
    match kind:
        case "choice":
            buttons = BooleanField(_("Two buttons in place of radios, for two ways on that weigh the same"))
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
    Words(
        name="about",
        label=_("What is rated, when it is rated in two ways"),
        hint=_(
            "Ratings with the same words here stand together under them. Then no words above the question."
        ),
    ),
    Words(name="label_low", label=_("Words at the low end")),
    Words(name="label_high", label=_("Words at the high end")),
    Words(
        name="thirds",
        label=_("Words for the three thirds"),
        hint=_("Three lines, or none."),
        many=True,
    ),
    Words(
        name="faces",
        label=_("Words for the three faces of easy read"),
        hint=_("Three lines, or none: then the words of the thirds stand with them."),
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
