"""The forms of standards, links and quotes."""

from __future__ import annotations

from consult.evidence.forms.common import revision_of
from consult.evidence.forms.linking import LinkForm, QuoteForm
from consult.evidence.forms.standards import ClauseForm, Differing, NewStandardForm, StandardForm

__all__ = [
    "ClauseForm",
    "Differing",
    "LinkForm",
    "NewStandardForm",
    "QuoteForm",
    "StandardForm",
    "revision_of",
]
