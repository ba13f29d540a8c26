"""What somebody agreed to, as sealed answers keep it: which words of the survey and of the service."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import surveys


def agreed(
    definition: surveys.Survey, dates: Mapping[str, str], language: str, version: int | str
) -> dict[str, str | int]:
    """Version of the service's words, and the hash (SHA-256, hexadecimal) of the survey's as shown."""
    shown = [each.read(language, base=definition.base).filled(dates) for each in definition.consent]
    words = json.dumps({"version": version, "shown": shown}, ensure_ascii=False, separators=(",", ":"))
    return {"version": version, "hash": hashlib.sha256(words.encode()).hexdigest()}
