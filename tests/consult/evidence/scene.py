"""A small scene of this feature: people of two strands, a coded theme, a standard to link it to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask

from consult.evidence import service
from consult.models.account import Account, Role
from consult.models.coding import Theme
from consult.models.consultation import Survey
from consult.models.standard import Clause, DraftStandard, Stance, Strength
from consult.records import (
    accounts,
    batches,
    codings,
    kept_versions,
    ready,
    responses,
    standards,
    themes,
)
from consult.records.codings import Coding
from consult.records.standards import StandardText
from consult.records.themes import ThemeText
from consult.records.unlocking import Unlocked
from consult.vault.passphrases import StaffKey
from tests.builders import PASSPHRASE, SMALL, TODAY, Team, make_account, make_team

WORDS = "They believed me at once. I waited in Swansea for a year."
SECOND = SMALL.replace('id = "small"', 'id = "second"').replace('"survivors"', '"practitioners"')


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A team with a standard DS1 (clauses 1.1 and 1.2) and a theme."""

    team: Team
    practitioners: Survey
    standard: DraftStandard
    theme: Theme

    def unlocked(self, account: Account | None = None) -> Unlocked:
        """The consultation as one person of the team opens it."""
        if account is None:
            return self.team.unlocked()
        key = accounts.unlock(self.team.vault, account, PASSPHRASE)
        return _opened(self.team, account, key)

    def clause(self, number: str) -> Clause:
        """A clause by number."""
        return standards.clause_numbered(self.team.session, self.team.consultation, number)

    def link(self, number: str, stance: Stance = Stance.SUPPORTS, theme: Theme | None = None) -> None:
        """Tie the theme to a clause, committed."""
        standards.link(
            self.team.session,
            self.clause(number),
            theme or self.theme,
            stance,
            Strength.MODERATE,
            "Several say so plainly.",
            account_id=self.team.account.id,
            today=TODAY,
        )
        self.team.session.commit()

    def answer(self, consents: Sequence[str], *, survey: Survey | None = None) -> list[bytes]:
        """One sent response for each consent ("" chooses nothing), committed and not yet released."""
        return [self.one_answer(consent, survey=survey) for consent in consents]

    def one_answer(self, consent: str, *, survey: Survey | None = None, words: str = WORDS) -> bytes:
        """One sent response."""
        response_id = os.urandom(16)
        answers = {"helped_words": words} | ({"words_use": consent} if consent else {})
        responses.send(
            self.team.session,
            self.team.intake,
            survey or self.team.survey,
            response_id=response_id,
            rev=1,
            content={"answers": answers, "depth": "full", "language": "en"},
            keys=None,
        )
        self.team.session.commit()
        return response_id

    def release(self) -> None:
        """Release what waits in both surveys, as at closing."""
        for survey in (self.team.survey, self.practitioners):
            batches.release(self.team.session, self.team.consultation, survey, today=TODAY, closing=True)
        self.team.session.commit()

    def code(self, response_ids: Sequence[bytes], theme: Theme | None = None, *, end: int = 25) -> None:
        """Give the theme to the first sentence of each, committed."""
        opened = self.team.unlocked()
        for response_id in response_ids:
            coding = Coding(
                response_id=response_id,
                response_rev=1,
                question_id="helped_words",
                start=0,
                end=end,
                theme_id=(theme or self.theme).id,
                coder_id=self.team.account.id,
                seq=1,
            )
            codings.add(self.team.session, opened.vault, opened.consultation, opened.keys, coding)
        self.team.session.commit()

    def coded(
        self, consents: Sequence[str], theme: Theme | None = None, *, survey: Survey | None = None
    ) -> list[bytes]:
        """Answers that were released and coded."""
        ids = self.answer(consents, survey=survey)
        self.release()
        self.code(ids, theme)
        return ids

    def new_theme(self, name: str) -> Theme:
        """Another theme of the frame."""
        made = themes.add(self.team.session, self.team.consultation, ThemeText(name=name))
        self.team.session.commit()
        return made

    def colleague(self, name: str = "kim") -> Account:
        """A second person who can open the answers."""
        consultation = self.team.consultation
        account = make_account(self.team.app, name, consultation, Role.ANALYST, Role.LEAD)
        accounts.grant(self.team.session, self.team.vault, consultation, self.team.key, account)
        self.team.session.commit()
        return account

    def page(self, account: Account | None = None, **more: str) -> service.EvidencePage:
        """The evidence page of DS1."""
        return service.page(self.unlocked(account), "DS1", **more)


def make_scene(app: Flask, **changes: Any) -> Scene:
    """The scene, with small thresholds so that tests stay small: team 5, published 6 rounded to 5."""
    team = make_team(app, **({"published_k": 6, "release_min": 1} | changes))
    session, consultation = team.session, team.consultation
    survey = kept_versions.load(session, consultation, SECOND, name="second.toml", today=TODAY)
    ready.open_survey(session, team.vault, survey)
    text = StandardText(key="DS1", title="Believed", statement="Staff believe a man from the first word.")
    standard = standards.write(session, consultation, text, today=TODAY)
    standards.write_clause(session, standard, "1.1", "Staff say that they believe him.", today=TODAY)
    standards.write_clause(session, standard, "1.2", "Nobody asks for proof.", today=TODAY)
    theme = themes.add(session, consultation, ThemeText(name="Being believed"))
    session.commit()
    return Scene(team=team, practitioners=survey, standard=standard, theme=theme)


def _opened(team: Team, account: Account, key: StaffKey) -> Unlocked:
    return Unlocked(
        session=team.session,
        vault=team.vault,
        consultation=team.consultation,
        keys=accounts.opened_keys(team.session, team.vault, team.consultation, key),
        account_id=account.id,
    )
