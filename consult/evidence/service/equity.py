"""Men in services for men only beside men in services for men and women: who raised what.

Opens answers for one choice alone. What leaves here passed `analysis.splits`: one attribute, never two.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from analysis import splits
from analysis.splits import Splits
from consult.models.consultation import Strand, Survey
from consult.records import counts, evidence, opened, voices
from consult.records.counts import Audience
from consult.records.unlocking import Unlocked

QUESTION = "kind"
"""The question of a survey that asks which kind of service somebody used, with these answers."""
KINDS = ("men_only", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityCheck:
    """names: of the themes by id in hex. found: None where no survey asked about the kind of service."""

    key: str
    title: str
    names: dict[str, str]
    found: Splits | None


def check(unlocked: Unlocked, key: str) -> EquityCheck:
    """The themes of a standard by kind of service. Raises UnknownStandardError."""
    heard = voices.hear(unlocked)
    page = evidence.of(unlocked, key, heard, Audience.TEAM)
    themes = {line.theme_id: line.name for line in page.lines if line.theme_id is not None}
    kinds = _kinds(unlocked)
    asked = any(kind in KINDS for kind in kinds.values())
    raised = {
        theme_id.hex(): Counter(
            kinds[response]
            for response in heard.raised.get((theme_id, Strand.SURVIVORS), ())
            if response in kinds
        )
        for theme_id in themes
    }
    rule = counts.rule(unlocked.consultation, Audience.TEAM)
    counted = Counter(kinds.values())
    people = {kind: counted[kind] for kind in (*KINDS, splits.REST)}
    return EquityCheck(
        key=key,
        title=page.standard.title,
        names={theme_id.hex(): name for theme_id, name in themes.items()},
        found=splits.splits(people, raised, rule) if asked else None,
    )


def _kinds(unlocked: Unlocked) -> dict[bytes, str]:
    """Which kind of service each released survivor used; the rest said nothing, or more than one."""
    surveys = unlocked.session.scalars(
        select(Survey.definition_id).where(
            Survey.consultation_id == unlocked.consultation.id, Survey.strand == Strand.SURVIVORS
        )
    ).all()
    found: dict[bytes, str] = {}
    for definition_id in surveys:
        for response in opened.released(
            unlocked.session,
            unlocked.vault,
            unlocked.consultation,
            unlocked.keys,
            definition_id=definition_id,
        ):
            said = str(response.answers.get(QUESTION, ""))
            found[response.id] = said if said in KINDS else splits.REST
    return found
