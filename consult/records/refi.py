"""How a theme's words stand in the one field for them that the exchange format of coding tools has.

Written by the export and read by the import, so that a code book that goes out and comes back is the same.
"""

from __future__ import annotations

import re

from consult.models.coding import Theme
from consult.records.themes import ThemeText

_PARTS = (("include", "Include"), ("exclude", "Exclude"), ("example", "Example"))
_HEAD = re.compile(r"^(Include|Exclude|Example): ?", re.MULTILINE)


def description(theme: Theme) -> str:
    """Definition, and what else is said of a theme, each under a word of its own."""
    parts = [theme.definition] + [
        f"{word}: {getattr(theme, field)}" for field, word in _PARTS if getattr(theme, field)
    ]
    return "\n".join(part for part in parts if part)


def text(name: str, described: str) -> ThemeText:
    """The words of a theme from name and description."""
    parts = _HEAD.split(described.replace("\r\n", "\n"))
    found = {word.lower(): said.strip() for word, said in zip(parts[1::2], parts[2::2], strict=True)}
    return ThemeText(
        name=name,
        definition=parts[0].strip(),
        include=found.get("include", ""),
        exclude=found.get("exclude", ""),
        example=found.get("example", ""),
    )
