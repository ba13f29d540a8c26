"""Ways through a survey in Welsh, and what each of its pages is held to."""

from __future__ import annotations

from bs4 import NavigableString, Tag

from consult.web import catalogue
from tests.visitor import Visitor

WORDS = "Roedd y grisiau'n dawel."
WELSH = dict(catalogue.pairs(catalogue.read("cy")))
SAME_IN_BOTH = {"English", "Cymraeg", "(example)", "999", "Shift"}


def cy(english: str) -> str:
    """The Welsh of a sentence of the pages."""
    return WELSH[english]


def texts(visitor: Visitor) -> list[tuple[str, str]]:
    """Every text of the page with the language it is marked with."""
    found = []
    for text in visitor.page.find_all(string=True):
        words = " ".join(text.split())
        parents = [parent for parent in text.parents if isinstance(parent, Tag)]
        if not words or type(text) is not NavigableString or parents[0].name in {"script", "style"}:
            continue
        lang = next((str(parent["lang"]) for parent in parents if parent.get("lang")), "")
        found.append((words, lang))
    return found


def look(visitor: Visitor) -> None:
    """A page in Welsh: said to be so, and no sentence of the catalogue or of the survey left in English."""
    assert visitor.page.html is not None
    assert visitor.page.html["lang"] == "cy", visitor.path
    english = {each for each, welsh in WELSH.items() if each != welsh and "%(" not in each} - SAME_IN_BOTH
    assert len(texts(visitor)) > 10
    for words, lang in texts(visitor):
        assert lang in {"en", "cy"}, words
        if lang == "cy":
            assert words not in english, (visitor.path, words)
    current = visitor.page.select("[aria-current=true]")
    assert [each["lang"] for each in current] in ([], ["cy"])


def switches(visitor: Visitor) -> list[Tag]:
    """What the page offers to change its language with; easy read is another choice beside them."""
    found = [each for each in visitor.page.select(".app-languages [lang]") if each.name in {"a", "button"}]
    return [each for each in found if each.get_text(strip=True) != "Easy read"]


def to(visitor: Visitor, language: str, fields: dict[str, str | list[str]] | None = None) -> None:
    """Change the language the way the page offers it, having typed `fields`."""
    (way,) = switches(visitor)
    assert way["lang"] == language
    if way.name == "a":
        assert way["hreflang"] == language
        visitor.visit(f"{visitor.path}{way['href']}")
    else:
        visitor.press(" ".join(way.get_text().split()), fields)


def begin(visitor: Visitor, slug: str, language: str = "cy") -> None:
    """To the page on leaving and safety, in a language."""
    visitor.visit(f"/about/{slug}?language={language}")
    visitor.press(cy("Start") if language == "cy" else "Start")
