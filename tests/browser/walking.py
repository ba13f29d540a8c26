"""Ways through the survey of survivors, by what its buttons say."""

from __future__ import annotations

from collections.abc import Iterator

from tests.browser.looking import Window

SURVEY = "What good support looks like"


def start(window: Window, survey: str = SURVEY) -> str:
    """Press Start; returns the one address of the survey."""
    window.go("/")
    window.follow(survey)
    window.press("Start")
    return window.tab.url.removeprefix(window.home)


def into_questions(window: Window, depth: str = "All of it") -> None:
    """From the first page of a visit past code and depth to the first page of questions."""
    window.press("I do not want a code")
    window.tab.get_by_label(depth).check()
    window.press("Continue")


def on(window: Window) -> None:
    """One page on, whichever button it has for that."""
    for name in ("Continue", "I am 18 or over"):
        if window.tab.get_by_role("button", name=name, exact=True).count():
            window.press(name)
            return
    raise AssertionError(f"no way on from {window.heading}")


def pages_to_the_check(window: Window) -> Iterator[int]:
    """Stands on one page of questions after the other; fills every field that a page has."""
    for number in range(1, 60):
        if window.heading == "Check your answers":
            return
        yield number
        for box in window.tab.locator("main textarea").all():
            box.fill("A calm room and time to think.")
        for kind in ("checkbox", "radio"):
            for group in window.tab.locator(f"main fieldset:has(input[type={kind}])").all():
                group.locator(f"input[type={kind}]").last.check(force=True)
        on(window)
    raise AssertionError("the survey does not end")


def take_code(window: Window) -> str:
    """Get a code and type two of its words back; returns the code in words."""
    window.press("Get a code")
    code = type_back(window)
    window.press("I have my code: go on")
    return code


def type_back(window: Window) -> str:
    """Fill in the two words of the shown code that the page asks for; returns the code in words."""
    code = window.tab.locator(".app-code").first.inner_text()
    for field in window.tab.locator("input[name=word]").all():
        label = window.tab.locator(f"label[for={field.get_attribute('id')}]").inner_text()
        field.fill(code.split()[int(label.split()[-1]) - 1])
    return code
