"""The 184 synthetic responses to the survivor survey: 180 kept, 4 later withdrawn.

Made from counts and sentences alone, the same for the same seed. It knows no person, no date and no database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from consult.commands.demonstration.closed import add_ratings, add_ticks
from consult.commands.demonstration.profiles import BATCHES, LATER_WITHDRAWN, Person, people
from consult.commands.demonstration.writing import TrueCoding, add_words, share_out
from surveys.conditions import AnswerValue
from surveys.model import Depth, Survey
from surveys.shipping import load

SURVEY = "survivors"
_RARE = "from_prison"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticResponse:
    """One made-up response, as the survey engine would keep it.

    `values` holds stored answers only (an unanswered question has no key). `codings` are true by
    construction: sentences without one speak of no theme of the code frame. `batch` (1 to
    11) is the release it comes in.
    """

    values: dict[str, AnswerValue]
    depth: Depth
    codings: tuple[TrueCoding, ...]
    later_withdrawn: bool
    batch: int


def respondents(seed: int = 7) -> list[SyntheticResponse]:
    """All 184, in an order of chance that says nothing of batch or depth.

    For every seed the 180 kept have the same counts: of each closed answer named in `profiles`, of the
    ratings in `closed.MATTERS`, and of people for each theme of the code frame.
    """
    rng = Random(seed)  # noqa: S311 - made-up answers must come out the same each time
    survey = load(SURVEY)
    persons = people(rng)
    themes = share_out(persons, rng)
    _keep_the_rare_in_view(persons, themes)
    add_ticks(persons, themes, survey, rng)
    add_ratings(persons, themes, rng)
    codings = add_words(persons, themes, rng)
    made = [_response(person, codings[place], survey) for place, person in enumerate(persons)]
    rng.shuffle(made)
    return made


def coded_share(
    responses: Iterable[SyntheticResponse], *, uncoded_batches: int = 2
) -> tuple[SyntheticResponse, ...]:
    """The responses whose true codings the demonstration treats as already given by people.

    The last batches stay uncoded, so that queue and suggestions can be tried on something new. The rare theme
    is among the coded (two people) and among the uncoded (one).
    """
    last_coded = BATCHES - uncoded_batches
    return tuple(response for response in responses if response.batch <= last_coded)


def _keep_the_rare_in_view(persons: list[Person], themes: dict[int, list[str]]) -> None:
    """Two of the rare theme's people in early batches, one in the last; those who withdraw in early ones."""
    rare = [place for place in themes if _RARE in themes[place]]
    leavers = list(range(len(persons) - LATER_WITHDRAWN, len(persons)))
    wanted = dict(zip(rare, (2, 5, BATCHES), strict=True)) | dict(zip(leavers, (2, 4, 7, 9), strict=True))
    for place, batch in wanted.items():
        # Trading places keeps the sizes of the batches as they are.
        other = next(
            each
            for each, person in enumerate(persons)
            if person.batch == batch and (each not in wanted or each == place)
        )
        persons[other].batch, persons[place].batch = persons[place].batch, batch


def _response(person: Person, codings: list[TrueCoding], survey: Survey) -> SyntheticResponse:
    order = [question.id for question in survey.questions]
    values = dict(
        sorted(person.values.items(), key=lambda each: (order.index(each[0].partition(".")[0]), len(each[0])))
    )
    return SyntheticResponse(
        values=values,
        depth=person.depth,
        codings=tuple(codings),
        later_withdrawn=not person.kept,
        batch=person.batch,
    )
