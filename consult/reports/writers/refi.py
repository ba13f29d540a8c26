"""REFI-QDA 1.0: a code book (QDC), and a project with texts and the places coded in them (QDPX).

The format is that of the published schemas "urn:QDA-XML:codebook:1.0" and "urn:QDA-XML:project:1.0". Places
are counted in Unicode code points, the end not included. Texts are files of their own with single line feeds:
inside the XML a reader may change line ends, and every place behind one would be wrong.
"""

from __future__ import annotations

import hashlib
import io
import re
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text with the places coded in it."""

    guid: str
    name: str
    words: str
    coded: tuple[Coded, ...] = ()


def guid(kind: str, key: bytes) -> str:
    """A name for a thing that is the same in every file and tells nothing of its key."""
    return str(uuid.UUID(bytes=hashlib.sha256(kind.encode() + b"\0" + key).digest()[:16], version=4))


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
    files: dict[str, bytes] = {}
    sources = ET.Element("Sources")
    for text in texts:
        words, places = straight(text.words, text.coded)
        _put_text(sources, text, places)
        files[f"Sources/{text.guid}.txt"] = words.encode()
    if files:
        root.append(sources)
    if about:
        ET.SubElement(root, "Description").text = _plain(about)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _pack(archive, "project.qde", _bytes(root))
        for path, content in files.items():
            _pack(archive, path, content)
    return packed.getvalue()


def straight(words: str, coded: Iterable[Coded]) -> tuple[str, tuple[Coded, ...]]:
    """A text with single line feeds, and its places moved along."""
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


def _put_text(sources: ET.Element, text: Text, places: Sequence[Coded]) -> None:
    element = ET.SubElement(
        sources,
        "TextSource",
        {"guid": text.guid, "name": _plain(text.name), "plainTextPath": f"internal://{text.guid}.txt"},
    )
    for number, place in enumerate(places):
        key = f"{text.guid}/{number}".encode()
        selection = ET.SubElement(
            element,
            "PlainTextSelection",
            {
                "guid": guid("selection", key),
                "name": _plain(f"{place.start}-{place.end}"),
                "startPosition": str(place.start),
                "endPosition": str(place.end),
                "creatingUser": place.user,
            },
        )
        coding = ET.SubElement(selection, "Coding", {"guid": guid("coding", key), "creatingUser": place.user})
        ET.SubElement(coding, "CodeRef", {"targetGUID": place.code})


def _plain(text: str) -> str:
    """A text without the control characters that XML forbids."""
    return _NOT_XML.sub("", text)


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _pack(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    # An entry made by hand carries no time of this machine.
    archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
