"""What somebody of the team sends who types answers in. Questions are printed from the definition.

Names of these fields hold a hyphen, as no question's id can: nothing typed for a question is taken for them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import surveys
from consult.gathering.service import CameBy

CAME_BY, LANGUAGE, SHEET, WANTS_CODE = "came-by", "paper-language", "sheet-mark", "wants-code"
LATER_STUDIES = "later-studies"
_MARK = re.compile(r"[0-9a-f]{32}")

Fields = Mapping[str, Sequence[str]]


def new_mark() -> str:
    """A mark for one empty form: sent twice, it is known again."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form as it was sent. `mark` is that of this one form. `act` is the button."""

    fields: Fields = field(default_factory=dict)
    came_by: CameBy = CameBy.PAPER
    language: str
    mark: str = field(default_factory=new_mark)
    later_studies: bool = False
    wants_code: bool = False
    act: str = ""

    def shown(self, definition: surveys.Survey) -> dict[str, Any]:
        """Everything typed for questions, exactly as it was, for showing the form again."""
        shown: dict[str, Any] = {}
        for question in definition.questions:
            many = isinstance(question, surveys.Choices)
            for name in surveys.fields_of(question):
                given = [value for value in self.fields.get(name, ()) if value]
                if given:
                    shown[name] = given if many and name == question.id else given[0]
        return shown


def read(fields: Fields, definition: surveys.Survey) -> Typed:
    """A form from what was sent. Whatever does not fit is taken for the usual."""
    came_by, language, mark = (_first(fields, name) for name in (CAME_BY, LANGUAGE, SHEET))
    cleared = _first(fields, "clear")
    kept = {name: values for name, values in fields.items() if name.partition(".")[0] != cleared}
    return Typed(
        fields=kept,
        came_by=CameBy(came_by) if came_by in set(CameBy) else CameBy.PAPER,
        language=language if language in definition.languages else definition.base,
        mark=mark if _MARK.fullmatch(mark) else new_mark(),
        later_studies=_first(fields, LATER_STUDIES) == "yes",
        wants_code=_first(fields, WANTS_CODE) == "yes",
        act="clear" if cleared else _first(fields, "act"),
    )


def _first(fields: Fields, name: str) -> str:
    return (list(fields.get(name, ())) or [""])[0]
