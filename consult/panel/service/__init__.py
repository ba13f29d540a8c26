"""The panel, without a word about HTTP. Callers commit once.

`protocol`: the rule, locked before the first round. `people`: who is on it; `entering`: how they come in;
`reminding`: letters. `rounds`: what is asked; `sheets`: a panellist's own answers; `feedback`: what they are
shown. `ballots`, `closing`: what a closed round found; `comments`: the queue; `dashboard`: how it stands;
`custody`, `pseudonyms`: ratings without names, and the custodian's way to join them.
"""

from __future__ import annotations

from consult.panel.service import (
    closing,
    comments,
    custody,
    dashboard,
    desk,
    entering,
    feedback,
    people,
    protocol,
    pseudonyms,
    reminding,
    rounds,
    sheets,
)
from consult.records.unlocking import Unlocked, unlocked

__all__ = [
    "Unlocked",
    "closing",
    "comments",
    "custody",
    "dashboard",
    "desk",
    "entering",
    "feedback",
    "people",
    "protocol",
    "pseudonyms",
    "reminding",
    "rounds",
    "sheets",
    "unlocked",
]
