"""Ticks and ratings of the synthetic respondents, in keeping with what they write.

Knows the survivor survey's ids and the themes' keys. The shares of the ten lines of "What good looks
like" are exact.
"""

from __future__ import annotations

from random import Random

from consult.commands.demonstration.profiles import Person
from surveys.model import CANNOT_RATE, Choices, Depth, Survey

# question -> (raters, of them 7 to 9): 82, 91, 93, 88, 84, 80, 70, 66, 58 and 24 per cent when rounded.
MATTERS = {
    "matters_ds1": (126, 103),
    "matters_ds2": (125, 114),
    "matters_ds3": (127, 118),
    "matters_ds4": (124, 109),
    "matters_ds5": (125, 105),
    "matters_ds6": (123, 98),
    "matters_ds8": (125, 88),
    "matters_ds9": (124, 82),
    "matters_ds11": (122, 71),
    "matters_ds12": (126, 30),
}

_END_DATE = "matters_ds12"

_BASE = {
    "helped": {
        "for_men": 0.30,
        "told": 0.25,
        "text_online": 0.30,
        "evenings": 0.22,
        "choose_worker": 0.25,
        "no_story": 0.33,
        "another_way": 0.04,
    },
    "hindered": {
        "not_known": 0.30,
        "not_for_men": 0.28,
        "fear_seen": 0.28,
        "wait": 0.18,
        "hours": 0.20,
        "worker_gender": 0.10,
        "language_faith": 0.06,
        "money_travel": 0.12,
        "another_way": 0.04,
    },
    "first_contact": {
        "phone": 0.30,
        "text": 0.45,
        "online_chat": 0.45,
        "email": 0.40,
        "in_person": 0.25,
        "letter": 0.08,
        "through_someone": 0.12,
    },
}

# theme -> (question, option, how likely the tick is once he writes of the theme)
_TICKS = {
    "ways_in": (("helped", "text_online", 0.6), ("hindered", "hours", 0.5)),
    "not_for_men": (("helped", "for_men", 0.7), ("hindered", "not_for_men", 0.85)),
    "waiting": (("hindered", "wait", 0.85),),
    "choice_of_worker": (("helped", "choose_worker", 0.8), ("hindered", "worker_gender", 0.4)),
    "privacy": (("hindered", "fear_seen", 0.85),),
    "from_prison": (("first_contact", "letter", 1.0),),
    "named_for_men": (("hindered", "fear_seen", 0.5),),
}

_DETAILS = {
    "helped": ("A poster at work", "A letter from my doctor", "A talk on the radio", "A card in a café"),
    "hindered": ("No one to watch the kids", "I could not hear well on the phone", "I was moving house"),
}


def add_ticks(persons: list[Person], themes: dict[int, list[str]], survey: Survey, rng: Random) -> None:
    """Gives everyone answers to helped, hindered and first_contact. `themes` is by place in `persons`."""
    said = dict.fromkeys(_DETAILS, 0)
    for place, person in enumerate(persons):
        for question_id, base in _BASE.items():
            if question_id == "first_contact" and person.depth is Depth.SHORT:
                continue
            ticked = _ticked(question_id, base, themes[place], rng)
            if question_id == "hindered" and not ticked and person.values.get("looked") == "no":
                ticked = ["not_needed"]
            if not ticked or rng.random() < 0.05:
                continue
            question = survey.question(question_id)
            assert isinstance(question, Choices)  # noqa: S101 - tells the type checker what the definition says
            person.values[question_id] = [option.id for option in question.options if option.id in ticked]
            if "another_way" in ticked and said[question_id] < len(_DETAILS[question_id]):
                person.values[f"{question_id}.another_way"] = _DETAILS[question_id][said[question_id]]
                said[question_id] += 1


def _ticked(question_id: str, base: dict[str, float], themes: list[str], rng: Random) -> list[str]:
    ticks = [tick for theme in themes for tick in _TICKS.get(theme, ())]
    chances = base | {option: chance for asked, option, chance in ticks if asked == question_id}
    return [option for option, chance in chances.items() if rng.random() < chance]


def add_ratings(persons: list[Person], themes: dict[int, list[str]], rng: Random) -> None:
    """Ratings of the ten lines by about 125 of those asked; of the welcome by most who used a service."""
    asked = [place for place, person in enumerate(persons) if person.depth is not Depth.SHORT]
    for place in asked:
        if persons[place].on_experience:
            _add_welcome(persons[place], themes[place], rng)
    kept = [place for place in asked if persons[place].kept]
    leavers = [place for place in asked if not persons[place].kept]
    for question_id, counts in MATTERS.items():
        order = rng.sample(kept, len(kept))
        if question_id == _END_DATE:  # nobody who tells of an ending that was set asks for a set end
            order.sort(key=lambda place: "abrupt_ending" in themes[place])
        _add_line(question_id, counts, [persons[place] for place in order], rng)
        for place in leavers:
            persons[place].values[question_id] = _rating(rng.random() < 0.7, question_id, rng)


def _add_line(question_id: str, counts: tuple[int, int], order: list[Person], rng: Random) -> None:
    """One line of the ten: the first people rate it high, the others who rate lower, the rest do not rate."""
    raters, high = counts
    for place, person in enumerate(order[:raters]):
        person.values[question_id] = _rating(place < high, question_id, rng)
    for person in order[raters:]:
        if rng.random() < 0.5:
            person.values[question_id] = CANNOT_RATE


def _rating(high: bool, question_id: str, rng: Random) -> int:
    if high:
        return rng.choice([7, 8, 8, 9, 9])
    low_share = 0.5 if question_id == _END_DATE else 0.2
    return rng.choice([1, 2, 2, 3]) if rng.random() < low_share else rng.choice([4, 5, 5, 6, 6])


def _add_welcome(person: Person, themes: list[str], rng: Random) -> None:
    chance = rng.random()
    if chance < 0.05:
        return
    if chance < 0.10:
        person.values["welcome"] = CANNOT_RATE
    elif "not_for_men" in themes or person.values.get("kind") == "mixed":
        person.values["welcome"] = rng.choice([1, 2, 2, 3, 3, 4])
    else:
        person.values["welcome"] = rng.choice([2, 3, 4, 4, 5, 5])
