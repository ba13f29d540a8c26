"""Keys changed step by step, and what opens with the keys of one person.

The grant of whoever lost the key is kept here as bytes, as a thief would: it opens what it opened before, and
nothing that was sealed or wrapped anew since.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from consult.manage import service
from consult.models.response import Response
from consult.records import accounts, opened, rewrapping
from consult.records import keys as key_records
from consult.records.rewrapping import Pass
from consult.vault.envelope import EnvelopeError
from consult.vault.grants import ConsultationKeys
from consult.vault.passphrases import StaffKey
from consult.vault.sealing import Binding
from tests.builders import PASSPHRASE, TODAY, Team

WHO: dict[str, Any] = {"actor": "sam", "today": TODAY}


def key_of(team: Team, name: str) -> StaffKey:
    return accounts.unlock(team.vault, accounts.named(team.session, name), PASSPHRASE)


def kept_grants(team: Team, name: str) -> tuple[StaffKey, dict[int, bytes]]:
    """What a person could have copied: their private key, and their grants as bytes."""
    key = key_of(team, name)
    return key, key_records.grants_to(team.session, team.consultation, key.account_id)


def keys_of(team: Team, name: str) -> ConsultationKeys:
    return accounts.opened_keys(team.session, team.vault, team.consultation, key_of(team, name))


def read(team: Team, keys: ConsultationKeys) -> list[str]:
    """All that a key opens of what is released."""
    found = opened.released(team.session, team.vault, team.consultation, keys)
    return sorted(str(each.answers["helped_words"]) for each in found)


def opens(team: Team, keys: ConsultationKeys, response: Response) -> bool:
    """Whether these keys open one row, released or not."""
    try:
        team.vault.open_response(
            keys,
            Binding(
                consultation_id=response.consultation_id,
                definition_id=response.definition_id,
                fingerprint=response.fingerprint,
                response_id=response.id,
                rev=response.rev,
            ),
            response.epoch,
            response.body,
            response.slot,
        )
    except EnvelopeError:
        return False
    return True


def everything(team: Team) -> list[Response]:
    team.session.expire_all()
    return list(team.session.scalars(select(Response).order_by(Response.id)))


def revoke(team: Team, name: str = "kim") -> None:
    service.revoke(team.session, team.vault, "trial", name, team.key, **WHO)
    team.session.commit()


def renew(team: Team) -> None:
    service.renew(team.session, team.vault, "trial", team.key, **WHO)
    team.session.commit()


def go_on(team: Team, *, most: int = 3) -> Pass:
    """One whole pass, with a commit after each step."""
    work = service.begin_pass(team.session, team.vault, "trial", team.key)
    while work.step(most):
        team.session.commit()
    team.session.commit()
    return work


def finish(team: Team, **more: Any) -> rewrapping.Left:
    left = service.finish(team.session, team.vault, "trial", **WHO, **more)
    team.session.commit()
    return left
