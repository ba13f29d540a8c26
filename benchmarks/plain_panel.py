"""The yardstick of closing a round: each answer opened, each statement counted plainly by numpy and scipy.

What somebody would write first: for each statement the marks of everybody and of each group, percentiles,
shares and bars, and the change since the round before. Keeps nothing, protects nothing, judges nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats
from sqlalchemy import select

from consult.models.response import Response
from consult.panel.service import rounds
from consult.records.practitioners import GROUPS
from consult.records.unlocking import Unlocked
from consult.vault.sealing import place_of

Sheets = Sequence[Mapping[str, Any]]


def count(unlocked: Unlocked, number: int, clauses: Sequence[str]) -> list[dict[str, Any]]:
    """Figures of every statement of a round that has closed."""
    opened = [_opened(unlocked, each) for each in range(1, number + 1)]
    return [_figures(clause, opened) for clause in clauses]


def _opened(unlocked: Unlocked, number: int) -> Sheets:
    rows = unlocked.session.scalars(
        select(Response).where(
            Response.consultation_id == unlocked.consultation.id,
            Response.definition_id == rounds.definition_id(number),
        )
    )
    found = []
    for each in rows:
        place = place_of(each.consultation_id, each.definition_id, each.fingerprint, each.id, each.rev)
        found.append(unlocked.vault.open_at(unlocked.keys, place, each.epoch, each.body, each.slot))
    return found


def _marks(sheets: Sheets, clause: str) -> dict[str, int]:
    given = ((each["pseudonym"], each["items"].get(clause, {}).get("imp")) for each in sheets)
    return {person: mark for person, mark in given if isinstance(mark, int)}


def _figures(clause: str, opened: Sequence[Sheets]) -> dict[str, Any]:
    now = _marks(opened[-1], clause)
    group_of = {each["pseudonym"]: each["group"] for each in opened[-1]}
    sets = {"all": list(now.values())}
    sets |= {name: [mark for who, mark in now.items() if group_of[who] == name] for name in GROUPS}
    made: dict[str, Any] = {name: _of(marks) for name, marks in sets.items() if marks}
    if len(opened) > 1:
        before = _marks(opened[-2], clause)
        both = sorted(before.keys() & now.keys())
        made["change"] = _change([before[who] for who in both], [now[who] for who in both])
    return made


def _of(marks: Sequence[int]) -> dict[str, Any]:
    given = np.asarray(marks)
    p25, p30, median, p70, p75 = (np.percentile(given, share) for share in (25, 30, 50, 70, 75))
    return {
        "n": len(given),
        "hi": np.mean(given >= 7),
        "lo": np.mean(given <= 3),
        "bars": [int(np.sum(given == mark)) for mark in range(1, 10)],
        "median": median,
        "iqr": p75 - p25,
        "index": (p70 - p30) / (2.35 + 1.5 * abs(5 - (p30 + p70) / 2)),
    }


def _change(before: Sequence[int], after: Sequence[int]) -> dict[str, Any]:
    one, two = np.asarray(before), np.asarray(after)
    moved = two - one
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        test = stats.wilcoxon(moved[moved != 0]) if np.any(moved) else None
    return {
        "group": np.abs(np.bincount(one, minlength=10) - np.bincount(two, minlength=10)).sum() / 2 / len(one),
        "single": np.mean((one - 1) // 3 != (two - 1) // 3),
        "p": test.pvalue if test else None,
    }
