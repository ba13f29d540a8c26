"""S17, S19: what the intake writes while people send, as the kernel sees it, and a small disk that fills."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from consult import serving
from consult.settings import Settings
from consult.turns import PROCESSES
from consult.web.extensions import db
from tests.builders import make_team
from tests.forms import FULL
from tests.hostile.tools import program
from tests.served import Person, free_port
from tests.shown import ROOT

CANARY = "canary-on-its-way-91fe"
SENDS = 500 if FULL else 50
# Calls that make, open, write or move. What only reads is not of interest.
CALLS = "openat,open,creat,write,pwrite64,writev,pwritev,rename,renameat,renameat2,sendfile,copy_file_range"
SMALL_MIB = 16

pytestmark = pytest.mark.hostile


@contextmanager
def served(settings: Settings, scratch: Path, *before: str) -> Iterator[int]:
    """The intake, behind another program's words; yields its port."""
    port = free_port()
    own = {
        "CONSULT_DATABASE_URL": settings.database_url,
        "CONSULT_KEY_FILE": str(settings.key_file),
        "CONSULT_HOSTS": "localhost,127.0.0.1",
        "CONSULT_SECURE_COOKIES": "no",
        "CONSULT_LIMITS": "off",
        "TMPDIR": str(scratch),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    process = subprocess.Popen(
        [*before, sys.executable, "-m", "gunicorn", "consult.intake:create_app()",
         *serving.options(PROCESSES), "--log-level", "critical", "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT, env=os.environ | own,
    )  # fmt: skip
    try:
        wait_for(port)
        told = children(process.pid) if before else [process.pid]
        wait_for_workers(told[0])
        yield port
    finally:
        # A program in front does not hand the signal on: its child is told itself.
        for each in children(process.pid) if before else [process.pid]:
            os.kill(each, signal.SIGTERM)
        process.wait(60)


def children(process: int) -> list[int]:
    """The processes that one has begun."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split()]


def wait_for_workers(master: int) -> None:
    """Until all are there: each begins with a file of its own. Raises AssertionError when one is missing."""
    for _ in range(600):
        if len(children(master)) == PROCESSES:
            return
        time.sleep(0.1)
    raise AssertionError("a worker is missing")


def wait_for(port: int) -> None:
    """Until a page comes. Raises AssertionError when none does."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=20).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("no page came")


def test_while_people_send_only_the_database_is_written_and_never_their_words(
    app: Flask, settings: Settings, tmp_path: Path, figure: Callable[[str, object], None]
) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    scratch, trace = tmp_path / "scratch", tmp_path / "trace"
    scratch.mkdir()
    strace = [program("strace"), "-f", "-y", "-s", "200000", "-e", f"trace={CALLS}", "-o", str(trace)]
    with served(settings, scratch, *strace) as port:
        begun = trace.stat().st_size
        for number in range(SENDS):
            person = Person(port=port, slug=slug, words=f"{CANARY} {number}")
            person.walk()
            person.send_once()
            assert person.acknowledged
    with trace.open(encoding="utf-8", errors="replace") as lines:
        lines.seek(begun)
        seen = [line for line in lines if "(" in line]
    assert len(seen) > SENDS
    written = {place for line in seen for place in targets(line)}
    database = settings.database_url.removeprefix("sqlite:///")
    allowed = {database, f"{database}-wal", f"{database}-shm"}
    assert {place for place in written if not passing(place)} <= allowed
    assert f"{database}-wal" in written
    assert {Path(place).name for line in seen for place in made(line)} <= {
        Path(each).name for each in (*allowed, f"{database}.lock")
    }
    assert [line[:80] for line in seen if CANARY in line] == []
    assert [path.name for path in scratch.rglob("*") if path.is_file() and path.stat().st_size] == []
    figure("sends", SENDS)


def targets(line: str) -> list[str]:
    """Where a line of the trace wrote to."""
    found = re.match(r"\d+\s+p?write(?:v|64)?\(\d+<([^>]*)>", line)
    return [found[1]] if found else []


def made(line: str) -> list[str]:
    """What a line of the trace opened to write, made or moved."""
    found = re.match(r'\d+\s+(?:openat\([^,]*, |open\(|creat\()"([^"]*)", ([A-Z_|]*)', line)
    if found and re.search(r"O_WRONLY|O_RDWR|O_CREAT", found[2]) and not line.rstrip().endswith(")"):
        return [found[1]]
    if found and re.search(r"O_WRONLY|O_RDWR|O_CREAT", found[2]) and " = -1 " not in line:
        return [found[1]]
    moved = re.match(r'\d+\s+rename\w*\(.*"([^"]*)"', line)
    return [moved[1]] if moved else []


def passing(place: str) -> bool:
    """Whether a place is a line to somebody and not a file."""
    return place.startswith(("socket:", "pipe:", "anon_inode:", "TCP:", "UNIX", "/dev/"))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own of 16 MiB. Skips the test where this process may not make one."""
    place = tmp_path / "small"
    place.mkdir(mode=0o700)
    size = f"size={SMALL_MIB}m,mode=700"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "small", place], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this machine lets us mount no file system")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_disk_that_is_full_loses_nothing_that_was_acknowledged(
    app: Flask, settings: Settings, small: Path, tmp_path: Path, figure: Callable[[str, object], None]
) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    file = small / "consult.db"
    shutil.copy(settings.database_url.removeprefix("sqlite:///"), file)
    ballast = small / "ballast"
    free = shutil.disk_usage(small).free
    ballast.write_bytes(bytes(free - 3 * 2**20))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with served(replace(settings, database_url=f"sqlite:///{file}"), scratch) as port:
        sent, waiting = until_full(port, slug)
        assert waiting is not None, "the disk never was full"
        ballast.unlink()
        later = Person(port=port, slug=slug, words="There is room again.")
        later.walk()
        assert later.send()
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (stored,) = database.execute("SELECT count(*) FROM response").fetchone()
    database.close()
    assert stored == sent + 1
    figure("acknowledged = stored", f"{sent + 1} = {stored}")


def until_full(port: int, slug: str) -> tuple[int, Person | None]:
    """Send until the disk is full; how many were acknowledged, and who was told to wait."""
    sent = 0
    for number in range(400):
        person = Person(port=port, slug=slug, words=f"{number} " + "and nobody hurried me " * 150)
        try:
            person.walk()
            person.send_once()
        except AssertionError as refused:
            if "503" not in str(refused):
                raise
            return sent, person
        sent += person.acknowledged
    return sent, None
