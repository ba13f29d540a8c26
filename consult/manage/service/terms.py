"""What people who answer may rely on: dates and thresholds, and the rule that they only become stricter.

Plain values: nothing here knows the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from consult.faults import RefusedError

CONSULTATION_NAME = r"[a-z][a-z0-9-]{1,39}"
# Words of the team's own addresses: a consultation of that name could not be reached.
RESERVED = frozenset(
    {
        "audit",
        "end-others",
        "installation",
        "installation-key",
        "lock",
        "new",
        "passphrase",
        "people",
        "second-factor",
        "sign-in",
        "sign-out",
        "support",
        "unlock",
    },
)
_LONGEST_TITLE = 200
_LONGEST_ADDRESS, _MOST_LINES = 300, 8
_LONGEST_PHONE = 120
# Answers appear in batches of five or more: with fewer, a date could point to a person.
_LEAST_RELEASE = 5
_LEAST_TEAM_K = 3
_LEAST_PUBLISHED_K = 5


class TermsError(RefusedError):
    """Terms that cannot be. `problems` says for each field what to do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(self.problems.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Title, dates and thresholds of a consultation."""

    title: str
    freeze_date: date | None = None
    results_date: date | None = None
    release_min: int = 5
    min_grants: int = 2
    team_k: int = 5
    published_k: int = 10
    published_rounding: int = 5
    draft_days: int = 30
    post_to: str = ""
    phone_to: str = ""
    consensus_agree: int = 70
    consensus_oppose: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsultation:
    """A consultation to be made: its terms, and the accounts (by name) that will open its answers."""

    name: str
    terms: Terms
    grantees: tuple[str, ...]
    leads: tuple[str, ...] = ()


def require_name(name: str) -> None:
    """Raises TermsError for a name that cannot stand in an address."""
    if not re.fullmatch(CONSULTATION_NAME, name):
        raise TermsError(
            {
                "name": "the name has 2 to 40 small letters, digits and hyphens, and begins with a letter, "
                "such as spring-survey"
            }
        )
    if name in RESERVED:
        raise TermsError({"name": f"{name!r} is a word of our own addresses: please choose another name"})


def require_possible(wanted: Terms) -> None:
    """Raises TermsError naming every field that cannot be as it is."""
    problems = {}
    if not 1 <= len(wanted.title) <= _LONGEST_TITLE:
        problems["title"] = f"the title has 1 to {_LONGEST_TITLE} characters"
    for name, least, most in (
        ("release_min", _LEAST_RELEASE, 1000),
        ("min_grants", 1, 20),
        ("team_k", _LEAST_TEAM_K, 1000),
        ("published_k", _LEAST_PUBLISHED_K, 1000),
        ("published_rounding", 1, 100),
        ("draft_days", 1, 365),
        ("consensus_agree", 51, 100),
        ("consensus_oppose", 1, 49),
    ):
        if not least <= getattr(wanted, name) <= most:
            problems[name] = f"{_WORDS[name]} is {least} to {most}"
    if "published_k" not in problems and wanted.published_k < wanted.team_k:
        problems["published_k"] = (
            f"what is published is never finer than what the team sees: {wanted.team_k} or more"
        )
    problems |= _other_ways(wanted)
    if wanted.freeze_date and wanted.results_date and wanted.results_date < wanted.freeze_date:
        problems["results_date"] = "results come on or after the last day to take answers back"
    if problems:
        raise TermsError(problems)


def _other_ways(wanted: Terms) -> dict[str, str]:
    """What cannot be about answering by post or phone, by field."""
    problems = {}
    if len(wanted.post_to) > _LONGEST_ADDRESS or len(wanted.post_to.splitlines()) > _MOST_LINES:
        problems["post_to"] = f"an address has {_LONGEST_ADDRESS} characters and {_MOST_LINES} lines at most"
    if len(wanted.phone_to) > _LONGEST_PHONE:
        problems["phone_to"] = f"a number with its hours has {_LONGEST_PHONE} characters at most"
    elif wanted.phone_to and not any(sign.isdigit() for sign in wanted.phone_to):
        problems["phone_to"] = "this has no number in it that somebody could call"
    return problems


def require_not_looser(now: Terms, wanted: Terms) -> None:
    """After opening, what protects people only becomes stricter.

    Raises TermsError naming every looser field.
    """
    problems = {}
    for name in ("release_min", "min_grants", "team_k", "published_k", "consensus_agree"):
        if getattr(wanted, name) < getattr(now, name):
            problems[name] = (
                f"people have answered on these terms, so {_WORDS[name]} stays {getattr(now, name)} or more"
            )
    if wanted.published_rounding % now.published_rounding:
        # Figures rounded to 5 and again to 7 would tell more together than either alone.
        problems["published_rounding"] = (
            f"people have answered on these terms, so {_WORDS['published_rounding']} stays "
            f"{now.published_rounding} or a multiple of it"
        )
    if wanted.consensus_oppose > now.consensus_oppose:
        problems["consensus_oppose"] = (
            f"people have answered on these terms, so {_WORDS['consensus_oppose']} stays "
            f"{now.consensus_oppose} or less"
        )
    if wanted.draft_days != now.draft_days:
        problems["draft_days"] = f"people were told {now.draft_days} days, so this stays as it is"
    if now.freeze_date and (wanted.freeze_date is None or wanted.freeze_date < now.freeze_date):
        problems["freeze_date"] = (
            f"people were told that they can take answers back until {now.freeze_date.isoformat()}: "
            "it can only become later"
        )
    if problems:
        raise TermsError(problems)


_WORDS = {
    "release_min": "the least number of answers in a batch",
    "min_grants": "the least number of people who can open answers",
    "team_k": "the least count shown to the team",
    "published_k": "the least count published",
    "published_rounding": "the rounding of published counts",
    "draft_days": "the number of days that drafts are kept",
    "consensus_agree": "the share in per cent that agrees",
    "consensus_oppose": "the share in per cent that opposes",
}
