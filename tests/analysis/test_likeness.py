"""Publications that look alike, against a plain comparison of every pair."""

from __future__ import annotations

import random
import time

from analysis.likeness import Pair, Why, Work, alike

WORDS = [f"word{n}" for n in range(40)]


def plainly(works: list[Work]) -> set[tuple[int, int]]:
    """Every pair whose titles, years and names are near enough, looked at one by one."""
    found = set()
    for second, two in enumerate(works):
        for first, one in enumerate(works[:second]):
            a, b = set(one.title.lower().split()), set(two.title.lower().split())
            years = not one.year or not two.year or abs(one.year - two.year) <= 1
            names = not one.surname or not two.surname or one.surname.lower() == two.surname.lower()
            if years and names and len(a & b) >= 0.8 * len(a | b):
                found.add((first, second))
    return found


def test_the_index_finds_what_looking_at_every_pair_finds() -> None:
    """Two hundred lists of titles that are no copies of each other."""
    rng = random.Random(7)  # noqa: S311 - titles of a test
    for _ in range(200):
        titles: set[tuple[str, ...]] = set()
        while len(titles) < 12:
            stem = rng.sample(WORDS, 6)
            titles.add(tuple(sorted(stem)))
            titles.add(tuple(sorted({*stem[: rng.randint(4, 6)], rng.choice(WORDS)})))
        works = [
            Work(
                title=" ".join(t),
                year=rng.choice([0, 2019, 2020, 2021]),
                surname=rng.choice(["", "Ash", "Oak"]),
            )
            for t in sorted(titles)
        ]
        assert {(pair.first, pair.second) for pair in alike(works)} == plainly(works)


def test_the_same_doi_is_enough_whatever_the_titles() -> None:
    works = [Work(title="One", doi="10.1/a"), Work(title="Quite another", doi="10.1/A"), Work(title="Third")]
    assert alike(works) == [Pair(first=0, second=1, why=Why.DOI, share=0.0)]


def test_accents_case_and_a_year_between_do_not_keep_two_apart() -> None:
    one = Work(title="Tŷ diogel: dynion a chymorth heddiw", year=2020, surname="Ôak")
    other = Work(title="TY DIOGEL dynion a chymorth heddiw", year=2021, surname="oak")
    assert [pair.why for pair in alike([one, other])] == [Why.TITLE]
    later = Work(title=other.title, year=2023, surname="oak")
    assert alike([one, later]) == []


def test_copies_are_paired_with_the_first_and_five_thousand_take_seconds() -> None:
    copies = [Work(title="The same title of a study", year=2020, surname="Ash")] * 2500
    begun = time.process_time()
    assert [pair.first for pair in alike(copies)] == [0] * 2499
    near = [Work(title=f"A study number {n} of support for men in region {n % 50}") for n in range(2500)]
    alike(near)
    assert time.process_time() - begun < 10
