"""A thousand panels by chance: what the engine says of each equals what another way says."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from analysis import attrition, consensus, ratings, stability
from tests.analysis.other_way import (
    GROUPS,
    at,
    counting,
    decided,
    divided,
    divided_classic,
    high,
    ipras,
    kappa,
    low,
    other_verdicts,
    panels,
    rand_class,
    reserved,
    signed_rank,
    verdict,
)


def test_panels_by_chance_bring_up_every_verdict_often() -> None:
    """Else a thousand of them would show little."""
    found = [verdict(each, each.rule) for each in panels()]
    assert min(found.count(name) for name in ("in", "out", "no_consensus", "too_few")) > 15
    assert sum(bool(reserved(each)) and verdict(each, each.rule) == "in" for each in panels()) > 20


def test_figures_of_a_set_of_ratings() -> None:
    for panel in panels():
        marks = panel.everybody()
        ours = ratings.summarise([int(mark) for mark in marks])
        assert (ours.n, ours.hi, ours.lo) == (len(marks), high(marks), low(marks))
        assert ours.histogram == tuple(np.bincount(marks, minlength=10)[1:])
        if len(marks):
            theirs = [at(marks, share) for share in (0.25, 0.5, 0.75)]
            assert [ours.p25, ours.median, ours.p75] == pytest.approx(theirs)
            middle_half = theirs[2] - theirs[0]
            assert ours.iqr == pytest.approx(middle_half)
            word = "close" if middle_half <= 2 else "mixed" if middle_half <= 4 else "split"
            assert str(ours.spread) == word


def test_verdicts_reservations_and_contests() -> None:
    for panel in panels():
        ours = consensus.judge(panel.given(), panel.rule)
        theirs, groups = verdict(panel, panel.rule), counting(panel, panel.rule)
        holding = reserved(panel) if theirs == "in" else ()
        assert str(ours.verdict) == ("in_with_reservation" if holding else theirs)
        assert ours.reservations == holding
        wanted = tuple(name for name, m in groups.items() if 2 * high(m) >= len(m))
        assert ours.contested == (wanted if theirs == "out" else ())
        assert ours.counted == tuple(groups)
        if len(groups) > 1:
            shares = [high(m) / len(m) for m in groups.values()]
            assert float(ours.equal_hi or 0) == pytest.approx(np.mean(shares))
            assert float(ours.equal_lo or 0) == pytest.approx(
                np.mean([low(m) / len(m) for m in groups.values()])
            )
            assert ours.equal_median == pytest.approx(np.median([np.median(m) for m in groups.values()]))


def test_classes_of_rand_and_disagreement() -> None:
    for panel in panels():
        marks = panel.everybody()
        given = [int(mark) for mark in marks]
        if len(marks) < 8:
            assert str(ratings.rand_class(given)) == "too_few"
            continue
        width, adjusted = ipras(marks)
        measured = ratings.ipras(given)
        assert measured is not None
        assert (float(measured.ipr), float(measured.ipras)) == pytest.approx((width, adjusted))
        assert measured.index == pytest.approx(width / adjusted)
        assert ratings.disagreement_one_third(given) is (3 * min(high(marks), low(marks)) >= len(marks))
        by_table = divided_classic(marks) if len(marks) <= 16 else None
        assert ratings.disagreement_classic(given) is by_table
        apart = divided(marks) if by_table is None else by_table
        assert str(ratings.rand_class(given)) == rand_class(marks, apart=apart)
        assert consensus.judge(panel.given(), panel.rule).disagreement is divided(marks)


def test_every_line_of_the_table_of_sensitivity() -> None:
    for panel in panels():
        ours = consensus.sensitivity(panel.given(), panel.rule)
        assert {each.name: str(each.verdict) for each in ours} == other_verdicts(panel)
        in_force = verdict(panel, panel.rule)
        assert all(each.differs is (str(each.verdict) != in_force) for each in ours)


def test_parity_of_two_kinds_of_service() -> None:
    for panel in panels():
        one, other = (panel.now[name][panel.now[name] > 0] for name in ("men_only_service", "mixed_service"))
        ours = consensus.parity([int(m) for m in one], [int(m) for m in other], panel.rule)
        if min(len(one), len(other)) < 5:
            assert str(ours.flag) == "too_few"
            continue
        gap = abs(np.median(one) - np.median(other))
        apart = abs(high(one) * len(other) - high(other) * len(one))
        alone = [decided([(high(m), len(m))], [(low(m), len(m))], panel.rule) == "in" for m in (one, other)]
        red, amber = gap >= 2 or alone[0] != alone[1], gap >= 1 or 100 * apart >= 15 * len(one) * len(other)
        assert str(ours.flag) == ("red" if red else "amber" if amber else "none")
        assert ours.gap == gap
        assert float(ours.delta or 0) == pytest.approx(np.sign(np.subtract.outer(one, other)).mean())


def test_stability_between_two_rounds() -> None:
    for panel in panels():
        pairs = panel.pairs()
        if not pairs:
            continue
        ours = stability.compare(pairs)
        one, two = np.array(pairs).T
        for power, quadratic in ((2, True), (1, False)):
            mine, theirs = stability.weighted_kappa(pairs, quadratic=quadratic), kappa(one, two, power)
            assert (mine is None) is (theirs is None)
            assert theirs is None or mine == pytest.approx(theirs)
        if len(pairs) < 8:
            assert (ours.stable, ours.group_change) == (None, None)
            continue
        bars = int(np.abs(np.bincount(one, minlength=10) - np.bincount(two, minlength=10)).sum())
        moved = int(np.count_nonzero(np.digitize(one, [4, 7]) != np.digitize(two, [4, 7])))
        n = len(pairs)
        assert (ours.group_change, ours.individual_change) == (Fraction(bars, 2 * n), Fraction(moved, n))
        assert ours.stable is (100 * bars < 15 * 2 * n and 100 * moved < 15 * n)
        judged = consensus.judge(panel.given(), panel.rule)
        clear = str(judged.verdict) in {"in", "out"}
        may = clear or (judged.disagreement and str(judged.verdict) != "in_with_reservation")
        assert stability.may_stop(judged, ours) is (may and ours.stable is True)


def test_signed_ranks_and_their_adjustment_over_all_items() -> None:
    found: dict[str, float] = {}
    for place, panel in enumerate(panels()):
        changes = np.array([two - one for one, two in panel.pairs() if one != two], dtype=np.int64)
        ours = stability.signed_rank(panel.pairs())
        assert (ours.n, ours.zeros) == (len(changes), len(panel.pairs()) - len(changes))
        if not len(changes):
            assert ours.p is None
            continue
        assert ours.p == pytest.approx(signed_rank(changes)), changes
        found[str(place)] = float(ours.p or 0)
    adjusted = stability.holm(found)
    p = np.array(list(found.values()))
    steps = [min(1.0, float(each * (p >= each).sum())) for each in p]
    for name, each in found.items():
        assert adjusted[name] == pytest.approx(
            max(s for s, other in zip(steps, p, strict=True) if other <= each)
        )


def test_who_came_back_and_whether_those_who_left_had_rated_otherwise() -> None:
    for panel in panels():
        people = {name: [f"{name} {at}" for at in range(len(marks))] for name, marks in panel.now.items()}
        before, after = (
            {who for name in GROUPS for who, mark in zip(people[name], part[name], strict=True) if mark}
            for part in (panel.before, panel.now)
        )
        for ours in attrition.returns(people, before, after):
            first, then = panel.before[ours.group] > 0, panel.now[ours.group] > 0
            were, came = int(first.sum()), int((first & then).sum())
            assert (ours.before, ours.after) == (were, came)
            flag = "none" if not were or 10 * came >= 8 * were else "red" if 10 * came < 7 * were else "amber"
            assert str(ours.flag) == flag
            assert ours.share == (Fraction(came, were) if were else None)
        rated = {
            who: int(mark)
            for name in GROUPS
            for who, mark in zip(people[name], panel.before[name], strict=True)
            if mark
        }
        for bias in attrition.biases(people, {"item": rated}, after):
            marks, came_back = panel.before[bias.group], panel.now[bias.group] > 0
            left, stayed = marks[(marks > 0) & ~came_back], marks[(marks > 0) & came_back]
            assert (bias.left_n, bias.stayed_n) == (len(left), len(stayed))
            apart = bool(len(left) and len(stayed)) and abs(np.median(left) - np.median(stayed)) >= 1
            assert bias.flagged is bool(apart)
