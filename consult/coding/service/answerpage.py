"""What the page of one answer holds, as values: made in `answering`, shown by templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consult.coding.service.boxes import Box
from consult.coding.service.meaning import Basis
from consult.coding.service.offering import Help, Quality, Suggestion
from consult.records.codings import Origin, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """An answer that is not opened yet: its level comes first, and not one word of it."""

    box: Box
    response: str
    words: int
    easy: bool
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence by its place, counted from nought, and where it begins in the answer, in code points."""

    place: int
    words: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeButton:
    """A theme to press. `given` when somebody gave it to this answer; `depth`: how far down in the tree."""

    key: str
    name: str
    definition: str
    include: str
    exclude: str
    example: str
    given: bool
    depth: int = 0

    @property
    def told(self) -> bool:
        """Whether anything says what belongs to it."""
        return bool(self.definition or self.include or self.exclude or self.example)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A coding that stands. `theme` is empty for "no theme applies"; `words` when it covers less than all."""

    id: str
    theme: str
    words: str
    coder: str
    own: bool
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """A memo beside an answer."""

    id: str
    words: str
    coder: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An answer that people coded, like the one in view: how it begins, and its themes."""

    response: str
    words: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """Everything that the page of one answer shows. `left` counts answers that nobody has coded.

    `examples` are coded answers that are like this one, by the value of the suggestion that they led to.
    `second`: this person is the blind second coder, and sees only what is their own.
    """

    box: Box
    response: str
    rev: int
    consent: str
    language: str
    easy: bool
    sentences: tuple[Sentence, ...]
    themes: tuple[ThemeButton, ...]
    given: tuple[Given, ...]
    help: Help
    suggestions: tuple[Suggestion, ...]
    examples: Mapping[str, tuple[Example, ...]]
    band: str
    quality: Quality | None
    basis: Basis | None
    stream: Stream
    blind: bool
    second: bool
    flagged: bool
    memos: tuple[Memo, ...]
    previous: str
    next: str
    left: int
