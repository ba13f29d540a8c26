"""The wheel, installed somewhere else, runs: commands, migrations, pages, files, without the checkout."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
PARTS = ("consult", "surveys", "analysis", "templates", "migrations", "tests")
FILES = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile")
BUILD = "import sys, hatchling.build as build; print(getattr(build, sys.argv[1])(sys.argv[2]))"

pytestmark = pytest.mark.packaging


def copy(to: Path) -> Path:
    """The project's own files, without what tools have left beside them."""
    for name in PARTS:
        shutil.copytree(HOME / name, to / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for name in FILES:
        shutil.copyfile(HOME / name, to / name)
    return to


def run(*words: str | Path, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a program that must succeed; gives what it prints."""
    plain = {
        name: setting
        for name, setting in os.environ.items()
        if not name.startswith(("CONSULT_", "PYTHON", "COV_", "PYTEST"))
    }
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=plain | dict(env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(kind: str, source: Path, out: Path) -> Path:
    """A wheel or a source archive, made by the backend as front ends ask it to."""
    out.mkdir(exist_ok=True)
    said = run(sys.executable, "-c", BUILD, f"build_{kind}", out, folder=source)
    return out / said.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; what it depends on comes from the one that runs the tests."""
    home = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", home, folder=home)
    run(
        sys.executable,
        *("-m", "pip", "--python", home / "bin" / "python", "install", "--quiet"),
        *("--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check", wheel),
        folder=home,
    )
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "others.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return home


@pytest.fixture
def env(installed: Path, tmp_path: Path) -> dict[str, str]:
    """Settings that the installed command itself has made."""
    said = run(installed / "bin" / "consult", "new-env", folder=tmp_path)
    return dict(line.split("=", 1) for line in said.splitlines())


def test_the_wheel_holds_every_part_and_nothing_that_a_tool_left(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    for wanted in (
        "consult/templates/layouts/public.html",
        "consult/migrations/env.py",
        "consult/migrations/alembic.ini",
        "consult/migrations/head.txt",
        "consult/migrations/versions/0001_create_consultation.py",
        "consult/static/app.css",
        "consult/static/govuk/govuk.css",
        "consult/vault/words.txt",
        "surveys/py.typed",
        "analysis/py.typed",
    ):
        assert wanted in names, wanted
    assert [name for name in names if name.startswith("surveys/definitions/") and name.endswith(".toml")]
    assert {name.split("/")[0] for name in names} == {
        "consult",
        "surveys",
        "analysis",
        next(name.split("/")[0] for name in names if ".dist-info/" in name),
    }
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".db", ".key"))]


def test_every_file_of_the_packages_is_in_the_wheel_as_it_stands(source: Path, wheel: Path) -> None:
    places = {"templates": "consult/templates", "migrations": "consult/migrations"}
    with zipfile.ZipFile(wheel) as opened:
        for part in ("consult", "surveys", "analysis", "templates", "migrations"):
            for path in (source / part).rglob("*"):
                if path.is_file():
                    name = f"{places.get(part, part)}/{path.relative_to(source / part).as_posix()}"
                    assert opened.read(name) == path.read_bytes(), name


def test_a_wheel_from_the_source_archive_is_the_same(source: Path, wheel: Path, tmp_path: Path) -> None:
    archive = build("sdist", source, tmp_path / "sdist")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    again = build("wheel", unpacked, tmp_path / "again")
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert sorted(first.namelist()) == sorted(second.namelist())
        for name in first.namelist():
            assert first.read(name) == second.read(name), name


@pytest.mark.parametrize("missing", ["templates", "migrations"])
def test_without_a_folder_that_it_needs_the_build_fails(source: Path, tmp_path: Path, missing: str) -> None:
    (source / missing).rename(tmp_path / missing)
    try:
        with pytest.raises(AssertionError, match=missing):
            build("wheel", source, tmp_path / "out")
    finally:
        (tmp_path / missing).rename(source / missing)


def test_the_command_runs_from_anywhere_and_not_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    said = run(installed / "bin" / "consult", "--help", folder=tmp_path)
    for name in ("db", "survey", "staff", "run", "jobs"):
        assert name in said
    where = "import consult, surveys, analysis; print(consult.__file__, surveys.__file__)"
    for place in run(installed / "bin" / "python", "-c", where, folder=tmp_path).split():
        assert place.startswith(str(installed))


def test_the_installed_command_makes_a_database_and_agrees_with_its_models(
    installed: Path, env: dict[str, str], tmp_path: Path
) -> None:
    consult = installed / "bin" / "consult"
    assert "up to date" in run(consult, "db", "upgrade", folder=tmp_path, env=env)
    run(consult, "db", "check", folder=tmp_path, env=env)
    assert env["CONSULT_DATABASE_URL"].endswith(str(tmp_path / "var" / "consult.db"))
    assert (tmp_path / "var" / "consult.db").stat().st_size > 0


def test_the_installed_application_shows_pages_and_files(
    installed: Path, env: dict[str, str], tmp_path: Path
) -> None:
    run(installed / "bin" / "consult", "db", "upgrade", folder=tmp_path, env=env)
    program = """
import re
from consult import intake
client = intake.create_app().test_client()
for path in ("/", "/privacy", "/support", "/safety", "/health"):
    assert client.get(path).status_code == 200, path
page = client.get("/").text
files = re.findall(r'"(/static/[^"]+)"', page)
assert len(files) >= 3
for path in files:
    assert client.get(path).status_code == 200, path
assert client.get("/none").status_code == 404
print(len(files))
"""
    assert int(run(installed / "bin" / "python", "-c", program, folder=tmp_path, env=env)) >= 3
