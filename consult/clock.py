"""The one place that reads the time. Everything else is handed a date or a moment."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

# Linux counts the time of a machine that sleeps, too; elsewhere the nearest there is.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_boot = _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.is_file() else str(uuid4())


def today() -> date:
    """The date in UTC."""
    return datetime.now(UTC).date()


def now() -> float:
    """Seconds since 1970, for the expiry of web sessions and form tokens; never stored beside an answer."""
    return datetime.now(UTC).timestamp()


def steady() -> float:
    """Seconds since this machine started, which nobody sets: they go on when the time of day jumps."""
    return time.clock_gettime(_STEADY)


def boot() -> str:
    """Which start of this machine `steady` counts from."""
    return _boot
