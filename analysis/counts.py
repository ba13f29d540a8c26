"""Counting people, and the word proposed for how widely a theme was held.

Knows mentions: who raised what. Its counts are true counts: they pass `analysis.disclosure` before anyone
sees them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from analysis.tables import MENTIONS, PEOPLE, STRAND_MENTIONS, STRAND_PEOPLE


class Prominence(StrEnum):
    """How widely a theme was held, in words."""

    MANY = "many"
    SOME = "some"
    FEW = "few"


class Strand(StrEnum):
    """The three sources of evidence."""

    SURVIVORS = "survivors"
    PRACTITIONERS = "practitioners"
    LITERATURE = "literature"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProminenceRule:
    """Where a word starts. survivors_many: percent of those asked; survivors_few_under: people, the
    disclosure k; panel_many, panel_some: percent commenting or rating that way; sources_many, sources_some:
    publications.
    """

    survivors_many: int = 25
    survivors_few_under: int = 10
    panel_many: int = 70
    panel_some: int = 40
    sources_many: int = 4
    sources_some: int = 2


def count_people(mentions: pd.DataFrame, themes: Sequence[str]) -> pd.DataFrame:
    """How many people raised each theme: theme, people, in the order of `themes`, those nobody raised
    included.

    mentions: theme, person; a person who raises a theme twice is one person. Raises `ColumnsError`.
    """
    MENTIONS.check(mentions)
    people = mentions.drop_duplicates(["theme", "person"]).groupby("theme").size()
    counts = people.reindex(list(themes), fill_value=0)
    return pd.DataFrame(
        {"theme": list(themes), "people": counts.to_numpy(dtype=int)}, columns=list(PEOPLE.names)
    )


def count_by_strand(mentions: pd.DataFrame, themes: Sequence[str]) -> pd.DataFrame:
    """The same for each strand, all three named even when silent: strand, theme, people (sources, for
    literature).

    Strands are never added up: a person may stand in two, and a source is not a person.
    """
    STRAND_MENTIONS.check(mentions)
    parts = [
        count_people(mentions[mentions["strand"] == strand.value], themes).assign(strand=strand.value)
        for strand in Strand
    ]
    return pd.concat(parts, ignore_index=True)[list(STRAND_PEOPLE.names)]


def propose_prominence(
    strand: Strand, count: int, asked: int, rule: ProminenceRule | None = None
) -> Prominence | None:
    """The word proposed to the person who chooses; None for a theme nobody raised (the cell is silent).

    asked: people asked, or rating the item; not used for literature. "few" never shows a number. Defaults
    after Farmer and others (2006) as set by the consultation. Shares are compared as whole numbers. Raises
    `ValueError` when more people raise a theme than were asked.
    """
    limits = rule or ProminenceRule()
    if strand is not Strand.LITERATURE and count > asked:
        raise ValueError("More people than were asked.")
    if count <= 0:
        return None
    match strand:
        case Strand.SURVIVORS:
            # Under k comes first: with few people asked, a quarter of them is still a few.
            if count < limits.survivors_few_under:
                return Prominence.FEW
            return Prominence.MANY if count * 100 >= limits.survivors_many * asked else Prominence.SOME
        case Strand.PRACTITIONERS:
            return _word(count * 100, limits.panel_many * asked, limits.panel_some * asked)
        case Strand.LITERATURE:
            return _word(count, limits.sources_many, limits.sources_some)


def _word(count: int, many: int, some: int) -> Prominence:
    if count >= many:
        return Prominence.MANY
    return Prominence.SOME if count >= some else Prominence.FEW
