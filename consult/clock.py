"""The one place that reads the time. Everything else is handed a date or a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The date in UTC."""
    return datetime.now(UTC).date()


def now() -> float:
    """Seconds since 1970, for the expiry of web sessions and form tokens; never stored beside an answer."""
    return datetime.now(UTC).timestamp()
