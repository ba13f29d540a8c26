"""Rules of the whole tree: what may stand in no file, and what every command and document must have."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import click
import pytest

import surveys
from consult.cli import commands
from surveys.check import check

HOME = Path(__file__).parents[1]
DOCUMENTS = [HOME / "README.md", *sorted((HOME / "docs").rglob("*.md"))]
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))


def tracked() -> list[Path]:
    """Every file of the project; those that git knows, where there is git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOME, capture_output=True, check=False)
    if listed.returncode == 0:
        return [
            HOME / name for name in listed.stdout.decode().split("\0") if name and (HOME / name).is_file()
        ]
    return [path for path in HOME.rglob("*") if path.is_file() and ".venv" not in path.parts]


def readable(path: Path) -> str:
    """The words of a file; nothing for a picture."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_locks_name_every_hash_and_no_place_to_fetch_from() -> None:
    """S38: the locks."""
    for path in sorted((HOME / "requirements").glob("*.txt")):
        words = path.read_text(encoding="utf-8")
        assert "://" not in words, path.name
        assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links|-f)\b", words, re.MULTILINE)
        wanted = re.findall(r"^[a-z0-9][\w.\[\],-]*==", words, re.MULTILINE | re.IGNORECASE)
        assert len(wanted) > 20
        pinned = re.split(r"^(?=[a-z0-9][\w.\[\],-]*==)", words, flags=re.MULTILINE | re.IGNORECASE)[1:]
        assert all("--hash=sha256:" in each for each in pinned), path.name


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    place = re.compile(r"(?<![\w.}*)-])/(home|work|root|Users)/")
    found = [
        f"{path.relative_to(HOME)}: {line.strip()[:80]}"
        for path in tracked()
        if path != Path(__file__)
        for line in readable(path).splitlines()
        if place.search(line)
    ]
    assert found == []


def test_nothing_that_is_made_or_secret_is_kept() -> None:
    """S36: no secret in the tree."""
    kept = [path.relative_to(HOME).as_posix() for path in tracked()]
    unwanted = re.compile(
        r"(^|/)(__pycache__|node_modules|var|dist|build|\.venv)/|\.(pyc|db|sqlite3?|key|pem|log|whl|woff2?|ttf|otf)$"
        r"|(^|/)\.(local\.)?env$"
    )
    assert [name for name in kept if unwanted.search(name)] == []


def test_stylesheets_bring_no_font() -> None:
    for path in tracked():
        if path.suffix in {".css", ".scss"}:
            assert "@font-face" not in readable(path), path.name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(HOME / "templates").as_posix())
def test_a_template_prints_and_does_nothing_else(path: Path) -> None:
    """S36: templates."""
    words = path.read_text(encoding="utf-8")
    markup = re.sub(r"\{#.*?#\}", "", words, flags=re.DOTALL)
    assert not re.search(r"\|\s*safe\b", markup)
    assert not re.search(r"\{%-?\s*autoescape", markup)
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)\s*=", markup)
    assert not re.search(r"<script(?![^>]*\bsrc=)", markup)
    assert not re.search(r"\b(config|session|g)\s*[.\[]", re.sub(r"<[^>{]*>", "", markup))


def test_no_page_is_made_from_a_text_at_run_time() -> None:
    """S36: no way around escaping."""
    for path in sorted((HOME / "consult").rglob("*.py")):
        words = path.read_text(encoding="utf-8")
        assert not re.search(r"render_template_string|\bMarkup\(|from_string\(", words), path.name


@pytest.mark.parametrize("survey_id", surveys.shipped())
def test_a_shipped_survey_has_no_faults(survey_id: str) -> None:
    definition = surveys.parse(surveys.shipped_source(survey_id), name=f"{survey_id}.toml")
    assert list(check(definition)) == []


def test_every_definition_in_the_folder_is_shipped() -> None:
    folder = Path(str(resources.files("surveys"))) / "definitions"
    assert {path.stem for path in folder.glob("*.toml")} == set(surveys.shipped())


def walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command under a command, with its whole name."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None, child
            yield from walk(found, f"{name} {child}")


COMMANDS = dict(walk(commands, "consult"))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(name: str) -> None:
    said = COMMANDS[name].help or ""
    assert said.split("\n")[0].rstrip().endswith((".", ":")), name
    assert len(said) > 10


def targets() -> set[str]:
    """What `make` can make."""
    return set(re.findall(r"^([a-z][a-z-]*):", (HOME / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_a_document_are_there(path: Path) -> None:
    words = path.read_text(encoding="utf-8")
    spans = re.findall(r"`([^`\n]+)`", words) + re.findall(r"^(?: {4}|\$ )(.+)$", words, re.MULTILINE)
    for span in spans:
        if made := re.match(r"make ([a-z][a-z-]*)", span):
            assert made[1] in targets(), span
        if called := re.search(r"(?:^|/|\s)consult((?: [a-z][a-z-]*)+)", span):
            known(called[1].split(), span)


def known(spoken: list[str], span: str) -> None:
    """Follow the words of a command as far as there are groups. Raises AssertionError at an unknown one."""
    name = "consult"
    for word in spoken:
        if not isinstance(COMMANDS[name], click.Group):
            return
        name = f"{name} {word}"
        assert name in COMMANDS, span


def test_every_target_of_the_makefile_is_in_its_help() -> None:
    makefile = (HOME / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    assert targets() - listed == set()


def test_the_first_document_is_short_enough_to_be_read() -> None:
    assert len((HOME / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_links_between_documents_lead_somewhere() -> None:
    for path in DOCUMENTS:
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not link.startswith(("http:", "https:", "mailto:")):
                assert (path.parent / link).exists(), f"{path.name}: {link}"
