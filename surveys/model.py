"""A survey as a value: sections, questions of five kinds, options and endings.

Says what a survey is, and nothing of how it is written down (definition), walked (journey), answered
(answers) or shown. No question can be required: there is no field for it, on purpose. What follows from a
definition alone is worked out once and stays with it, since each page that is sent asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from surveys.conditions import Condition
from surveys.texts import NO_TEXT, Text

CANNOT_RATE = "cannot_rate"
"""The answer to a scale by someone who does not know enough to rate."""

FACES = ("face_low", "face_middle", "face_high")
"""The answers to a scale by someone who met three faces in easy read: no numbers, so none is reckoned in."""

DETAIL_LENGTH = 1000
"""Longest "say how" text, in characters: a remark beside an option. More belongs in a box of its own."""


class Strand(StrEnum):
    """Where evidence comes from, as far as it comes through a survey."""

    SURVIVORS = "survivors"
    PRACTITIONERS = "practitioners"


class Depth(StrEnum):
    """How much a respondent chose to share; on a question, from which depth on it is asked."""

    SHORT = "short"
    STANDARD = "standard"
    FULL = "full"

    def covers(self, other: Depth) -> bool:
        """Whether someone who chose this depth is asked a question of the other depth."""
        return _RANK[self] >= _RANK[other]


_RANK = {depth: rank for rank, depth in enumerate(Depth)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose.

    `detail` adds a "say how" box. `exclusive` rules out the other options. `ends` names the ending shown when
    it is chosen: that leaves the survey, and nothing is kept. `support` asks for support first on the page
    that follows.
    """

    id: str
    text: Text
    detail: bool = False
    exclusive: bool = False
    ends: str | None = None
    support: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """What all kinds share.

    `lead` stands above the question, for it and those that follow it on the page. An answer that is not
    `stored` is known on the way and left out of what is kept. `sensitive` answers are never repeated in a
    later text. `starts_page` begins a new page inside the section. `picture` stands with the question in
    easy read. `bank` names the entry and version of the bank of questions that it was copied from; people
    never see it. `recalling` takes the place of `text` for somebody whose earlier choices it names, as in
    "You said {answer.ways}.": see `telling`.
    """

    id: str
    text: Text
    hint: Text = NO_TEXT
    lead: Text = NO_TEXT
    depth: Depth = Depth.SHORT
    stored: bool = True
    sensitive: bool = False
    starts_page: bool = False
    when: Condition | None = None
    picture: str = ""
    bank: str = field(default="", metadata={"shown": False})
    recalling: Text = NO_TEXT

    @property
    def asked(self) -> Text:
        """What it asks where it stands by itself, as in a list of answers."""
        return self.text

    @cached_property
    def boxes(self) -> tuple[tuple[str, str], ...]:
        """The options with a "say how" box, each with the field of that."""
        return tuple(
            (option.id, detail_key(self.id, option.id)) for option in options_of(self) if option.detail
        )

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Its own field, then those of its "say how" boxes."""
        return (self.id, *(name for _, name in self.boxes))

    @cached_property
    def ends(self) -> tuple[tuple[str, str], ...]:
        """The options that leave the survey, each with the ending."""
        options = options_of(self) if isinstance(self, Choice) else ()
        return tuple((option.id, option.ends) for option in options if option.ends)


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """One of several options. `buttons`: two ways on of equal weight, in place of radios and Continue."""

    options: tuple[Option, ...] = ()
    buttons: bool = False


@dataclass(frozen=True, kw_only=True)
class Choices(Question):
    """Any number of options."""

    options: tuple[Option, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scale(Question):
    """A whole number from `low` to `high`, with words at both ends, and perhaps for each third.

    `cannot_rate` is the text of the way out for those who do not know enough; without it there is none.
    `faces` are the words of the three faces that easy read shows in place of the numbers.
    `about` is a statement that is rated. Scales that follow each other on a page and are about the same one
    stand under it together, such as how important and how achievable it is.
    """

    low: int = 1
    high: int = 9
    label_low: Text = NO_TEXT
    label_high: Text = NO_TEXT
    thirds: tuple[Text, ...] = ()
    cannot_rate: Text = NO_TEXT
    faces: tuple[Text, ...] = ()
    about: Text = NO_TEXT

    @property
    def asked(self) -> Text:
        """The statement that is rated, and what is asked of it."""
        return Text.joined(self.about, self.text) if self.about else self.text

    @property
    def three(self) -> tuple[Text, ...]:
        """The words of three faces: their own, or those of the thirds. Empty when there are none."""
        return self.faces or self.thirds


@dataclass(frozen=True, kw_only=True)
class FreeText(Question):
    """Own words, `max_length` characters at most."""

    max_length: int = 5000


@dataclass(frozen=True, kw_only=True)
class Number(Question):
    """A whole number between two bounds, both allowed."""

    least: int = 0
    most: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the survey, shown as "Part 2 of 5"; one that is not `counted` stands beside the parts."""

    id: str
    title: Text
    note: Text = NO_TEXT
    questions: tuple[Question, ...] = ()
    when: Condition | None = None
    counted: bool = True

    def groups(self) -> tuple[tuple[Question, ...], ...]:
        """The questions page by page, before anyone has answered."""
        groups: list[list[Question]] = []
        for question in self.questions:
            if question.starts_page or not groups:
                groups.append([])
            groups[-1].append(question)
        return tuple(tuple(group) for group in groups)

    def stops(self) -> tuple[Stop, ...]:
        """The pages by id. A later one is named after the question that begins it."""
        return tuple(
            Stop(id=f"{self.id}.{group[0].id}" if place else self.id, section=self, questions=group)
            for place, group in enumerate(self.groups())
        )


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One page that there could be."""

    id: str
    section: Section
    questions: tuple[Question, ...]

    @cached_property
    def always(self) -> bool:
        """Whether it is there with all its questions, whatever was answered before."""
        return self.section.when is None and all(question.when is None for question in self.questions)

    @cached_property
    def plain(self) -> str:
        """Its one question, where that is always there and leads to nothing else; else nothing."""
        first = self.questions[0]
        alone = self.always and len(self.questions) == 1 and not (first.boxes or first.ends)
        return first.id if alone else ""

    @cached_property
    def at(self) -> Mapping[Depth, tuple[Question, ...]]:
        """Of all its questions, those of each depth."""
        return {depth: tuple(each for each in self.questions if depth.covers(each.depth)) for depth in Depth}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The page for someone who leaves before the survey starts for good, such as a person under 18."""

    id: str
    title: Text
    paragraphs: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Survey:
    """One immutable definition.

    `base` is the language a missing text falls back to; `languages` are those offered, `easy` those in which
    there is easy read too, `reviewed` those that a person has read ("en-easy" is easy read in English).
    `notice` stands on every page; `summary` on the landing page; `consent` says what happens to answers;
    `reassurance` stands with every box for own words; `thanks` ends it.
    """

    id: str
    strand: Strand
    title: Text
    sections: tuple[Section, ...]
    base: str = "en"
    languages: tuple[str, ...] = ("en",)
    reviewed: tuple[str, ...] = field(default=(), metadata={"shown": False})
    notice: Text = NO_TEXT
    summary: tuple[Text, ...] = ()
    consent: tuple[Text, ...] = ()
    reassurance: tuple[Text, ...] = ()
    endings: tuple[Ending, ...] = ()
    thanks: tuple[Text, ...] = ()
    easy: tuple[str, ...] = ()

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All of them, in order."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """All pages that there could be."""
        return tuple(stop for section in self.sections for stop in section.stops())

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each of these pages."""
        return {stop.id: place for place, stop in enumerate(self.stops)}

    @cached_property
    def _by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}

    def question(self, question_id: str) -> Question:
        """The question with this id. Raises KeyError when there is none."""
        return self._by_id[question_id]

    def has_question(self, question_id: str) -> bool:
        """Whether there is a question with this id."""
        return question_id in self._by_id

    def ending(self, ending_id: str) -> Ending:
        """The ending with this id. Raises KeyError when there is none."""
        for ending in self.endings:
            if ending.id == ending_id:
                return ending
        raise KeyError(ending_id)


def options_of(question: Question) -> tuple[Option, ...]:
    """The options of a question that has some; none for the other kinds."""
    return question.options if isinstance(question, Choice | Choices) else ()


def detail_key(question_id: str, option_id: str) -> str:
    """The field, and the key among answers, of an option's "say how" box."""
    return f"{question_id}.{option_id}"
