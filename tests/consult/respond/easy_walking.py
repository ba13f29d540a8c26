"""Ways through a survey in easy read, and what each of its pages is held to."""

from __future__ import annotations

from collections.abc import Mapping

from bs4 import BeautifulSoup

from surveys.reading import reading_age, sentences, words_of
from tests.pages import Typed
from tests.visitor import Visitor

WORDS = "They listened to me on the stairs."


def follow(visitor: Visitor, name: str) -> None:
    (link,) = [each for each in visitor.page.select("a") if each.get_text(strip=True) == name][:1]
    href = str(link["href"])
    visitor.visit(f"{visitor.path}{href}" if href.startswith("?") else href)


def main_words(page: BeautifulSoup) -> str:
    """What easy read itself says on a page, line by line; not the names of services, codes and answers."""
    main = BeautifulSoup(str(page.find("main")), "html.parser")
    for other in main.select(".app-code, .app-own-words, textarea, [hidden]"):
        other.decompose()
    return "\n".join(main.get_text("\n", strip=True).splitlines())


def held_to_easy_read(visitor: Visitor) -> None:
    """Short sentences, easy words, larger text, decorative pictures, and pages of one size."""
    page = visitor.page
    assert "app-easy" in page.find("body")["class"]  # type: ignore[index]
    words = main_words(page)
    longest = max((sentence for sentence in sentences(words)), key=lambda each: len(words_of(each)))
    assert len(words_of(longest)) <= 12, longest
    assert reading_age(words) < 9, (reading_age(words), words)
    for picture in page.find_all("img"):
        assert picture["alt"] == ""
        assert str(picture["src"]).startswith("/static/easy/")
    assert len({str(picture["src"]) for picture in page.find_all("img")}) <= 1
    assert page.find("svg") is None


def begin(visitor: Visitor, depth: str = "full") -> None:
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": depth})


def on(visitor: Visitor, fields: Mapping[str, Typed] | None = None) -> None:
    buttons = visitor.shown.buttons
    visitor.press("I am 18 or over" if "I am 18 or over" in buttons else "Continue", fields or {})


def go_to(visitor: Visitor, text: str) -> None:
    for _ in range(60):
        if visitor.heading == text:
            return
        on(visitor)
    raise AssertionError(text)


def checked(page: BeautifulSoup) -> dict[str, str]:
    return {str(each["name"]): str(each["value"]) for each in page.select("main input[checked]")}


def switch(visitor: Visitor, name: str, fields: Mapping[str, Typed] | None = None) -> None:
    visitor.press(name, fields or {})
