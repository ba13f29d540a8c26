"""Templates compiled beforehand: nothing is compiled again or served old, and no server writes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from consult import intake
from consult.settings import Settings
from consult.web.compiled import Compiled
from tests.consult.commands.running import Run
from tests.consult.conftest import Start
from tests.visitor import HOST

Shown = tuple[str, list[str]]
"""A page, and the templates that were compiled for it."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of one's own for what is compiled."""
    monkeypatch.setattr("consult.web.compiled.FOLDER", tmp_path / "compiled")
    return tmp_path / "compiled"


@pytest.fixture
def show(settings: Settings, start: Start, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Shown]:
    """Starts an intake, and gives its first page."""
    compiled: list[str] = []
    compile_ = Environment.compile

    def noting(self: Environment, source: str, name: str, *rest: object) -> object:
        compiled.append(name)
        return compile_(self, source, name, *rest)  # type: ignore[call-overload]

    def shown() -> Shown:
        app = start(intake.create_app, settings)
        with monkeypatch.context() as patched:
            patched.setattr(Environment, "compile", noting)
            page = app.test_client().get("/safety", base_url=HOST)
        assert page.status_code == 200
        found = compiled.copy()
        compiled.clear()
        return page.get_data(as_text=True), found

    return shown


def test_what_was_compiled_beforehand_is_not_compiled_again(
    run: Run, folder: Path, show: Callable[[], Shown]
) -> None:
    plainly, compiled = show()
    assert "site/safety.html" in compiled
    assert not folder.exists()  # a server writes nothing
    assert "templates are compiled" in run("templates").said
    assert show() == (plainly, [])


def test_broken_files_are_passed_over(run: Run, folder: Path, show: Callable[[], Shown]) -> None:
    run("templates")
    whole, _ = show()
    for place, file in enumerate(folder.iterdir()):
        file.write_bytes((file.read_bytes()[:30], file.read_bytes()[:-100], b"")[place % 3])
    page, compiled = show()
    assert page == whole
    assert "site/safety.html" in compiled


def test_who_may_not_write_there_is_told_so(run: Run, folder: Path) -> None:
    folder.write_text("a file in its place")
    outcome = run("templates")
    assert outcome.code == 1
    assert "as whoever installed" in outcome.refused


def test_a_changed_template_is_never_served_old(folder: Path) -> None:
    words = {"page.html": "before"}

    def environment(**options: bool) -> Environment:
        return Environment(loader=DictLoader(words), autoescape=True, **options)  # type: ignore[arg-type]

    def said(settings: bytes = b"one") -> str:
        reading = environment()
        reading.bytecode_cache = Compiled(settings, folder)
        return reading.get_template("page.html").render()

    Compiled(b"one", folder).write(environment())
    assert said() == "before"
    words["page.html"] = "after"
    assert said() == "after"
    words["page.html"] = "before\n"
    Compiled(b"one", folder).write(environment(keep_trailing_newline=True))
    assert said() == "before\n"  # what was written is used
    assert said(b"other") == "before"  # and not where templates are compiled in another way
