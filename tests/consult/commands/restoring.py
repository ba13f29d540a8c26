"""The newest parts of a backup, put back with shares of the recovery key."""

from __future__ import annotations

from pathlib import Path

import pytest

from consult.settings import Settings
from tests.consult.commands.running import Outcome, Run
from tests.consult.ledger.acting import Recovery


def parts(folder: Path) -> dict[str, Path]:
    """The newest file of each part."""
    return {path.name.split("-")[0]: path for path in sorted(folder.iterdir())}


def restore(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    target: Settings,
    recovery: Recovery,
    folder: Path,
    *options: str,
    tombstones: bool = True,
) -> Outcome:
    """`consult restore` of the newest parts, with shares 3 and 1 typed."""
    monkeypatch.setenv("CONSULT_DATABASE_URL", target.database_url)
    typed = iter([recovery.texts[2], recovery.texts[0]])
    monkeypatch.setattr("click.prompt", lambda _words, *, hide_input: next(typed) if hide_input else "")
    found = parts(folder)
    more = ("--tombstones", str(found["tombstones"])) if tombstones else ()
    return run("restore", str(found["bodies"]), str(found["keys"]), *more, *options)
