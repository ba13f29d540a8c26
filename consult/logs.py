"""Logging by allow-list: constant messages and known fields, nothing else.

Handlers print an exception's type and place, never its message: a message may quote an answer.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

FIELDS = ("endpoint", "status", "count", "incident", "consultation", "definition", "job")
"""The only extra fields that reach a log line."""

_ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


class AllowListFormatter(logging.Formatter):
    """Level, constant message, allowed fields, and an exception's type and place."""

    def format(self, record: logging.LogRecord) -> str:
        # `record.msg` and not getMessage(): arguments may carry text of a person.
        parts = [record.levelname, record.name, str(record.msg) if isinstance(record.msg, str) else "event"]
        parts += [f"{name}={getattr(record, name)}" for name in FIELDS if hasattr(record, name)]
        if record.exc_info and record.exc_info[0] is not None:
            parts.append(self._where(record.exc_info))
        return " ".join(parts)

    @staticmethod
    def _where(exc_info: _ExcInfo) -> str:
        kind, _, trace = exc_info
        frames = traceback.extract_tb(trace)
        place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "unknown"
        return f"{kind.__name__ if kind else 'error'} at {place}"


def set_up(level: int = logging.INFO) -> None:
    """Send every logger of this process through the allow-list, and silence per-request lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AllowListFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logging.captureWarnings(True)
