"""Archives that are written here: read by others, the same twice, larger than their old form allows."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from consult.reports.writers import packed

HUGE = 5 * 2**30
NOTHING = bytes(2**26)


class Hole:
    """Five gigabytes of nothing, which the file that takes them skips."""

    size = HUGE

    def pieces(self) -> Iterator[bytes]:
        for _ in range(HUGE // len(NOTHING)):
            yield NOTHING


def test_what_is_packed_comes_out_of_another_reader() -> None:
    files = {
        "a.txt": b"short",
        "empty.txt": b"",
        "Sources/ŵy.txt": os.urandom(900),
        "long.xml": b"<a/>" * 9000,
    }

    made = packed.pack(files.items())

    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o600}
    assert len(made) < 3000
    assert made == packed.pack(files.items())


def test_more_files_than_the_old_form_counts() -> None:
    made = packed.pack((f"{number}.txt", b"x") for number in range(70_000))

    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert len(archive.namelist()) == 70_000
        assert archive.read("69999.txt") == b"x"


def test_a_table_beyond_four_gigabytes(tmp_path: Path) -> None:
    crc = 0
    for piece in Hole().pieces():
        crc = zlib.crc32(piece, crc)
    archive = packed.Archive()
    archive.put("before.txt", b"before")
    archive.put_kept("table.csv", Hole(), crc)
    archive.put("behind.txt", b"behind")
    archive.finish()

    with (tmp_path / "large.zip").open("wb") as file:
        for piece in archive.pieces():
            if piece is NOTHING:
                file.seek(len(piece), os.SEEK_CUR)
            else:
                file.write(piece)
    with zipfile.ZipFile(tmp_path / "large.zip") as read:
        assert (tmp_path / "large.zip").stat().st_size == archive.size
        assert read.read("before.txt") == b"before"
        assert read.read("behind.txt") == b"behind"
        assert read.getinfo("table.csv").file_size == HUGE
        with read.open("table.csv") as table:
            assert table.read(4) == bytes(4)
