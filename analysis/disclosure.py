"""Small numbers: what may be shown of a count, a list or a table so that no one can be found in it.

Knows whole numbers and a rule. What leaves this module never carries the count itself, only what may be shown
and drawn. Plain Python: a process that guards numbers loads nothing heavy.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from analysis.circulation import Edge, feasible_range

# In a list that is not summed, a hidden count is known to be small and may be said so. In a summed list or a
# table some hidden counts are large and guard the small ones: all of them look alike.
A_FEW = "a few"
NOT_SHOWN = "not shown"
# A table with more holes than this says little and is better made coarser.
MOST_HIDDEN_PERCENT = 40
# These three together describe one person in most services.
NEVER_TOGETHER = frozenset({"region", "orientation", "ethnicity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRule:
    """k: the least count that may be shown; rounding: counts from k on are shown to the nearest of these,
    halves up (1: as they are).
    """

    k: int
    rounding: int = 1

    def rounded(self, count: int) -> int:
        """The count as it may be shown."""
        return (2 * count + self.rounding) // (2 * self.rounding) * self.rounding

    def enough(self, n: int) -> bool:
        """Whether a median or a spread of n values may be shown."""
        return n >= self.k

    def refuses_filter(self, count: int, of: int) -> bool:
        """Whether a filter is refused: it, or what it leaves out (if anything), is under k."""
        return count < self.k or 0 < of - count < self.k

    def allows_attributes(self, names: Collection[str], counts: Sequence[int]) -> bool:
        """Whether these attributes may stand beside each other: one, or two when every cell reaches k."""
        if len(NEVER_TOGETHER & set(names)) == len(NEVER_TOGETHER) or len(names) > 2:
            return False
        return len(names) < 2 or all(count >= self.k for count in counts)


TEAM = DisclosureRule(k=5)
PUBLISHED = DisclosureRule(k=10, rounding=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What may be shown of one count. shown: for reading; drawn: for a bar, 0 when hidden; hidden: whether it
    is.
    """

    shown: str
    drawn: int
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedList:
    """Cells in the order of the counts; the total when one was asked for; collapse: better with fewer
    categories.
    """

    cells: tuple[Cell, ...]
    total: Cell | None
    collapse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedTable:
    """Cells by row; totals are made from true totals, so rounded cells need not add up to them (say so)."""

    cells: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[Cell, ...]
    column_totals: tuple[Cell, ...]
    total: Cell
    collapse: bool


def percent(part: Cell, whole: Cell) -> int | None:
    """A whole percentage from the counts as shown, halves up; None when one is hidden or the whole is 0."""
    if part.hidden or whole.hidden or not whole.drawn:
        return None
    return min(100, (200 * part.drawn + whole.drawn) // (2 * whole.drawn))


def protect(
    counts: Sequence[int],
    rule: DisclosureRule,
    *,
    summed: bool = False,
    structural: Collection[int] = (),
) -> ProtectedList:
    """Protect one list.

    summed: the counts add up to a total that is shown, as for one choice a person; then second suppression
    follows. Without it (themes: one person may raise many) each count stands alone. structural: places whose
    nought cannot be otherwise; they show 0. Raises `ValueError` for a negative count.
    """
    fixed = _structural(counts, structural)
    if not summed:
        hidden = {place for place, count in enumerate(counts) if count < rule.k and place not in fixed}
        cells = tuple(_cell(count, place in hidden, rule, A_FEW) for place, count in enumerate(counts))
        return ProtectedList(cells=cells, total=None, collapse=_collapse(hidden, len(counts) - len(fixed)))
    last = len(counts)
    values = [*counts, sum(counts)]
    if len(fixed) == last:
        fixed = fixed | {last}
    edges = {place: Edge(start=1, end=0, count=count) for place, count in enumerate(counts)}
    edges[last] = Edge(start=0, end=1, count=values[last])
    hidden = _hide(values, fixed, [list(range(last + 1))], edges, rule.k)
    cells = tuple(_cell(value, place in hidden, rule, NOT_SHOWN) for place, value in enumerate(values))
    return ProtectedList(
        cells=cells[:last], total=cells[last], collapse=_collapse(hidden, last + 1 - len(fixed))
    )


def protect_table(
    counts: Sequence[Sequence[int]],
    rule: DisclosureRule,
    *,
    structural: Collection[tuple[int, int]] = (),
) -> ProtectedTable:
    """Protect a table whose rows and columns add up, with its totals.

    Under k, nought included, is hidden. While a row or column (totals among them) has one hidden cell, its
    smallest shown cell is hidden too, the later of equals. Then each hidden cell must be able to lie anywhere
    in a stretch of k or more, given all that is shown exactly; else the next smallest of its row is hidden.
    collapse: more than 40 % of all cells, totals counted, are hidden. structural: (row, column) of noughts
    that cannot be otherwise. Raises `ValueError` for a negative count or rows of unequal length.
    """
    width = len(counts[0]) + 1 if counts else 1
    if any(len(row) != width - 1 for row in counts):
        raise ValueError("The rows of a table have one length.")
    flat = [count for row in counts for count in row]
    inner = _structural(flat, [row * (width - 1) + column for row, column in structural])
    values = _with_totals(counts, width)
    inside = {place // (width - 1) * width + place % (width - 1) for place in inner}
    fixed = _with_fixed_totals(inside, values, width)
    height = len(counts) + 1
    rows = [[row * width + column for column in range(width)] for row in range(height)]
    columns = [[row * width + column for row in range(height)] for column in range(width)]
    hidden = _hide(values, fixed, [*rows, *columns], _edges(values, height, width), rule.k)
    cells = [_cell(value, place in hidden, rule, NOT_SHOWN) for place, value in enumerate(values)]
    return ProtectedTable(
        cells=tuple(tuple(cells[place] for place in row[:-1]) for row in rows[:-1]),
        row_totals=tuple(cells[row[-1]] for row in rows[:-1]),
        column_totals=tuple(cells[place] for place in rows[-1][:-1]),
        total=cells[-1],
        collapse=_collapse(hidden, len(values) - len(fixed)),
    )


def _structural(counts: Sequence[int], places: Collection[int]) -> set[int]:
    if any(count < 0 for count in counts):
        raise ValueError("A count is not negative.")
    if any(counts[place] for place in places):
        raise ValueError("Only a nought can be one that cannot be otherwise.")
    return set(places)


def _with_totals(counts: Sequence[Sequence[int]], width: int) -> list[int]:
    rows = [[*row, sum(row)] for row in counts]
    totals = [sum(row[column] for row in rows) for column in range(width)]
    return [value for row in [*rows, totals] for value in row]


def _with_fixed_totals(fixed: set[int], values: Sequence[int], width: int) -> set[int]:
    """A total of nothing but structural noughts is one itself."""
    height = len(values) // width
    found = set(fixed)
    for row in range(height - 1):
        if all(row * width + column in found for column in range(width - 1)):
            found.add(row * width + width - 1)
    for column in range(width):
        if all(row * width + column in found for row in range(height - 1)):
            found.add((height - 1) * width + column)
    return found


def _edges(values: Sequence[int], height: int, width: int) -> dict[int, Edge]:
    """A cell flows from its row to its column, column totals flow on to the whole, and the whole flows into
    the rows.
    """
    into, out_of = height + width, height + width + 1
    edges = {}
    for place, value in enumerate(values):
        row, column = divmod(place, width)
        if row == height - 1:
            ends = (into, out_of) if column == width - 1 else (height + column, into)
        else:
            ends = (out_of, row) if column == width - 1 else (row, height + column)
        edges[place] = Edge(start=ends[0], end=ends[1], count=value)
    return edges


def _hide(
    values: Sequence[int],
    fixed: Collection[int],
    lines: Sequence[Sequence[int]],
    edges: dict[int, Edge],
    k: int,
) -> set[int]:
    """The places to hide. lines: places that add up, rows before columns."""
    hidden = {place for place, value in enumerate(values) if value < k and place not in fixed}
    safe: set[int] = set()  # hiding more only widens a range, so a place is judged once
    while True:
        line = next((line for line in lines if sum(place in hidden for place in line) == 1), None)
        if line is None:
            tight = _tight(hidden, safe, edges, k)
            if tight is None:
                return hidden
            line = next(line for line in lines if tight in line)
        place = _smallest(values, hidden, fixed, line)
        if place is None:
            place = _smallest(values, hidden, fixed, range(len(values)))
        if place is None:
            return hidden
        hidden.add(place)


def _smallest(
    values: Sequence[int], hidden: Collection[int], fixed: Collection[int], line: Sequence[int]
) -> int | None:
    shown = [place for place in line if place not in hidden and place not in fixed]
    return min(shown, key=lambda place: (values[place], -place), default=None)


def _tight(hidden: set[int], safe: set[int], edges: dict[int, Edge], k: int) -> int | None:
    """A hidden cell that what is shown pins down to less than k; `safe` gains those that it does not."""
    free = {place: edges[place] for place in hidden}
    for place in sorted(hidden - safe):
        least, most = feasible_range(free, place)
        if most - least < k:
            return place
        safe.add(place)
    return None


def _cell(count: int, hidden: bool, rule: DisclosureRule, instead: str) -> Cell:
    if hidden:
        return Cell(shown=instead, drawn=0, hidden=True)
    rounded = rule.rounded(count)
    return Cell(shown=str(rounded), drawn=rounded)


def _collapse(hidden: Collection[int], cells: int) -> bool:
    return len(hidden) * 100 > MOST_HIDDEN_PERCENT * cells
