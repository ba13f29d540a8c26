"""The band of an answer: in which pile of the coding work it lies.

Knows scores and cuts. A band orders work; it applies nothing.
"""

from __future__ import annotations

from analysis.text import no_content

CONFIDENT = "confident"
SUGGESTED = "suggested"
NEEDS_PERSON = "needs_person"
NO_CONTENT = "no_content"

# Under one in two the best suggestion is more likely wrong than right: a person reads the answer afresh.
LEAST_LIKELIHOOD = 0.5


def band_of(text: str, *, reaches: bool, likelihood: float, confident: float | None) -> str:
    """The band of one answer.

    reaches: whether any theme reaches its cut; likelihood: the highest; confident: where the confident band
    starts, or None when it is refused.
    """
    if no_content(text):
        return NO_CONTENT
    if not reaches or likelihood < LEAST_LIKELIHOOD:
        return NEEDS_PERSON
    return CONFIDENT if confident is not None and likelihood >= confident else SUGGESTED
