"""REFI-QDA 1.0: a code book (QDC), and a project with texts and the places coded in them (QDPX).

The format is that of the published schemas "urn:QDA-XML:codebook:1.0" and "urn:QDA-XML:project:1.0". Places
are counted in Unicode code points, the end not included. Texts are files of their own with single line feeds:
inside the XML a reader may change line ends, and every place behind one would be wrong.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from consult.reports.writers import packed

CODEBOOK = "urn:QDA-XML:codebook:1.0"
PROJECT = "urn:QDA-XML:project:1.0"
ORIGIN = "consult"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A theme. parent: the guid of the theme above it, or ""."""

    guid: str
    name: str
    description: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A place of a text that somebody gave a theme: code points, the end not included."""

    start: int
    end: int
    code: str
    user: str


class Text(NamedTuple):
    """One text with the places coded in it. A named tuple, since a file may hold ten thousand."""

    guid: str
    name: str
    words: str
    coded: tuple[Coded, ...] = ()


def guid(kind: str, key: bytes) -> str:
    """A name for a thing that is the same in every file and tells nothing of its key."""
    return _shaped(hashlib.sha256(kind.encode() + b"\0" + key).hexdigest())


def new_guid() -> str:
    """A name that no other file has."""
    return _shaped(os.urandom(16).hex())


def _shaped(digits: str) -> str:
    """Hexadecimal digits in the form of a UUID of version 4. `uuid` takes five times as long for it."""
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def codebook(codes: Sequence[Code]) -> bytes:
    """The bytes of a QDC file. At least one code is needed."""
    root = ET.Element("CodeBook", {"xmlns": CODEBOOK, "origin": ORIGIN})
    _put_codes(root, codes)
    return _bytes(root)


def project(
    name: str, codes: Sequence[Code], users: Mapping[str, str], texts: Iterable[Text], *, about: str = ""
) -> bytes:
    """The bytes of a QDPX file. `users`: names by guid."""
    root = ET.Element("Project", {"xmlns": PROJECT, "name": _plain(name), "origin": ORIGIN})
    if users:
        listed = ET.SubElement(root, "Users")
        for key, who in users.items():
            ET.SubElement(listed, "User", {"guid": key, "name": _plain(who)})
    if codes:
        _put_codes(ET.SubElement(root, "CodeBook"), codes)
    files: list[tuple[str, bytes]] = []
    sources: list[str] = []
    for text in texts:
        words, places = straight(text.words, text.coded)
        sources += _source(text, places)
        files.append((f"Sources/{text.guid}.txt", words.encode()))
    if files:
        ET.SubElement(root, "Sources")
    if about:
        ET.SubElement(root, "Description").text = _plain(about)
    # Texts by the thousand are written as lines: nothing in them but names that need to be escaped.
    within = "\n".join(("<Sources>", *sources, "  </Sources>")).encode()
    return packed.pack([("project.qde", _bytes(root).replace(b"<Sources />", within, 1)), *files])


def straight(words: str, coded: Iterable[Coded]) -> tuple[str, tuple[Coded, ...]]:
    """A text with single line feeds, and its places moved along."""
    if "\r" not in words:
        return words, tuple(coded)
    ends = [found.start() for found in re.finditer("\r\n", words)]
    moved = tuple(
        Coded(
            start=place.start - sum(at < place.start for at in ends),
            end=place.end - sum(at < place.end - 1 for at in ends),
            code=place.code,
            user=place.user,
        )
        for place in coded
    )
    return words.replace("\r\n", "\n").replace("\r", "\n"), moved


def _put_codes(above: ET.Element, codes: Sequence[Code]) -> None:
    inside = ET.SubElement(above, "Codes")
    known = {code.guid for code in codes}
    elements: dict[str, ET.Element] = {}
    waiting = list(codes)
    while waiting:
        later = []
        for code in waiting:
            parent = inside if code.parent not in known else elements.get(code.parent)
            if parent is None:
                later.append(code)
                continue
            element = ET.SubElement(
                parent, "Code", {"guid": code.guid, "name": _plain(code.name), "isCodable": "true"}
            )
            if code.description:
                described = ET.Element("Description")
                described.text = _plain(code.description)
                element.insert(0, described)
            elements[code.guid] = element
        if len(later) == len(waiting):  # parents in a circle: each stands by itself
            known -= {code.guid for code in later}
        waiting = later


def _source(text: Text, places: Sequence[Coded]) -> Iterator[str]:
    """The lines of a text and of the places coded in it."""
    plain = text.name.replace(" ", "").isalnum()
    name = f'"{text.name}"' if plain else quoteattr(_plain(text.name))
    start = f'    <TextSource guid="{text.guid}" name={name} plainTextPath="internal://{text.guid}.txt"'
    if not places:
        yield f"{start} />"
        return
    yield f"{start}>"
    for number, place in enumerate(places):
        key = f"{text.guid}/{number}".encode()
        yield (
            f'      <PlainTextSelection guid="{guid("selection", key)}" name="{place.start}-{place.end}" '
            f'startPosition="{place.start}" endPosition="{place.end}" creatingUser="{place.user}">'
        )
        yield f'        <Coding guid="{guid("coding", key)}" creatingUser="{place.user}">'
        yield f'          <CodeRef targetGUID="{place.code}" />'
        yield "        </Coding>"
        yield "      </PlainTextSelection>"
    yield "    </TextSource>"


def _plain(text: str) -> str:
    """A text without the control characters that XML forbids."""
    return _NOT_XML.sub("", text)


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
