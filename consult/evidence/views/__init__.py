"""Pages of standards, their evidence and the literature: read, call the service, commit once, answer."""

from __future__ import annotations

from consult.evidence.views import linking, literature, standards
from consult.evidence.views.common import bp

__all__ = ["bp", "linking", "literature", "standards"]
