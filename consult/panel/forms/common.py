"""What groups are called in lists to choose from, and messages that forms share."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3

GROUPS = {
    "men_only_service": _("A service for men only"),
    "mixed_service": _("A service for men and women"),
    "research": _("Research"),
    "lived_experience": _("Lived experience"),
    "commissioning": _("Commissioning"),
}
SHORTER = _("This is longer than we can keep. Please shorten it.")


def group_choices() -> list[SelectChoice]:
    return [SelectChoice(value=key, label=label) for key, label in GROUPS.items()]
