"""Pages on what goes out on paper, on answers typed in, and on tables of answers from other tools."""

from __future__ import annotations

from consult.gathering.views import keying, printing
from consult.gathering.views.common import bp
from consult.gathering.views.importing import bp as imports

__all__ = ["bp", "imports", "keying", "printing"]
