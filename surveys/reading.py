"""How hard English words are to read: the Flesch-Kincaid grade, and the age of school that it stands for.

J. P. Kincaid and others, "Derivation of new readability formulas", Naval Technical Training Command Research
Branch Report 8-75, 1975: grade = 0.39 x words per sentence + 11.8 x syllables per word - 15.59. A reading age
is the grade plus 5 years. Syllables are counted by rule, so a figure is a hint and no verdict; it knows
English alone.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^.!?:;\n]+")
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
# An e that is written and not spoken: at the end, before s or d, and inside words such as "something".
_SILENT = re.compile(
    r"(?:[^aeiouy]|[aeiouy]l)(?<![^aeiouy]l)e$|[^aeioutd]ed$|[^aeiouscxzg](?<!sh)(?<!ch)(?<![^aeiouy]l)es$"
    r"|^(?:some|there|where|home|care|life|safe|time)(?=[^aeiouy])"
)
# Vowels that stand together and are spoken apart.
_APART = re.compile(
    r"(?<![ctgs])ia|(?<![ctgsl])io(?!u?s$)|(?<=[lrn])ious|(?<![ct])ie(?=nc|nt|t$)|^scie|eo$|(?<=\w\w)ea$|(?<=cr)eat"
    r"|[eyu]ing|(?<![qg])ua(?=[lr])"
)


def sentences(words: str) -> list[str]:
    """The sentences of a text; a colon or semicolon ends one too, as it does for somebody who reads."""
    return [found for found in (part.strip() for part in _SENTENCE.findall(words)) if _WORD.search(found)]


def words_of(sentence: str) -> list[str]:
    """The words of a text, without figures and signs."""
    return _WORD.findall(sentence)


def syllables(word: str) -> int:
    """How many syllables an English word has, by rule; 1 at least."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(plain)) + len(_APART.findall(plain))
    if len(plain) > 2:
        count -= len(_SILENT.findall(plain))
    return max(1, count)


def reading_age(text: str) -> float:
    """Years of age at which somebody reads `text` with ease; 0.0 for a text without words."""
    found = sentences(text)
    spoken = [word for sentence in found for word in words_of(sentence)]
    if not spoken:
        return 0.0
    per_sentence = len(spoken) / len(found)
    per_word = sum(syllables(word) for word in spoken) / len(spoken)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59 + 5
