"""The file of the answers, unpacked into its tables."""

from __future__ import annotations

import csv
import io
import zipfile

from consult.reports import service
from tests.builders import Team

CANARY = "a lighthouse beside the old mill"


def whole(made: service.ReportFile) -> bytes:
    content = b"".join(made.pieces())
    assert len(content) == made.size
    return content


def unpacked(content: bytes) -> dict[str, list[dict[str, str]] | str]:
    """Tables by file name; other files as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    return {
        name: list(csv.DictReader(io.StringIO(words, newline=""))) if name.endswith(".csv") else words
        for name, words in found.items()
    }


def rows(team: Team, name: str = "small.csv") -> list[dict[str, str]]:
    found = unpacked(whole(service.answers_zip(team.unlocked())))[name]
    assert isinstance(found, list)
    return found
