"""Logging by allow-list: our own constant messages and known fields, nothing else.

Handlers print an exception's type and place, never its message: a message may quote an answer. Of another
library's line only its level and name are printed: it may hold a path, an address or a header.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

FIELDS = ("endpoint", "status", "count", "incident", "consultation", "definition", "job")
"""The only extra fields that reach a log line."""

_OURS = "consult"
if TYPE_CHECKING:
    _Stream = logging.StreamHandler[TextIO]
else:  # the class takes no parameter when it runs
    _Stream = logging.StreamHandler
_ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


class AllowListFormatter(logging.Formatter):
    """Level, constant message, allowed fields, and an exception's type and place."""

    def format(self, record: logging.LogRecord) -> str:
        # `record.msg` and not getMessage(): arguments may carry text of a person.
        ours = record.name.split(".")[0] == _OURS and isinstance(record.msg, str)
        parts = [record.levelname, record.name, record.msg if ours else "event"]
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


class QuietHandler(_Stream):
    """Loses a line that it cannot write. The library's way is to print message and arguments elsewhere."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Do nothing."""


def set_up() -> None:
    """Send every logger of this process through the allow-list, and silence per-request lines."""
    handler = QuietHandler(sys.stderr)
    handler.setFormatter(AllowListFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    # Servers print each request, and the address of whoever sends a broken one, by handlers of their own.
    for name in ("werkzeug", "gunicorn.error", "gunicorn.access"):
        server = logging.getLogger(name)
        server.handlers[:] = []
        server.propagate = True
        server.setLevel(logging.ERROR)
    logging.captureWarnings(True)
