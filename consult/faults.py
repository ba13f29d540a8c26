"""Kinds of failure. Domain errors inherit one; `web/errors.py` turns a kind into a page.

A command prints it as one line.
A fault carries facts and never an answer, a code or an address: its text may reach a log or a terminal.
"""

from __future__ import annotations


def said(words: str) -> str:
    """Words of a fault that a respondent may read: marked for the catalogue, for `web/errors.py`."""
    return words


class Fault(Exception):  # noqa: N818 - a kind of thing that went wrong; its members end in Error
    """Something that the people who use the service can be told about."""


class MissingError(Fault):
    """What was asked for is not here, or not for this person: both look the same."""


class ClosedError(Fault):
    """The time for this has passed: a closed survey, a frozen code frame."""


class ConflictError(Fault):
    """Somebody else changed the same thing first."""


class BusyError(Fault):
    """Too much at once; trying again soon will work."""


class RefusedError(Fault):
    """The act is not allowed as things stand; the text says what would allow it."""


class SealError(Fault):
    """A sealed record does not open: it was changed, moved, or sealed for somebody else."""
