"""A survey as a value: sections, questions of five kinds, options and endings.

Says what a survey is, and nothing of how it is written down (definition), walked (journey), answered
(answers) or shown. No question can be required: there is no field for it, on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

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
        return _DEPTHS.index(self) >= _DEPTHS.index(other)


_DEPTHS = tuple(Depth)


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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Question):
    """One of several options. `buttons`: two ways on of equal weight, in place of radios and Continue."""

    options: tuple[Option, ...] = ()
    buttons: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Question):
    """Any number of options."""

    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText(Question):
    """Own words, `max_length` characters at most."""

    max_length: int = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
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

    def pages(self) -> tuple[tuple[str, Section, tuple[Question, ...]], ...]:
        """The pages by id. A later one is named after the question that begins it."""
        return tuple(
            (f"{self.id}.{group[0].id}" if place else self.id, self, group)
            for place, group in enumerate(self.groups())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The page for someone who leaves before the survey starts for good, such as a person under 18."""

    id: str
    title: Text
    paragraphs: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
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
    questions: tuple[Question, ...] = field(init=False, repr=False, compare=False, metadata={"shown": False})
    # All pages there could be, each with its section and questions, and the place of each.
    declared: tuple[tuple[str, Section, tuple[Question, ...]], ...] = field(
        init=False, repr=False, compare=False, metadata={"shown": False}
    )
    places: dict[str, int] = field(init=False, repr=False, compare=False, metadata={"shown": False})
    _by_id: dict[str, Question] = field(init=False, repr=False, compare=False, metadata={"shown": False})

    def __post_init__(self) -> None:
        questions = tuple(question for section in self.sections for question in section.questions)
        # Derived once: a survey lives as long as the process and is asked for its questions on every request.
        object.__setattr__(self, "questions", questions)
        object.__setattr__(self, "_by_id", {question.id: question for question in questions})
        declared = tuple(page for section in self.sections for page in section.pages())
        object.__setattr__(self, "declared", declared)
        object.__setattr__(self, "places", {page_id: place for place, (page_id, _, _) in enumerate(declared)})

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


def every_text(survey: Survey) -> tuple[tuple[str, Text], ...]:
    """Each text of a survey with the place where an author finds it, such as `helped.another_way`."""
    found: list[tuple[str, Text]] = [("title", survey.title), ("notice", survey.notice)]
    for name in ("summary", "consent", "reassurance", "thanks"):
        paragraphs: tuple[Text, ...] = getattr(survey, name)
        found += [(name, paragraph) for paragraph in paragraphs]
    for section in survey.sections:
        found += [(section.id, section.title), (section.id, section.note)]
        for question in section.questions:
            found += [(question.id, part) for part in _question_texts(question)]
            found += [(f"{question.id}.{option.id}", option.text) for option in options_of(question)]
    for ending in survey.endings:
        found += [(ending.id, part) for part in (ending.title, *ending.paragraphs)]
    return tuple((where, each) for where, each in found if each)


def _question_texts(question: Question) -> tuple[Text, ...]:
    common = (question.lead, question.text, question.recalling, question.hint)
    if isinstance(question, Scale):
        ends = (question.label_low, *question.thirds, question.label_high, *question.faces)
        return (*common, question.about, *ends, question.cannot_rate)
    return common
