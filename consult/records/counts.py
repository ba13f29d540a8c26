"""Figures after disclosure control: the only door by which a number leaves."""

from __future__ import annotations

from enum import StrEnum

from analysis.disclosure import Cell, DisclosureRule, protect
from consult.models.consultation import Consultation


class Audience(StrEnum):
    """Who will see a figure: the thresholds differ."""

    TEAM = "team"
    PUBLISHED = "published"


def rule(consultation: Consultation, audience: Audience) -> DisclosureRule:
    """The thresholds of a consultation for an audience."""
    if audience == Audience.TEAM:
        return DisclosureRule(k=consultation.team_k)
    return DisclosureRule(k=consultation.published_k, rounding=consultation.published_rounding)


def bands(consultation: Consultation, numbers: list[int], *, summed: bool = False) -> tuple[Cell, ...]:
    """Numbers of visits, for the team: none under its threshold, and from there on only every so many.

    A step of a band is as wide as the threshold, so that one visit more or less hardly ever shows. `summed`:
    the numbers add up to one that is shown, too; then a second one is hidden beside a lone hidden one.
    """
    k = consultation.team_k
    return protect(numbers, DisclosureRule(k=k, rounding=k), summed=summed).cells


def people(consultation: Consultation, audience: Audience, counts: list[int]) -> tuple[Cell, ...]:
    """Numbers of people who raised each of several themes; one person may have raised more than one."""
    return protect(counts, rule(consultation, audience)).cells
