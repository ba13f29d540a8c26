"""Pages of what comes after taking part."""

from __future__ import annotations

from consult.afterwards.views import changes, going, hearing
from consult.afterwards.views.common import bp

__all__ = ["bp", "changes", "going", "hearing"]
