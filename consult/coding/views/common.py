"""What pages of the workbench share: who may come in, where a page is, what this web session has open.

The web session remembers which answers were opened in it, the pace of reading, themes used last and the
answer before: all sealed with it, and gone when the person locks or signs out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from consult import clock
from consult.coding import forms, service
from consult.coding.service import Pace, RestError, Sieve, Stream
from consult.web.access import account, guard, roles, staff_key
from consult.web.extensions import db, workbench_vault
from consult.web.sessions import current

bp = Blueprint("coding", __name__, url_prefix="/team/<consultation>")
guard(bp)
coders = roles("analyst", "lead")

MOST_RECENT = 5
_MOST_OPENED = 600
_OPENED, _PACE, _RECENT, _BEFORE = "coding_opened", "coding_pace", "coding_recent", "coding_before"


def enter(consultation: str) -> service.Unlocked:
    """The consultation, opened with the key of who is signed in."""
    return service.enter(
        db.session(), workbench_vault(), consultation, account_id=account().id, private=staff_key()
    )


def place() -> dict[str, Any]:
    """The names in the address of this page, for the address of another."""
    return dict(request.view_args or {})


def asked_sieve(values: Mapping[str, str]) -> Sieve:
    """Which answers are wanted, as an address or a form says it."""
    return forms.sieve(values.get("which", ""), values.get("of", ""), values.get("group", ""))


def came(stream: Stream, *, blind: bool, sieve: Sieve) -> dict[str, Any]:
    """How an answer came, for an address: it travels with the page, as nothing else would know it later."""
    told: dict[str, Any] = {} if stream == Stream.CHOSEN else {"stream": str(stream)}
    told |= {"blind": "yes"} if blind else {}
    return told | sifted(sieve)


def sifted(sieve: Sieve) -> dict[str, Any]:
    """Which answers are wanted, for an address."""
    wanted = {"which": str(sieve.which), "of": sieve.theme, "group": sieve.group}
    return {name: value for name, value in wanted.items() if value and value != "all"}


def ideas_shown(values: Mapping[str, str]) -> dict[str, Any]:
    """Whether ideas are shown whose words may be hard to read, as an address or a form says it."""
    return {"words": "shown"} if values.get("words") == "shown" else {}


def came_again() -> dict[str, Any]:
    """How the answer in view came, from the form on its page."""
    stream = forms.stream(request.form.get("stream", ""))
    # A page may be blind because suggestions are off; only a draw makes it so whatever happens meanwhile.
    drawn_blind = stream == Stream.RANDOM and request.form.get("blind") == "yes"
    return came(stream, blind=drawn_blind, sieve=asked_sieve(request.form))


def saved(done: str) -> ResponseReturnValue:
    """Commit what was done together with the pace of reading, and back to the answer, with a word on it."""
    keep_pace(pace().on(clock.now()))
    db.session.commit()
    named = {name: value for name, value in place().items() if name not in {"memo", "coding"}}
    return redirect(url_for(".answer", **named, **came_again(), done=done), 303)


def pace() -> Pace:
    """How long the person has been reading in this web session."""
    since, last = current().get(_PACE, (0.0, 0.0))
    return Pace(since=since, last=last)


def keep_pace(now: Pace) -> None:
    """Remember it."""
    current()[_PACE] = [now.since, now.last]


def is_open(response: str) -> bool:
    """Whether this person opened the answer in this web session."""
    return response in current().get(_OPENED, ())


def take_up(unlocked: service.Unlocked, definition_id: str, question_id: str, response: str) -> bool:
    """Open an answer, unless it is time to rest; whether it is open now."""
    try:
        after = service.take_up(
            unlocked,
            (definition_id, question_id, response),
            pace(),
            again=is_open(response),
            now=clock.now(),
            today=clock.today(),
        )
    except RestError:
        return False
    keep_pace(after)
    before: Sequence[str] = current().get(_OPENED, ())
    current()[_OPENED] = [*(each for each in before if each != response), response][-_MOST_OPENED:]
    return True


def rest(consultation: str) -> ResponseReturnValue:
    """To the page that says, calmly, that it is enough for now."""
    return redirect(url_for(".care", consultation=consultation), 303)


def recent() -> list[str]:
    """Keys of the themes that this person gave last, the last one first."""
    return list(current().get(_RECENT, ()))


def used(theme: str) -> None:
    """A theme was given."""
    current()[_RECENT] = [theme, *(each for each in recent() if each != theme)][:MOST_RECENT]


def leave(definition_id: str, question_id: str, response: str) -> None:
    """The person goes on from this answer: undo may lead back to it."""
    current()[_BEFORE] = [definition_id, question_id, response]


def before() -> tuple[str, str, str] | None:
    """The answer that the person went on from last."""
    found = current().get(_BEFORE)
    return tuple(found) if found else None
