"""A consultation with answers to code, built through the real services."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from consult.coding import service
from consult.coding.service import Press, ThemeText
from consult.models.account import Role
from consult.records import accounts
from consult.records.unlocking import Unlocked
from tests.builders import PASSPHRASE, Team, make_account, make_response, make_team, release
from tests.visitor import Visitor

BOX = "helped_words"
DEFINITION = "small"
WAITED = "I waited eight months for a reply. Nobody told me why it took so long. The worker was kind."
THEMES = (
    ThemeText(name="Waiting", definition="Says how long it took until a reply or a first talk came."),
    ThemeText(name="Plain words", definition="Says what was explained, or that nobody told them why."),
    ThemeText(name="Kindness", definition="Says that a worker was kind, warm or listened."),
)
TEXTS = (
    WAITED,
    "The worker listened and was warm.",
    "It took a year until somebody wrote back to me.",
    "They explained everything before we began. That helped.",
    "A kind voice on the phone.",
    "Long wait. No word from anybody about what would happen.",
)


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """A team, the ids of released responses in the order of `TEXTS`, and who else may code."""

    team: Team
    responses: tuple[bytes, ...]

    def unlocked(self) -> Unlocked:
        """The consultation as the first coder has opened it."""
        return self.team.unlocked()

    def page(self, place: int = 0, **came: object) -> service.AnswerPage:
        """The page of one answer."""
        return service.answer(self.unlocked(), DEFINITION, BOX, self.responses[place].hex(), **came)  # type: ignore[arg-type]

    def press(self, theme: str | None, place: int = 0, **changes: object) -> int:
        """Press a theme on the page of an answer, committed; how many codings that made."""
        fields = {
            "definition_id": DEFINITION,
            "box": BOX,
            "response": self.responses[place].hex(),
            "rev": 1,
            "theme": theme,
        }
        made = service.code(self.unlocked(), Press(**(fields | changes)))  # type: ignore[arg-type]
        self.team.session.commit()
        return made

    def undo(self, place: int = 0) -> bool:
        """Undo on the page of an answer, committed."""
        done = service.undo(self.unlocked(), DEFINITION, BOX, self.responses[place].hex())
        self.team.session.commit()
        return done

    def second(self) -> Unlocked:
        """The consultation as another analyst has opened it."""
        team = self.team
        other = make_account(team.app, "kim", team.consultation, Role.ANALYST)
        accounts.grant(team.session, team.vault, team.consultation, team.key, other)
        team.session.commit()
        key = accounts.unlock(team.vault, other, PASSPHRASE)
        return service.enter(
            team.session, team.vault, "trial", account_id=other.id, private=bytes(key.private)
        )


def make_workbench(
    app: Flask, texts: tuple[str, ...] = TEXTS, *, suggestions: bool = False, themed: bool = True
) -> Workbench:
    """Released answers to one question, and a code frame of three themes."""
    team = make_team(app, suggestions=suggestions)
    responses = tuple(make_response(team, {BOX: text, "words_use": "quote"}) for text in texts)
    release(team)
    if themed:
        for text in THEMES:
            service.add_theme(team.session, "trial", text)
        team.session.commit()
    return Workbench(team=team, responses=responses)


def sign_in(visitor: Visitor, name: str = "sam") -> None:
    """Come through the door and unlock."""
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": name, "passphrase": PASSPHRASE})
    visitor.visit("/team/unlock")
    visitor.press("Unlock", {"passphrase": PASSPHRASE})
