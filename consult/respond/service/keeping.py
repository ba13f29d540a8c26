"""What was sent: sending it, and afterwards reading, changing and taking it back with the code.

Two pages of one person may do this at once. Who comes second is told; nothing is overwritten unseen, and no
draft is stuck for ever.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import surveys
from consult.models.consultation import State
from consult.records import drafts, responses, tallies
from consult.respond.service import consent, pages, wishes
from consult.respond.service.desk import Desk, keys_of
from consult.respond.service.visit import Stage, Step, Visit

Form = Mapping[str, Sequence[str]]


def send(desk: Desk, visit: Visit, _form: Form) -> Step:
    """Send what the check page shows; the first revision or the next one. In a trial, throw it away."""
    if visit.pilot:
        desk.writes.append(responses.counting(desk.survey, tallies.pilot_of(desk.survey)))
        thrown_away = visit.at(Stage.SENT, answers={}, steering={}, words={}, archive=False, page="")
        return Step(visit=thrown_away, scrub=True)
    if visit.has_code and (other := _elsewhere(desk, visit)) is not None:
        return other
    answers = surveys.stored(desk.definition, desk.answers(visit))
    content = {
        "answers": answers,
        "depth": str(visit.depth),
        "language": visit.language,
        "words": wishes.of_own_words(desk, visit.words, answers),
        "archive": visit.archive,
        "consent": consent.agreed(desk, visit.language),
        **({"view": surveys.EASY} if visit.easy else {}),
    }
    _sending(desk, visit, content)
    if visit.has_code and visit.draft_rev:
        # This very draft is used up: it was neither changed nor sent from another page meanwhile.
        desk.writes.append(drafts.using_up(bytes.fromhex(visit.lookup), visit.draft_rev))
    # The code stays until the person leaves this page: then nothing here knows it any more. The session gets
    # its new id with the page that follows: were it now, an answer lost on the way would leave a dead cookie.
    # Without a code the answers stay in the visit, too: only from there can the person still keep a copy.
    left = {} if visit.has_code else answers
    return Step(visit=visit.at(Stage.SENT, answers=left, page="", moved_on=False), scrub=True)


def kept(desk: Desk, visit: Visit) -> Step:
    """What was sent, to read; and what can still be done with it."""
    found = responses.find(desk.session, desk.vault, desk.survey, keys_of(visit))
    if found is None:
        return gone(desk, visit)
    counted = responses.counted(desk.session, found)
    context = {
        **pages.overview(desk, visit, found.content["answers"]),
        **wishes.shown(desk, found.content.get("words", {}), found.content["answers"]),
        "archive": found.content.get("archive", False),
        "counted": counted,
        "differs": found.differs,
        "missing": found.missing,
        "can_change": desk.survey.state == State.OPEN and not found.missing,
        "frozen": _frozen(desk),
    }
    return desk.step(visit, str(visit.stage), context=context)


def gone(desk: Desk, visit: Visit) -> Step:
    """Another page of the same person was there first: nothing is left to show, and the visit ends."""
    return desk.step(visit, "gone", left=True)


def change(desk: Desk, visit: Visit, _form: Form) -> Step:
    """A draft of what was sent. Sending it makes the next revision."""
    found = responses.find(desk.session, desk.vault, desk.survey, keys_of(visit))
    if found is None:
        return gone(desk, visit)
    depth = surveys.Depth(found.content["depth"])
    changed = visit.at(
        Stage.CHECK,
        depth=depth,
        rev=found.rev + 1,
        draft_rev=0,
        words=found.content.get("words", {}),
        archive=found.content.get("archive", False),
    )
    return Step(visit=desk.keep(changed, found.content["answers"]).at(Stage.CHECK))


def choose_one(_desk: Desk, visit: Visit, _form: Form) -> Step:
    """To the list of answers, each with a button that takes it back."""
    return Step(visit=visit.at(Stage.ONE))


def back_to_kept(_desk: Desk, visit: Visit, _form: Form) -> Step:
    """Take nothing back."""
    return Step(visit=visit.at(Stage.KEPT))


def take_back(desk: Desk, visit: Visit, form: Form) -> Step:
    """Take back one answer at once: a next revision without it, which waits for its group anew."""
    found = responses.find(desk.session, desk.vault, desk.survey, keys_of(visit))
    if found is None:
        return gone(desk, visit)
    wanted = (form.get("question") or [""])[0]
    left = {key: value for key, value in found.content["answers"].items() if key.split(".")[0] != wanted}
    if left == found.content["answers"]:
        return Step(visit=visit.at(Stage.KEPT))
    following = visit.at(Stage.KEPT, response_id=found.response_id.hex(), rev=found.rev + 1)
    words = wishes.of_own_words(desk, found.content.get("words", {}), left)
    _sending(desk, following, {**found.content, "answers": left, "words": words})
    return Step(visit=following, scrub=True)


def withdraw(desk: Desk, visit: Visit, _form: Form) -> Step:
    """Take everything back. No reason is asked."""
    if responses.find(desk.session, desk.vault, desk.survey, keys_of(visit)) is None:
        return gone(desk, visit)
    desk.writes.append(responses.withdrawing(desk.session, desk.vault, desk.survey, keys_of(visit)))
    desk.forget(visit)
    return desk.step(visit, "withdrawn", context={"frozen": _frozen(desk)}, left=True, scrub=True)


def _sending(desk: Desk, visit: Visit, content: Mapping[str, Any]) -> None:
    sending = responses.sending(
        desk.vault,
        desk.place,
        response_id=bytes.fromhex(visit.response_id),
        rev=visit.rev,
        content=content,
        keys=keys_of(visit) if visit.has_code else None,
        repeated=not (visit.has_code and visit.draft_rev),
    )
    desk.writes.append(sending)


def _elsewhere(desk: Desk, visit: Visit) -> Step | None:
    """What another page of this person did since the draft was begun, shown before anything is replaced."""
    keys = keys_of(visit)
    sent = visit.rev > 1 or responses.is_under(desk.session, keys)
    found = responses.find(desk.session, desk.vault, desk.survey, keys) if sent else None
    if visit.draft_rev and not desk.draft(visit).draft_rev:  # it was sent, or taken back, with its draft
        return gone(desk, visit) if found is None else Step(visit=visit.at(Stage.KEPT, draft_rev=0))
    present = found.rev if found is not None and not found.missing else 0
    if present == visit.rev - 1 or (present == visit.rev and not visit.draft_rev):
        return None
    moved = visit.at(Stage.CHECK, rev=present + 1, moved_on=True)
    if not present:  # nobody but this draft knows these answers any more: they begin anew
        moved = moved.at(Stage.CHECK, response_id=os.urandom(16).hex())
    return Step(visit=desk.keep(moved, desk.answers(visit)))


def _frozen(desk: Desk) -> date | None:
    """The last day to take answers back out of figures, once it is over."""
    day = desk.consultation.freeze_date
    return day if day is not None and desk.today > day else None
