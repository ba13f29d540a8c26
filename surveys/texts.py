"""A text in its languages and variants, and which of them a reader gets.

Knows nothing of surveys, pages or markup: it hands out words and says in which language they are, so that
whoever prints them can set `lang`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# What a text may leave open for the consultation to fill in. A closed set, so that a slip is found early.
PLACEHOLDERS = frozenset({"freeze_date", "results_date"})

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Version:
    """The words of one text in one language. `variant` is "" for the ordinary text, "easy" for easy read."""

    language: str
    variant: str = ""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a reader gets: the words, and the language and variant that they are really in."""

    words: str
    language: str
    variant: str = ""

    def __str__(self) -> str:
        return self.words

    def filled(self, values: Mapping[str, str]) -> str:
        """The words with `{name}` replaced where a value is given. Not `str.format`: a text is no program."""
        return filled(self.words, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in all its versions. Empty (and false) when it has none."""

    versions: tuple[Version, ...] = ()

    @classmethod
    def of(cls, words: Mapping[tuple[str, str], str]) -> Text:
        """A text from `(language, variant) -> words`, in an order that does not depend on the writing."""
        return cls(
            versions=tuple(
                Version(language=language, variant=variant, words=words[language, variant])
                for language, variant in sorted(words)
                if words[language, variant]
            )
        )

    @classmethod
    def joined(cls, first: Text, second: Text) -> Text:
        """Two texts as one, with a colon between, in every version that either has."""
        versions = {(each.language, each.variant) for each in (*first.versions, *second.versions)}
        words: dict[tuple[str, str], str] = {}
        for language, variant in versions:
            start = first.read(language, base=language, variant=variant).words.rstrip(" .:")
            words[language, variant] = (
                f"{start}: {second.read(language, base=language, variant=variant).words}"
            )
        return cls.of(words)

    def __bool__(self) -> bool:
        return bool(self.versions)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the ordinary text."""
        return tuple(version.language for version in self.versions if not version.variant)

    def has(self, language: str, variant: str = "") -> bool:
        """Whether there are words of exactly this kind."""
        return any((version.language, version.variant) == (language, variant) for version in self.versions)

    def read(self, language: str, *, base: str = "en", variant: str = "") -> Wording:
        """The words nearest to what was asked for.

        The language counts more than the variant: who asked for easy Welsh gets ordinary Welsh before easy
        English. An empty text gives empty words in the base language.
        """
        wanted = ((language, variant), (language, ""), (base, variant), (base, ""))
        found = {(version.language, version.variant): version for version in self.versions}
        for kind in wanted:
            if kind in found:
                return _wording(found[kind])
        return _wording(self.versions[0]) if self.versions else Wording(words="", language=base)


NO_TEXT = Text()


def text(words: str, language: str = "en") -> Text:
    """A text in one language."""
    return Text.of({(language, ""): words})


def filled(words: str, values: Mapping[str, str]) -> str:
    """The words with `{name}` replaced where there is a value. What is put in is not looked at again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), words)


def placeholders(words: str) -> Iterable[str]:
    """The names in curly brackets, in the order of the words."""
    return _PLACEHOLDER.findall(words)


def _wording(version: Version) -> Wording:
    return Wording(words=version.words, language=version.language, variant=version.variant)
