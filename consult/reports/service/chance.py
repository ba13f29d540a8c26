"""An order by chance: what stands in a file one after the other says nothing by it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

Row = TypeVar("Row")


def shuffled(rows: Sequence[Row]) -> list[Row]:
    """The same in an order that the system's source of chance gives: by a key drawn anew for each."""
    keys = memoryview(os.urandom(8 * len(rows))).cast("Q")
    return [rows[place] for place in sorted(range(len(rows)), key=keys.__getitem__)]
