"""How the three strands stand to one another on a clause and theme, by rules in a fixed order.

After Farmer and others, Qual Health Res 2006;16:377, and O'Cathain, Murphy and Nicholl, BMJ 2010;341:c4587. A
person may override a result with a reason; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Stance(StrEnum):
    """What a strand says of a clause."""

    SUPPORTS = "supports"
    QUALIFIES = "qualifies"
    CONTRADICTS = "contradicts"
    SILENT = "silent"


class Silence(StrEnum):
    """Why a strand is silent."""

    NOT_ASKED = "not_asked"
    ASKED_NOT_RAISED = "asked_not_raised"


class Prominence(StrEnum):
    """How widely a theme was held, in words."""

    FEW = "few"
    SOME = "some"
    MANY = "many"


class Convergence(StrEnum):
    """One verdict across the strands."""

    CONVERGENCE = "convergence"
    CONVERGENCE_AGAINST = "convergence_against"
    COMPLEMENTARITY = "complementarity"
    DISSONANCE = "dissonance"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One strand on one row. Raises ValueError for a silent one with a prominence, or without a reason."""

    stance: Stance
    prominence: Prominence | None = None
    silence: Silence | None = None

    def __post_init__(self) -> None:
        silent = self.stance is Stance.SILENT
        if silent is (self.prominence is not None) or silent is not (self.silence is not None):
            raise ValueError("a silent cell says why, and only one that speaks has a prominence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The result of one row.

    silent: strands that say nothing, named in convergence too. review: a person should look again, since the
    row mixes qualifying with contradicting.
    """

    result: Convergence
    silent: tuple[str, ...]
    review: bool = False


_STEPS = tuple(Prominence)


def assess(cells: Mapping[str, Cell]) -> Row:
    """The result of a row from its cells by strand; the first rule that fits."""
    silent = tuple(strand for strand, cell in cells.items() if cell.stance is Stance.SILENT)
    speaking = [cell for cell in cells.values() if cell.stance is not Stance.SILENT]
    stances = {cell.stance for cell in speaking}
    if {Stance.SUPPORTS, Stance.CONTRADICTS} <= stances:
        return Row(result=Convergence.DISSONANCE, silent=silent)
    if len(speaking) < 2:
        return Row(result=Convergence.SILENCE, silent=silent)
    if len(stances) == 1 and _within_a_step(speaking):
        against = stances == {Stance.CONTRADICTS}
        result = Convergence.CONVERGENCE_AGAINST if against else Convergence.CONVERGENCE
        return Row(result=result, silent=silent)
    review = {Stance.QUALIFIES, Stance.CONTRADICTS} <= stances
    return Row(result=Convergence.COMPLEMENTARITY, silent=silent, review=review)


def _within_a_step(speaking: list[Cell]) -> bool:
    places = [_STEPS.index(cell.prominence) for cell in speaking if cell.prominence is not None]
    return max(places) - min(places) <= 1


def proposed_for_survivors(
    raised: int, asked: int, *, least: int, many: Fraction = Fraction(25, 100)
) -> Prominence:
    """A proposal from how many of those asked raised a theme; a person chooses.

    `least`: the smallest count that the team is shown.
    """
    if raised < least:
        return Prominence.FEW
    return Prominence.MANY if asked and Fraction(raised, asked) >= many else Prominence.SOME


def proposed_for_panel(
    share: Fraction, *, many: Fraction = Fraction(70, 100), some: Fraction = Fraction(40, 100)
) -> Prominence:
    """A proposal from the share of the panel that comments or rates that way."""
    if share >= many:
        return Prominence.MANY
    return Prominence.SOME if share >= some else Prominence.FEW


def proposed_for_literature(sources: int, *, many: int = 4, some: int = 2) -> Prominence:
    """A proposal from the number of sources."""
    if sources >= many:
        return Prominence.MANY
    return Prominence.SOME if sources >= some else Prominence.FEW
