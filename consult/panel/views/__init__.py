"""Pages of the panel: the team's, and those of panellists behind a door of their own."""

from __future__ import annotations

from consult.panel.views import joining, moderating, people, planning, rating, rounds
from consult.panel.views.common import bp
from consult.panel.views.door import bp as door

__all__ = ["bp", "door", "joining", "moderating", "people", "planning", "rating", "rounds"]
