"""Where templates and migrations are: the same names in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    for place in (_PACKAGE / name, _PACKAGE.parent / name):  # in a wheel; in a checkout
        if place.is_dir():
            return place
    raise FileNotFoundError(f"{name}/ is neither inside the package nor beside it")


TEMPLATES = _folder("templates")
MIGRATIONS = _folder("migrations")
