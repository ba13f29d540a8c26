"""A report's own HTML as a Word document: headings, paragraphs, lists, tables and quotes, in their order.

Knows only the HTML that our report templates make. What is hidden from screen readers there (bars) is left
out here, and what only they are told is kept.
"""

from __future__ import annotations

from typing import Any

from lxml import etree, html

from consult.reports.writers.word import Word

_HEADINGS = {"h1": 0, "h2": 1, "h3": 2, "h4": 3}
_PARAGRAPHS = {"p": None, "blockquote": "Quote", "li": "List Bullet"}


def document(content: bytes) -> bytes:
    """The bytes of a DOCX file that says what this HTML says."""
    page = html.document_fromstring(content.decode())
    word = Word(_words(page.find("head/title")))
    for part in page.body:
        if part.tag in {"header", "main", "footer"}:
            _walk(part, word)
    return word.bytes()


def _walk(element: Any, word: Word) -> None:
    for part in element.iterchildren(tag=etree.Element):
        if part.tag in _HEADINGS:
            word.heading(_words(part), _HEADINGS[part.tag])
        elif part.tag in _PARAGRAPHS:
            strong = "draft" in part.get("class", "")
            word.paragraph(_words(part), style=_PARAGRAPHS[part.tag], strong=strong)
        elif part.tag == "dl":
            word.fields(_pairs(part))
        elif part.tag == "table":
            _table(part, word)
        else:
            _walk(part, word)


def _table(element: Any, word: Word) -> None:
    caption = element.find("caption")
    if caption is not None:
        word.paragraph(_words(caption), strong=True)
    heads = element.findall("thead/tr/th")
    rows = [[cell for cell in row if cell.tag in {"th", "td"}] for row in element.findall("tbody/tr")]
    drawn = {place for row in rows for place, cell in enumerate(row) if cell.get("aria-hidden") == "true"}
    kept = [place for place in range(len(heads)) if place not in drawn]
    word.table(
        [_words(heads[place]) for place in kept],
        [[_words(row[place]) if place < len(row) else "" for place in kept] for row in rows],
    )


def _pairs(element: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in element.iter("dt", "dd"):
        if part.tag == "dt":
            found.append((_words(part), ""))
        elif found:
            label, before = found[-1]
            found[-1] = (label, f"{before}\n{_words(part)}".strip())
    return found


def _words(element: Any) -> str:
    return " ".join(element.text_content().split()) if element is not None else ""
