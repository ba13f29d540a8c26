"""Counts split by kind of service, shown so that neither a part nor what it leaves out can be worked out.

What is known besides: how many people there are in all, and how many raised each theme, since other pages
say so. With such totals a single hidden part would be worked out from the others, so a theme's split is shown
whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.disclosure import NOT_SHOWN, Cell, DisclosureRule

REST = "rest"
"""Everybody of no kind that is large enough, and those who did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """kinds: those told apart; people: how many of each; themes: a cell for each kind, by theme."""

    kinds: tuple[str, ...]
    people: Mapping[str, Cell]
    themes: Mapping[str, Mapping[str, Cell]]

    def shown(self, theme: str) -> bool:
        """Whether the parts of a theme are shown."""
        return any(not cell.hidden for cell in self.themes[theme].values())


def splits(
    people: Mapping[str, int], raised: Mapping[str, Mapping[str, int]], rule: DisclosureRule
) -> Splits:
    """Split what was raised (by theme and kind) among people (by kind).

    Kinds under k go to the rest, and while the rest is under k the smallest kind joins it. A theme is shown
    when of every kind nobody's filter is refused: neither who raised it nor who did not is under k. If nearly
    everybody raised some theme, the numbers of people are not shown: with them, the few could be placed.
    """
    of = _bases(people, rule)
    folded = {theme: _fold(parts, of) for theme, parts in raised.items()}
    whole = sum(of.values())
    nearly = any(0 < whole - sum(parts.values()) < rule.k for parts in folded.values())
    told = not nearly and len(of) > 1
    return Splits(
        kinds=tuple(of),
        people={kind: _cell(count, rule, shown=told) for kind, count in of.items()},
        themes={theme: _split(parts, of, rule) for theme, parts in folded.items()},
    )


def _bases(people: Mapping[str, int], rule: DisclosureRule) -> dict[str, int]:
    kinds = {name: count for name, count in people.items() if name != REST and count >= rule.k}
    rest = sum(people.values()) - sum(kinds.values())
    while 0 < rest < rule.k and kinds:
        smallest = min(kinds, key=lambda name: (kinds[name], name))
        rest += kinds.pop(smallest)
    return {**kinds, **({REST: rest} if rest else {})}


def _fold(parts: Mapping[str, int], of: Mapping[str, int]) -> dict[str, int]:
    found = dict.fromkeys(of, 0)
    for kind, count in parts.items():
        place = kind if kind in of else REST
        found[place] = found.get(place, 0) + count
    return found


def _split(parts: Mapping[str, int], of: Mapping[str, int], rule: DisclosureRule) -> dict[str, Cell]:
    filters: Sequence[tuple[int, int]] = [
        (sum(parts.values()), sum(of.values())),
        *((parts[kind], of[kind]) for kind in of),
    ]
    fine = len(of) > 1 and not any(rule.refuses_filter(count, base) for count, base in filters)
    return {kind: _cell(parts[kind], rule, shown=fine) for kind in of}


def _cell(count: int, rule: DisclosureRule, *, shown: bool) -> Cell:
    if not shown:
        return Cell(shown=NOT_SHOWN, drawn=0, hidden=True)
    rounded = rule.rounded(count)
    return Cell(shown=str(rounded), drawn=rounded)
