"""Whole surveys at random: every kind of question, routing, endings, notes, languages and easy read.

Each one passes the author's lint, so whatever then goes wrong with it is a fault of ours.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import strategies as st

from surveys import (
    CANNOT_RATE,
    NO_TEXT,
    AllIn,
    And,
    Answered,
    AnswerValue,
    AnyIn,
    Choice,
    Choices,
    Condition,
    CountAtLeast,
    Depth,
    Empty,
    Ending,
    Equals,
    FreeText,
    In,
    Not,
    Number,
    Option,
    Or,
    Page,
    Question,
    Scale,
    Section,
    Strand,
    Survey,
    Text,
    comparisons,
    detail_key,
    ending,
    may_be_recalled,
    next_page,
    options_of,
    pages,
)
from surveys.wording import DESCRIBE_NOTHING

LANGUAGES = (("en",), ("en", "cy"), ("cy", "en"), ("cy",))
# Marks that markup, TOML, XML and spreadsheets each take for something of theirs.
ODD = (
    "plain words",
    'a "quote" & <b>no markup</b>',
    "it's 100% \\ back",
    "=1+1",
    "naïve café ŵŷ",
    "שלום مرحبا",
    "🙂 a smile",
    "semi; colon | bar, comma",
    "a brace { alone",
    "x" * 90,
)


def surveys(*, most_sections: int = 3, most_questions: int = 4) -> st.SearchStrategy[Survey]:
    """Surveys that an author could load, each made from one number: drawing every word takes long."""
    return st.integers(0, 2**32).map(lambda seed: _Maker(seed).survey(most_sections, most_questions))


class _Maker:
    """Makes one survey, part by part; remembers which answers a later condition may look at."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same survey again for the same number
        self.languages = self.chance.choice(LANGUAGES)
        self.settled: list[Question] = []
        self.endings: list[str] = []
        self.made = 0

    def survey(self, most_sections: int, most_questions: int) -> Survey:
        """The whole of it."""
        endings = tuple(
            Ending(id=name, title=self.words(name), paragraphs=(self.words("p"),))
            for name in ("young", "friends")[: self.chance.randint(0, 2)]
        )
        self.endings = [each.id for each in endings]
        line = Text.of({(language, ""): f"{DESCRIBE_NOTHING} ({language})." for language in self.languages})
        return Survey(
            id="random",
            strand=self.chance.choice(list(Strand)),
            title=self.words("title"),
            base=self.languages[0],
            languages=self.languages,
            reviewed=self.languages,
            notice=self.maybe("notice"),
            summary=(self.words("summary"),),
            consent=(self.words("consent"),),
            reassurance=(line,),
            thanks=(self.words("thanks"),),
            endings=endings,
            sections=tuple(
                self.section(place, most_questions) for place in range(self.chance.randint(1, most_sections))
            ),
        )

    def words(self, name: str) -> Text:
        """Words that begin with `name`, in every language; some of them have an easy-read version, too."""
        odd = self.chance.choice(ODD)
        found = {(language, ""): f"{name} {language} {odd}" for language in self.languages}
        easy = [language for language in self.languages if self.perhaps()]
        return Text.of(found | {(language, "easy"): f"{name} {language} easy" for language in easy})

    def maybe(self, name: str) -> Text:
        """Words, or none."""
        return self.words(name) if self.perhaps() else NO_TEXT

    def perhaps(self) -> bool:
        """Yes or no."""
        return self.chance.random() < 0.5

    def section(self, place: int, most: int) -> Section:
        """A part of some questions, on one page or more."""
        when = self.condition()
        questions: list[Question] = []
        page: list[Question] = []
        for number in range(self.chance.randint(1, most)):
            starts_page = bool(number) and self.perhaps()
            if starts_page:
                self.settled += [each for each in page if each.stored]
                page = []
            questions.append(self.question(starts_page=starts_page))
            page.append(questions[-1])
        self.settled += [each for each in page if each.stored]
        return Section(
            id=f"s{place}",
            title=self.words(f"s{place}"),
            note=self.maybe("note"),
            questions=tuple(questions),
            when=when,
            counted=self.perhaps(),
        )

    def question(self, *, starts_page: bool) -> Question:
        """A question of any kind."""
        name = f"q{self.made}"
        self.made += 1
        common: dict[str, Any] = {
            "id": name,
            "text": self.words(name),
            "hint": self.maybe("hint"),
            "lead": self.maybe("lead"),
            "depth": self.chance.choice(list(Depth)),
            "stored": self.chance.random() < 0.8,
            "sensitive": self.perhaps(),
            "starts_page": starts_page,
            "when": self.condition(),
            "recalling": self.recalling(name),
        }
        match self.chance.choice(["choice", "choices", "scale", "number", "free_text"]):
            case "choice":
                return self.choice(common)
            case "choices":
                return Choices(**common, options=self.options(exclusive=True))
            case "scale":
                return self.scale(common)
            case "number":
                least = self.chance.randint(-5, 5)
                return Number(**common, least=least, most=least + self.chance.randint(0, 200))
        return FreeText(**common, max_length=self.chance.choice([1, 20, 5000]))

    def recalling(self, name: str) -> Text:
        """A text that repeats earlier choices, or none."""
        fit = [each.id for each in self.settled if may_be_recalled(each)]
        if not fit or self.perhaps():
            return NO_TEXT
        named = " ".join(f"{{answer.{each}}}" for each in self.chance.sample(fit, min(2, len(fit))))
        return Text.of(
            {(language, ""): f"{name} recalls {language}: {named}." for language in self.languages}
        )

    def choice(self, common: dict[str, Any]) -> Choice:
        """One of several; perhaps two buttons, or a way out of the survey."""
        options = self.options(exclusive=False)
        if self.endings and not common["stored"]:
            last = Option(id=options[-1].id, text=options[-1].text, ends=self.chance.choice(self.endings))
            options = (*options[:-1], last)
        alone = len(options) == 2 and not any(option.detail for option in options)
        return Choice(**common, options=options, buttons=alone and self.perhaps())

    def options(self, *, exclusive: bool) -> tuple[Option, ...]:
        """Two to four options."""
        return tuple(
            Option(
                id=name,
                text=self.words(name),
                detail=self.perhaps(),
                exclusive=exclusive and name == "none",
                support=self.perhaps(),
            )
            for name in [*("a", "b", "c")[: self.chance.randint(1, 3)], "none"]
        )

    def scale(self, common: dict[str, Any]) -> Scale:
        """A scale of any length, with and without thirds and a way not to rate."""
        low = self.chance.randint(-2, 1)
        return Scale(
            **common,
            low=low,
            high=low + self.chance.randint(1, 10),
            label_low=self.words("low"),
            label_high=self.words("high"),
            thirds=tuple(self.words(third) for third in ("t1", "t2", "t3")) if self.perhaps() else (),
            cannot_rate=self.maybe("cannot"),
            about=NO_TEXT if common["lead"] else self.maybe("about"),
        )

    def condition(self, deep: int = 2) -> Condition | None:
        """A condition on answers of earlier pages, or none."""
        return self.joined(deep) if self.settled and self.perhaps() else None

    def joined(self, deep: int) -> Condition:
        """A comparison, or some of them put together."""
        join = self.chance.choice(["one", "one", "not", "and", "or"]) if deep else "one"
        if join == "one":
            return self.comparison(self.chance.choice(self.settled))
        if join == "not":
            return Not(condition=self.joined(deep - 1))
        parts = tuple(self.joined(deep - 1) for _ in range(self.chance.randint(1, 2)))
        return And(conditions=parts) if join == "and" else Or(conditions=parts)

    def comparison(self, question: Question) -> Condition:
        """A comparison that suits the kind of question."""
        there: list[Condition] = [Answered(question=question.id), Empty(question=question.id)]
        if isinstance(question, FreeText):
            return self.chance.choice(there)
        if isinstance(question, Choices):
            ids = tuple(self.chance.sample([each.id for each in question.options], 2))
            several: list[Condition] = [
                AnyIn(question=question.id, values=ids),
                AllIn(question=question.id, values=ids[:1]),
                CountAtLeast(question=question.id, count=self.chance.randint(1, 3)),
            ]
            return self.chance.choice(there + several)
        values = [value for value in some_answers(question) if not isinstance(value, list)]
        chosen = self.chance.sample(values, self.chance.randint(1, len(values)))
        one: list[Condition] = [
            Equals(question=question.id, value=chosen[0]),
            In(question=question.id, values=tuple(chosen)),
        ]
        return self.chance.choice(there + one)


def some_answers(question: Question) -> list[AnswerValue]:
    """A few answers of every sort that a question allows."""
    match question:
        case Choice():
            return [option.id for option in question.options]
        case Choices():
            ids = [option.id for option in question.options if not option.exclusive]
            return [[ids[0]], ids, ["none"]]
        case Scale():
            ends: list[AnswerValue] = [question.low, question.high]
            return [*ends, CANNOT_RATE] if question.cannot_rate else ends
        case Number():
            return [question.least, question.most]
        case FreeText():
            return ["w"]
    raise TypeError(question)


WORDS = ("w", "two\nlines\n\n  in all", "<b>&amp;", "'quoted'", "=1+1", "\u0628\u0639\u062f \U0001f642")


def answer(chance: random.Random, question: Question) -> dict[str, AnswerValue]:
    """One answer, perhaps with its "say how" words, or none; as a person could give it on a page."""
    if chance.random() < 0.3:
        return {}
    chosen = chance.choice(some_answers(question))
    if isinstance(question, FreeText):
        chosen = chance.choice(WORDS)[: question.max_length].strip()
    found: dict[str, AnswerValue] = {question.id: chosen}
    for option in options_of(question):
        told = (
            option.id in chosen if isinstance(chosen, list) else option.id == chosen or chance.random() < 0.3
        )
        if option.detail and told:
            found[detail_key(question.id, option.id)] = f"how {option.id} <i> &"
    return found


def steering(survey: Survey) -> set[str]:
    """The questions whose answers decide what comes."""
    whens = [*(each.when for each in survey.sections), *(each.when for each in survey.questions)]
    looked_at = {each.question for when in whens for each in comparisons(when)}
    return looked_at | {
        each.id for each in survey.questions if any(option.ends for option in options_of(each))
    }


def walks(survey: Survey, depth: Depth) -> Iterator[tuple[dict[str, AnswerValue], list[Page]]]:
    """Every way through a survey, by all that could be answered where it steers; the pages of each."""
    steers = steering(survey)
    waiting: list[tuple[dict[str, AnswerValue], list[Page], str | None]] = [({}, [], None)]
    while waiting:
        given, seen, page_id = waiting.pop()
        following = None if ending(survey, given) else next_page(survey, given, depth, page_id)
        if following is None:
            yield given, seen
            continue
        assert following.id not in {each.id for each in seen}, "a page came twice"
        open_here = [each for each in following.questions if each.id in steers]
        for chosen in product(*([None, *some_answers(each)] for each in open_here)):
            more = {
                each.id: value for each, value in zip(open_here, chosen, strict=True) if value is not None
            }
            waiting.append(({**given, **more}, [*seen, following], following.id))


__all__ = ["answer", "pages", "some_answers", "steering", "surveys", "walks"]
