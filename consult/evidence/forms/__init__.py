"""The forms of standards, links and quotes."""

from __future__ import annotations

from consult.evidence.forms.commenting import CommentForm, ReplyForm
from consult.evidence.forms.common import revision_of
from consult.evidence.forms.judging import ConfidenceForm, DecisionForm, EquityForm, RowForm
from consult.evidence.forms.linking import LinkForm, QuoteForm
from consult.evidence.forms.standards import ClauseForm, Differing, NewStandardForm, StandardForm

__all__ = [
    "ClauseForm",
    "CommentForm",
    "ConfidenceForm",
    "DecisionForm",
    "Differing",
    "EquityForm",
    "LinkForm",
    "NewStandardForm",
    "QuoteForm",
    "ReplyForm",
    "RowForm",
    "StandardForm",
    "revision_of",
]
