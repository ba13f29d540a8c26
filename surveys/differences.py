"""What is different between two versions of a survey: words, order, settings and routing.

A text is compared word by word in each language; a part that stands elsewhere is moved, and not removed and
added. Ids that are gone are told apart, since answers keep them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum

from surveys.conditions import Condition
from surveys.editing import kind_of
from surveys.model import Ending, Option, Question, Section, Survey, options_of
from surveys.rules import in_words
from surveys.texts import Text


class Change(StrEnum):
    """What became of a part."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    WORDS = "words"
    RULE = "rule"
    SETTING = "setting"


class Mark(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of words."""

    mark: Mark
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is different.

    `where` is the id of the part, `option` included as in `helped.told`; `label` its words. `what` names the
    field, with its language. For WORDS there are `pieces`; for the others `before` and `after`.
    """

    change: Change
    where: str
    label: str
    what: str = ""
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()


Part = Section | Question | Option | Ending

# Fields that are parts themselves, or compared in a way of their own.
_APART = frozenset({"id", "sections", "questions", "options", "endings", "when"})


def differences(old: Survey, new: Survey) -> tuple[Difference, ...]:
    """All that is different, in the order of the new version; nothing for a survey and itself."""
    found = [*_of_fields("survey", "", old, new)]
    found += _of_parts(old.sections, new.sections, old, new)
    homes = {question.id: part.id for part in old.sections for question in part.questions}
    for part in new.sections:
        found += _of_questions(part, homes, old, new)
    gone = [each for each in old.questions if not new.has_question(each.id)]
    found += [_one(Change.REMOVED, each.id, each, old) for each in gone]
    found += _of_parts(old.endings, new.endings, old, new)
    return tuple(found)


def vanished(old: Survey, new: Survey) -> tuple[str, ...]:
    """Ids of questions, and of options as `question.option`, that the new version no longer has."""
    return tuple(name for name in _answerable(old) if name not in set(_answerable(new)))


def reused(old: Survey, new: Survey) -> tuple[str, ...]:
    """Ids of questions whose answers are of another kind in the new version: they would mean other things."""
    both = (each for each in old.questions if new.has_question(each.id))
    return tuple(each.id for each in both if type(each) is not type(new.question(each.id)))


def word_by_word(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as runs of words: kept, taken out, put in."""
    old, new = before.split(), after.split()
    pieces: list[Piece] = []
    for act, start, end, to_start, to_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if act == "equal":
            pieces.append(Piece(mark=Mark.SAME, words=" ".join(old[start:end])))
            continue
        if end > start:
            pieces.append(Piece(mark=Mark.REMOVED, words=" ".join(old[start:end])))
        if to_end > to_start:
            pieces.append(Piece(mark=Mark.ADDED, words=" ".join(new[to_start:to_end])))
    return tuple(pieces)


def of_part(old: Part, new: Part, survey: Survey) -> tuple[Difference, ...]:
    """What is different between two forms of one part, without what stands inside it."""
    return tuple(_of_one(new.id, old, new, survey, survey))


def moved(old: Sequence[str], new: Sequence[str]) -> frozenset[str]:
    """Which of the names in both lists changed their place: as few as explain the new order."""
    both = set(old) & set(new)
    before, after = [each for each in old if each in both], [each for each in new if each in both]
    kept = {
        each
        for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        for each in before[block.a : block.a + block.size]
    }
    return frozenset(both - kept)


def _answerable(survey: Survey) -> Iterator[str]:
    for question in survey.questions:
        yield question.id
        yield from (f"{question.id}.{option.id}" for option in options_of(question))


def _of_parts(
    old: Sequence[Section] | Sequence[Ending], new: Sequence[Section] | Sequence[Ending], a: Survey, b: Survey
) -> Iterator[Difference]:
    before = {each.id: each for each in old}
    away = moved(list(before), [each.id for each in new])
    for each in new:
        if each.id not in before:
            yield _one(Change.ADDED, each.id, each, b)
            continue
        if each.id in away:
            yield _one(Change.MOVED, each.id, each, b)
        yield from _of_one(each.id, before[each.id], each, a, b)
    there = {each.id for each in new}
    yield from (_one(Change.REMOVED, each.id, each, a) for each in old if each.id not in there)


def _of_questions(part: Section, homes: dict[str, str], old: Survey, new: Survey) -> Iterator[Difference]:
    came_before = [each.id for section in old.sections if section.id == part.id for each in section.questions]
    away = moved(came_before, [each.id for each in part.questions])
    for each in part.questions:
        if not old.has_question(each.id):
            yield _one(Change.ADDED, each.id, each, new)
            continue
        if homes[each.id] != part.id:
            yield _one(
                Change.MOVED,
                each.id,
                each,
                new,
                before=_title(old, homes[each.id]),
                after=_title(new, part.id),
            )
        elif each.id in away:
            yield _one(Change.MOVED, each.id, each, new)
        earlier = old.question(each.id)
        yield from _of_one(each.id, earlier, each, old, new)
        yield from _of_options(earlier, each, old, new)


def _of_options(old: Question, new: Question, a: Survey, b: Survey) -> Iterator[Difference]:
    before = {each.id: each for each in options_of(old)}
    after = {each.id: each for each in options_of(new)}
    away = moved(list(before), list(after))
    for name, each in after.items():
        where = f"{new.id}.{name}"
        if name not in before:
            yield _one(Change.ADDED, where, each, b)
            continue
        if name in away:
            yield _one(Change.MOVED, where, each, b)
        yield from _of_one(where, before[name], each, a, b)
    for name, each in before.items():
        if name not in after:
            yield _one(Change.REMOVED, f"{new.id}.{name}", each, a)


def _of_one(where: str, old: Part, new: Part, a: Survey, b: Survey) -> Iterator[Difference]:
    label = _label(new, b)
    if isinstance(old, Question) and isinstance(new, Question) and type(old) is not type(new):
        yield Difference(
            change=Change.SETTING,
            where=where,
            label=label,
            what="kind",
            before=kind_of(old),
            after=kind_of(new),
        )
    yield from _of_fields(where, label, old, new)
    before, after = _rule(old), _rule(new)
    if before != after:
        said = in_words(before, a), in_words(after, b)
        yield Difference(change=Change.RULE, where=where, label=label, before=said[0], after=said[1])


def _rule(part: Part) -> Condition | None:
    return part.when if isinstance(part, Section | Question) else None


def _of_fields(where: str, label: str, old: Part | Survey, new: Part | Survey) -> Iterator[Difference]:
    names = dict.fromkeys(each.name for part in (new, old) for each in fields(part) if each.init)
    for name in names:
        if name in _APART:
            continue
        before, after = getattr(old, name, None), getattr(new, name, None)
        if before == after:
            continue
        if _is_words(before) or _is_words(after):
            yield from _of_words(where, label, name, _texts(before), _texts(after))
        else:
            said = _plain(before), _plain(after)
            yield Difference(
                change=Change.SETTING, where=where, label=label, what=name, before=said[0], after=said[1]
            )


def _of_words(
    where: str, label: str, name: str, old: Sequence[Text], new: Sequence[Text]
) -> Iterator[Difference]:
    kinds = sorted({(each.language, each.variant) for text in (*old, *new) for each in text.versions})
    for language, variant in kinds:
        before, after = _joined(old, language, variant), _joined(new, language, variant)
        if before != after:
            yield Difference(
                change=Change.WORDS,
                where=where,
                label=label,
                what=f"{name} ({language}{', easy read' if variant else ''})",
                before=before,
                after=after,
                pieces=word_by_word(before, after),
            )


def _joined(texts: Iterable[Text], language: str, variant: str) -> str:
    return "\n".join(
        each.words
        for text in texts
        for each in text.versions
        if (each.language, each.variant) == (language, variant)
    )


def _is_words(value: object) -> bool:
    return isinstance(value, Text) or (
        isinstance(value, tuple) and any(isinstance(each, Text) for each in value)
    )


def _texts(value: object) -> tuple[Text, ...]:
    if isinstance(value, Text):
        return (value,)
    return tuple(each for each in value if isinstance(each, Text)) if isinstance(value, tuple) else ()


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


def _one(
    change: Change, where: str, part: Part, survey: Survey, *, before: str = "", after: str = ""
) -> Difference:
    return Difference(change=change, where=where, label=_label(part, survey), before=before, after=after)


def _label(part: Part, survey: Survey) -> str:
    words = part.title if isinstance(part, Section | Ending) else part.text
    return words.read(survey.base, base=survey.base).words or part.id


def _title(survey: Survey, section_id: str) -> str:
    return next((_label(each, survey) for each in survey.sections if each.id == section_id), section_id)
