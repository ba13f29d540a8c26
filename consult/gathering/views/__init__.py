"""Pages on what goes out on paper, and the form for answers that come back on it or by phone."""

from __future__ import annotations

from consult.gathering.views import keying, printing
from consult.gathering.views.common import bp

__all__ = ["bp", "keying", "printing"]
