"""Why a batch of very sure suggestions is not accepted: apart from `sureness`, which loads much."""

from __future__ import annotations

from consult.faults import ConflictError, RefusedError


class NotCheckedError(RefusedError):
    """The sample was not judged, or too many of it were wrong."""


class OtherSetError(ConflictError):
    """Suggestions moved on since the sample was shown."""
