"""A whole number, with a message of ours."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, NumberRange

_WHOLE_NUMBER = _("Please write a whole number, such as 5.")
_FURTHEST = 1_000_000_000


class IntegerField(wtforms.IntegerField):
    """A whole number. The name stays, since templates go by it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed. Raises ValueError with what to do."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_WHOLE_NUMBER) from error


def whole_number(label: str) -> IntegerField:
    """A field for a whole number that must be there."""
    within = NumberRange(min=-_FURTHEST, max=_FURTHEST, message=_("This number is too large."))
    return IntegerField(label, validators=[InputRequired(message=_WHOLE_NUMBER), within])
