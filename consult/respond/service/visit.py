"""Where a person is, as the sealed web session keeps it between two pages."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import surveys
from consult.records.together import Write


class Stage(StrEnum):
    """The page that the one address shows."""

    WELCOME = "welcome"
    CODE = "code"
    DEPTH = "depth"
    QUESTIONS = "questions"
    CHECK = "check"
    SENT = "sent"
    KEPT = "kept"
    ONE = "one"
    COPY = "copy"


Kind = TypeVar("Kind", "Visit", "Step")


def changed(before: Kind, **changes: Any) -> Kind:
    """As `dataclasses.replace`, at a tenth of its cost: each act makes several of these values."""
    there = object.__new__(type(before))
    there.__dict__.update(before.__dict__, **changes)
    if len(there.__dict__) != len(before.__dict__):
        raise TypeError(f"{type(before).__name__} has no such field: {', '.join(changes)}")
    return there


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One person's way through one survey. Nothing here is stored but under the seal of the cookie.

    With a code, sent answers and the draft live in the database under keys that `keys` holds; without one,
    `answers` here are all there is. `steering` holds answers that steer the way and are never kept.
    """

    slug: str
    stage: Stage = Stage.WELCOME
    page: str = ""
    language: str = "en"
    # Shown as easy read.
    easy: bool = False
    depth: surveys.Depth = surveys.Depth.STANDARD
    response_id: str = ""
    # The revision of the response that sending will make, and whether one was sent before.
    rev: int = 1
    draft_rev: int = 0
    lookup: str = ""
    draft_key: str = ""
    pointer_key: str = ""
    code: str = ""
    code_taken: bool = False
    # The places (from 0) of the words that are typed back before the code counts as taken.
    asked: Sequence[int] = ()
    # The page on which a code or a copy was asked for on the way: there it goes on.
    came_from: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    steering: Mapping[str, Any] = field(default_factory=dict)
    # How the words of single answers may be used, where that differs from what holds for all of them; and
    # whether later studies may have the answers.
    words: Mapping[str, str] = field(default_factory=dict)
    archive: bool = False
    # Whether the web session has had its new id since the answers were sent.
    renewed: bool = False
    # Nobody was there for a while: the keys are gone from here, and only the code brings them back.
    locked: bool = False
    # What was sent before changed on another page since this draft was begun: said before it is replaced.
    moved_on: bool = False
    # How many parts this visit was counted for, the check page among them.
    furthest: int = 0
    # Set when a page was reached from the check page: Continue leads back there.
    checking: bool = False
    # The trial that this visit came through: what is answered is thrown away, and a code opens nothing.
    pilot: str = ""

    def plain(self) -> dict[str, Any]:
        """For the web session."""
        return dict(self.__dict__)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Visit:
        """From the web session."""
        return cls(**{**plain, "stage": Stage(plain["stage"]), "depth": surveys.Depth(plain["depth"])})

    @property
    def has_code(self) -> bool:
        """Whether the person took a code. In a trial it is shown, and nothing is kept under it."""
        return bool(self.lookup or self.code)

    @property
    def drafted(self) -> bool:
        """Whether what is written is kept under the code, so that it outlives this visit."""
        return bool(self.lookup)

    @property
    def is_sent(self) -> bool:
        """Whether the answers were sent in this visit, so that all there is left to do is reading."""
        return Stage.SENT in {self.stage, self.came_from}

    def asleep(self) -> Visit:
        """The same visit after an idle hour. Without a code a lock would lose everything: then unchanged.

        What was sent without a code is not lost by that, so no later eyes are to find it here.
        """
        if not self.code_taken or self.pilot:
            return changed(self, stage=Stage.SENT, came_from="", answers={}) if self.is_sent else self
        return changed(self, locked=True, code="", draft_key="", pointer_key="")

    def at(self, stage: Stage, **changes: Any) -> Visit:
        """The same person on another page."""
        return changed(self, stage=stage, **changes)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What an act led to: where the person is now, what to show, and what the view must do besides."""

    visit: Visit
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[surveys.Problem, ...] = ()
    # No answers open with the code that was typed.
    wrong_code: bool = False
    # The same page once more, since what was typed does not do: nothing is stored.
    again: bool = False
    # Shown in place of leading back to the address, since what was typed is kept nowhere.
    at_once: bool = False
    demonstration: bool = False
    # Shown as easy read.
    easy: bool = False
    renew: bool = False
    left: bool = False
    # All that the page depends on, when it shows nothing of the person: it can then be kept for others.
    shape: tuple[Hashable, ...] | None = None
    # The page is a file to be kept: "txt" or "html".
    file: str = ""
    # What to store, in one transaction with the web session.
    writes: tuple[Write, ...] = ()
    # Something sealed was destroyed or replaced: its bytes must leave the write-ahead log too.
    scrub: bool = False

    def kept_under(self, *shown: Hashable) -> Hashable:
        """The name of this page among those that are kept for others; `shown`: what else is on it."""
        return (self.template, self.shape, *shown)
