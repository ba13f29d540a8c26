"""Downloads, and editions for the public."""

from __future__ import annotations

from consult.reports.views import editions, files
from consult.reports.views.common import bp

__all__ = ["bp", "editions", "files"]
