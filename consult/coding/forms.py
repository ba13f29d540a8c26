"""What the forms of the workbench hold, and how a press of a button is read. Words to people, no acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _
from wtforms import Form, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from consult.coding.service import IDEA_COUNTS, Press, Sieve, Stream, ThemeText, Verdict, Which
from consult.faults import MissingError

LONGEST_NAME = 120
LONGEST_TEXT = 2000
USUAL_MINUTES = 2.0
_SHORTEN = _("Please make this shorter: %(max)d characters at most.")


class UnknownPressError(MissingError):
    """The form asks for something that the page does not offer."""


def _strip(text: str | None) -> str:
    return (text or "").strip()


class ThemeForm(Form):
    """A theme's words. `revision` is the one that the editor started from."""

    name = StringField(
        _("Name"),
        filters=[_strip],
        validators=[
            DataRequired(_("Give the theme a name, so that everybody means the same by it.")),
            Length(max=LONGEST_NAME, message=_SHORTEN),
        ],
    )
    definition = TextAreaField(
        _("Definition"),
        description=_(
            "One sentence on what belongs to it. Suggestions learn from it before anything is coded."
        ),
        filters=[_strip],
        validators=[Length(max=LONGEST_TEXT, message=_SHORTEN)],
    )
    include = TextAreaField(
        _("Include"), filters=[_strip], validators=[Length(max=LONGEST_TEXT, message=_SHORTEN)]
    )
    exclude = TextAreaField(
        _("Exclude"),
        description=_("Name the theme where it belongs instead."),
        filters=[_strip],
        validators=[Length(max=LONGEST_TEXT, message=_SHORTEN)],
    )
    example = TextAreaField(
        _("Example"),
        description=_("Make one up. Never copy the words of somebody who answered."),
        filters=[_strip],
        validators=[Length(max=LONGEST_TEXT, message=_SHORTEN)],
    )
    revision = HiddenField()

    def text(self) -> ThemeText:
        """What was typed, as the code frame keeps it."""
        return ThemeText(
            name=_strip(self.name.data),
            definition=_strip(self.definition.data),
            include=_strip(self.include.data),
            exclude=_strip(self.exclude.data),
            example=_strip(self.example.data),
        )


def press(form: Mapping[str, Sequence[str]], definition_id: str, box: str, response: str) -> Press:
    """What was pressed on the page of an answer: a theme, a suggestion, or "no theme applies".

    `form`: field name -> everything sent under it. Raises UnknownPressError for what no page of ours sends.
    """
    theme, excerpt = _pressed(form)
    return Press(
        definition_id=definition_id,
        box=box,
        response=response,
        rev=whole(_first(form, "rev")),
        theme=theme,
        excerpt=excerpt,
        marked=_marked(form),
        ticked=tuple(whole(place) for place in form.get("sentence", ())),
        stream=stream(_first(form, "stream")),
        blind=_first(form, "blind") == "yes",
    )


def stream(name: str) -> Stream:
    """How an answer came before the coder, as an address or a form says it; chosen by hand unless it does."""
    return Stream(name) if name in set(Stream) else Stream.CHOSEN


def sieve(which: str, theme: str, group: str) -> Sieve:
    """Which answers are wanted, as an address says it; all of them unless it does."""
    return Sieve(which=Which(which) if which in set(Which) else Which.ALL, theme=theme, group=group)


def verdicts(form: Mapping[str, str]) -> dict[str, Verdict]:
    """What was decided on each theme that differs: fields `verdict-` and the theme's key."""
    return {
        name.removeprefix("verdict-"): Verdict(value)
        for name, value in form.items()
        if name.startswith("verdict-") and value in set(Verdict)
    }


def whole(text: str) -> int:
    """A number that a page of ours put into a form. Raises UnknownPressError for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise UnknownPressError("this page has no such button")
    return int(text)


def _pressed(form: Mapping[str, Sequence[str]]) -> tuple[str | None, tuple[int, int] | None]:
    if "theme" in form:
        return _first(form, "theme"), None
    if "no_theme" in form:
        return None, None
    start, _dash, rest = _first(form, "suggestion").partition("-")
    end, _dash, theme = rest.partition("-")
    return theme, (whole(start), whole(end))


def _marked(form: Mapping[str, Sequence[str]]) -> tuple[int, int] | None:
    """The stretch that was selected freely; the script fills both fields or neither."""
    start, end = _first(form, "start"), _first(form, "end")
    return (whole(start), whole(end)) if start and end else None


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(form.get(name, ())), "")


def right_or_wrong(form: Mapping[str, str]) -> dict[str, bool]:
    """How a sample was judged: fields `sure-` and the suggestion's name."""
    return {
        name.removeprefix("sure-"): value == "right"
        for name, value in form.items()
        if name.startswith("sure-") and value in {"right", "wrong"}
    }


def minutes(text: str) -> float:
    """Minutes that somebody takes for an answer; two unless a number that can be is given."""
    try:
        found = float(text)
    except ValueError:
        return USUAL_MINUTES
    return found if 0.1 <= found <= 60 else USUAL_MINUTES


def idea_count(text: str) -> int:
    """How many ideas are asked for; 0, for those that are there, unless it is a number on offer."""
    return next((count for count in IDEA_COUNTS if str(count) == text), 0)
