"""Accepting all very sure suggestions at once, as one batch, once a person has judged a sample of them.

Nothing is accepted without the sample, and the batch that follows is the very set that the sample was drawn
from. Each coding keeps that it came from a suggestion, and who pressed the button; the whole batch can be
taken back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from analysis.suggest import Suggester
from analysis.text import Span, sentences
from consult.coding.service import boxes, suggesting
from consult.coding.service.acts import around, runs
from consult.coding.service.boxes import Box
from consult.coding.service.reading import Read, read
from consult.coding.service.refusing import NotCheckedError, OtherSetError
from consult.models.base import new_id
from consult.models.coding import Theme
from consult.records import codings, marks, people, themes
from consult.records.codings import Coding, Origin
from consult.records.marks import Kind, Mark
from consult.records.unlocking import Unlocked

SAMPLE = 10
MOST_WRONG = 1
LEAST_JUDGED, CLEARLY_MORE = 20, 0.2
"""One of ten may be wrong: the suggester calls sure what it expects to be right nine times in ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sure:
    """One very sure suggestion: an answer, a theme, and the sentence around what speaks for it."""

    answer: bytes
    theme_id: bytes
    key: str
    theme: str
    start: int
    end: int
    words: str

    @property
    def value(self) -> str:
        """Its name in a form."""
        return f"{self.answer.hex()}-{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch that was accepted and stands, at least in part."""

    name: str
    who: str
    codings: int
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SurePage:
    """All very sure suggestions of one question. `print_`: which set it is; `reason`: why there is none."""

    box: Box
    found: tuple[Sure, ...]
    sample: tuple[Sure, ...]
    print_: str
    reason: str
    batches: tuple[Batch, ...]

    @property
    def answers(self) -> int:
        """How many answers they are of."""
        return len({each.answer for each in self.found})


def sure(unlocked: Unlocked, definition_id: str, box: str) -> SurePage:
    """The very sure suggestions for answers that nobody coded. Raises UnknownSurveyError, UnknownBoxError."""
    asked = boxes.find(unlocked.session, unlocked.consultation, definition_id, box)
    state = read(unlocked, definition_id)
    used = themes.of(unlocked.session, unlocked.consultation)
    found, reason = _sure(unlocked, state, box, used)
    print_ = hashlib.sha256(",".join(each.value for each in found).encode()).hexdigest()[:24]
    drawn = Random(print_).sample(found, min(SAMPLE, len(found)))  # noqa: S311 - a fair draw, not a secret
    return SurePage(
        box=asked,
        found=tuple(found),
        sample=tuple(drawn),
        print_=print_,
        reason=reason,
        batches=_batches(unlocked, state, box),
    )


def judge(unlocked: Unlocked, page: SurePage, verdicts: Mapping[str, bool], *, print_: str) -> bool:
    """Take in how a person judged the sample; whether the rest may be accepted. What is wrong is turned down.

    Raises OtherSetError when the set is another now, NotCheckedError when one of the sample has no verdict.
    """
    if print_ != page.print_:
        raise OtherSetError("suggestions moved on meanwhile: here is a new sample")
    if not page.sample or any(each.value not in verdicts for each in page.sample):
        raise NotCheckedError("please judge each of them: nothing was accepted")
    wrong = [each for each in page.sample if not verdicts[each.value]]
    state = read(unlocked, page.box.definition_id)
    numbers = state.next_numbers()
    marks.add_all(
        unlocked,
        [
            Mark(
                kind=Kind.REFUSAL,
                response_id=each.answer,
                response_rev=state.responses[each.answer].rev,
                question_id=page.box.key,
                coder_id=unlocked.account_id,
                press=numbers.get(each.answer, 1),
                theme_id=each.theme_id,
            )
            for each in wrong
        ],
    )
    return len(wrong) <= MOST_WRONG


def accept(unlocked: Unlocked, definition_id: str, box: str, *, checked: Sequence[str]) -> int:
    """Accept all as one batch; returns how many codings that made.

    `checked` are the values of the set that the sample was drawn from, as the sample left it. Raises
    OtherSetError when one of them is not among the very sure any more.
    """
    state = read(unlocked, definition_id)
    used = themes.of(unlocked.session, unlocked.consultation)
    found, _ = _sure(unlocked, state, box, used)
    by_value = {each.value: each for each in found}
    if not checked or any(value not in by_value for value in checked):
        raise OtherSetError("suggestions moved on meanwhile: please judge a new sample")
    numbers, batch = state.next_numbers(), new_id().hex()
    made = [
        Coding(
            response_id=each.answer,
            response_rev=state.responses[each.answer].rev,
            question_id=box,
            start=each.start,
            end=each.end,
            theme_id=each.theme_id,
            coder_id=unlocked.account_id,
            origin=Origin.SUGGESTION_ACCEPTED,
            seq=numbers.get(each.answer, 1),
            batch=batch,
        )
        for each in (by_value[value] for value in checked)
    ]
    codings.add_all(unlocked, made)
    return len(made)


def take_batch_back(unlocked: Unlocked, definition_id: str, box: str, batch: str) -> int:
    """Take away all codings of a batch that still stand; returns how many."""
    state = read(unlocked, definition_id)
    stands = [each for each in state.codings if each.question_id == box and batch and each.batch == batch]
    codings.remove_all(unlocked, stands, numbers=state.next_numbers())
    return len(stands)


def _sure(unlocked: Unlocked, state: Read, box: str, used: Sequence[Theme]) -> tuple[list[Sure], str]:
    texts, coded = state.texts(box), state.coded(box)
    if not unlocked.consultation.suggestions:
        return [], "suggestions are off"
    if not texts:
        return [], "there is no answer yet"
    fit = suggesting.fitted(state, box, used)
    model = fit.suggester
    if model is None or model.fitted.confident_from is None:
        return (
            [],
            "no suggestion is sure enough yet: it takes more answers that were drawn at random and coded",
        )
    if _turned_down_too_often(state, box, {theme.id: theme.key for theme in used}, model):
        return [], "people turned down clearly more suggestions here than was expected of them"
    sampled, refused = state.marked(box, Kind.SAMPLED), state.refused(box)
    open_ = [answer for answer in texts if answer not in coded and answer not in sampled]
    by_key = {theme.key: theme for theme in used}
    listed = model.suggest([answer.hex() for answer in open_])
    listed = listed[listed["likelihood"] >= model.fitted.confident_from]
    found = []
    columns = (listed[name].tolist() for name in ("answer", "theme", "start", "end"))
    for name, key, start, end in zip(*columns, strict=True):
        answer, theme = bytes.fromhex(name), by_key[key]
        if theme.id in refused.get(answer, frozenset()):
            continue
        text = texts[answer].words[box]
        spans = sentences(text)
        found += [
            Sure(
                answer=answer,
                theme_id=theme.id,
                key=key,
                theme=theme.name,
                start=span.start,
                end=span.end,
                words=span.of(text),
            )
            for span in runs(around(text, Span(start, end)), spans)
        ]
    return found, "" if found else "no suggestion for an answer that is left is very sure"


def _turned_down_too_often(state: Read, box: str, keys: Mapping[bytes, str], model: Suggester) -> bool:
    """Whether people refused by twenty points more than likelihoods say, over twenty suggestions or more."""
    taken = {
        (coding.response_id.hex(), keys[coding.theme_id])
        for coding in state.codings
        if coding.question_id == box
        and coding.origin != Origin.PERSON
        and not coding.batch
        and coding.theme_id in keys
    }
    turned_down = {
        (answer.hex(), keys[theme_id])
        for answer, themes_ in state.refused(box).items()
        for theme_id in themes_
        if theme_id in keys
    } - taken
    texts = state.texts(box)
    asked = sorted({answer for answer, _ in taken | turned_down if bytes.fromhex(answer) in texts})
    listed = model.suggest(asked) if asked else None
    if listed is None:
        return False
    pairs = zip(*(listed[name].tolist() for name in ("answer", "theme", "likelihood")), strict=True)
    likelihood = {(answer, theme): float(value) for answer, theme, value in pairs}
    judged = [pair for pair in taken | turned_down if pair in likelihood]
    if len(judged) < LEAST_JUDGED:
        return False
    expected = sum(1 - likelihood[pair] for pair in judged) / len(judged)
    refused_share = sum(pair in turned_down for pair in judged) / len(judged)
    return bool(refused_share > expected + CLEARLY_MORE)


def _batches(unlocked: Unlocked, state: Read, box: str) -> tuple[Batch, ...]:
    stands: dict[str, list[Coding]] = {}
    for coding in state.codings:
        if coding.question_id == box and coding.batch:
            stands.setdefault(coding.batch, []).append(coding)
    names = people.names(unlocked.session, {made[0].coder_id for made in stands.values()})
    return tuple(
        Batch(
            name=batch,
            who=names.get(made[0].coder_id, ""),
            codings=len(made),
            own=made[0].coder_id == unlocked.account_id,
        )
        for batch, made in sorted(stands.items())
    )
