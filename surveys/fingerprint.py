"""The hash of all that a respondent could be shown: bound into every sealed answer, so it must never drift.

Two rules keep it steady. A field at its default is left out, so a field added to the model later leaves the
fingerprint of every earlier survey as it was. Names of kinds are part of the hash and must not be changed.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from surveys.model import Survey
from surveys.texts import Text

_DOMAIN = b"consult/survey/v1\0"


def fingerprint(survey: Survey) -> bytes:
    """SHA-256 (32 bytes) of the survey: every language and variant, the order, the routing and the limits.

    It does not depend on how the TOML is laid out, nor on the language someone reads in, nor on who
    reviewed it.
    """
    return hashlib.sha256(_DOMAIN + canonical(survey)).digest()


def canonical(survey: Survey) -> bytes:
    """What the fingerprint is taken of: JSON with sorted keys, without spaces, in NFC and UTF-8."""
    return json.dumps(_plain(survey), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return {f"{each.language}-{each.variant}".rstrip("-"): _plain(each.words) for each in value.versions}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if is_dataclass(value) and not isinstance(value, type):
        shown = {each.name: getattr(value, each.name) for each in fields(value) if _is_shown(value, each)}
        return {"is": type(value).__name__} | {name: _plain(part) for name, part in shown.items()}
    return value


def _is_shown(value: object, part: Field[Any]) -> bool:
    if not part.metadata.get("shown", True):
        return False
    return part.default is MISSING or getattr(value, part.name) != part.default
