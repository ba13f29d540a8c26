"""Splits by kind of service: nothing small can be worked out, even from all that is shown together."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
from scipy.optimize import linprog

from analysis.disclosure import PUBLISHED, TEAM, DisclosureRule, protect
from analysis.splits import REST, Splits, splits

Raised = Mapping[str, Mapping[str, int]]


def test_a_theme_is_shown_whole_or_not_at_all() -> None:
    people = {"men_only": 30, "mixed": 40, REST: 10}
    found = splits(
        people,
        {
            "waiting": {"men_only": 12, "mixed": 20, REST: 5},
            "belief": {"men_only": 12, "mixed": 3, REST: 5},
            "privacy": {"men_only": 12, "mixed": 37, REST: 5},
        },
        TEAM,
    )
    assert [found.themes["waiting"][kind].shown for kind in found.kinds] == ["12", "20", "5"]
    # Three are too few, and so are the three of the other kind who did not raise it.
    assert not found.shown("belief")
    assert not found.shown("privacy")
    assert {kind: cell.shown for kind, cell in found.people.items()} == {
        "men_only": "30",
        "mixed": "40",
        REST: "10",
    }


def test_a_kind_that_is_too_small_goes_to_the_rest_and_takes_the_next_with_it() -> None:
    assert splits({"men_only": 4, "mixed": 40, REST: 0}, {}, TEAM).kinds == (REST,)
    assert splits({"men_only": 4, "mixed": 40, REST: 9}, {}, TEAM).kinds == ("mixed", REST)


def test_where_nearly_everybody_raised_a_theme_the_numbers_of_people_are_kept_back() -> None:
    found = splits({"men_only": 5, "mixed": 15}, {"belief": {"men_only": 3, "mixed": 15}}, TEAM)
    assert all(cell.hidden for cell in found.people.values())
    assert not found.shown("belief")


def test_a_linear_program_over_all_that_is_shown_finds_no_small_number() -> None:
    """Every hidden part under k, of 150 made-up consultations, may lie anywhere in a stretch of k or more."""
    chance = random.Random(20260731)  # noqa: S311 - made-up numbers
    tried = hidden = shown = 0
    for turn in range(150):
        people = {name: chance.choice([0, 3, 9, 14, 30, 60]) for name in ("men_only", "mixed", REST)}
        raised = {
            f"theme {number}": {name: chance.randint(0, count) for name, count in people.items()}
            for number in range(3)
        }
        rule = TEAM if turn % 2 else PUBLISHED
        found = splits(people, raised, rule)
        attack = Attack(found, people, raised, rule)
        for theme in raised:
            shown += found.shown(theme)
            for kind in found.kinds:
                if found.themes[theme][kind].hidden and attack.true(theme, kind) < rule.k:
                    hidden += 1
                    least, most = attack.bounds(theme, kind)
                    assert most - least >= rule.k - 1e-6 or attack.known_to_be_few(theme), (people, raised)
        tried += 1
    assert tried == 150
    assert hidden > 100
    assert shown > 20


class Attack:
    """Somebody who reads every page: unknown are people of each kind, and who of them raised each theme."""

    def __init__(
        self, found: Splits, people: Mapping[str, int], raised: Raised, rule: DisclosureRule
    ) -> None:
        self._found, self._rule = found, rule
        self._whole = sum(people.values())
        self._raised = {
            theme: {
                kind: sum(count for name, count in parts.items() if _place(name, found) == kind)
                for kind in found.kinds
            }
            for theme, parts in raised.items()
        }
        self._names = [*found.kinds, *((theme, kind) for theme in raised for kind in found.kinds)]
        self._equal: list[tuple[dict[object, float], float]] = []
        self._most: list[tuple[dict[object, float], float]] = []
        self._read()

    def true(self, theme: str, kind: str) -> int:
        """What nobody may work out."""
        return self._raised[theme][kind]

    def known_to_be_few(self, theme: str) -> bool:
        """Whether the whole theme was raised by a few, which is said: then its parts are a few, too."""
        return sum(self._raised[theme].values()) < self._rule.k

    def bounds(self, theme: str, kind: str) -> tuple[float, float]:
        """The least and the most that a part may be, by all that is known."""
        return self._solve(theme, kind, 1), -self._solve(theme, kind, -1)

    def _read(self) -> None:
        found = self._found
        self._equal.append((dict.fromkeys(found.kinds, 1.0), self._whole))
        for kind in found.kinds:
            self._say({kind: 1.0}, found.people[kind])
        for theme, parts in self._raised.items():
            whole: dict[object, float] = {(theme, kind): 1.0 for kind in found.kinds}
            self._say(whole, protect([sum(parts.values())], self._rule).cells[0])
            for kind in found.kinds:
                self._say({(theme, kind): 1.0}, found.themes[theme][kind])
                self._most.append(({(theme, kind): 1.0, kind: -1.0}, 0))

    def _say(self, terms: dict[object, float], cell: object) -> None:
        """What a shown cell tells: the number, give or take half a step of rounding."""
        if cell.hidden:  # type: ignore[attr-defined]
            return
        half = self._rule.rounding / 2 if self._rule.rounding > 1 else 0
        drawn = cell.drawn  # type: ignore[attr-defined]
        self._most.append((terms, drawn + half))
        self._most.append(({name: -one for name, one in terms.items()}, half - drawn))

    def _solve(self, theme: str, kind: str, sign: int) -> float:
        target = np.zeros(len(self._names))
        target[self._names.index((theme, kind))] = sign
        answer = linprog(
            target,
            A_ub=[self._row(terms) for terms, _ in self._most],
            b_ub=[bound for _, bound in self._most],
            A_eq=[self._row(terms) for terms, _ in self._equal],
            b_eq=[bound for _, bound in self._equal],
        )
        assert answer.success, answer.message
        return float(answer.fun)

    def _row(self, terms: Mapping[object, float]) -> np.ndarray:
        row = np.zeros(len(self._names))
        for name, one in terms.items():
            row[self._names.index(name)] = one  # type: ignore[arg-type]
        return row


def _place(name: str, found: Splits) -> str:
    return name if name in found.kinds else REST
