"""The columns of an XLSForm that hold words, such as `label::English (en)`, read as texts in languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from surveys.texts import Text

_HEAD = re.compile(r"(?P<column>[a-z_]+)::?\s*(?P<language>.+)")
_CODE = re.compile(r"(?:.*\()?([a-z]{2,3})\)?")
_NAMES = {"english": "en", "welsh": "cy", "cymraeg": "cy"}
_WORDS = frozenset({"label", "hint", "label_low", "label_high"})


class Labels:
    """Which columns hold which language. A column without one is in the base language."""

    def __init__(self, heads: Iterable[str], default: str) -> None:
        self._columns: dict[tuple[str, str], str] = {}
        self.unknown: list[str] = []
        self._found: list[str] = []
        plain: list[str] = []
        for head in dict.fromkeys(heads):
            found = _HEAD.fullmatch(head.strip())
            if found is None:
                if head.strip() in _WORDS:
                    plain.append(head)
            elif found["column"] in _WORDS:
                self._take(head, found["column"], found["language"])
        self.base: str = _code(default) or ("en" if plain or "en" in self._found else "") or self._first()
        for head in plain:
            self._columns.setdefault((head.strip(), self.base), head)
        self.languages = (self.base, *(code for code in self._found if code != self.base))

    def text(self, row: Mapping[str, str], column: str) -> Text:
        """What a row says in a column, in each language that has words."""
        words = {
            (language, ""): " ".join(row.get(head, "").split())
            for (name, language), head in self._columns.items()
            if name == column
        }
        return Text.of(words)

    def _take(self, head: str, column: str, language: str) -> None:
        code = _code(language)
        if code is None:
            if language not in self.unknown:
                self.unknown.append(language)
            return
        self._columns[column, code] = head
        if code not in self._found:
            self._found.append(code)

    def _first(self) -> str:
        return self._found[0] if self._found else "en"


def _code(language: str) -> str | None:
    """The code in `English (en)`, of a name that we know, or the word itself where it is one."""
    plain = language.strip().lower()
    if plain in _NAMES:
        return _NAMES[plain]
    found = _CODE.fullmatch(plain)
    return found[1] if found else None
