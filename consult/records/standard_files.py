"""How draft standards stand in a file: names of fields, and the labels that people read in a document.

Written by the export and read by the import, so that what goes out and comes back is the same.
"""

from __future__ import annotations

from collections.abc import Mapping

FORMAT = "consult standards 1"
"""The first line of a text file of standards."""

STANDARD_FIELDS: Mapping[str, str] = {
    "statement": "Statement",
    "why": "Why it matters",
    "how_checked": "How it is checked",
    "applies": "Which services it applies to",
    "adjustment": "What differs between the two kinds of service",
    "for_men": "What it means for men",
    "for_organisations": "What it means for organisations",
    "for_commissioners": "What it means for commissioners",
}
CLAUSE_FIELDS: Mapping[str, str] = {
    "wording": "Wording",
    "why": "Why it matters",
    "how_checked": "How it is checked",
    "criteria": "Criteria, one a line",
    "applies": "Which services it applies to",
    "adjustment": "What differs between the two kinds of service",
    "for_men": "What it means for men",
    "for_organisations": "What it means for organisations",
    "for_commissioners": "What it means for commissioners",
}
APPLIES: Mapping[str, str] = {
    "both": "Both kinds of service",
    "men_only": "Services for men only",
    "mixed": "Services for men and women",
}
CLAUSE = "Clause"
"""The word before a clause's number in a document's headings."""
