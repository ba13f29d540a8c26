"""One page as a test reads it: what its buttons send, its words, and the rules that hold for every page.

Walks read hundreds of pages and look into few of them. So what each step needs is read by lxml, which takes
half a millisecond; the soup, which takes twenty times as long, is made when a test looks for something in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import html5lib
import lxml.html
from bs4 import BeautifulSoup

Typed = str | Sequence[str]
_FIELDS = ".//*[self::input or self::textarea or self::select]"


class Page:
    """The text of a page, read in the cheapest way that tells what was asked."""

    def __init__(self, html: str = "") -> None:
        self.html = html

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page to look for anything in."""
        return BeautifulSoup(self.html, "html.parser")

    @cached_property
    def heading(self) -> str:
        """The text of the first heading, or nothing."""
        return next((text_of(each) for each in self._elements(".//h1")), "")

    @cached_property
    def words(self) -> str:
        """All text that somebody can read, with single spaces."""
        said = self._elements("//*[not(self::script or self::style or self::template)]/text()")
        return " ".join(" ".join(said).split())

    @cached_property
    def buttons(self) -> list[str]:
        """The texts of all buttons, in their order."""
        return [text_of(each) for each in self._elements(".//button")]

    def of_class(self, name: str) -> list[str]:
        """The texts of all elements of a class."""
        return [text_of(each) for each in self._elements(".//*[@class]") if name in each.get("class").split()]

    def labels_of(self, beginning: str) -> list[str]:
        """The texts of the labels of fields whose ids begin so."""
        return [text_of(each) for each in self._elements(f'.//label[starts-with(@for, "{beginning}")]')]

    def sent_by(
        self, button: str, typed: Mapping[str, Typed], place: int = 0
    ) -> tuple[str, list[tuple[str, str]]]:
        """The address of a form ("" for the page's own) and what goes there when a button is pressed.

        `button` is its text, or what stands before a colon in it; `typed` takes the place of what the form
        shows; `place` picks one of several such buttons. Raises AssertionError without such a button.
        """
        found = [
            each
            for each in self._elements(".//button")
            if text_of(each) == button or text_of(each).startswith(f"{button}:")
        ]
        assert found, f"no button {button!r} among {self.buttons}"
        pressed = found[place]
        owner = next(pressed.iterancestors("form"), None)
        if owner is None:
            (owner,) = self._elements(f'.//form[@id="{pressed.get("form")}"]')
        sent = _filled(owner, typed)
        if pressed.get("name"):
            sent.append((pressed.get("name"), pressed.get("value", "")))
        return pressed.get("formaction") or owner.get("action") or "", sent

    def hold(self, path: str) -> None:
        """Hold the page to the rules. Raises AssertionError that names the page and the rule."""
        _hold_to_html(self.html)
        self._hold_headings_and_ids(path)
        for field in self._elements(_FIELDS):
            if field.get("type") in {"hidden", "submit"}:
                continue
            labelled = field.get("id") in self._labelled or field.get("aria-label")
            assert labelled, f"{path}: a label for {field.get('name')}"
        inline = self._elements("//@*[name() = 'style' or starts-with(name(), 'on')]")
        assert not inline, f"{path}: nothing inline, but {inline}"
        for address in self._elements("//@src | //@action | //link/@href"):
            assert not re.match(r"(https?:)?//", address), f"{path}: another host in {address}"

    def _hold_headings_and_ids(self, path: str) -> None:
        assert len(self._elements("//h1")) == 1, f"{path}: one first heading"
        ids = self._elements("//@id")
        twice = sorted(each for each in ids if ids.count(each) > 1) if len(ids) != len(set(ids)) else []
        assert not twice, f"{path}: ids are used once: {twice}"

    @cached_property
    def _tree(self) -> Any:
        return lxml.html.document_fromstring(self.html) if self.html.strip() else None

    @cached_property
    def _labelled(self) -> frozenset[str]:
        return frozenset(self._elements("//label/@for"))

    def _elements(self, path: str) -> list[Any]:
        return [] if self._tree is None else list(self._tree.xpath(path))


def text_of(element: Any) -> str:
    """The words of an element with single spaces, and none before a colon."""
    said = element.xpath(".//text()")
    return " ".join(" ".join(said).split()).replace(" :", ":")


_TAG_AND_TEXT = re.compile(r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)([^<]*)')
_VALUE = re.compile(r'"[^"]*"')
_UNUSUAL = re.compile(r"&[#\w]*;?|[^\t\n\f\r -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]")
_passed: set[tuple[object, ...]] = set()


def _hold_to_html(html: str) -> None:
    """Raise html5lib's ParseError where a page is not valid.

    The parser is the slowest part of any walk. What it says hangs on which tags and attributes follow each
    other, on where there is text, and on references in it, not on the values and the words between: a page
    that is like an earlier one in all of these is not read again.
    """
    parts = tuple(
        (_VALUE.sub("", tag), not text or text.isspace()) for tag, text in _TAG_AND_TEXT.findall(html)
    )
    alike = (*parts, frozenset(_UNUSUAL.findall(html)))
    if alike not in _passed:
        html5lib.HTMLParser(strict=True).parse(html)
        _passed.add(alike)


def _filled(form: Any, typed: Mapping[str, Typed]) -> list[tuple[str, str]]:
    sent: list[tuple[str, str]] = []
    for field in form.xpath(_FIELDS):
        name = field.get("name")
        if name and name not in typed:
            sent += [(name, value) for value in _shown(field)]
    for name, words in typed.items():
        sent += [(name, value) for value in ([words] if isinstance(words, str) else words)]
    return sent


def _shown(field: Any) -> list[str]:
    """What a browser sends of a field that nobody touched."""
    kind = field.get("type")
    if kind in {"radio", "checkbox"}:
        return [field.get("value", "y")] if field.get("checked") is not None else []
    if field.tag == "select":
        options = field.xpath(".//option")
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        return [option.get("value", "") for option in chosen]
    if field.tag == "textarea":
        return ["".join(field.itertext()).removeprefix("\n")]
    return [] if kind == "submit" else [field.get("value", "")]
