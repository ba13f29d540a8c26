"""A survey with all that matters when it is typed in: a gate, an ending, own words, an unkept question."""

from __future__ import annotations

PAPER = """
id = "small"
strand = "survivors"
title = "A small survey"
reassurance = "You do not need to describe what happened to you."

[[sections]]
id = "opening"
title = "Before the questions"
counted = false

[[sections.questions]]
id = "adult"
kind = "choice"
text = "Are you 18 or over?"
stored = false
buttons = true
options = [
  { id = "over_18", text = "I am 18 or over" },
  { id = "under_18", text = "I am under 18", ends = "young" },
]

[[sections]]
id = "part"
title = "Getting support"

[[sections.questions]]
id = "looked"
kind = "choice"
text = "Have you looked for support?"
options = [{ id = "yes", text = "Yes" }, { id = "no", text = "No" }]

[[sections.questions]]
id = "helped"
kind = "choices"
text = "What made it easier?"
options = [
  { id = "text_online", text = "Text or online" },
  { id = "nothing", text = "Nothing did", exclusive = true },
  { id = "another_way", text = "In another way (you can say how)", detail = true },
]

[[sections]]
id = "used"
title = "What it was like"
when = { or = [{ question = "looked", equals = "yes" }, { question = "looked", empty = true }] }

[[sections.questions]]
id = "welcome"
kind = "scale"
text = "How welcome did you feel?"
low = 1
high = 5
label_low = "Not at all"
label_high = "Very"
cannot_rate = "I cannot say"

[[sections.questions]]
id = "visits"
kind = "number"
text = "How many visits?"
most = 100

[[sections.questions]]
id = "helped_words"
kind = "free_text"
text = "What helped?"

[[sections]]
id = "about"
title = "About you"

[[sections.questions]]
id = "words_use"
kind = "choice"
text = "How may we use your words?"
options = [
  { id = "quote", text = "You may quote my words" },
  { id = "count_only", text = "Only count my answers" },
]

[[endings]]
id = "young"
title = "Support for young people"
paragraphs = ["You can still talk to someone."]
"""
ANSWERS = {
    "adult": "over_18",
    "looked": "yes",
    "helped": ["text_online", "another_way"],
    "helped.another_way": "A card in the library",
    "welcome": "4",
    "visits": "12",
    "helped_words": "a lighthouse beside the old mill",
    "words_use": "quote",
}
