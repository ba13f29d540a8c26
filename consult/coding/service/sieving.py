"""Which answers to a question a coder wants to see: by what was done, by theme, by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from consult.coding.service import boxes
from consult.coding.service.blindness import hidden
from consult.coding.service.boxes import Grouping
from consult.coding.service.held import Written
from consult.coding.service.reading import Read
from consult.models.coding import Theme
from consult.records import consultations
from consult.records.codings import Coding
from consult.records.marks import Kind
from consult.records.unlocking import Unlocked


class Which(StrEnum):
    """Which answers a list shows. `unsure`: suggestions say least of them; `differ`: coders do not agree."""

    ALL = "all"
    OPEN = "open"
    CODED = "coded"
    FLAGGED = "flagged"
    UNSURE = "unsure"
    DIFFER = "differ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What is asked for. `theme`: a key of the frame; `group`: a question, a colon and one of its options."""

    which: Which = Which.ALL
    theme: str = ""
    group: str = ""

    @property
    def plain(self) -> bool:
        """Whether nothing in particular is asked for: then the queue draws, and no list is followed."""
        return self in {Sieve(), Sieve(which=Which.OPEN)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What came through, in the order of random ids.

    `few`: by group so few would be left that they could be picked out, so none is shown. `groupings` are the
    questions to group by, with the options that enough people chose.
    """

    answers: tuple[Written, ...]
    blind: frozenset[bytes] = frozenset()
    few: bool = False
    groupings: tuple[Grouping, ...] = ()
    flagged: int = 0
    differ: int = 0
    names: Mapping[bytes, str] = field(default_factory=dict)


def sift(
    unlocked: Unlocked, state: Read, definition_id: str, box: str, sieve: Sieve, used: Sequence[Theme]
) -> Sifted:
    """The answers to a box that fit. What a second coder must not see decides nothing here."""
    survey = consultations.survey_of(unlocked.session, unlocked.consultation, definition_id)
    texts, coded = state.texts(box), state.coded(box)
    blind = hidden(state, box, unlocked.account_id)
    flagged = state.marked(box, Kind.FLAG)
    settled = state.marked(box, Kind.SETTLED)
    differ = {
        answer
        for answer, given in coded.items()
        if answer in texts and answer not in blind and answer not in settled and _differ(given)
    }
    groupings = _guarded(boxes.groupings(unlocked.session, survey), state, unlocked.consultation.team_k)
    wanted = _by_state(unlocked, state, box, sieve.which, used, flagged.keys(), differ)
    if sieve.theme:
        named = {theme.id for theme in used if theme.key == sieve.theme}
        given = {
            answer for answer, made in coded.items() if any(each.theme_id in named for each in made)
        } - blind
        wanted = [each for each in wanted if each.id in given]
    few = False
    if sieve.group:
        wanted = _of_group(wanted, sieve.group, groupings)
        few = 0 < len(wanted) < unlocked.consultation.team_k
    return Sifted(
        answers=() if few else tuple(wanted),
        blind=blind,
        few=few,
        groupings=groupings,
        flagged=len(flagged.keys() & texts.keys()),
        differ=len(differ),
        names={theme.id: theme.name for theme in used},
    )


def _by_state(
    unlocked: Unlocked,
    state: Read,
    box: str,
    which: Which,
    used: Sequence[Theme],
    flagged: Collection[bytes],
    differ: Collection[bytes],
) -> list[Written]:
    texts, coded = state.texts(box), state.coded(box)
    if which == Which.UNSURE:
        unsure = _unsure(unlocked, state, box, used)
        return [texts[answer] for answer in unsure if answer in texts and answer not in coded]
    among: dict[Which, Collection[bytes]] = {
        Which.ALL: texts,
        Which.OPEN: texts.keys() - coded.keys(),
        Which.CODED: coded,
        Which.FLAGGED: flagged,
        Which.DIFFER: differ,
    }
    return [each for each in texts.values() if each.id in among[which]]


def _unsure(unlocked: Unlocked, state: Read, box: str, used: Sequence[Theme]) -> list[bytes]:
    """Answers that no suggestion stands out for, by their random ids; none while suggestions are off."""
    if not unlocked.consultation.suggestions or not state.texts(box):
        return []
    from consult.coding.service import suggesting  # noqa: PLC0415 - loads scikit-learn: only where it helps

    fit = suggesting.fitted(state, box, used)
    if fit.suggester is None:
        return []
    bands = fit.suggester.bands()
    return sorted(bytes.fromhex(answer) for answer in bands.loc[bands["band"] == "needs_person", "answer"])


def _differ(given: Sequence[Coding]) -> bool:
    """Whether coders of one answer gave it different themes; one coder alone never differs."""
    by_coder: dict[bytes, set[bytes]] = {}
    for coding in given:
        by_coder.setdefault(coding.coder_id, set()).add(coding.theme_id)
    found = list(by_coder.values())
    return any(other != found[0] for other in found[1:])


def _guarded(groupings: Sequence[Grouping], state: Read, fewest: int) -> tuple[Grouping, ...]:
    """Only what enough people chose, and that enough people did not: the rest of a group is a group, too."""
    found = []
    people = len(state.responses)
    for each in groupings:
        counts = Counter(response.groups.get(each.question_id, "") for response in state.responses.values())
        options = {
            option: words
            for option, words in each.options.items()
            if counts[option] >= fewest and people - counts[option] >= fewest
        }
        if options:
            found.append(Grouping(question_id=each.question_id, question=each.question, options=options))
    return tuple(found)


def _of_group(wanted: Sequence[Written], group: str, groupings: Sequence[Grouping]) -> list[Written]:
    question_id, _colon, option = group.partition(":")
    offered = any(each.question_id == question_id and option in each.options for each in groupings)
    return [each for each in wanted if offered and each.groups.get(question_id) == option]
