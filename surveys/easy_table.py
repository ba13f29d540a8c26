"""Easy read as its author writes it: one sheet at the end of a definition, laid beside the ordinary texts.

    [easy.en]
    title = "Good support"

    [easy.en.questions.looked]
    text = "Did you look for help?"
    picture = "search"
    options = { yes = "Yes", no = "No" }

says the same as `en-easy` inside each text, and can be read, reviewed and rewritten as a whole. Works on raw
tables, before anything is read; knows the names of fields and nothing of what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from surveys.fields import Notes

Raw = dict[str, Any]
_PLACES = ("sections", "questions", "endings")
_LISTS = frozenset({"summary", "consent", "reassurance", "thanks", "paragraphs", "thirds", "faces"})


def laid_in(tables: Mapping[str, Any], notes: Notes) -> Raw:
    """The tables of a definition with the words of its easy-read sheets inside its texts.

    `easy` becomes the list of languages that have a sheet. A list of languages stays as it is.
    """
    sheets = tables.get("easy")
    if not isinstance(sheets, dict):
        return dict(tables)
    base = tables.get("base", "en")
    laid: Raw = _copied(tables)
    laid["easy"] = list(sheets)
    for language, sheet in sheets.items():
        if not isinstance(sheet, dict):
            notes.add("easy", f"'easy.{language}' must be a table of texts")
            continue
        _Sheet(laid, str(base), str(language), notes).lay(sheet)
    return laid


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_copied(each) for each in value]
    return value


class _Sheet:
    """Lays one language's sheet over the tables, and notes what belongs nowhere."""

    def __init__(self, laid: Raw, base: str, language: str, notes: Notes) -> None:
        self.laid = laid
        self.base = base
        self.version = f"{language}-easy"
        self.notes = notes

    def lay(self, sheet: Mapping[str, Any]) -> None:
        self._fields(self.laid, {key: words for key, words in sheet.items() if key not in _PLACES}, "easy")
        for kind in _PLACES:
            places = sheet.get(kind, {})
            if not isinstance(places, dict):
                self.notes.add("easy", f"'{kind}' must hold a table for each id")
                continue
            known = dict(_named(self.laid, kind))
            for name, words in places.items():
                if name not in known or not isinstance(words, dict):
                    self.notes.add(name, f"easy read has words for '{name}', and there is no such table")
                    continue
                self._fields(known[name], words, name)

    def _fields(self, place: Raw, words: Mapping[str, Any], where: str) -> None:
        for key, written in words.items():
            if key == "picture":
                place[key] = written
            elif key == "options":
                self._options(place, written, where)
            elif key in _LISTS:
                self._list(place, key, written, where)
            else:
                self._text(place, key, written, where)

    def _options(self, place: Raw, written: Any, where: str) -> None:
        options = {each.get("id"): each for each in _tables_in(place.get("options"))}
        for name, words in written.items() if isinstance(written, dict) else ():
            if name in options:
                self._text(options[name], "text", words, f"{where}.{name}")
            else:
                self.notes.add(where, f"easy read has words for the option '{name}', which does not exist")

    def _list(self, place: Raw, key: str, written: Any, where: str) -> None:
        ordinary = place.get(key)
        listed = ordinary if isinstance(ordinary, list) else [] if ordinary is None else [ordinary]
        easy = written if isinstance(written, list) else [written]
        if len(easy) != len(listed):
            said = f"'{key}' has {len(listed)} texts, and {len(easy)} in easy read: give each its own"
            self.notes.add(where, said)
            return
        place[key] = [self._both(each, words) for each, words in zip(listed, easy, strict=True)]

    def _text(self, place: Raw, key: str, words: Any, where: str) -> None:
        if key not in place:
            # A question that is `like` another may give easy words to what it takes over.
            self.notes.add(where, f"easy read has a '{key}', and the ordinary text has none")
            return
        place[key] = self._both(place[key], words)

    def _both(self, ordinary: Any, words: Any) -> Any:
        versions = ordinary if isinstance(ordinary, dict) else {self.base: ordinary}
        return {**versions, self.version: words}


def _named(laid: Raw, kind: str) -> Iterator[tuple[str, Raw]]:
    inner = _tables_in(laid.get("sections")) if kind == "questions" else [laid]
    for outer in inner:
        for each in _tables_in(outer.get(kind)):
            if isinstance(each.get("id"), str):
                yield each["id"], each


def _tables_in(value: Any) -> list[Raw]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
