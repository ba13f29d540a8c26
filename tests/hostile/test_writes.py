"""S17: while people send, the intake writes to its database alone, and no word in clear."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from consult.settings import Settings
from tests.builders import make_team
from tests.forms import FULL
from tests.hostile.tools import program
from tests.served import Person, Server

SENDS = 500 if FULL else 10
CANARY = "canary-of-a-send-77b1"
OPENED = re.compile(r"(?:openat|open|creat)\(.*?\"([^\"]+)\",? ?([A-Z_|]*)")
WRITTEN = re.compile(r"(?:p?write(?:v|64)?|pwritev2?)\(\d+<([^>]*)>")
CALLS = "open,openat,creat,rename,renameat,renameat2,write,pwrite64,writev,pwritev,pwritev2,sendfile"


@pytest.mark.hostile
def test_nothing_but_the_database_is_written(
    app: Flask,
    settings: Settings,
    request: pytest.FixtureRequest,
    figure: Callable[[str, object], None],
) -> None:
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL writes for itself")
    strace = program("strace")
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    server = Server(settings)
    request.addfinalizer(server.kill)
    worker = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()[0]
    tracing = subprocess.Popen(
        [strace, "-f", "-qq", "-y", "-s", "70000", "-e", f"trace={CALLS}", "-p", worker],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    seen = Seen(database=Path(settings.database_url.partition("///")[2]))
    reading = threading.Thread(target=seen.read, args=(tracing,), daemon=True)
    reading.start()
    for number in range(SENDS):
        person = Person(port=server.port, slug=slug, words=f"{CANARY} {number}")
        person.walk()
        assert person.send()
    tracing.terminate()
    tracing.wait(timeout=60)
    reading.join(timeout=60)
    assert seen.writes > SENDS, "the trace saw the sends"
    figure("sends traced", SENDS)
    figure("writes seen", f"{seen.writes:,}")
    figure("other files", len(seen.others))
    assert seen.others == set()
    assert seen.leaks == []


class Seen:
    """What a trace shows of files; lines are read as they come and not kept."""

    def __init__(self, database: Path) -> None:
        self._own = {os.fspath(path) for path in self._files(database)}
        self.writes = 0
        self.others: set[str] = set()
        self.leaks: list[str] = []

    def read(self, tracing: subprocess.Popen[str]) -> None:
        """Until the trace ends."""
        assert tracing.stderr is not None
        with tracing.stderr as lines:
            for line in lines:
                self._look(line)

    def _look(self, line: str) -> None:
        if (opened := OPENED.search(line)) and re.search("WRONLY|RDWR|CREAT", opened[2]):
            self._note(opened[1])
        if written := WRITTEN.search(line):
            self.writes += written[1] in self._own
            self._note(written[1])
            if CANARY in line and written[1].startswith("/"):
                self.leaks.append(written[1])

    def _note(self, path: str) -> None:
        # Sockets, pipes and the like have no path; /dev/null keeps nothing.
        if path.startswith("/") and path not in self._own and not path.startswith("/dev/"):
            self.others.add(path)

    @staticmethod
    def _files(database: Path) -> Iterator[Path]:
        """The database, its log, its shared memory, and the file that its writers lock."""
        yield database
        yield from (database.with_name(database.name + end) for end in ("-wal", "-shm", ".lock", "-lock"))
