"""Pages of standards and their evidence: read, call the service, commit once, answer."""

from __future__ import annotations

from consult.evidence.views import judging, linking, standards
from consult.evidence.views.common import bp

__all__ = ["bp", "judging", "linking", "standards"]
