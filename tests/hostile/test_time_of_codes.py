"""S22: how long an answer takes does not tell whether a code is right, wrong or no code at all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from scipy.stats import mannwhitneyu

from consult.respond import service
from consult.vault import receipts
from tests.builders import make_response, make_team

TRIES = 400
TODAY = date(2027, 1, 4)


@pytest.mark.hostile
def test_right_wrong_and_malformed_codes_take_the_same_time(
    app: Flask, figure: Callable[[str, object], None]
) -> None:
    team = make_team(app)
    right = receipts.new()
    keys = team.intake.receipt_keys(right, team.consultation.receipt_salt, team.consultation.pepper)
    make_response(team, {"helped_words": "They listened."}, keys=keys)
    team.session.commit()

    def took(typed: str) -> float:
        begun = time.perf_counter()
        form = {"code": [typed]}
        service.arrive(
            team.session, team.intake, team.survey.slug, form, language="en", listed=(), today=TODAY
        )
        team.session.rollback()
        return time.perf_counter() - begun

    for attempt in (1, 2):
        times: dict[str, list[float]] = {"right": [], "wrong": [], "malformed": []}
        for _ in range(TRIES):
            for kind, typed in (
                ("right", right.words),
                ("wrong", receipts.new().words),
                ("malformed", os.urandom(20).hex()),
            ):
                times[kind].append(took(typed))
        chances = {
            kind: float(mannwhitneyu(times["right"], times[kind]).pvalue) for kind in ("wrong", "malformed")
        }
        if min(chances.values()) > 0.01 or attempt == 2:
            break
    middle = {kind: 1000 * sorted(each)[TRIES // 2] for kind, each in times.items()}
    figure("median ms", ", ".join(f"{kind} {value:.1f}" for kind, value in middle.items()))
    figure("p", ", ".join(f"{kind} {chance:.3f}" for kind, chance in chances.items()))
    assert min(chances.values()) > 0.01, (middle, chances)
