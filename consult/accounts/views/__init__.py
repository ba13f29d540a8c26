"""The door of the team's pages: sign in, second factor, unlock."""

from __future__ import annotations

from consult.accounts.views import door, second_step
from consult.accounts.views.common import bp

__all__ = ["bp", "door", "second_step"]
