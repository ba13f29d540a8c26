"""Who speaks of which theme, under which question, in which words; with the place of each theme in the text.

Knows people, themes and the sentence bank; nothing of ticks or ratings. Places count code points, the end
exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from consult.commands.demonstration.bank import SentenceBank
from consult.commands.demonstration.documents import frame, read
from consult.commands.demonstration.profiles import KEPT, Person
from surveys.model import Depth

MANNERS = {
    "helped_words": ("praise", "wish"),
    "hindered_words": ("complaint", "barrier"),
    "welcome_words": ("praise", "complaint"),
    "did_well": ("praise",),
    "differently": ("complaint", "wish"),
    "missing": ("wish",),
    "same_different": ("compare",),
    "takes_seriously": ("sign",),
    "else": ("praise", "complaint", "barrier", "wish"),
}
"""Open question -> the manners of sentence that answer it, in the order of the survey."""

_EXPERIENCE = ("welcome_words", "did_well", "differently")
_FULL_ONLY = ("same_different", "takes_seriously")
_FROM_USE = ("praise", "complaint")
_WELCOME_THEMES = ("not_for_men", "believed", "staff_know_men", "privacy")

_USERS_ONLY = ("abrupt_ending",)
_USERS_MORE = ("open_door", "staff_know_men", "wider_needs", "waiting", "believed")

# Kept people who write nothing at all, and those who write without a theme of the frame.
_NO_WORDS = 11
_NO_THEME = 9

_MOST_THEMES = {Depth.SHORT: 3, Depth.STANDARD: 5, Depth.FULL: 7}
_READINESS = {Depth.SHORT: 1.0, Depth.STANDARD: 1.4, Depth.FULL: 1.9}
_LEAVERS_THEMES = ("waiting", "believed", "ways_in", "privacy", "open_door")

_SAID_TWICE = 0.18
_MOST_IN_ONE_TEXT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueCoding:
    """Where a theme stands in an answer: code points from `start` to `end`, end exclusive."""

    question_id: str
    start: int
    end: int
    theme: str


@dataclass(slots=True, kw_only=True)
class _Said:
    """What one person is about to write under each question: (theme, sentence)."""

    texts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    families: list[str] = field(default_factory=list)

    def add(self, question_id: str, theme: str, text: str, family: str) -> None:
        self.texts.setdefault(question_id, []).append((theme, text))
        self.families.append(family)


def share_out(persons: list[Person], rng: Random) -> dict[int, list[str]]:
    """Themes by place in `persons`; each theme goes to exactly as many kept people as the code frame says."""
    kept = list(range(KEPT))
    silent = rng.sample(kept, _NO_WORDS + _NO_THEME)
    readiness = {place: rng.uniform(0.6, 1.6) * _READINESS[persons[place].depth] for place in kept}
    themes: dict[int, list[str]] = {place: [] for place in range(len(persons))}
    # Themes that only some can speak of choose first; then the large ones, while there is room for them.
    counts = {theme.key: theme.people for theme in frame().themes}
    for key in sorted(
        counts, key=lambda each: (each not in _USERS_ONLY, each != "from_prison", -counts[each])
    ):
        open_to = [
            place
            for place in kept
            if place not in silent
            and len(themes[place]) < _MOST_THEMES[persons[place].depth]
            and (persons[place].used_a_service or key not in _USERS_ONLY)
        ]
        chance = {place: _chance(persons[place], key, readiness[place]) for place in open_to}
        open_to.sort(key=lambda place: rng.random() ** (1 / chance[place]), reverse=True)
        for place in open_to[: counts[key]]:
            themes[place].append(key)
    for place in range(KEPT, len(persons)):
        themes[place] = rng.sample(_LEAVERS_THEMES, 2)
    return themes


def _chance(person: Person, theme: str, readiness: float) -> float:
    if theme in _USERS_MORE and person.used_a_service:
        return readiness * 2.5
    return readiness


def add_words(
    persons: list[Person], themes: dict[int, list[str]], rng: Random
) -> dict[int, list[TrueCoding]]:
    """Writes everyone's open answers into their values; the true codings by place in `persons`."""
    bank = SentenceBank(rng=rng)
    quiet = [place for place in range(KEPT) if not themes[place]]
    wordless = rng.sample(quiet, _NO_WORDS)
    codings: dict[int, list[TrueCoding]] = {}
    order = list(range(len(persons)))
    rng.shuffle(order)
    for place in order:
        codings[place] = []
        if place in wordless:
            continue
        person = persons[place]
        said = _say_themes(person, themes[place], bank, rng)
        for question_id in _open_questions(person):
            text, found = _compose(question_id, said, bank, rng, must_speak=not themes[place])
            if text:
                person.values[question_id] = text
                codings[place] += found
    _add_details_to_take_out(persons, themes, rng)
    return codings


def _open_questions(person: Person) -> list[str]:
    return [
        question_id
        for question_id in MANNERS
        if (question_id not in _EXPERIENCE or person.on_experience)
        and (question_id not in _FULL_ONLY or person.depth is Depth.FULL)
    ]


def _say_themes(person: Person, themes: list[str], bank: SentenceBank, rng: Random) -> _Said:
    said = _Said()
    for theme in themes:
        _say(person, theme, said, bank, rng)
        if rng.random() < _SAID_TWICE:
            _say(person, theme, said, bank, rng)
    return said


def _say(person: Person, theme: str, said: _Said, bank: SentenceBank, rng: Random) -> None:
    """One sentence on a theme, under a question that has room for it and does not speak of the theme yet."""
    ways = [
        (question_id, manner)
        for question_id in _open_questions(person)
        for manner in MANNERS[question_id]
        if (manner not in _FROM_USE or person.used_a_service)
        and (question_id != "welcome_words" or theme in _WELCOME_THEMES)
        and bank.themed(theme, manner)
        and theme not in [spoken for spoken, _ in said.texts.get(question_id, [])]
    ]
    for question_id, manner in sorted(ways, key=lambda way: _reluctance(way[0], said, rng)):
        if len(said.texts.get(question_id, [])) >= _MOST_IN_ONE_TEXT:
            continue
        sentence = bank.take(bank.themed(theme, manner), said.families)
        if sentence is not None:
            said.add(question_id, theme, sentence.text, sentence.family)
            return


def _reluctance(question_id: str, said: _Said, rng: Random) -> float:
    # Most people say a thing where it was asked, and go on in a box in which they have begun to write.
    started = -0.45 if question_id in said.texts else 0.0
    return rng.random() + started + (0.35 if question_id == "else" else 0.0)


def _compose(
    question_id: str, said: _Said, bank: SentenceBank, rng: Random, *, must_speak: bool
) -> tuple[str, list[TrueCoding]]:
    spoken = list(said.texts.get(question_id, []))
    if not spoken:
        return _without_theme(question_id, said, bank, rng, must_speak=must_speak), []
    rng.shuffle(spoken)
    if rng.random() < 0.22:
        spoken.insert(0, ("", _neutral("opener", said, bank)))
    if rng.random() < 0.18:
        spoken.append(("", _neutral("closer", said, bank)))
    spoken = [(theme, sentence) for theme, sentence in spoken if sentence]
    if rng.random() < 0.08:  # some people end without a full stop
        theme, sentence = spoken[-1]
        spoken[-1] = (theme, sentence.removesuffix("."))
    gap = "\n" if rng.random() < 0.06 else " "
    return _joined(question_id, spoken, gap)


def _joined(question_id: str, spoken: list[tuple[str, str]], gap: str) -> tuple[str, list[TrueCoding]]:
    text, found = "", []
    for theme, sentence in spoken:
        text += gap if text else ""
        if theme:
            found.append(
                TrueCoding(
                    question_id=question_id, start=len(text), end=len(text) + len(sentence), theme=theme
                )
            )
        text += sentence
    return text, found


def _without_theme(
    question_id: str, said: _Said, bank: SentenceBank, rng: Random, *, must_speak: bool
) -> str:
    likely = 0.5 if must_speak else 0.1
    if rng.random() >= likely and not (must_speak and question_id == "else"):
        return ""
    return _neutral(question_id, said, bank)


def _neutral(place: str, said: _Said, bank: SentenceBank) -> str:
    sentence = bank.take(bank.neutral(place), said.families)
    if sentence is None:
        return ""
    said.families.append(sentence.family)
    return sentence.text


def _add_details_to_take_out(persons: list[Person], themes: dict[int, list[str]], rng: Random) -> None:
    """A few end with a detail that redaction should find. Put at the end, so that no coding moves."""
    writers = [place for place in range(KEPT) if "else" in persons[place].values and themes[place]]
    details: list[str] = read("sentences")["to_take_out"]["else"]
    for place, detail in zip(rng.sample(writers, len(details)), details, strict=True):
        persons[place].values["else"] = f"{persons[place].values['else']} {detail}"
