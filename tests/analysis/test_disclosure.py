"""Small numbers."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.circulation import Edge, feasible_range
from analysis.disclosure import (
    A_FEW,
    NOT_SHOWN,
    PUBLISHED,
    TEAM,
    Cell,
    DisclosureRule,
    ProtectedTable,
    percent,
    protect,
    protect_table,
)
from tests.forms import FULL


def shown(table: ProtectedTable) -> list[list[str]]:
    """Rows with their total, then the totals."""
    rows = [
        [cell.shown for cell in row] + [total.shown]
        for row, total in zip(table.cells, table.row_totals, strict=True)
    ]
    return [*rows, [cell.shown for cell in table.column_totals] + [table.total.shown]]


def test_the_published_table_of_the_methods_page() -> None:
    table = protect_table([[4, 23, 31], [27, 12, 40]], PUBLISHED)
    out = NOT_SHOWN
    assert shown(table) == [[out, out, "30", "60"], [out, out, "40", "80"], ["30", "35", "70", "135"]]
    assert not table.collapse
    ends = {0: (0, 2), 1: (0, 3), 2: (1, 2), 3: (1, 3)}
    edges = {n: Edge(start=ends[n][0], end=ends[n][1], count=c) for n, c in enumerate([4, 23, 27, 12])}
    assert feasible_range(edges, 0) == (0, 27)


def test_a_list_of_themes_says_a_few_and_hides_noughts_too() -> None:
    found = protect([29, 9, 0, 12, 13], PUBLISHED, structural=[])
    assert [cell.shown for cell in found.cells] == ["30", A_FEW, A_FEW, "10", "15"]
    assert [cell.drawn for cell in found.cells] == [30, 0, 0, 10, 15]
    assert found.total is None


def test_inside_the_team_counts_from_five_on_are_exact() -> None:
    assert [cell.shown for cell in protect([4, 5, 29], TEAM).cells] == [A_FEW, "5", "29"]


def test_a_nought_that_cannot_be_otherwise_shows_nought() -> None:
    assert protect([0, 40], PUBLISHED, structural=[0]).cells[0] == Cell(shown="0", drawn=0)
    with pytest.raises(ValueError, match="nought"):
        protect([3, 40], PUBLISHED, structural=[0])
    with pytest.raises(ValueError, match="negative"):
        protect([-1], PUBLISHED)


def test_one_hidden_count_of_a_summed_list_takes_the_smallest_other_with_it() -> None:
    found = protect([4, 23, 31], PUBLISHED, summed=True)
    assert [cell.shown for cell in found.cells] == [NOT_SHOWN, NOT_SHOWN, "30"]
    assert found.total == Cell(shown="60", drawn=60)


def test_two_hidden_counts_that_leave_too_little_room_take_a_third() -> None:
    found = protect([2, 3, 23, 31], PUBLISHED, summed=True)
    assert [cell.hidden for cell in found.cells] == [True, True, True, False]


def test_of_equal_counts_the_later_is_hidden() -> None:
    assert [cell.hidden for cell in protect([4, 23, 23], PUBLISHED, summed=True).cells] == [True, False, True]


def test_a_table_with_too_many_holes_asks_for_coarser_categories() -> None:
    assert protect_table([[1, 2, 3], [4, 30, 50], [2, 1, 60]], PUBLISHED).collapse
    assert protect([1, 2, 3, 40], PUBLISHED).collapse
    assert not protect([40, 50], PUBLISHED).collapse


def test_rows_of_unequal_length_are_no_table() -> None:
    with pytest.raises(ValueError, match="one length"):
        protect_table([[1, 2], [3]], TEAM)


def test_an_empty_row_of_structural_noughts_stays_nought() -> None:
    table = protect_table([[0, 0], [40, 50]], PUBLISHED, structural=[(0, 0), (0, 1)])
    assert shown(table)[0] == ["0", "0", "0"]
    assert shown(table)[1] == ["40", "50", "90"]


@pytest.mark.parametrize(("count", "rounded"), [(10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (137, 135)])
def test_counts_are_rounded_to_five(count: int, rounded: int) -> None:
    assert PUBLISHED.rounded(count) == rounded


def test_halves_go_up() -> None:
    assert DisclosureRule(k=10, rounding=10).rounded(15) == 20


def test_percentages_are_made_from_rounded_counts() -> None:
    part, whole = protect([13, 137], PUBLISHED).cells
    assert percent(part, whole) == 11  # 15 of 135, not 13 of 137
    assert percent(protect([3], PUBLISHED).cells[0], whole) is None
    assert percent(Cell(shown="1", drawn=1), Cell(shown="8", drawn=8)) == 13  # 12.5 goes up
    assert percent(whole, Cell(shown="0", drawn=0)) is None


def test_a_filter_is_refused_when_it_or_what_it_leaves_out_is_small() -> None:
    assert PUBLISHED.refuses_filter(9, 100)
    assert PUBLISHED.refuses_filter(91, 100)
    assert not PUBLISHED.refuses_filter(90, 100)
    assert not PUBLISHED.refuses_filter(100, 100)


def test_medians_and_attributes_have_their_own_limits() -> None:
    assert PUBLISHED.enough(10)
    assert not PUBLISHED.enough(9)
    assert TEAM.allows_attributes(["region"], [1])
    assert TEAM.allows_attributes(["region", "age"], [5, 6])
    assert not TEAM.allows_attributes(["region", "age"], [5, 4])
    assert not TEAM.allows_attributes(["region", "orientation", "ethnicity"], [50, 50])


def test_a_cell_never_carries_a_hidden_count() -> None:
    assert {cell.drawn for cell in protect([1, 2, 3], PUBLISHED).cells} == {0}


def ranges(table: list[list[int]], hidden: list[list[bool]]) -> list[float]:
    """Highest less lowest possible of every hidden cell, totals among them, by linear programming."""
    values = np.array(table)
    with_sums = np.hstack([values, values.sum(axis=1, keepdims=True)])
    full = np.vstack([with_sums, with_sums.sum(axis=0)])
    out = np.array(hidden).ravel()
    places = np.flatnonzero(out)
    signs = []
    for line, axis in [(n, 0) for n in range(full.shape[0])] + [(n, 1) for n in range(full.shape[1])]:
        grid = np.zeros(full.shape)
        if axis == 0:
            grid[line, :], grid[line, -1] = 1, -1
        else:
            grid[:, line], grid[-1, line] = 1, -1
        signs.append(grid.ravel())
    sums = np.array(signs)
    known = -(sums[:, ~out] @ full.ravel()[~out])
    widths = []
    for n in range(len(places)):
        goal = np.zeros(len(places))
        goal[n] = 1
        least = linprog(goal, A_eq=sums[:, out], b_eq=known)
        most = linprog(-goal, A_eq=sums[:, out], b_eq=known)
        widths.append(np.inf if most.status == 3 else -most.fun - least.fun)
    return widths


@settings(deadline=None, max_examples=1000 if FULL else 60)
@given(
    st.integers(1, 4),
    st.integers(1, 4),
    st.lists(st.sampled_from([0, 1, 4, 6, 9, 10, 11, 14, 23, 60]), min_size=16, max_size=16),
    st.sampled_from([TEAM, PUBLISHED]),
)
def test_nobody_can_work_out_a_hidden_cell_from_what_is_shown(
    height: int, width: int, counts: list[int], rule: DisclosureRule
) -> None:
    rows = [counts[4 * row : 4 * row + width] for row in range(height)]
    table = protect_table(rows, rule)
    hidden = [
        [cell.hidden for cell in row] + [total.hidden]
        for row, total in zip(table.cells, table.row_totals, strict=True)
    ]
    hidden.append([cell.hidden for cell in table.column_totals] + [table.total.hidden])
    for row, flags in zip(rows, hidden, strict=False):
        assert all(flag for count, flag in zip(row, flags, strict=False) if count < rule.k)
    assume(any(any(row) for row in hidden))
    # As if an onlooker knew even the exact counts that are shown rounded.
    assert min(ranges(rows, hidden)) >= rule.k - 1e-6


@settings(deadline=None, max_examples=1000 if FULL else 40)
@given(st.lists(st.sampled_from([0, 2, 5, 9, 10, 12, 30]), min_size=2, max_size=6))
def test_nobody_can_work_out_a_hidden_count_of_a_summed_list(counts: list[int]) -> None:
    found = protect(counts, PUBLISHED, summed=True)
    hidden = [count for count, cell in zip(counts, found.cells, strict=True) if cell.hidden]
    assert found.total is not None
    if hidden and not found.total.hidden:
        assert len(hidden) > 1
        assert sum(hidden) >= PUBLISHED.k


def test_guarding_numbers_loads_nothing_heavy() -> None:
    heavy = ("numpy", "pandas", "sklearn", "nltk", "scipy")
    code = f"import sys, analysis.disclosure; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
