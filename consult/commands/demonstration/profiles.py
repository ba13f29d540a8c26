"""Who the synthetic respondents are: depth, whether they looked for support, what they say of themselves.

Counts are exact for the 180 kept responses. "None" counts are both those who left a question empty and those
who said that they prefer not to say. Knows the survivor survey's ids; nothing of words or themes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from surveys.conditions import AnswerValue
from surveys.model import Depth

KEPT = 180
LATER_WITHDRAWN = 4
BATCHES = 11

_PREFER_NOT = "prefer_not"
_EMPTY = ""

Member = TypeVar("Member")

DEPTHS = {Depth.SHORT: 49, Depth.STANDARD: 98, Depth.FULL: 33}

# By short depth or more, so that 74 of those who chose more come to "What it was like" (yes or empty).
_LOOKED = {
    True: {"yes": 27, "thought": 10, "no": 8, _PREFER_NOT: 1, _EMPTY: 3},
    False: {"yes": 69, "thought": 28, "no": 26, _PREFER_NOT: 3, _EMPTY: 5},
}

_KIND = {"men_only": 24, "mixed": 31, "more_than_one": 11, "not_sure": 6, _EMPTY: 2}

# Of the 49 short responses, those whose author did not open "About you" by its link.
ABOUT_NOT_OPENED = 12

# Each column adds up to 168: the 180 but for those who never opened the part.
_ABOUT = {
    "about_age": {
        "age_18_24": 11,
        "age_25_34": 29,
        "age_35_44": 38,
        "age_45_54": 41,
        "age_55_64": 27,
        "age_65_74": 13,
        "age_75_over": 4,
        _PREFER_NOT: 3,
        _EMPTY: 2,
    },
    "about_region": {
        "north_east": 6,
        "north_west": 20,
        "yorkshire_humber": 14,
        "east_midlands": 8,
        "west_midlands": 13,
        "east_england": 11,
        "london": 28,
        "south_east": 22,
        "south_west": 12,
        "wales": 9,
        "scotland": 17,
        "northern_ireland": 4,
        _PREFER_NOT: 3,
        _EMPTY: 1,
    },
    "about_ethnicity": {
        "white": 118,
        "mixed": 9,
        "asian": 16,
        "black": 14,
        "other_group": 4,
        _PREFER_NOT: 4,
        _EMPTY: 3,
    },
    "about_orientation": {
        "heterosexual": 96,
        "gay_lesbian": 38,
        "bisexual": 19,
        "another_way": 5,
        _PREFER_NOT: 7,
        _EMPTY: 3,
    },
    "about_condition": {
        "limits_lot": 24,
        "limits_little": 31,
        "limits_not": 16,
        "none": 82,
        _PREFER_NOT: 10,
        _EMPTY: 5,
    },
    "about_gender": {"same": 149, "different": 6, _PREFER_NOT: 8, _EMPTY: 5},
}

# Nothing chosen means count only, so 33 and 12 are the 45.
_WORDS_USE = {"quote": 61, "paraphrase": 74, "count_only": 33, _EMPTY: 12}

# 4 later withdrawn: depth, looked.
_WITHDRAWN = ((Depth.SHORT, "yes"), (Depth.STANDARD, "yes"), (Depth.STANDARD, "thought"), (Depth.FULL, "yes"))


@dataclass(slots=True, kw_only=True)
class Person:
    """One synthetic respondent while his answers are being made."""

    depth: Depth
    kept: bool = True
    batch: int = 0
    values: dict[str, AnswerValue] = field(default_factory=dict)

    @property
    def used_a_service(self) -> bool:
        """Whether he can speak of a service he used: he said so, or left it open and then named its kind."""
        return self.values.get("looked") == "yes" or "kind" in self.values

    @property
    def on_experience(self) -> bool:
        """Whether "What it was like" is on his way and asked at his depth."""
        return self.depth is not Depth.SHORT and self.values.get("looked", "yes") == "yes"


def people(rng: Random) -> list[Person]:
    """The 184: 180 kept with exact counts, then 4 who will withdraw."""
    kept = [Person(depth=depth) for depth in shuffled(DEPTHS, rng)]
    for is_short, counts in _LOOKED.items():
        spread("looked", counts, [each for each in kept if (each.depth is Depth.SHORT) is is_short], rng)
    spread("kind", _KIND, [each for each in kept if each.on_experience], rng)
    _about(kept, rng)
    spread("words_use", _WORDS_USE, kept, rng)
    everyone = kept + [_leaver(depth, looked, rng) for depth, looked in _WITHDRAWN]
    _batches(everyone, rng)
    return everyone


def shuffled(counts: dict[Member, int], rng: Random) -> list[Member]:
    """Every member as often as its count says, in an order of chance."""
    column = [member for member, count in counts.items() for _ in range(count)]
    rng.shuffle(column)
    return column


def spread(question_id: str, counts: dict[str, int], persons: list[Person], rng: Random) -> None:
    """Gives each person one answer of a column; the empty one leaves the question unanswered."""
    for person, answer in zip(persons, shuffled(counts, rng), strict=True):
        if answer != _EMPTY:
            person.values[question_id] = answer


def _about(kept: list[Person], rng: Random) -> None:
    short = [each for each in kept if each.depth is Depth.SHORT]
    closed = {id(each) for each in rng.sample(short, ABOUT_NOT_OPENED)}
    opened = [each for each in kept if id(each) not in closed]
    for question_id, counts in _ABOUT.items():
        spread(question_id, counts, opened, rng)
    another_way = [each for each in opened if each.values.get("about_orientation") == "another_way"]
    for person, words in zip(another_way, ("Queer", "I do not use a label"), strict=False):
        person.values["about_orientation.another_way"] = words


def _leaver(depth: Depth, looked: str, rng: Random) -> Person:
    person = Person(depth=depth, kept=False, values={"looked": looked})
    if person.on_experience:
        person.values["kind"] = rng.choice(["men_only", "mixed"])
    person.values["about_age"] = rng.choice(["age_35_44", "age_45_54"])
    person.values["about_region"] = rng.choice(["london", "north_west"])
    person.values["words_use"] = rng.choice(["quote", "paraphrase"])
    return person


def _batches(everyone: list[Person], rng: Random) -> None:
    order = list(everyone)
    rng.shuffle(order)
    for place, person in enumerate(order):
        person.batch = place % BATCHES + 1
