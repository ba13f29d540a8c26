"""What somebody agrees to by sending: which words told so, as the sealed answers keep it (T44).

The survey's own words are bound into the seal by its fingerprint, in all languages. What is kept beside them
is which of these the person had in view, ordinary or easy read, with the dates, and the version of the words
that the service adds.
"""

from __future__ import annotations

from collections.abc import Sequence

import surveys
from consult.records import consents, consultations
from consult.respond.service.desk import Desk
from surveys.texts import placeholders

VERSION = 1
"""Of what `agreed.html` says in `templates/respond` and the folders of easy read. Tests hold it so."""


def agreed(desk: Desk, language: str) -> dict[str, str | int]:
    """Version, and the hash (SHA-256, hexadecimal) of the survey's words of consent as they were shown."""
    return consents.agreed(
        desk.definition, consultations.dates(desk.consultation, language), language, VERSION
    )


def names(paragraphs: Sequence[surveys.Text], date: str) -> bool:
    """Whether some text names this date of the consultation, so that the page need not say it again."""
    return any(date in placeholders(version.words) for each in paragraphs for version in each.versions)
