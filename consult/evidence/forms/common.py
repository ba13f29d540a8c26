"""What the forms of this feature share. Every message says what to do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3
from wtforms.validators import DataRequired, Length, Regexp

from consult.evidence import service

LONGEST_TEXT = 4000
_KEY = r"^(?!new$)[A-Za-z0-9][A-Za-z0-9.-]{0,19}$"
SHORTER = _("This is longer than we can keep. Please shorten it.")
FITS = Length(max=LONGEST_TEXT, message=SHORTER)
LINE = Length(max=300, message=SHORTER)
KEY_RULE = Regexp(
    _KEY, message=_("Please use up to 20 letters, numbers, dots and hyphens, such as DS1 or 1.2.")
)

APPLIES = (
    SelectChoice(value=service.ServiceKind.BOTH, label=_("Both kinds of service")),
    SelectChoice(value=service.ServiceKind.MEN_ONLY, label=_("Services for men only")),
    SelectChoice(value=service.ServiceKind.MIXED, label=_("Services for men and women")),
)

STATUSES = (
    SelectChoice(value=service.StandardStatus.DRAFT, label=_("Draft: words and evidence may still change")),
    SelectChoice(value=service.StandardStatus.READY, label=_("Ready: waits for the team's decision")),
    SelectChoice(value=service.StandardStatus.AGREED, label=_("Agreed")),
    SelectChoice(value=service.StandardStatus.DROPPED, label=_("Dropped, and kept with its reasons")),
)


def needed(message: str) -> DataRequired:
    """A field that cannot stay empty, and what to do then."""
    return DataRequired(message=message)


def revision_of(field: HiddenField) -> int | None:
    """The revision that a form carries; None when it carries none."""
    typed = str(field.data or "")
    return int(typed) if typed.isdecimal() else None


def plain(field: StringField) -> str:
    """What was typed, with plain line ends."""
    return (field.data or "").replace("\r\n", "\n").strip()


def offered(value: str, label: str) -> SelectChoice:
    """One choice of a list, cut to a length that a list can show."""
    return SelectChoice(value=value, label=label if len(label) <= 120 else f"{label[:119]}…")
