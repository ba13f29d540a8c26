"""Names of people and places, found by cues ("my brother ...", "in ...") and by lists.

Knows words, the signs around them, and lists. A capital in the middle of a sentence that nothing explains is
a `maybe_name`. Gives (start, end, kind, rule) with the kinds of `analysis.redaction`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.lists import Lists, fold, written_small

Found = tuple[int, int, str, str]

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_OPENS = re.compile(r"(?:^|[.!?:;\u2022\n]|[\"\u201c(] ?| - )[\s\"\u2018\u201c'(*-]*$")
_CALLED = re.compile(
    r"\b(?:my (?:real |first |full )?name(?:'s| is| was)|(?:called|named|known as)|name (?:is|was))"
    r"(?: to| by)? $",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?:\b(?:regards|thanks|thank you|yours|cheers|signed|from)[,.]?\s+)$", re.IGNORECASE)
_STRONG_PLACE_CUES = {"in", "near", "from", "around", "outside", "to", "at"}
_PLACE_CUES = _STRONG_PLACE_CUES | {"through", "between", "leaving", "left", "via", "towards", "toward", "of"}
_JOINS = {"and", "or", "&", "with"}
_MOST_IN_A_NAME = 4


@dataclass(frozen=True, slots=True)
class _Token:
    """A word: where, folded, whether it is written as a name is, and whether a sentence may begin with it."""

    start: int
    end: int
    plain: str
    large: bool
    opens: bool
    joined: bool


def names(text: str, lists: Lists) -> list[Found]:
    """People, places and unexplained capitals, in order."""
    said = lists.said | written_small(text)
    tokens = list(_tokens(text))
    reader = _Reader(text=text, tokens=tokens, lists=lists, said=said)
    found: list[Found] = []
    at = 0
    while at < len(tokens):
        taken, mark = reader.at(at, named_before=bool(found) and _follows(text, found[-1], tokens[at]))
        if mark is not None:
            found.append(mark)
        at += taken
    return found


def _tokens(text: str) -> Iterator[_Token]:
    shouted = sum(map(str.isupper, text)) > 0.6 * max(1, sum(map(str.isalpha, text)))
    before = 0
    for match in _WORD.finditer(text):
        word = match.group()
        end = match.end()
        if word[-2:] in {"'s", "\u2019s"}:  # of somebody: the mark leaves the ending
            word, end = word[:-2], end - 2
        large = word[:1].isupper() and not (word.isupper() and len(word) > 1) and not shouted
        yield _Token(
            match.start(),
            end,
            fold(word),
            large,
            _OPENS.search(text, max(0, match.start() - 8), match.start()) is not None,
            before == match.start() - 1 and text[match.start() - 1 : match.start()] in {" ", "-", "."},
        )
        before = end


def _follows(text: str, found: Found, token: _Token) -> bool:
    """Whether "and" alone stands between a person and this word."""
    return found[2] == "person" and text[found[1] : token.start].strip().casefold() in _JOINS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    text: str
    tokens: list[_Token]
    lists: Lists
    said: frozenset[str] | set[str]

    def at(self, at: int, *, named_before: bool) -> tuple[int, Found | None]:
        """How many words to go on by, and the mark that begins here."""
        token = self.tokens[at]
        before = self.tokens[at - 1].plain if at and token.joined else ""
        if token.plain in self.lists.titles and self._large_after(at):
            return 1, None
        place = self._place(at, before)
        rule = self._person_rule(token, before, named_before=named_before)
        # "in Preston" is a place, "Preston told me" a person, "the Preston office" a place again.
        is_place = place is not None and (
            rule in {"", "surname"} or (rule == "first_name" and place[1] == "place_cue")
        )
        if place is not None and is_place:
            return place[0], self._mark(at, place[0], "place", place[1])
        if rule:
            count = self._length(at)
            return count, self._mark(at, count, "person", rule)
        if token.large and not token.opens and not self._usual(token.plain) and len(token.plain) > 1:
            count = self._length(at)
            return count, self._mark(at, count, "maybe_name", "unknown_capital")
        return 1, None

    def _mark(self, at: int, count: int, kind: str, rule: str) -> Found:
        return self.tokens[at].start, self.tokens[at + count - 1].end, kind, rule

    def _large_after(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and self.tokens[at + 1].joined and self.tokens[at + 1].large

    def _usual(self, plain: str) -> bool:
        """Written small somewhere, or known to tell nothing."""
        lists = self.lists
        return plain in self.said or plain in lists.common or plain in lists.capitals

    def _person_rule(self, token: _Token, before: str, *, named_before: bool) -> str:
        """The rule by which a person's name begins at this word; empty when none does."""
        plain, lists = token.plain, self.lists
        cue = self._cue(token, before, named_before=named_before)
        tells = plain not in lists.capitals
        if cue in {"called", "title"} and (token.large or not self._small_word(plain)):
            return cue
        if cue and (token.large or (plain in lists.first_names and not self._small_word(plain))) and tells:
            return cue
        if not token.large or not tells:
            return ""
        # Every word is large where a sentence begins: there a usual word is no name (Will, Grace, Mark).
        if plain in lists.first_names and not (token.opens and plain in lists.common):
            return "first_name"
        if plain in lists.surnames and not token.opens and not self._usual(plain):
            return "surname"
        return ""

    def _cue(self, token: _Token, before: str, *, named_before: bool) -> str:
        lead = self.text[max(0, token.start - 24) : token.start]
        if _CALLED.search(lead):
            return "called"
        if before in self.lists.titles and token.large:
            return "title"
        if before in self.lists.relations:
            return "relation"
        if named_before:
            return "named_before"
        if token.large and _SIGNED.search(lead) and token.end >= len(self.text.rstrip(" .!\n")):
            return "signed"
        return ""

    def _small_word(self, plain: str) -> bool:
        """Whether a word written small is a word, not a name."""
        return plain in self.lists.common or len(plain) < 3

    def _length(self, at: int) -> int:
        """How many words the name has that begins here."""
        count = 1
        for token in self.tokens[at + 1 : at + _MOST_IN_A_NAME]:
            known = token.plain in self.lists.surnames or token.plain in self.lists.first_names
            small = not self.tokens[at].large and known and not self._small_word(token.plain)
            if not token.joined or not (token.large or small) or token.plain in self.lists.capitals:
                break
            if token.large and self._usual(token.plain) and not known:
                break
            count += 1
        return count

    def _place(self, at: int, before: str) -> tuple[int, str] | None:
        """How many words the place has that begins here, and the rule."""
        cued = before in _PLACE_CUES
        for count in range(min(self.lists.longest, len(self.tokens) - at), 0, -1):
            run = self.tokens[at : at + count]
            if not all(token.joined for token in run[1:]):
                continue
            written = " ".join(token.plain for token in run)
            if written in self.lists.places and self._is_place(run, cued=cued):
                return count, "place_cue" if cued else "place_list"
        token = self.tokens[at]
        known = token.plain in self.lists.first_names or token.plain in self.lists.surnames
        unknown = token.large and not known and not self._usual(token.plain)
        if before in _STRONG_PLACE_CUES and unknown:
            return self._length(at), "place_cue"
        return None

    def _is_place(self, run: list[_Token], *, cued: bool) -> bool:
        first, alone = run[0], len(run) == 1
        common = alone and first.plain in self.lists.common
        if not first.large:
            return cued and not common and (not alone or len(first.plain) > 3)
        if alone and first.plain in self.lists.capitals:  # March is a town, too
            return False
        # Every word is large where a sentence begins: "Reading helped me".
        return cued or not (common or (alone and first.plain in self.said))
