"""Candidate themes of invented answers, and the words that name them."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from analysis.emerging import MOST, Proposal, TooFewError, propose
from analysis.keyness import Terms, log_likelihood
from analysis.prepared import Prepared, prepare
from analysis.text import Span
from analysis.vectors import Backend, Vectors

TOPICS = {
    "waiting": "the waiting list was {n} months long and nobody rang",
    "door": "the front door opens on a busy street number {n}",
    "hours": "evening opening hours after work at {n} would help",
    "listen": "my worker listened for {n} hours and never rushed",
    "bus": "the bus fare costs {n} pounds each way",
    "letters": "letters came in plain envelopes {n} times",
    "phone": "a text message reminder {n} days before helps",
    "rooms": "small warm rooms with {n} soft chairs",
}


def invented(sizes: dict[str, int]) -> tuple[Prepared, Vectors]:
    """Answers of one topic each, and vectors in which topics stand apart."""
    rng = np.random.default_rng(5)
    topics = [topic for topic, size in sizes.items() for _ in range(size)]
    texts = [TOPICS[topic].format(n=n) for n, topic in enumerate(topics)]
    keys = [f"{topic}{n}" for n, topic in enumerate(topics)]
    prepared = prepare(pd.DataFrame({"answer": keys, "text": texts, "language": "en"}))
    places = {topic: place for place, topic in enumerate(sizes)}
    rows = np.eye(60)[[places[topic] for topic in topics]] + rng.normal(0, 0.02, (len(topics), 60))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    none = np.zeros((0, 60))
    backend = Backend(name="invented", digest="aa", size=60)
    return prepared, Vectors(backend=backend, answers=rows, phrases=none, wordings=none)


SIZES = dict(zip(TOPICS, (40, 30, 20, 20, 20, 20, 10, 2), strict=True))


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    return propose(*invented(SIZES), count=8, seed=1)


def topic_of(answer: str) -> str:
    return answer.rstrip("0123456789")


def test_topics_that_stand_apart_become_candidates_the_most_raised_first(proposal: Proposal) -> None:
    found = [{topic_of(answer) for answer in each.answers} for each in proposal.candidates]
    assert all(len(topics) == 1 for topics in found)
    assert [len(each.answers) for each in proposal.candidates] == sorted(SIZES.values(), reverse=True)


def test_what_few_people_raised_is_kept_marked_and_named(proposal: Proposal) -> None:
    *others, least = proposal.candidates
    assert [topic_of(answer) for answer in least.answers] == ["rooms", "rooms"]
    assert least.by_few
    assert not any(each.by_few for each in others)
    assert {"rooms", "warm", "soft", "chairs", "small"} & set(" ".join(least.words).split())


def test_a_candidate_is_named_by_the_words_that_its_answers_use_more_than_others(proposal: Proposal) -> None:
    words = " ".join(proposal.candidates[0].words)
    assert "waiting list" in words or {"waiting", "list"} & set(words.split())
    assert all(0 < len(each.words) <= 5 for each in proposal.candidates)


def test_examples_are_of_different_answers_and_say_where_they_stand(proposal: Proposal) -> None:
    prepared, _ = invented(SIZES)
    for each in proposal.candidates:
        shown = [passage.answer for passage in (*each.typical, *each.edge)]
        assert len(set(shown)) == len(shown)
        assert set(shown) <= set(each.answers)
        for passage in each.typical:
            text = prepared.texts[prepared.places[passage.answer]]
            assert Span(passage.start, passage.end).of(text) == text
    assert len(proposal.candidates[0].typical) == 5
    assert len(proposal.candidates[0].edge) == 3


def test_two_near_groups_are_offered_to_be_merged_wherever_they_stand() -> None:
    """Eight groups are asked for where seven topics are: one topic is cut in two."""
    prepared, vectors = invented(dict.fromkeys(list(TOPICS)[:7], 40))
    found = propose(prepared, vectors, count=8, seed=3)
    assert found.merges
    for merge in found.merges:
        both = (found.candidates[merge.first], found.candidates[merge.second])
        assert merge.cosine > 0.85
        assert len({topic_of(answer) for each in both for answer in each.answers}) == 1


def test_what_is_unlike_the_rest_is_put_before_a_person() -> None:
    prepared, vectors = invented(dict.fromkeys(TOPICS, 12))
    rows = vectors.answers.copy()
    rows[7] = np.full(60, 1 / math.sqrt(60))
    strange = Vectors(
        backend=vectors.backend, answers=rows, phrases=vectors.phrases, wordings=vectors.wordings
    )
    found = propose(prepared, strange, count=8, seed=1)
    assert prepared.answers[7] in [passage.answer for passage in found.unlike]
    assert len(found.unlike) == 2


def test_words_alone_find_candidates_too_and_the_same_ones_again(
    prepared: Prepared, truths: list[list[str]]
) -> None:
    found = propose(prepared, None, count=16, seed=2)
    assert found == propose(prepared, None, count=16, seed=2)
    assert {answer for each in found.candidates for answer in each.answers} == set(prepared.answers)
    given = dict(zip(prepared.answers, truths, strict=True))
    pure = [
        Counter(theme for answer in each.answers for theme in given[answer]).most_common(1)[0][1]
        / len(each.answers)
        for each in found.candidates
    ]
    assert float(np.mean(pure)) > 0.8


def test_answers_without_content_take_no_part() -> None:
    prepared, _ = invented(dict.fromkeys(TOPICS, 6))
    texts = [*prepared.texts, "n/a", "...", "none"]
    keys = [*prepared.answers, "x", "y", "z"]
    more = prepare(pd.DataFrame({"answer": keys, "text": texts, "language": "en"}))
    found = propose(more, None, count=8, seed=1)
    assert not {"x", "y", "z"} & {answer for each in found.candidates for answer in each.answers}


@pytest.mark.parametrize("count", [7, MOST + 1, 40])
def test_a_number_that_cannot_be_had_is_refused(count: int) -> None:
    prepared, vectors = invented(dict.fromkeys(TOPICS, 2))
    with pytest.raises(TooFewError):
        propose(prepared, vectors, count=count, seed=1)


def test_keyness_is_the_log_likelihood_ratio_with_a_sign() -> None:
    """Check value worked out from 2 sum O ln(O / E): O = 30, 10, 20, 140; E = 10, 30, 40, 120."""
    by_hand = 2 * (30 * math.log(3) + 10 * math.log(1 / 3) + 20 * math.log(1 / 2) + 140 * math.log(7 / 6))
    found = log_likelihood(np.array([30, 10]), np.array([50, 100]), 40, 200)
    assert found[0] == pytest.approx(by_hand)
    assert found[1] < 0


def test_a_word_that_two_of_many_use_names_nothing_and_no_word_comes_twice() -> None:
    texts = ["plain envelope please", "plain envelope again", "plain envelope then", "harbour"] + [
        "the rest"
    ] * 20
    words = Terms.learn(texts).over_used(np.arange(24), np.arange(4))
    assert "harbour" not in words
    single = [word for name in words for word in name.split()]
    assert len(single) == len(set(single))
    assert "plain" in single
    assert Terms.learn(["the", "of"]).over_used(np.arange(2), np.arange(2)) == ()
