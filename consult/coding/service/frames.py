"""The tree of themes: which stands under which, and in what order they are listed."""

from __future__ import annotations

from collections.abc import Sequence

from consult.models.coding import Theme


def in_tree(used: Sequence[Theme]) -> list[tuple[Theme, int]]:
    """The themes in use, each with its depth, those under a theme right behind it.

    One whose parent is not in use stands at the top.
    """
    there = {theme.id for theme in used}
    under: dict[bytes | None, list[Theme]] = {}
    for theme in used:
        parent = theme.parent_id if theme.parent_id in there else None
        under.setdefault(parent, []).append(theme)
    listed: list[tuple[Theme, int]] = []

    def walk(parent: bytes | None, depth: int) -> None:
        for theme in under.get(parent, ()):
            listed.append((theme, depth))
            walk(theme.id, depth + 1)

    walk(None, 0)
    return listed
