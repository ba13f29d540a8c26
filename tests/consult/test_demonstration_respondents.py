"""The demonstration's synthetic responses and their sentences: exact counts, legal answers, true codings."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from consult.commands.demonstration import documents
from consult.commands.demonstration.bank import variants
from consult.commands.demonstration.respondents import SyntheticResponse, coded_share, respondents
from surveys.answers import read
from surveys.journey import stored
from surveys.model import FreeText, Question, Survey
from surveys.shipping import load

NONE = "none given"

MARGINS = {
    "looked": {"yes": 96, "thought": 38, "no": 34, NONE: 12},
    "about_age": {
        "age_18_24": 11,
        "age_25_34": 29,
        "age_35_44": 38,
        "age_45_54": 41,
        "age_55_64": 27,
        "age_65_74": 13,
        "age_75_over": 4,
        NONE: 17,
    },
    "about_region": {
        "north_east": 6,
        "north_west": 20,
        "yorkshire_humber": 14,
        "east_midlands": 8,
        "west_midlands": 13,
        "east_england": 11,
        "london": 28,
        "south_east": 22,
        "south_west": 12,
        "wales": 9,
        "scotland": 17,
        "northern_ireland": 4,
        NONE: 16,
    },
    "about_ethnicity": {"white": 118, "mixed": 9, "asian": 16, "black": 14, "other_group": 4, NONE: 19},
    "about_orientation": {"heterosexual": 96, "gay_lesbian": 38, "bisexual": 19, "another_way": 5, NONE: 22},
    "about_gender": {"same": 149, "different": 6, NONE: 25},
}

PEOPLE = {
    "ways_in": 64,
    "not_for_men": 61,
    "believed": 57,
    "waiting": 52,
    "choice_of_worker": 44,
    "staff_know_men": 41,
    "privacy": 38,
    "abrupt_ending": 29,
    "open_door": 26,
    "wider_needs": 23,
    "shaped_by_men": 17,
    "seen_to_work": 14,
    "named_for_men": 11,
    "other_men": 9,
    "from_prison": 3,
}

SHARES = {1: 82, 2: 91, 3: 93, 4: 88, 5: 84, 6: 80, 8: 70, 9: 66, 11: 58, 12: 24}

# What a page for survivors must not say (care T03, T37, T38), and words that would tell of harm.
NEVER = re.compile(
    r"\b(admit\w*|confess\w*|brave\w*|are you sure|victim\w*|rap(e|es|ed|ist|ing)|abus\w+|assault\w*"
    r"|attack\w*|molest\w*|perpetrat\w+|offender\w*|groom(ed|ing)|forced|violen\w+|blood|wound\w*|suicid\w*|kill\w*)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def made() -> list[SyntheticResponse]:
    return respondents()


@pytest.fixture(scope="module")
def kept(made: list[SyntheticResponse]) -> list[SyntheticResponse]:
    return [each for each in made if not each.later_withdrawn]


def column(responses: list[SyntheticResponse], question_id: str) -> Counter[object]:
    given = (each.values.get(question_id, NONE) for each in responses)
    return Counter(NONE if answer == "prefer_not" else answer for answer in given)


def themes_of(response: SyntheticResponse) -> set[str]:
    return {coding.theme for coding in response.codings}


def open_texts(responses: list[SyntheticResponse]) -> Iterator[tuple[SyntheticResponse, str, str]]:
    survey = load("survivors")
    for response in responses:
        for key, answer in response.values.items():
            if survey.has_question(key) and isinstance(survey.question(key), FreeText):
                yield response, key, str(answer)


def as_form(values: dict[str, Any]) -> dict[str, list[str]]:
    return {
        key: [str(each) for each in (answer if isinstance(answer, list) else [answer])]
        for key, answer in values.items()
    }


def patterns() -> Iterator[tuple[str, str]]:
    for theme, manners in documents.read("sentences")["theme"].items():
        for written in manners.values():
            yield from ((theme, pattern) for pattern in written)


def neutral_patterns() -> Iterator[str]:
    bank = documents.read("sentences")
    for written in (*bank["neutral"].values(), *bank["to_take_out"].values()):
        yield from written


# --- the synthetic responses


@pytest.mark.parametrize("seed", [7, 8, 2031])
def test_whatever_the_seed_the_counts_are_those_of_the_plan(seed: int) -> None:
    made = respondents(seed)
    kept = [each for each in made if not each.later_withdrawn]
    assert (len(made), len(kept)) == (184, 180)
    assert Counter(each.depth.value for each in kept) == {"short": 49, "standard": 98, "full": 33}
    for question_id, counts in MARGINS.items():
        assert column(kept, question_id) == counts, question_id
    people = Counter(theme for each in kept for theme in themes_of(each))
    assert people == PEOPLE == {theme.key: theme.people for theme in documents.frame().themes}


def test_seventy_four_were_asked_about_a_service_they_used(kept: list[SyntheticResponse]) -> None:
    asked = [
        each for each in kept if each.depth.value != "short" and each.values.get("looked", "yes") == "yes"
    ]
    assert len(asked) == 74
    assert column(asked, "kind") == {"men_only": 24, "mixed": 31, "more_than_one": 11, "not_sure": 6, NONE: 2}


def test_a_long_term_condition_and_the_use_of_words_are_counted_as_planned(
    kept: list[SyntheticResponse],
) -> None:
    condition = column(kept, "about_condition")
    yes = sum(count for answer, count in condition.items() if str(answer).startswith("limits"))
    assert (yes, condition["none"], condition[NONE]) == (71, 82, 27)
    words = column(kept, "words_use")  # nothing chosen means count only
    assert (words["quote"], words["paraphrase"], words["count_only"] + words[NONE]) == (61, 74, 45)


@pytest.mark.parametrize(("number", "share"), SHARES.items())
def test_about_125_people_rated_each_line_and_the_share_of_high_ratings_is_as_planned(
    kept: list[SyntheticResponse], number: int, share: int
) -> None:
    given = [each.values.get(f"matters_ds{number}") for each in kept]
    marks = [mark for mark in given if isinstance(mark, int)]
    assert 122 <= len(marks) <= 128
    assert round(100 * sum(mark >= 7 for mark in marks) / len(marks)) == share
    assert "cannot_rate" in given


def test_every_response_is_one_that_the_survey_engine_would_keep_as_it_is(
    made: list[SyntheticResponse],
) -> None:
    survey = load("survivors")
    for response in made:
        assert stored(survey, response.values) == response.values
        reading = read(survey.questions, as_form(response.values))
        assert (reading.problems, reading.values) == ((), response.values)


def test_nobody_answers_what_was_not_asked_at_his_depth(made: list[SyntheticResponse]) -> None:
    survey = load("survivors")
    # "About you" can be opened by a link at any depth.
    about = {
        question.id for section in survey.sections if section.id == "about" for question in section.questions
    }
    for response in made:
        for key in response.values:
            question = survey.question(key.partition(".")[0])
            assert question.id in about or response.depth.covers(question.depth), (response.depth, key)


def test_eleven_batches_are_of_like_size_and_those_who_withdraw_came_early(
    made: list[SyntheticResponse],
) -> None:
    sizes = Counter(each.batch for each in made)
    assert sorted(sizes) == list(range(1, 12))
    assert set(sizes.values()) == {16, 17}
    leavers = [each.batch for each in made if each.later_withdrawn]
    assert len(leavers) == 4
    assert max(leavers) <= 9


def test_a_coding_marks_whole_sentences_of_its_own_theme_and_no_two_overlap(
    made: list[SyntheticResponse],
) -> None:
    known = {
        (theme, each.text.removesuffix(".")) for theme, pattern in patterns() for each in variants(pattern)
    }
    for response in made:
        for coding in response.codings:
            marked = str(response.values[coding.question_id])[coding.start : coding.end]
            assert (coding.theme, marked.removesuffix(".")) in known
        spans = sorted((each.question_id, each.start, each.end) for each in response.codings)
        for (question_id, _, end), (next_id, start, _) in pairwise(spans):
            assert question_id != next_id or end < start


def test_most_texts_are_unlike_each_other(made: list[SyntheticResponse]) -> None:
    spoken = [
        text for response, key, text in open_texts(made) if key in {c.question_id for c in response.codings}
    ]
    repeats = Counter(spoken)
    assert max(repeats.values()) <= 3
    assert len(repeats) >= 0.9 * len(spoken)


def test_a_text_has_one_to_five_sentences_and_some_speak_of_no_theme(made: list[SyntheticResponse]) -> None:
    texts = [text for _, _, text in open_texts(made)]
    lengths = Counter(len(re.findall(r"[.!?](?:\s|$)|\w$", text)) for text in texts)
    assert max(lengths) <= 5
    assert min(lengths) >= 1
    assert lengths[1] < 0.6 * len(texts)
    assert sum(not response.codings for response in made) >= 15


def test_only_men_who_used_a_service_tell_of_an_ending_that_was_set(kept: list[SyntheticResponse]) -> None:
    for response in kept:
        if "abrupt_ending" in themes_of(response):
            assert response.values.get("looked") == "yes" or "kind" in response.values


def test_the_rare_theme_is_among_the_coded_and_among_the_uncoded(made: list[SyntheticResponse]) -> None:
    coded = coded_share(made)
    assert {each.batch for each in made} - {each.batch for each in coded} == {10, 11}
    assert sum("from_prison" in themes_of(each) for each in coded) == 2
    assert sum("from_prison" in themes_of(each) for each in made) == 3
    assert len(coded_share(made, uncoded_batches=0)) == len(made)


def test_the_same_seed_gives_the_same_responses_in_every_process() -> None:
    script = (
        "from consult.commands.demonstration.respondents import respondents; print(respondents(), end='')"
    )
    seen = {hashlib.sha256(repr(respondents()).encode()).hexdigest()}
    for order in ("1", "2"):  # the order of a set of strings differs between these
        environment = os.environ | {"PYTHONHASHSEED": order, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
        seen.add(hashlib.sha256(run.stdout.decode().strip().encode()).hexdigest())
    assert len(seen) == 1
    assert respondents(8) != respondents(7)


# --- the sentences


def test_every_theme_has_at_least_eight_sentences_and_none_is_shared() -> None:
    counts = Counter(theme for theme, _ in patterns())
    assert counts.keys() == PEOPLE.keys()
    assert min(counts.values()) >= 8
    assert min(counts[theme] for theme, people in PEOPLE.items() if people >= 38) >= 12
    texts = [each.text for _, pattern in patterns() for each in variants(pattern)]
    assert len(texts) == len(set(texts))


def test_a_sentence_is_short_and_ends_as_a_sentence() -> None:
    written = [pattern for _, pattern in patterns()] + list(neutral_patterns())
    for sentence in (each.text for pattern in written for each in variants(pattern)):
        assert len(sentence.split()) <= 20, sentence
        assert sentence == "n/a" or sentence.endswith((".", "?")), sentence
        assert "{" not in sentence
        assert "  " not in sentence


def test_every_open_question_has_sentences_of_its_own_without_a_theme() -> None:
    survey = load("survivors")
    boxes = {question.id for question in survey.questions if isinstance(question, FreeText)}
    assert boxes <= documents.read("sentences")["neutral"].keys()


def test_no_made_up_answer_tells_of_harm_or_uses_words_that_judge(made: list[SyntheticResponse]) -> None:
    for _, _, text in open_texts(made):
        assert not NEVER.search(text), text


def test_the_survey_and_the_content_agree_on_the_ten_lines() -> None:
    survey: Survey = load("survivors")
    lines: list[Question] = [each for each in survey.questions if each.id.startswith("matters_")]
    assert [each.id for each in lines] == [f"matters_ds{number}" for number in SHARES]
