"""The code frame: named themes in a tree, with the words that say what belongs to each.

Knows themes. Knows nothing of answers or of who coded them.
"""

from __future__ import annotations

from dataclasses import dataclass


class CodeFrameError(ValueError):
    """A frame that cannot be used: doubled keys, a parent that is not there, or a circle of parents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeEntry:
    """One theme. `key` never changes; `name` and the other words may, under a new version of the frame."""

    key: str
    name: str
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words that stand for one theme: a training row of the suggester."""

    theme: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFrame:
    """A version of the tree of themes. Raises `CodeFrameError` when keys or parents do not fit."""

    version: str
    themes: tuple[ThemeEntry, ...]

    def __post_init__(self) -> None:
        parents = {theme.key: theme.parent for theme in self.themes}
        if len(parents) < len(self.themes):
            raise CodeFrameError("Two themes have one key.")
        for key, parent in parents.items():
            above, seen = parent, {key}
            while above is not None:
                if above not in parents:
                    raise CodeFrameError("A theme has a parent that is not in the frame.")
                if above in seen:
                    raise CodeFrameError("Parents form a circle.")
                seen.add(above)
                above = parents[above]

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys in the order of the frame."""
        return tuple(theme.key for theme in self.themes)

    @property
    def defined(self) -> bool:
        """Whether any theme says what belongs to it."""
        return any(theme.definition.strip() for theme in self.themes)

    def theme(self, key: str) -> ThemeEntry:
        """The theme of that key; `KeyError` when there is none."""
        for theme in self.themes:
            if theme.key == key:
                return theme
        raise KeyError(key)

    def wordings(self) -> tuple[Wording, ...]:
        """All definitions with their names, then all names that hold a letter, each in the order of the
        frame.

        A name such as "17" says nothing about its theme and teaches nothing.
        """
        full = [
            Wording(theme=place, text=f"{theme.name}. {theme.definition}")
            for place, theme in enumerate(self.themes)
            if theme.definition.strip()
        ]
        named = [
            Wording(theme=place, text=theme.name)
            for place, theme in enumerate(self.themes)
            if any(character.isalpha() for character in theme.name)
        ]
        return (*full, *named)
