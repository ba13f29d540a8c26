"""Which short texts of a list say much the same, so that one answer may do for many.

Knows texts. Proposes only: a person looks at each group and takes out what does not belong. Nearness is the
cosine of words weighed by how rare they are in the list (Salton and Buckley 1988), single words and pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from analysis.features import WORD, Floats
from analysis.text import normalise

LEAST = 0.2
"""From here on two comments are offered together; found on made-up comments, and low on purpose."""


def groups(texts: Sequence[str], least: float = LEAST) -> tuple[tuple[int, ...], ...]:
    """Places of texts that are alike, the largest group first; a text like no other is a group of its own.

    Each member is near the first of its group, so that no chain leads from one thing to another. Equal texts
    always stand together.
    """
    if not texts:
        return ()
    near = _nearness(texts)
    found: list[list[int]] = []
    # Who has most neighbours gathers first; of equals the earlier.
    order = sorted(range(len(texts)), key=lambda place: (-int((near[place] >= least).sum()), place))
    taken: set[int] = set()
    for place in order:
        if place in taken:
            continue
        own = [other for other in range(len(texts)) if other not in taken and near[place][other] >= least]
        group = [place, *(other for other in own if other != place)]
        taken.update(group)
        found.append(group)
    return tuple(tuple(group) for group in sorted(found, key=lambda group: (-len(group), group[0])))


def _nearness(texts: Sequence[str]) -> Floats:
    plain = [normalise(text) for text in texts]
    vectoriser = TfidfVectorizer(
        strip_accents="unicode",
        token_pattern=WORD,
        stop_words=sorted(ENGLISH_STOP_WORDS),
        ngram_range=(1, 2),
        sublinear_tf=True,
    )
    try:
        rows = vectoriser.fit_transform(plain)
        near = np.asarray((rows @ rows.T).toarray())
    except ValueError:  # not one word that tells anything
        near = np.zeros((len(texts), len(texts)))
    same = np.array([[one == other for other in plain] for one in plain])
    both: Floats = np.maximum(near, same.astype(float))
    return both
