"""What those who make a survey see and do, without a word about HTTP."""

from __future__ import annotations

from consult.making.service.loading import check, load, shipped, shipped_source
from consult.records.people import Who

__all__ = ["Who", "check", "load", "shipped", "shipped_source"]
