"""The survey that is measured: the same 15 questions on one page, or a long one of a page a question.

Two languages, as a survey in Wales has them. The words are made up and short.
"""

from __future__ import annotations

from typing import cast

from benchmarks.yardstick import ANSWERS

LONG_PAGES = 32
PAGES_A_PART = 4
Typed = dict[str, str | list[str]]

_HEAD = """
id = "{id}"
strand = "survivors"
base = "en"
languages = ["en", "cy"]
reviewed = ["en", "cy"]
title = {{ en = "How was it for you?", cy = "Sut oedd hi i chi?" }}
summary = [{{ en = "A few questions.", cy = "Ychydig o gwestiynau." }}]
consent = [{{ en = "Your answers are locked.", cy = "Mae eich atebion dan glo." }}]
reassurance = [
  {{ en = "You do not need to describe what happened to you.", cy = "Nid oes angen disgrifio." }},
]
"""
_SECTION = """
[[sections]]
id = "{id}"
title = {{ en = "Part {place}", cy = "Rhan {place}" }}
"""
_AGREEMENT = ("Not at all", "A little", "Neither one nor the other", "For the most part", "Completely")
KINDS = (
    ("waited", "scale", "The wait was bearable"),
    ("heard", "scale", "People listened"),
    ("near", "scale", "The place was near enough"),
    ("again", "scale", "I would come again"),
    ("first", "choice", "What matters most?"),
    ("others", "choices", "What else matters?"),
    ("age", "number", "Your age"),
    ("visits", "number", "How many times did you come?"),
    ("region", "words", "Your region"),
    ("work", "words", "Your work"),
    ("group", "choice2", "Do you answer for a group?"),
    ("better", "words", "What should be better?"),
    ("keep", "words", "What should stay?"),
    ("effect", "words", "What did it change for you?"),
    ("more", "words", "Anything else?"),
)


def one_page() -> str:
    """The definition of 15 questions on one page, as TOML."""
    questions = "".join(_question(*kind, place) for place, kind in enumerate(KINDS, start=1))
    return _HEAD.format(id="fifteen") + _SECTION.format(id="part", place=1) + questions


def many_pages() -> str:
    """The definition of a survey with a page a question, and some pages a part, as the shipped one has."""
    parts = [_HEAD.format(id="long")]
    for place in range(1, LONG_PAGES + 1):
        name, kind, text = KINDS[(place - 1) % len(KINDS)]
        part, within = divmod(place - 1, PAGES_A_PART)
        if not within:
            parts.append(_SECTION.format(id=f"part{part + 1}", place=part + 1))
        parts.append(_question(f"{name}{place}", kind, text, place, starts_page=within > 0))
    return "".join(parts)


def one_page_answers() -> Typed:
    """What is typed into the one page: the yardstick's text."""
    found: Typed = {}
    for name, kind, _ in KINDS:
        found[name] = _answer(name, kind)
    return found


def long_answers() -> list[Typed]:
    """What is typed into the long survey, page by page."""
    pages: list[Typed] = []
    for place in range(1, LONG_PAGES + 1):
        name, kind, _ = KINDS[(place - 1) % len(KINDS)]
        pages.append({f"{name}{place}": _answer(name, kind)})
    return pages


def _answer(name: str, kind: str) -> str | list[str]:
    match kind:
        case "scale" | "number" | "words":
            return ANSWERS["else" if name == "more" else name]
        case "choices":
            return cast("list[str]", ANSWERS["others"])
        case "choice2":
            return "m1"
        case _:
            return "m2"


def _question(name: str, kind: str, text: str, place: int, *, starts_page: bool = False) -> str:
    lines = [
        "[[sections.questions]]",
        f'id = "{name}"',
        f'kind = "{_written_kind(kind)}"',
        f'text = {{ en = "{text}", cy = "Cwestiwn {place}" }}',
        'hint = { en = "Leave this empty if you like.", cy = "Gallwch adael hwn yn wag." }',
    ]
    if starts_page:
        lines.append("starts_page = true")
    if kind == "scale":
        lines += [
            "low = 0",
            "high = 4",
            f'label_low = {{ en = "{_AGREEMENT[0]}", cy = "Dim o gwbl" }}',
            f'label_high = {{ en = "{_AGREEMENT[-1]}", cy = "Yn llwyr" }}',
        ]
    if kind in {"choice", "choice2", "choices"}:
        many = range(2 if kind == "choice2" else 8)
        options = ", ".join(
            f'{{ id = "m{each}", text = {{ en = "Matter {each} of the eight named", cy = "Dewis {each}" }} }}'
            for each in many
        )
        lines.append(f"options = [{options}]")
    return "\n".join(lines) + "\n\n"


def _written_kind(kind: str) -> str:
    return {"words": "free_text", "choice2": "choice"}.get(kind, kind)
