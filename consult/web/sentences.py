"""Reasons as services give them, in small letters and without a stop, made into sentences for a page."""

from __future__ import annotations


def sentence(reason: str) -> str:
    """A reason as a sentence; nothing stays nothing."""
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}." if reason else ""
