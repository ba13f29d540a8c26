"""How far the coding of one question is: what is left, whether new themes come, how good suggestions are.

Figures of quality rest on answers that people coded blind, and on those alone. Importing this room loads
scikit-learn: only the page of progress does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from analysis.learning import Point, answers_needed, learning_curve
from analysis.saturation import AdaptedSaturation, saturate_answers
from analysis.suggest import Refused, Stated
from consult.coding.service import boxes, suggesting
from consult.coding.service.boxes import Box
from consult.coding.service.reading import Read, read
from consult.models.coding import Theme
from consult.records import themes
from consult.records.codings import Stream
from consult.records.unlocking import Unlocked

SEED = 20_260_103
STEPS = 12
"""Rows of the table of new themes: enough to see a curve."""
FEW_NEW = 0.05
"""Where ten more answers bring less than a twentieth of the first themes, little new is to be expected."""
TARGETS = (0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """After so many answers, the share of new themes that ten more brought: median and 90 % band."""

    answers: int
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """One theme's precision and recall on blind answers, with how many have it."""

    theme: str
    answers: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressPage:
    """Everything that the page of progress shows.

    `blind`: answers of the random stream that were coded blind. `new` is empty where the answers are too
    thin to judge. `settled_at`: after how many answers little new came, nought while it does. `needed`: for
    a target of agreement, how many answers to code in all, None where the points do not say. `hours`: for so
    many minutes an answer.
    """

    box: Box
    answers: int
    coded: int
    blind: int
    second: int
    thin: bool
    new: tuple[New, ...]
    settled_at: int
    stated: Stated | None
    reason: str
    per_theme: tuple[Quality, ...]
    points: tuple[Point, ...]
    needed: tuple[tuple[float, int | None], ...] = field(default=())

    @property
    def left(self) -> int:
        """Answers that nobody has coded."""
        return self.answers - self.coded

    def hours(self, answers: int, minutes: float) -> float:
        """Hours of reading for so many answers."""
        return answers * minutes / 60


def progress(unlocked: Unlocked, definition_id: str, box: str, *, estimate: bool = False) -> ProgressPage:
    """How far one question is; with `estimate` also points of the learning curve, which take seconds.

    Raises UnknownSurveyError or UnknownBoxError.
    """
    found = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    texts, coded = state.texts(box), state.coded(box)
    used = themes.of(unlocked.session, unlocked.consultation)
    given = {answer: made for answer, made in coded.items() if answer in texts}
    fair = {
        answer: {coding.theme_id for coding in made if coding.theme_id}
        for answer, made in given.items()
        if any(coding.stream == Stream.RANDOM for coding in made)
    }
    blind = sum(
        all(coding.blind for coding in made if coding.stream == Stream.RANDOM)
        for answer, made in given.items()
        if answer in fair
    )
    curve = saturate_answers([fair[answer] for answer in sorted(fair)], seed=SEED)
    stated, reason, points = _quality(unlocked, state, box, used, estimate=estimate)
    return ProgressPage(
        box=found,
        answers=len(texts),
        coded=len(given),
        blind=blind,
        second=sum(any(coding.stream == Stream.SECOND for coding in made) for made in given.values()),
        thin=curve.thin,
        new=_new(curve),
        settled_at=_settled(curve),
        stated=stated,
        reason=reason,
        per_theme=_per_theme(stated, used),
        points=points,
        needed=tuple((target, answers_needed(points, target)) for target in TARGETS) if points else (),
    )


def _quality(
    unlocked: Unlocked, state: Read, box: str, used: Sequence[Theme], *, estimate: bool
) -> tuple[Stated | None, str, tuple[Point, ...]]:
    if not unlocked.consultation.suggestions:
        return None, "Suggestions are off.", ()
    if not state.texts(box):
        return None, "There is no answer yet.", ()
    fit = suggesting.fitted(state, box, used)
    said = suggesting.stated(fit)
    points: tuple[Point, ...] = ()
    if estimate and fit.suggester is not None:
        codings = suggesting.codings_frame(fit.prepared, state.coded(box), used)
        points = learning_curve(fit.prepared, fit.vectors, fit.suggester.frame, codings, SEED)
    if isinstance(said, Stated):
        return said, "", points
    return None, said.reason if isinstance(said, Refused) else "There is too little to learn from.", points


def _new(curve: AdaptedSaturation) -> tuple[New, ...]:
    read_so_far = sorted(curve.median)
    step = max(1, ceil(len(read_so_far) / STEPS))
    return tuple(
        New(answers=unit, median=curve.median[unit], low=curve.low[unit], high=curve.high[unit])
        for unit in read_so_far[::step]
    )


def _settled(curve: AdaptedSaturation) -> int:
    return next((unit for unit in sorted(curve.median) if curve.median[unit] <= FEW_NEW), 0)


def _per_theme(stated: Stated | None, used: Sequence[Theme]) -> tuple[Quality, ...]:
    names = {theme.key: theme.name for theme in used}
    return tuple(
        Quality(
            theme=names.get(each.theme, each.theme),
            answers=each.positives,
            precision=each.precision,
            recall=each.recall,
        )
        for each in (stated.per_theme if stated else ())
    )
