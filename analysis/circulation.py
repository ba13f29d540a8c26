"""How far one hidden count could move while every shown count and every sum stays as it is.

Knows a network of whole numbers. Each count is an edge between the sums it belongs to (row to column; totals
close the circle), so a table whose sums hold is a circulation, and the range of one edge is two maximum
flows. Exact, and with whole numbers only (Ahuja, Magnanti and Orlin, Network Flows, 1993, chapter 6).
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A count that flows from one node to another."""

    start: int
    end: int
    count: int


def feasible_range(edges: Mapping[int, Edge], key: int) -> tuple[int, float]:
    """The least and the most that edge `key` can be when only these edges may change and none falls under
    nought.
    """
    mine = edges[key]
    others = {name: edge for name, edge in edges.items() if name != key}
    less = min(float(mine.count), _most_flow(others, mine.start, mine.end))
    more = _most_flow(others, mine.end, mine.start)
    return mine.count - int(less), mine.count + more


def _most_flow(edges: Mapping[int, Edge], source: int, sink: int) -> float:
    """The most that can be sent from source to sink: any amount along an edge, up to its count against it."""
    if source == sink:
        return math.inf
    counts = {name: float(edge.count) for name, edge in edges.items()}
    ways: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for name, edge in edges.items():
        ways[edge.start].append((edge.end, name, True))
        ways[edge.end].append((edge.start, name, False))
    total = 0.0
    while True:
        path = _path(ways, counts, source, sink)
        if path is None:
            return total
        step = min(math.inf if forward else counts[name] for name, forward in path)
        if math.isinf(step):
            return math.inf
        for name, forward in path:
            counts[name] += step if forward else -step
        total += step


def _path(
    ways: Mapping[int, list[tuple[int, int, bool]]], counts: Mapping[int, float], source: int, sink: int
) -> list[tuple[int, bool]] | None:
    """A shortest way from source to sink: edges with their direction."""
    came: dict[int, tuple[int, bool, int]] = {source: (-1, True, source)}
    waiting = deque([source])
    while waiting and sink not in came:
        node = waiting.popleft()
        for end, name, forward in ways.get(node, []):
            if end not in came and (forward or counts[name] > 0):
                came[end] = (name, forward, node)
                waiting.append(end)
    if sink not in came:
        return None
    path, node = [], sink
    while node != source:
        name, forward, node = came[node]
        path.append((name, forward))
    return path
