"""Files of other coding tools, read after the published description of REFI-QDA: QDC and QDPX.

Knows files and nothing of the database. Elements are known by their names without the namespace, since tools
differ in it; a document type, an outside entity or an archive that swells is refused; nothing is written
to the disk.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from consult.faults import RefusedError

LARGEST = 40 * 2**20
"""Bytes of all that is unpacked."""
MOST_FILES = 20_000
MOST_CODES = 2_000
LONGEST_NAME, LONGEST_WORDS = 300, 4_000
_INTERNAL = "internal://"


class QdaError(RefusedError):
    """The file is none that can be read; the reason says what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCode:
    """A code of another tool. parent: the guid of the one above it, or ""."""

    guid: str
    name: str
    description: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlace:
    """A place of a text with the guid of its code: code points, the end not included."""

    start: int
    end: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """A text with line feeds alone, and the places coded in it."""

    words: str
    places: tuple[ReadPlace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A code book, and the texts that came with it (none in a QDC file)."""

    codes: tuple[ReadCode, ...]
    texts: tuple[ReadText, ...]


def read(content: bytes) -> Work:
    """What is in a QDC or a QDPX file. Raises QdaError."""
    if content.startswith(b"PK"):
        return _of_archive(content)
    root = _root(content)
    return Work(codes=_codes(root), texts=tuple(_texts(root, {})))


def _of_archive(content: bytes) -> Work:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
                raise QdaError("this project is too large to be taken in here")
            projects = [entry for entry in entries if entry.filename.lower().endswith(".qde")]
            if len(projects) != 1:
                raise QdaError("this is no REFI-QDA project: please export it again as QDPX")
            root = _root(_content(archive, projects[0]))
            files = {
                entry.filename.rpartition("/")[2].lower(): _content(archive, entry)
                for entry in entries
                if entry.filename.lower().endswith(".txt")
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise QdaError("this archive cannot be unpacked: please export the project again") from error
    return Work(codes=_codes(root), texts=tuple(_texts(root, files)))


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as unpacked:
        content = unpacked.read(entry.file_size + 1)
    if len(content) > entry.file_size:  # what the archive says of itself need not be so
        raise QdaError("this archive is not what it says it is")
    return content


def _root(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise QdaError(
            "this is no code book or project that we can read: please export it as QDC or QDPX"
        ) from error
    if _local(root) not in {"CodeBook", "Project"}:
        raise QdaError("this is no code book or project that we can read: please export it as QDC or QDPX")
    return root


def _codes(root: Element) -> tuple[ReadCode, ...]:
    found: list[ReadCode] = []
    waiting = [(each, "") for each in _all(root, "Codes") for each in each]
    while waiting:
        element, parent = waiting.pop(0)
        if _local(element) != "Code":
            continue
        code = ReadCode(
            guid=_guid(element.get("guid")),
            name=" ".join((element.get("name") or "").split())[:LONGEST_NAME],
            description=_said(element)[:LONGEST_WORDS],
            parent=parent,
        )
        if code.name:
            found.append(code)
        if len(found) > MOST_CODES:
            raise QdaError(f"this code book has more than {MOST_CODES} codes")
        waiting += [(child, code.guid) for child in element]
    return tuple(found)


def _texts(root: Element, files: dict[str, bytes]) -> Iterator[ReadText]:
    for element in _all(root, "TextSource"):
        words = _words(element, files)
        places = tuple(_places(element, len(words)))
        if words and places:
            yield ReadText(words=words, places=places)


def _words(element: Element, files: dict[str, bytes]) -> str:
    path = element.get("plainTextPath") or ""
    if path.startswith(_INTERNAL):
        content = files.get(path.removeprefix(_INTERNAL).lower(), b"")
        words = content.decode("utf-8-sig", errors="replace")
    else:
        words = next((each.text or "" for each in element if _local(each) == "PlainTextContent"), "")
    return words.replace("\r\n", "\n").replace("\r", "\n")


def _places(element: Element, length: int) -> Iterator[ReadPlace]:
    for selection in element:
        if _local(selection) != "PlainTextSelection":
            continue
        try:
            start, end = int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
        except ValueError:
            continue
        if not 0 <= start < end <= length:
            continue
        for reference in _all(selection, "CodeRef"):
            yield ReadPlace(start=start, end=end, code=_guid(reference.get("targetGUID")))


def _all(root: Element, name: str) -> list[Element]:
    return [each for each in root.iter() if isinstance(each.tag, str) and _local(each) == name]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _guid(text: str | None) -> str:
    return (text or "").strip().strip("{}").lower()


def _said(element: Element) -> str:
    return next((each.text or "" for each in element if _local(each) == "Description"), "")
