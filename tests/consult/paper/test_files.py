"""The questions as a file: readable by ear, large enough, complete, neutral, and fetched from nowhere."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import surveys
from consult import press
from consult.web import paper
from consult.web.paper import Size
from tests.consult.paper.conftest import DATES, POST_TO, Questionnaire
from tests.consult.paper.reading import flowing, read

TOPIC = re.compile(r"sex|violen|abuse|assault|rape|surviv|trauma|\bmen\b|\bman\b|support", re.IGNORECASE)
SIZES = [(Size.ORDINARY, 12), (Size.LARGE, 18)]


def texts(survey: surveys.Survey) -> list[str]:
    """Every word that the people who answer can meet on the way, with the dates put in."""
    on_other_pages = {"thanks", "title", "notice"}
    scales = [question for question in survey.questions if isinstance(question, surveys.Scale)]
    faces = {face for scale in scales for face in scale.faces}  # of easy read alone
    return [
        flowing(text.read("en").filled(DATES))
        for where, text in surveys.every_text(survey)
        if where not in on_other_pages and text not in faces
    ]


@pytest.mark.parametrize(("size", "least"), SIZES)
def test_a_file_is_tagged_titled_and_large_enough(
    questionnaire: Questionnaire, size: Size, least: int
) -> None:
    """T28, T43: PDF/UA: marked, with language, title, headings, lists; large print has 18 points or more."""
    file = questionnaire("survivors", size)
    assert (file.title, file.language, file.marked) == ("Standards consultation", "en", True)
    assert 'pdfuaid:part="1"' in file.claims
    assert file.tags.count("H1") == 1
    assert file.tags.count("H3") == len(surveys.load("survivors").questions) + 1  # and one list of support
    assert {"L", "LI", "LBody", "H2", "P"} <= set(file.tags)
    small = [run for run in file.runs if run.words.strip() and run.points < least - 0.01]
    assert small == []
    assert max(run.page for run in file.runs) < 40


def test_every_word_of_a_survey_is_on_its_paper(questionnaire: Questionnaire) -> None:
    """T14, T34, T43: questions, hints, options, notes before a part, what happens to answers, endings."""
    survey = surveys.load("survivors")
    squeezed = questionnaire("survivors", Size.ORDINARY).words.replace(" ", "")
    missing = [words for words in texts(survey) if words.replace(" ", "") not in squeezed]
    assert missing == []
    for number, question in enumerate(survey.questions, start=1):
        asked = flowing(question.text.read("en").filled(DATES))
        assert f"{number}.{asked}".replace(" ", "") in squeezed


def test_the_paper_says_what_a_page_would_do(questionnaire: Questionnaire) -> None:
    """T01, T15, T22: nothing required, kept safe, how much, no name; who passes what over; where to."""
    words = questionnaire("survivors", Size.LARGE).words
    for said in (
        "You can leave out any question. Nothing is required, and nobody will ask why.",
        "Keep it where only you can see it. You can stop at any time and tear it up.",
        "Please do not write your name, your address or the name of anybody else",
        "To share only a little, these questions are enough: 1, 2, 3",
        "Questions 9 to 13 are for you if this is so: • At least one of these is so:",
        "You answered “Yes” at question 3.",
        "You left question 3 empty.",
        "If it is not, go on to question 14.",
        "You can leave this whole part out and go on to question 9.",
        "call 999",
    ):
        assert said.replace("• ", "").replace(" ", "") in words.replace("• ", "").replace(" ", ""), said
    assert words.count(flowing(POST_TO)) == words.count("Please send it by 1 April 2027.") == 2
    assert "Day Line (example)" in words


def test_title_and_facts_of_a_file_say_nothing_of_the_topic(questionnaire: Questionnaire) -> None:
    """T13: what a viewer shows in its window and a folder in its list."""
    file = questionnaire("survivors", Size.ORDINARY)
    assert not TOPIC.search(file.title + file.claims)
    assert "CreationDate" not in file.claims


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://192.0.2.1/a.png" alt="">',
        '<link rel="stylesheet" href="https://elsewhere.example/a.css">',
        f'<img src="{Path(__file__).as_uri()}" alt="">',
        "<style>body { background: url(//elsewhere.example/b.png) }</style>",
        "<style>@import 'file:///etc/hostname';</style>",
    ],
)
def test_a_file_that_asks_for_anything_outside_itself_is_not_made(
    markup: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S27: no address is looked up and no line opened; nothing of this machine's disk is read in."""
    asked: list[object] = []

    def refuse(*parts: Any, **_choices: Any) -> Any:
        asked.append(parts)
        raise OSError("no way out")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    page = f'<html lang="en"><head><title>A</title></head><body><p>B</p>{markup}</body></html>'
    with pytest.raises(press.FetchedError):
        press.pdf(page)
    assert asked == []


def test_whoever_lacks_packages_is_told_so_and_asked_no_more() -> None:
    """The interpreter below the virtual environment has no WeasyPrint."""
    bare = Path(sys.base_prefix) / "bin" / Path(sys.executable).resolve().name
    done = subprocess.run([bare, "-I", "-S", press.__file__], input=b"<p>A", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (press.MISSING, b"")


def test_a_press_without_packages_refuses_calmly_and_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = paper.Press()
    monkeypatch.setattr(sys, "executable", str(Path(sys.base_prefix) / "bin" / "python3"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(paper.NoFilesError, match="libpango"):
        made.pdf("<p>A")
    monkeypatch.setattr(sys, "executable", "/nowhere")
    with pytest.raises(paper.NoFilesError, match="libpango"):
        made.pdf("<p>A")


def test_what_goes_wrong_is_a_fault_and_no_half_file() -> None:
    with pytest.raises(paper.FileFailedError):
        paper.Press().pdf('<html lang="en"><title>A</title><img src="http://192.0.2.1/" alt="">')


def test_the_service_starts_without_what_makes_files() -> None:
    """A server without Pango runs all the same."""
    code = "import sys, consult.combined; sys.exit('weasyprint' in sys.modules or 'pydyf' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": os.getcwd()})  # noqa: PTH109


def test_a_file_is_made_once_and_who_asks_meanwhile_does_not_wait() -> None:
    shelf = paper.Shelf()
    begun, go_on, made = threading.Event(), threading.Event(), []

    def slowly() -> bytes:
        begun.set()
        assert go_on.wait(10)
        made.append(1)
        return b"one"

    first = threading.Thread(target=lambda: shelf.file("a", slowly))
    first.start()
    assert begun.wait(10)
    for wanted in ("a", "b"):
        with pytest.raises(paper.BeingMadeError):
            shelf.file(wanted, slowly)
    go_on.set()
    first.join()
    assert shelf.file("a", slowly) == b"one"
    assert made == [1]


def test_a_file_that_failed_is_tried_again_and_the_oldest_go_first() -> None:
    shelf = paper.Shelf()
    with pytest.raises(ZeroDivisionError):
        shelf.file("a", lambda: bytes(1 // 0))
    assert shelf.file("a", lambda: b"whole") == b"whole"
    large = bytes(paper.LARGEST // 2)
    for name in ("b", "c"):
        shelf.file(name, lambda: large)
    assert shelf.file("b", lambda: b"anew") == large
    shelf.file("d", lambda: large)
    assert shelf.file("c", lambda: b"anew") == b"anew"


def test_the_same_questions_make_the_same_file() -> None:
    """Nothing in it tells when, where or for whom it was made."""
    page = '<html lang="en"><head><title>A</title></head><body><h1>A</h1></body></html>'
    first, second = press.pdf(page), press.pdf(page)
    assert read(first) == read(second)
    assert not re.search(rb"/(CreationDate|ModDate|Author)", first)
