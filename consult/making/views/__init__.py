"""Pages of those who make a survey."""

from __future__ import annotations

from consult.making.views import banking, keeping, loading, outline, parts, previewing, ruling, starting
from consult.making.views.common import bp

__all__ = ["banking", "bp", "keeping", "loading", "outline", "parts", "previewing", "ruling", "starting"]
