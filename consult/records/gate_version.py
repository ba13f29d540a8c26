"""The lines of the gate that are about one version of a survey: its pilot, its flagged words, its languages.

Another version, and all of it begins anew.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

import surveys
from consult.models.consultation import Survey
from consult.models.response import Total
from consult.models.signoff import SignOffKind
from consult.records import tallies
from consult.records.gate_case import Case, Line, Missing
from surveys.advice import must_be_signed

LEAST_PILOTS = 5
"""Men who took part in a pilot of a version before it opens."""
SIGNERS_OF_A_FLAG = 2


def pilots_done(session: Session, survey: Survey) -> int:
    """How many trials of the present version were gone through to the end."""
    found = session.scalar(
        select(Total.current).where(
            Total.consultation_id == survey.consultation_id,
            Total.definition_id == survey.definition_id,
            Total.what == tallies.pilot_of(survey),
        )
    )
    return found or 0


def flags(definition: surveys.Survey) -> tuple[str, ...]:
    """Each place that may ask what happened to somebody, as it is signed for."""
    found = (f"{each.where}: {each.said}" for each in must_be_signed(definition))
    return tuple(dict.fromkeys(found))


def to_review(definition: surveys.Survey) -> tuple[str, ...]:
    """What a person must have read besides the base language: "cy", "en-easy" and the like."""
    languages = [language for language in definition.languages if language != definition.base]
    return (*languages, *(f"{language}-{surveys.EASY}" for language in definition.easy))


def called(reviewed: str) -> str:
    """What a language or variant to review is called: "Welsh", "easy read"."""
    language, _, variant = reviewed.partition("-")
    named = {"cy": "Welsh", "en": "English"}.get(language, language)
    if variant != surveys.EASY:
        return named
    return "easy read" if language == "en" else f"easy read in {named}"


def pilot(case: Case) -> Line:
    """G2: tried out by men it is for, and signed by the advisory group."""
    signed = case.signed(SignOffKind.PILOT, SignOffKind.ADVISERS)
    there = {each.kind for each in signed}
    missing = []
    if SignOffKind.PILOT not in there:
        missing.append(Missing(said=f"a pilot with at least {LEAST_PILOTS} people", place=SignOffKind.PILOT))
    if SignOffKind.ADVISERS not in there:
        missing.append(
            Missing(said="the signature of the survivor advisory group", place=SignOffKind.ADVISERS)
        )
    done = pilots_done(case.session, case.survey)
    # A count that goes up by one would show the team who has just finished.
    shown = str(done) if done >= LEAST_PILOTS else f"fewer than {LEAST_PILOTS}"
    return Line(
        number="G2",
        signed=signed,
        facts=(f"Trials of this version gone through to the end: {shown}.",),
        missing=tuple(missing),
        kinds=(SignOffKind.PILOT, SignOffKind.ADVISERS),
    )


def flagged(case: Case) -> Line:
    """G4: no word that may ask what happened, or each signed for by two people."""
    signed = case.signed(SignOffKind.FLAG)
    missing = []
    found = flags(case.definition)
    for flag in found:
        signers = {each.by for each in signed if each.about == flag}
        if len(signers) < SIGNERS_OF_A_FLAG:
            more = "two people" if not signers else "a second person"
            missing.append(Missing(said=f"{more} to sign for {flag}", place=SignOffKind.FLAG))
    facts = () if found else ("No words of this version may ask what happened.",)
    return Line(
        number="G4",
        signed=tuple(each for each in signed if each.about in found),
        facts=facts,
        missing=tuple(missing),
        kinds=(SignOffKind.FLAG,) if found else (),
    )


def reviews(case: Case) -> Line:
    """G5: each language and variant read by a person."""
    wanted = to_review(case.definition)
    signed = tuple(each for each in case.signed(SignOffKind.REVIEW) if each.about in wanted)
    there = {each.about for each in signed}
    missing = tuple(
        Missing(said=f"somebody who has read the {called(each)}", place=SignOffKind.REVIEW)
        for each in wanted
        if each not in there
    )
    facts = () if wanted else ("This version is in one language, without easy read.",)
    return Line(
        number="G5",
        signed=signed,
        facts=facts,
        missing=missing,
        kinds=(SignOffKind.REVIEW,) if wanted else (),
    )
