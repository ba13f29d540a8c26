"""What a command came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Exit code, standard output, standard error."""

    code: int
    said: str
    refused: str


Run = Callable[..., Outcome]
