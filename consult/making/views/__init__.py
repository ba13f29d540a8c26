"""Pages of those who make a survey."""

from __future__ import annotations

from consult.making.views import loading, previewing
from consult.making.views.common import bp

__all__ = ["bp", "loading", "previewing"]
