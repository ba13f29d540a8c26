"""Closed answers for statistics programs: SPSS (.sav) with labels, and a DDI code book that says the same.

The library writes to a path only; the path given here leads into memory, so no row ever stands on a disk. The
time of making that it puts into the file is taken out again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pandas as pd
import pyreadstat

DDI = "ddi:codebook:2_5"
_DAY, _DAY_AT = b"01 Jan 00", 92
_TIME = b"00:00:00"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[^A-Za-z0-9_.]")
_LONGEST_NAME, _LONGEST_LABEL, _LONGEST_VALUE = 64, 255, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One column of closed answers. codes: number and label by code; numeric: a number of its own."""

    name: str
    label: str
    codes: Mapping[str, tuple[float, str]]
    numeric: bool = False


def variable_names(names: Sequence[str]) -> list[str]:
    """Names that SPSS takes, one for each, in their order."""
    taken: set[str] = set()
    made = []
    for name in names:
        plain = _NAME.sub("_", name)
        plain = (plain if plain[:1].isalpha() else f"v_{plain}").rstrip("._")[:_LONGEST_NAME] or "v"
        stem, number = plain, 2
        while plain.casefold() in taken:
            plain, number = f"{stem[: _LONGEST_NAME - 4]}_{number}", number + 1
        taken.add(plain.casefold())
        made.append(plain)
    return made


def sav(variables: Sequence[Variable], rows: Sequence[Mapping[str, str]], title: str) -> bytes:
    """The bytes of an SPSS file: a row for each mapping from name to code; what is absent is missing.

    A coded answer is the number of its value, which has a label.
    """
    table: dict[str, pd.Series[float]] = {}
    for variable in variables:
        table[variable.name] = pd.Series(
            [_number(row.get(variable.name, ""), variable) for row in rows], dtype="float64"
        )
    labels = {
        variable.name: {number: label[:_LONGEST_VALUE] for number, label in variable.codes.values() if label}
        for variable in variables
        if variable.codes and not variable.numeric
    }
    memory = os.memfd_create("answers")
    try:
        pyreadstat.write_sav(
            pd.DataFrame(table),
            f"/proc/self/fd/{memory}",
            file_label=title[:64],
            column_labels={variable.name: variable.label[:_LONGEST_LABEL] for variable in variables},
            variable_value_labels=labels,
        )
        os.lseek(memory, 0, os.SEEK_SET)
        with os.fdopen(os.dup(memory), "rb") as written:
            content = written.read()
    finally:
        os.close(memory)
    return _without_time(content)


def ddi(variables: Sequence[Variable], title: str, notice: str) -> bytes:
    """The bytes of a DDI Codebook 2.5 document: each variable with its question and its values."""
    root = ET.Element("codeBook", {"xmlns": DDI, "version": "2.5"})
    study = ET.SubElement(root, "stdyDscr")
    cited = ET.SubElement(ET.SubElement(study, "citation"), "titlStmt")
    ET.SubElement(cited, "titl").text = _plain(title)
    if notice:
        ET.SubElement(ET.SubElement(study, "stdyInfo"), "abstract").text = _plain(notice)
    described = ET.SubElement(root, "dataDscr")
    for variable in variables:
        kind = "contin" if variable.numeric else "discrete"
        element = ET.SubElement(
            described, "var", {"ID": variable.name, "name": variable.name, "intrvl": kind}
        )
        ET.SubElement(element, "labl").text = _plain(variable.label)
        ET.SubElement(ET.SubElement(element, "qstn"), "qstnLit").text = _plain(variable.label)
        for number, label in () if variable.numeric else variable.codes.values():
            value = ET.SubElement(element, "catgry")
            ET.SubElement(value, "catValu").text = f"{number:g}"
            ET.SubElement(value, "labl").text = _plain(label)
        ET.SubElement(element, "varFormat", {"type": "numeric", "schema": "other"})
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _number(value: str, variable: Variable) -> float:
    if not value:
        return float("nan")
    return float(value) if variable.numeric else variable.codes.get(value, (float("nan"), ""))[0]


def _without_time(content: bytes) -> bytes:
    """The header of the format: day and time of making stand at bytes 92 and 101 of the file."""
    return content[:_DAY_AT] + _DAY + _TIME + content[_DAY_AT + len(_DAY) + len(_TIME) :]


def _plain(words: str) -> str:
    return _NOT_XML.sub("", words)
