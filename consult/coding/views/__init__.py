"""Pages of the coding workbench. Each works without script: a post, then 303 back to the page."""

from __future__ import annotations

from consult.coding.views import (
    acting,
    caring,
    framing,
    imagining,
    keeping,
    listing,
    pairing,
    reading,
    surveying,
)
from consult.coding.views.common import bp

__all__ = [
    "acting",
    "bp",
    "caring",
    "framing",
    "imagining",
    "keeping",
    "listing",
    "pairing",
    "reading",
    "surveying",
]
