"""Pages of those who run a consultation: what stands where, what to do next, and who may do what."""

from __future__ import annotations

from consult.manage.views import (
    approvals,
    consultation,
    directory,
    keys,
    log,
    people,
    readiness,
    recovery,
    resetting,
)
from consult.manage.views.common import bp

__all__ = [
    "approvals",
    "bp",
    "consultation",
    "directory",
    "keys",
    "log",
    "people",
    "readiness",
    "recovery",
    "resetting",
]
