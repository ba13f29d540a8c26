"""Faults that change nothing anybody could notice, each with its reason: they count for nothing."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {}
