"""The forms of the panel: the team's, and those of panellists."""

from __future__ import annotations

from consult.panel.forms.common import GROUPS
from consult.panel.forms.own import LONGEST_WORDS, EnterForm, JoinForm, Rated, in_words, rated
from consult.panel.forms.team import CommentForm, InviteForm, NextForm, ProtocolForm, ReasonForm

__all__ = [
    "GROUPS",
    "LONGEST_WORDS",
    "CommentForm",
    "EnterForm",
    "InviteForm",
    "JoinForm",
    "NextForm",
    "ProtocolForm",
    "Rated",
    "ReasonForm",
    "in_words",
    "rated",
]
