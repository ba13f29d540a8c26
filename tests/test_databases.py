"""Both databases are shown to do the same: nothing is left out on PostgreSQL without who stands in for it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.databases import SQLITE_ALONE

CONSULT = Path(__file__).parent / "consult"
ALONE = {name for alike in SQLITE_ALONE for name in alike.files}
BESIDE = {name for alike in SQLITE_ALONE for name in alike.on_both}
_COMMITS = re.compile(r"\b(?:app|team|bench|scene|session)\b")
# Where a test speaks of these it asks the database itself.
NEVER_ALONE = ("flask_migrate", "xmin", "pg_", "FOR UPDATE", "BEGIN IMMEDIATE")


def test_whatever_runs_on_sqlite_alone_has_tests_that_run_on_both_in_its_place() -> None:
    for name in sorted(ALONE | BESIDE):
        assert (CONSULT / f"{name}.py").is_file(), f"{name} is no file of tests"
    assert not ALONE & BESIDE, "who stands in for others runs on both"
    assert len(ALONE) == sum(len(alike.files) for alike in SQLITE_ALONE), "each file stands in the table once"


def test_every_feature_keeps_tests_on_both_databases() -> None:
    for folder in sorted({path.parent for path in CONSULT.rglob("test_*.py")}):
        names = {path.relative_to(CONSULT).with_suffix("").as_posix() for path in folder.glob("test_*.py")}
        if names & ALONE and folder.name != "paper":  # which makes files, and keeps nothing
            both = [name for name in names - ALONE if _COMMITS.search(_words(name))]
            assert both, f"{folder.name}: no tests on both databases"
            assert 4 * len(names - ALONE) > len(names), f"{folder.name}: too few tests on both databases"


def test_what_is_about_the_database_itself_runs_on_both() -> None:
    about = (
        "test_schema",
        "test_migrations",
        "test_writing",
        "test_batches",
        "test_taking_keys_away",
        "test_following_new_keys",
        "test_lost_and_destroyed_keys",
        "test_settling",
    )
    assert not {name for name in ALONE if name.rpartition("/")[2] in about}
    for name in sorted(ALONE):
        found = [each for each in NEVER_ALONE if each in _words(name)]
        assert not found, f"{name} asks a database for {found}"


def _words(name: str) -> str:
    return (CONSULT / f"{name}.py").read_text(encoding="utf-8")
