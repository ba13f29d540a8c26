"""The pages of easy read: which languages have them, where they are, and a mark that changes with any word.

Easy read is no translation of sentences one by one: each page is written anew, in a folder of its language.
Knows files. Who has read them is for `web/languages.py`.
"""

from __future__ import annotations

import hashlib
from functools import cache

from consult.resources import TEMPLATES

LANGUAGES = ("en",)
"""The languages that have a folder of easy pages."""


def template(page: str, language: str, *, easy: bool) -> str:
    """The template of a page such as `respond/check.html`: that of easy read where it was written."""
    own = f"easy/{language}/{page.rpartition('/')[2]}"
    return own if easy and _is_written(own) else page


@cache
def _is_written(template: str) -> bool:
    return (TEMPLATES / template).is_file()


def mark(language: str) -> str:
    """Twelve letters that stand for exactly these pages: whoever read them has read no others."""
    digest = hashlib.sha256()
    for path in sorted((TEMPLATES / "easy" / language).glob("*.html")):
        words = path.read_bytes()
        digest.update(f"{path.name} {len(words)} ".encode() + words)
    return digest.hexdigest()[:12]
