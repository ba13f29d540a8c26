"""The words of the interface in a language other than English, and a mark that changes with any of them.

Knows the files of the catalogue. Who has read the words is for `web/languages.py`.
"""

from __future__ import annotations

import hashlib
import io
import json
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages import Catalog

TRANSLATED = ("cy",)
"""The languages that have a catalogue."""
_FOLDER = resources.files("consult") / "translations"


def read(language: str) -> Catalog:
    """The catalogue of a language. Raises FileNotFoundError when there is none."""
    # Only where a person vouched for these words, or a test asks: most starts go without the reader.
    from babel.messages.pofile import read_po  # noqa: PLC0415

    source = (_FOLDER / language / "LC_MESSAGES" / "messages.po").read_bytes()
    return read_po(io.BytesIO(source), locale=language)


def pairs(catalogue: Catalog) -> list[tuple[str, str]]:
    """English and the other language, in the order of the English; every plural form of its own."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        if isinstance(message.id, str):
            found.append((message.id, str(message.string)))
        else:
            found += [(message.id[-1], form) for form in message.string or ()]
    return sorted(found)


def mark(catalogue: Catalog) -> str:
    """Twelve letters that stand for exactly these words: whoever read them has read no others."""
    plain = json.dumps(pairs(catalogue), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def missing(catalogue: Catalog) -> list[str]:
    """The English that has no words in the other language yet."""
    return [english for english, translated in pairs(catalogue) if not translated]
