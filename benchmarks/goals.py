"""What must be fast, and by how much. A goal stands here once and is never edited to fit a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Which way is better."""

    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A bound on a figure's ratio to its yardstick, or on the figure itself."""

    side: Side
    bound: float
    of: str = "ratio"
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.of} {self.side} {self.bound:g}{' ' if self.unit else ''}{self.unit}"

    def met(self, value: float | None) -> bool:
        """Whether a measured number keeps the goal; what could not be measured does not."""
        if value is None:
            return False
        return value <= self.bound if self.side == Side.AT_MOST else value >= self.bound


def _most(bound: float, of: str = "ratio", unit: str = "") -> Goal:
    return Goal(side=Side.AT_MOST, bound=bound, of=of, unit=unit)


def _least(bound: float, of: str = "ratio", unit: str = "") -> Goal:
    return Goal(side=Side.AT_LEAST, bound=bound, of=of, unit=unit)


GOALS: Mapping[str, Goal] = {
    "P1": _most(0.35),
    "P2": _most(0.5),
    "P3": _least(1.3),
    "P4": _least(1.2),
    "P4.cpu": _most(0.8),
    "P5": _most(0.25),
    "P5b": _most(0.4),
    "P6": _most(1.10),
    "P8": _most(0.6),
    "P9": _most(1.6),
    "P9.growth": _most(2.0, "value", "MiB"),
    "P10": _most(2.0),
    "P11": _least(0.9),
    "P11.again": _least(4.5),
    "P12": _least(1.8),
    "P12.again": _least(1.8),
    "P13": _most(1.3),
    "P14": _least(0.8),
    "P14.memory": _most(64, "value", "MiB"),
    "P15": _least(12),
    "P16": _most(0.25),
    "P16.memory": _most(600, "value", "MiB"),
    "P17.import": _least(20),
    "P17.tag": _least(4),
    "P17.export": _least(2),
    "P18": _most(3.0),
    "P18.bertopic": _least(15),
    "P20": _most(1.5),
    "P21.p95": _most(300, "value", "ms"),
    "P21.p95.100k": _most(1000, "value", "ms"),
    "P21.queries": _most(12, "value", "queries"),
    "P21.growth": _most(1.5),
    "P21.report.html": _most(20, "value", "s"),
    "P21.report.docx": _most(20, "value", "s"),
    "P21.report.pdf": _most(20, "value", "s"),
    "P21.report.xlsx": _most(20, "value", "s"),
    "P40.close": _most(10, "value", "s"),
    "P40.close.cpu": _most(5, "value", "CPU s"),
    "P40.feedback": _most(200, "value", "ms"),
    "P40.feedback.cpu": _most(100, "value", "CPU ms"),
    "P40.feedback.queries": _most(20, "value", "queries"),
    "P40.board": _most(500, "value", "ms"),
    "P40.board.cpu": _most(250, "value", "CPU ms"),
    "P40.board.queries": _most(20, "value", "queries"),
    "P23": _most(2, "value", "CPU s"),
    "P23.100k": _most(60, "value", "CPU s"),
    "P23.100k.memory": _most(2048, "value", "MiB"),
    "P24": _most(300, "value", "ms"),
    "P24.cpu": _most(300, "value", "CPU ms"),
    "P24.page": _most(300, "value", "ms"),
    "P24.press": _most(300, "value", "ms"),
    "P22": _most(10, "value", "s"),
    "P22.bare": _most(3.0),
}
