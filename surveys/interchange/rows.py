"""One row of an XLSForm as a question, and which rows a survey of ours must not or cannot take over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from surveys.interchange.labels import Labels
from surveys.model import Choice, Choices, FreeText, Number, Option, Question, Scale
from surveys.texts import Text, text

Row = Mapping[str, str]
Say = Callable[[str, str], None]
"""Told a place and what is wrong or was changed there."""

TELLING = {
    "start": "when somebody answers",
    "end": "when somebody answers",
    "today": "when somebody answers",
    "deviceid": "with which device somebody answers",
    "phonenumber": "how somebody can be reached",
    "email": "how somebody can be reached",
    "username": "who answers",
    "audit": "what somebody does on the page",
    "geopoint": "where somebody is",
    "geotrace": "where somebody is",
    "geoshape": "where somebody is",
    "start-geopoint": "where somebody is",
    "image": "a picture, in which people can be seen",
    "audio": "a voice",
    "video": "a picture, in which people can be seen",
    "date": "a day, by which somebody could be known",
    "datetime": "a moment, by which somebody could be known",
    "time": "a moment, by which somebody could be known",
}
NO_PLACE = {
    "calculate": "a survey here calculates nothing",
    "begin_repeat": "parts that repeat are not there yet: ask for the sum, or in own words",
    "decimal": "ask for a whole number",
    "rank": "ask for the most important one, or rate each",
    "file": "files are not taken: they carry names and dates",
    "barcode": "codes are not read",
    "acknowledge": "agreeing is the send button's own words",
}
ABOUT = "_about"
"""A note whose name ends so is the statement that the scales after it on the page are about."""
_REPEATED = re.compile(r"\$\{\s*([^}]+?)\s*\}")
_BOUND = re.compile(r"\.\s*(<=|>=|<|>)\s*(-?\d+)")
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*(<=|<)\s*(\d+)")
_PARAMETER = re.compile(r"(\w+)\s*=\s*(-?\d+)")
_OTHER = "In another way (you can say how)"


class _Common(TypedDict):
    id: str
    text: Text
    hint: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Reads rows that ask something, with the lists of options and the languages of their form."""

    labels: Labels
    choices: Sequence[Row]
    fault: Say
    note: Say

    def question(self, row: Row, question_id: str, where: str) -> Question | None:
        """The question in a row; None after a fault was said."""
        words = row["type"].split()
        common = _Common(
            id=question_id,
            text=self.labels.text(row, "label") or text(where, self.labels.base),
            hint=self.labels.text(row, "hint"),
        )
        match words[0]:
            case "select_one" | "select_multiple":
                return self._of_options(row, words, common, where)
            case "range":
                return self._scale(row, common, where)
            case "integer":
                least, most = _bounds(row.get("constraint", ""))
                return Number(**common, least=least, most=most)
            case "text":
                return FreeText(**common, max_length=_longest(row.get("constraint", "")))
        self.fault(where, f"rows of the type '{row['type']}' cannot be taken over")
        return None

    def no_answers_repeated(self, row: Row, where: str) -> None:
        """A sentence with an answer in it has a hole where there is none: ours needs a whole other one."""
        for head, words in row.items():
            found = _REPEATED.search(words) if head.startswith(("label", "hint")) else None
            if found is not None:
                self.fault(
                    where,
                    f"'{head}' repeats the answer to '{found[1]}': write a sentence without it; the other "
                    "one can be added to the definition afterwards ('recalling')",
                )

    def _of_options(self, row: Row, words: Sequence[str], common: _Common, where: str) -> Question | None:
        if row.get("choice_filter", "").strip():
            self.fault(where, "'choice_filter' cannot be taken over: write one question for each list")
            return None
        if len(words) < 2:
            self.fault(where, f"the list is not named: write {words[0]} and the list's name")
            return None
        options = list(self._listed(words[1], where))
        if not options:
            self.fault(where, f"there is no list '{words[1]}' in the sheet choices")
        if "or_other" in words[2:]:
            self.note(where, "'or_other' became an option with a box of its own")
            options.append(Option(id="another_way", text=text(_OTHER), detail=True))
        kind = Choice if words[0] == "select_one" else Choices
        return kind(**common, options=tuple(options))

    def _listed(self, name: str, where: str) -> Iterator[Option]:
        for row in self.choices:
            if (row.get("list_name") or row.get("list name") or "").strip() != name:
                continue
            value = (row.get("name") or row.get("value") or "").strip()
            if not value:
                self.fault(where, f"an option of the list '{name}' has no name")
                continue
            words = self.labels.text(row, "label") or text(value, self.labels.base)
            yield Option(id=as_id(value), text=words)

    def _scale(self, row: Row, common: _Common, where: str) -> Scale:
        found = {key: int(number) for key, number in _PARAMETER.findall(row.get("parameters", ""))}
        if found.get("step", 1) != 1:
            self.fault(where, "a range here goes up by 1: change 'step' in the parameters")
        return Scale(
            **common,
            low=found.get("start", 1),
            high=found.get("end", 9),
            label_low=self.labels.text(row, "label_low"),
            label_high=self.labels.text(row, "label_high"),
        )


def kind_of(row: Row) -> str:
    """The type of a row, with "begin group" and "begin_group" alike."""
    words = row["type"].split()
    return f"{words[0]}_{words[1]}" if words[0] in {"begin", "end"} and len(words) > 1 else words[0]


def _bounds(constraint: str) -> tuple[int, int]:
    """The least and the most whole number that a constraint such as `. >= 1 and . <= 50` allows."""
    least, most = 0, 1_000_000
    for sign, number in _BOUND.findall(constraint):
        if sign in {">=", ">"}:
            least = int(number) + (sign == ">")
        else:
            most = int(number) - (sign == "<")
    return least, most


def _longest(constraint: str) -> int:
    """How many characters a constraint such as `string-length(.) <= 300` allows."""
    found = _LENGTH.search(constraint)
    return int(found[2]) - (found[1] == "<") if found else 5000


def as_id(name: str) -> str:
    """A name as ids are written here: small letters, digits and _, a letter first."""
    made = re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")
    return made if made[:1].isalpha() else f"q_{made}" if made else "q"
