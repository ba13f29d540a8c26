"""What may be said of a fit, from answers drawn at random: cuts, likelihoods, shortlist and stated quality.

Knows a trained fit and its scores. Answers of other streams bend every one of these figures.
"""

from __future__ import annotations

import numpy as np

from analysis.coded import Coded
from analysis.codeframe import CodeFrame
from analysis.features import Floats, Weights
from analysis.fitted import Fitted, Options
from analysis.prepared import MODEL_LANGUAGE, Prepared
from analysis.quality import (
    confident_from,
    learn_likelihood,
    list_scores,
    match_cuts,
    prevalence,
    shortlist_from,
    state,
)
from analysis.training import Trained
from analysis.vectors import WORDS_ONLY, Vectors

# A list that holds what it promises needs this many answers drawn at random.
SHORTLIST_NEEDS = 150
# Definitions are in English; in another language only codings teach, and under a hundred they teach too
# little.
OTHER_LANGUAGE_NEEDS = 100


def judge(
    prepared: Prepared,
    vectors: Vectors | None,
    frame: CodeFrame,
    coded: Coded,
    options: Options,
    trained: Trained,
    weights: Weights,
    scores: Floats,
) -> Fitted:
    """Cuts, likelihood, shortlist and stated quality, from answers drawn at random: others bend them."""
    fair = coded.random
    truths, left_out = coded.targets[fair], trained.left_out[fair]
    # Without a draw nothing is known of how common a theme is, and no cut would mean anything.
    # Coded answers stand among the others with the scores that they would have had: their own are higher.
    ranked = scores.copy()
    ranked[coded.places] = trained.left_out
    cuts = match_cuts(ranked, prevalence(truths)) if len(truths) else np.full(len(frame.themes), np.inf)
    likelihood = learn_likelihood(left_out, cuts, truths)
    sure = None
    if likelihood is not None:
        sure = confident_from(likelihood.read(left_out, cuts), truths, options.target)
    listed = None
    if len(truths) >= SHORTLIST_NEEDS:
        listed = shortlist_from(list_scores(left_out), truths, options.miss)
    blind = coded.blind[fair]
    return Fitted(
        backend=WORDS_ONLY if vectors is None else vectors.backend,
        frame_version=frame.version,
        themes=frame.keys,
        options=options,
        n=len(prepared.answers),
        words=prepared.words,
        weights=weights,
        coded=tuple(prepared.answers[place] for place in coded.places),
        dual=trained.solution.dual[: len(coded)].astype(np.float32),
        left_out=trained.left_out.astype(np.float32),
        cuts=cuts,
        likelihood=likelihood,
        listed_from=listed,
        confident_from=sure,
        languages=_ready_languages(prepared, coded),
        stated=state(left_out[blind], cuts, truths[blind], frame.keys, options.seed),
    )


def _ready_languages(prepared: Prepared, coded: Coded) -> tuple[str, ...]:
    counts: dict[str, int] = dict.fromkeys(prepared.languages, 0)
    for place in coded.places.tolist():
        counts[prepared.languages[place]] += 1
    return tuple(
        sorted(
            language
            for language, count in counts.items()
            if language == MODEL_LANGUAGE or count >= OTHER_LANGUAGE_NEEDS
        )
    )
