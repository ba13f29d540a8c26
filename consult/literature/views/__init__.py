"""Pages of the literature: lists coming in, doubles, and publications one by one."""

from __future__ import annotations

from consult.literature.views import lists, publications
from consult.literature.views.common import bp

__all__ = ["bp", "lists", "publications"]
