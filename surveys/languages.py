"""The languages of a survey: which may be offered, and what is still missing in one of them.

A machine, or a hurried person, can fill in a language; only somebody who read it can vouch for it. So what is
offered is told from what is there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from surveys.easy import tag
from surveys.every import every_text
from surveys.model import Survey
from surveys.texts import placeholders

ENGLISH = "en"
"""The language of those who make the surveys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A text that a language does not have, or that lacks there what it has in the base language.

    `where` is the place as an author finds it, `words` the text in the base language, `placeholders` those
    that the translation left out; none when the whole text is missing.
    """

    where: str
    words: str
    placeholders: tuple[str, ...] = ()


def offered(survey: Survey, reviewed: Collection[str], *, drafts: bool = False) -> tuple[str, ...]:
    """The languages in which people may be asked: the base, and of the others those that a person reviewed.

    Easy read comes last, such as "en-easy", and is reviewed by itself. With `drafts` all that it has: only
    where no answer is real.
    """
    languages = [
        language for language in survey.languages if drafts or language == survey.base or language in reviewed
    ]
    eased = [tag(language) for language in survey.easy if language in languages]
    return (*languages, *(each for each in eased if drafts or each in reviewed))


def translations(survey: Survey) -> tuple[str, ...]:
    """The languages beside the base in which at least one text stands, offered or not."""
    found = {language for _, each in every_text(survey) for language in each.languages}
    return tuple(sorted((found | set(survey.languages)) - {survey.base}))


def missing(survey: Survey, language: str) -> tuple[Lack, ...]:
    """What a language still lacks, in the order of the survey; nothing when it is complete."""
    return tuple(
        Lack(where=where, words=base, placeholders=left_out)
        for where, each in every_text(survey)
        for base in [each.read(survey.base, base=survey.base).words]
        for left_out in [_left_out(base, each.read(language, base=survey.base).words)]
        if left_out or not each.has(language)
    )


def _left_out(base: str, translated: str) -> tuple[str, ...]:
    return tuple(sorted(set(placeholders(base)) - set(placeholders(translated))))
