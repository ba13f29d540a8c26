"""One table of a definition, read field by field: what is wrong is noted and reading goes on.

Knows TOML's types and how a text is written; nothing of surveys.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from surveys.faults import Fault
from surveys.texts import NO_TEXT, Text

Member = TypeVar("Member", bound=StrEnum)

# "cy" is Welsh, "en-easy" the easy-read variant in English.
_VERSION = re.compile(r"([a-z]{2,3})(?:-([a-z]+))?")


@dataclass(slots=True, kw_only=True)
class Notes:
    """The faults found so far in one file, and the language in which a bare string is written."""

    file: str
    base: str = "en"
    faults: list[Fault] = field(default_factory=list)

    def add(self, where: str, message: str) -> None:
        """Note one fault."""
        self.faults.append(Fault(file=self.file, where=where, message=message))


class Table:
    """Reads one TOML table. A key that nothing asked for is a fault when the table is closed."""

    def __init__(self, entries: Mapping[str, object], *, where: str, notes: Notes) -> None:
        self.entries = entries
        self.where = where
        self.notes = notes
        self._asked: set[str] = set()

    def fault(self, message: str) -> None:
        """Note a fault of this table."""
        self.notes.add(self.where, message)

    def take(self, key: str) -> object:
        """The raw value, or None."""
        self._asked.add(key)
        return self.entries.get(key)

    def words(self, key: str, default: str | None = None) -> str:
        """A string that is a name, not a text. Without a default it must be there."""
        value = self.take(key)
        if isinstance(value, str) and value:
            return value
        if value is None and default is not None:
            return default
        self.fault(f"'{key}' is missing" if value is None else f"'{key}' must be a string, not {value!r}")
        return default or ""

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.take(key)
        if isinstance(value, bool):
            return value
        if value is not None:
            self.fault(f"'{key}' must be true or false, not {value!r}")
        return default

    def whole(self, key: str, default: int) -> int:
        """A whole number."""
        value = self.take(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            self.fault(f"'{key}' must be a whole number, not {value!r}")
        return default

    def member(self, key: str, kinds: type[Member], default: Member | None = None) -> Member:
        """One word of a closed list. Without a default it must be there."""
        value = self.take(key)
        known = list(kinds)
        if isinstance(value, str) and value in known:
            return kinds(value)
        if value is not None or default is None:
            said = "is missing" if value is None else f"cannot be {value!r}"
            self.fault(f"'{key}' {said}; it is one of {', '.join(known)}")
        return default or known[0]

    def names(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of strings."""
        value = self.take(key)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        if value is not None:
            self.fault(f"'{key}' must be a list of strings, not {value!r}")
        return default

    def text(self, key: str) -> Text:
        """A text: a string in the base language, or a table of languages. Absent is the empty text."""
        value = self.take(key)
        return NO_TEXT if value is None else self._text(key, value)

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of texts; one string alone counts as a list of one."""
        value = self.take(key)
        if value is None:
            return ()
        written = value if isinstance(value, list) else [value]
        return tuple(found for found in (self._text(key, each) for each in written) if found)

    def tables(self, key: str) -> list[dict[str, object]]:
        """A list of tables, raw. Absent is the empty list."""
        value = self.take(key)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            return value
        self.fault(f"'{key}' must be a list of tables, not {value!r}")
        return []

    def close(self) -> None:
        """Note every key that was never asked for."""
        for key in sorted(self.entries.keys() - self._asked):
            reason = "nothing may be required" if key == "required" else "there is no such setting here"
            self.fault(f"'{key}': {reason}")

    def _text(self, key: str, value: object) -> Text:
        if isinstance(value, str):
            return Text.of({(self.notes.base, ""): flowing(value)})
        if not isinstance(value, dict):
            self.fault(f"'{key}' must be a text or a table of languages, not {value!r}")
            return NO_TEXT
        words: dict[tuple[str, str], str] = {}
        for version, written in value.items():
            kind = _VERSION.fullmatch(version)
            if kind is None or not isinstance(written, str):
                self.fault(
                    f"'{key}.{version}' must be words under a language such as cy, or en-easy for easy read"
                )
            else:
                words[kind[1], kind[2] or ""] = flowing(written)
        return Text.of(words)


def flowing(written: str) -> str:
    """One paragraph in NFC: how an author breaks lines changes neither the page nor the fingerprint."""
    return " ".join(unicodedata.normalize("NFC", written).split())
