"""What the demonstration's content looks like in memory: standards, code frame, literature, panel, support.

Frozen values without behaviour. They know the words of the glossary and nothing of files or tables.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered part of a draft standard. `rated_alone`: the panel rates it as an item of its own."""

    number: str
    wording: str
    applies: str
    since_version: int = 1
    rated_alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One wording of a standard's statement, and the panel rounds in which it stood."""

    number: int
    statement: str
    since_round: int = 1
    until_round: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a standard means for its three audiences."""

    men: str
    organisations: str
    commissioners: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A draft standard. `statement` is its last wording; `applies` is both, men_only or mixed."""

    key: str
    title: str
    statement: str
    why: str
    applies: str
    how_checked: str
    meaning: Meaning
    clauses: tuple[Clause, ...]
    versions: tuple[Wording, ...]
    men_only_note: str = ""
    mixed_note: str = ""
    candidate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """From a theme or finding to a clause: a standard's key (its statement) or a clause number.

    `version` None means the last wording.
    """

    clause: str
    stance: str
    prominence: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeEntry:
    """One theme of the code frame; `people` is how many of the 180 kept responses carry it."""

    key: str
    name: str
    definition: str
    include: str
    exclude: str
    example: str
    people: int
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The code frame, its version and what changed since the one before."""

    version: int
    changes: tuple[str, ...]
    themes: tuple[ThemeEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A publication to be re-checked. Empty fields are unknown; no finding may hang on it while unchecked."""

    number: int
    authors: str
    title: str
    container: str
    recheck: str
    status: str
    year: int | None = None
    published: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    extent: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEntry:
    """One short statement of a made-up source, with its page."""

    key: str
    statement: str
    page: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUpSource:
    """An invented study, with what a reviewer says of it: population, from_uk and appraisal.

    `concerns` holds a mark for each of the four components of confidence.
    """

    key: str
    title: str
    design: str
    setting: str
    service: str
    sample: str
    population: str
    from_uk: str
    appraisal: str
    concerns: dict[str, str]
    findings: tuple[FindingEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Literature:
    """Records to re-check, made-up sources, and a process model worth reading (title, note)."""

    records: tuple[Record, ...]
    sources: tuple[MadeUpSource, ...]
    process_model: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to reach a service: phone, text, chat, web, bsl or relay."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportEntry:
    """A made-up support service; `days_ago` is the age of its last good check on the day of loading."""

    key: str
    name: str
    what: str
    nations: tuple[str, ...]
    serves: tuple[str, ...]
    kinds: tuple[str, ...]
    channels: tuple[Channel, ...]
    hours: str
    cost: str
    languages: tuple[str, ...]
    least_age: int
    choice_of_worker: str
    source_url: str
    days_ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEntry:
    """What the team decided about a standard, a clause or the candidate; the last vote, if there was one."""

    subject: str
    kind: str
    reason: str
    version: int | None = None
    with_note: bool = False
    discussed: bool = False
    accept: int | None = None
    accept_with_comment: int | None = None
    not_accept: int | None = None
    reasons_against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Decisions; equity notes by standard; what each theme changed, by theme."""

    decisions: tuple[DecisionEntry, ...]
    equity_notes: dict[str, str]
    answered: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One strand in one row: a stance with its prominence, or silent with the reason for it."""

    stance: str
    prominence: str | None = None
    silence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """Clause by theme for one wording. `theme` "": the frame has none. `result`: what the rules say."""

    clause: str
    theme: str
    survivors: Cell
    practitioners: Cell
    literature: Cell
    result: str
    version: int | None = None
    note: str = ""
    practitioners_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelGroupEntry:
    """A group of the panel: invited, taking part in rounds 1 to 3, the one rating of each who left early."""

    key: str
    invited: int
    rounds: tuple[int, ...]
    left_after_round_1: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedItem:
    """Ratings of one item by group, in the groups' order; `r3` empty where round 3 did not ask about it."""

    key: str
    r2: tuple[tuple[int, ...], ...]
    r3: tuple[tuple[int, ...], ...]
    round_2: str
    final: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Words or a choice of one panellist about one standard ("" = the set as a whole), by group and place."""

    standard: str
    group: str
    place: int
    words: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelComment:
    """A comment of round 1 and the team's answer to it."""

    standard: str
    clause: str
    group: str
    place: int
    stance: str
    text: str
    disposition: str
    reply: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Everything the panel said, but for its comments."""

    groups: tuple[PanelGroupEntry, ...]
    items: tuple[RatedItem, ...]
    applies: tuple[Remark, ...]
    unclear: tuple[Remark, ...]
    evidence: tuple[Remark, ...]
    missing: tuple[Remark, ...]
