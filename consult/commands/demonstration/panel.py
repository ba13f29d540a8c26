"""The panel's made-up ratings by round, and its answers to the practitioner survey in round 1.

Ratings come from the fixed strings of the content; nothing here is drawn by chance. It judges nothing:
verdicts are the work of `analysis`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from consult.commands.demonstration.documents import panel, panel_comments, standards
from consult.commands.demonstration.shapes import PanelGroupEntry, RatedItem, Remark
from surveys.conditions import AnswerValue

SURVEY = "practitioners"

# At round 3 the last of these groups had left.
_LEFT_BEFORE_ROUND_3 = ("mixed_service", "research", "lived_experience")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticPanellist:
    """One panellist: group, place in it (from 1), the rounds taken part in, and the answers of round 1."""

    group: str
    place: int
    rounds: tuple[int, ...]
    values: dict[str, AnswerValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticRating:
    """One importance rating. `version` is the number of the wording that was rated."""

    item: str
    version: int
    group: str
    place: int
    importance: int

    @property
    def achievable(self) -> int:
        """Achievable is one lower than importance, never under 1."""
        return max(1, self.importance - 1)


def panellists() -> list[SyntheticPanellist]:
    """The 42 of round 1, group by group, with answers to the practitioner survey. 4 invited never came."""
    asked = [standard.key for standard in standards() if not standard.candidate]
    rated = {(each.item, each.group, each.place): each for each in ratings(1)}
    made = []
    for group in panel().groups:
        for place in range(1, group.rounds[0] + 1):
            values: dict[str, AnswerValue] = {"group": group.key}
            for key in asked:
                values |= _answers(rated[key, group.key, place])
            for remark in _of(panel().missing, "", group.key, place):
                values["missing"] = remark.words
            made.append(
                SyntheticPanellist(group=group.key, place=place, rounds=_rounds(group, place), values=values)
            )
    return made


def ratings(number: int) -> list[SyntheticRating]:
    """All importance ratings of one round, 1 to 3: every item asked about, every panellist who took part.

    Round 1 has no rating of the candidate P1; round 3 asks only about what was open. Raises ValueError for
    any other round.
    """
    if number not in {1, 2, 3}:
        raise ValueError(f"there is no round {number}")
    made = []
    for item in panel().items:
        version = _version(item.key, number)
        for group, marks in zip(panel().groups, _marks(item, number), strict=False):
            made += [
                SyntheticRating(item=item.key, version=version, group=group.key, place=place, importance=mark)
                for place, mark in enumerate(marks, start=1)
            ]
    return made


def _marks(item: RatedItem, number: int) -> tuple[tuple[int, ...], ...]:
    if number == 1:
        if item.key in {standard.key for standard in standards() if standard.candidate}:
            return ()
        # First rating one lower, then those who left after the round.
        return tuple(
            (max(1, marks[0] - 1), *marks[1:], *group.left_after_round_1)
            for group, marks in zip(panel().groups, item.r2, strict=True)
        )
    return item.r2 if number == 2 else item.r3


def _version(item: str, number: int) -> int:
    for standard in standards():
        if standard.key == item:
            return max(each.number for each in standard.versions if each.since_round <= number)
    return 1


def _rounds(group: PanelGroupEntry, place: int) -> tuple[int, ...]:
    if place > group.rounds[1]:
        return (1,)
    if group.key in _LEFT_BEFORE_ROUND_3 and place > group.rounds[2]:
        return (1, 2)
    return (1, 2, 3)


def _answers(rating: SyntheticRating) -> dict[str, AnswerValue]:
    """One panellist's answers about one standard."""
    suffix = rating.item.lower()
    values: dict[str, AnswerValue] = {
        f"imp_{suffix}": rating.importance,
        f"ach_{suffix}": rating.achievable,
        f"clear_{suffix}": "yes",
        f"applies_{suffix}": next(each.applies for each in standards() if each.key == rating.item),
    }
    where = (rating.item, rating.group, rating.place)
    for remark in _of(panel().unclear, *where):
        values |= {f"clear_{suffix}": "no", f"clear_{suffix}.no": remark.words}
    for remark in _of(panel().applies, *where):
        values[f"applies_{suffix}"] = remark.answer
        if remark.words:
            values[f"applies_{suffix}.{remark.answer}"] = remark.words
    said = [each.text for each in panel_comments() if (each.standard, each.group, each.place) == where]
    if said:
        values[f"comment_{suffix}"] = " ".join(said)
    values |= {f"evidence_{suffix}": remark.words for remark in _of(panel().evidence, *where)}
    return values


def _of(remarks: Iterable[Remark], standard: str, group: str, place: int) -> list[Remark]:
    return [each for each in remarks if (each.standard, each.group, each.place) == (standard, group, place)]
