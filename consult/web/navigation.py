"""The team's way around: the same few places on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flask import request, url_for
from flask_babel import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One link of the navigation."""

    text: str
    href: str
    current: bool


_CODING = (
    "coding.questions",
    "coding.answers",
    "coding.answer",
    "coding.care",
    "coding.double",
    "coding.agreement",
    "coding.settle",
    "coding.progress",
    "coding.sure",
    "coding.search",
)
_PANEL = (
    "panel.start",
    "panel.people",
    "panel.protocol",
    "panel.comments",
    "panel.comment",
    "panel.board",
    "panel.next_round",
    "panel.ratings",
    "panel.thanks",
)
_FRAME = (
    "coding.themes",
    "coding.theme",
    "coding.new_theme",
    "coding.frame_history",
    "coding.journal",
    "coding.ideas_start",
    "coding.ideas",
)


class Menu:
    """The places of one consultation, or only the way home.

    They are put together once a page shows them: an act that leads on to a page shows none.
    """

    def __init__(self, consultation: str | None) -> None:
        self._consultation = consultation

    @cached_property
    def _places(self) -> tuple[Place, ...]:
        return _of(self._consultation)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _of(consultation: str | None) -> tuple[Place, ...]:
    places: list[tuple[str, str, tuple[str, ...]]] = [(_("Consultations"), "manage.home", ())]
    if consultation is not None:
        places += [
            (_("Overview"), "manage.overview", ("manage.overview",)),
            (_("Answers"), "coding.questions", _CODING),
            (_("Themes"), "coding.themes", _FRAME),
            (
                _("Standards"),
                "evidence.standards",
                (
                    "evidence.standards",
                    "evidence.standard",
                    "evidence.matrix",
                    "evidence.meeting",
                    "evidence.row",
                    "evidence.confidence",
                    "evidence.comments",
                    "evidence.answer_comments",
                    "evidence.equity",
                    "evidence.trail",
                ),
            ),
            (_("Panel"), "panel.start", _PANEL),
            (
                _("Literature"),
                "literature.publications",
                (
                    "literature.publications",
                    "literature.publication",
                    "literature.doubles",
                    "literature.choose",
                ),
            ),
        ]
    return tuple(
        Place(
            text=text,
            href=url_for(endpoint)
            if endpoint == "manage.home"
            else url_for(endpoint, consultation=consultation),
            current=request.endpoint in (*group, endpoint),
        )
        for text, endpoint, group in places
    )
