"""Pages of standards and their evidence: read, call the service, commit once, answer."""

from __future__ import annotations

from consult.evidence.views import commenting, judging, linking, standards
from consult.evidence.views.common import bp

__all__ = ["bp", "commenting", "judging", "linking", "standards"]
