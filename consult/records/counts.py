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


def people(consultation: Consultation, audience: Audience, counts: list[int]) -> tuple[Cell, ...]:
    """Numbers of people who raised each of several themes; one person may have raised more than one."""
    return protect(counts, rule(consultation, audience)).cells
