"""The definitions that come with the package, read the same from a checkout and from a wheel."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from surveys.definition import parse
from surveys.model import Survey

_DEFINITIONS = files("surveys") / "definitions"


def shipped() -> tuple[str, ...]:
    """The ids of the shipped surveys, in order of the alphabet."""
    names = (entry.name for entry in _DEFINITIONS.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def shipped_source(survey_id: str) -> str:
    """The TOML of a shipped survey. Raises KeyError when there is none of that id."""
    if survey_id not in shipped():
        raise KeyError(survey_id)
    return (_DEFINITIONS / f"{survey_id}.toml").read_text(encoding="utf-8")


@cache
def load(survey_id: str) -> Survey:
    """A shipped survey. Raises KeyError when there is none of that id."""
    return parse(shipped_source(survey_id), name=f"{survey_id}.toml")
