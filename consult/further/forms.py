"""What was typed into the form of who would like to hear more, and what can be mended about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext

import surveys
from consult.further import service
from consult.web.problems import too_long

Fields = Mapping[str, Sequence[str]]


def _(words: str, **facts: object) -> str:
    return str(gettext(words, **facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields as they came, cleaned, and problems by field."""

    contact: str = ""
    kinds: tuple[str, ...] = ()
    remark: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)

    def wish(self) -> service.Wish:
        """For the service, when there is no problem."""
        return service.wish(self.contact, self.kinds, self.remark)


def read(fields: Fields) -> Typed:
    """The fields of a form; whatever was sent, nothing is lost."""
    contact, remark = _words(fields, "contact"), _words(fields, "remark")
    problems: dict[str, str] = {}
    if not contact:
        problems["contact"] = _("Please write one way to reach you, or close this page and leave nothing.")
    elif len(contact) > service.LONGEST_CONTACT:
        problems["contact"] = too_long(len(contact) - service.LONGEST_CONTACT)
    if len(remark) > service.LONGEST_REMARK:
        problems["remark"] = too_long(len(remark) - service.LONGEST_REMARK)
    return Typed(contact=contact, kinds=tuple(fields.get("kind", ())), remark=remark, problems=problems)


def kinds() -> tuple[tuple[str, str], ...]:
    """What can be ticked, in words."""
    return (
        (service.Kind.RESULTS, _("Tell me when the results are there")),
        (service.Kind.DRAFTS, _("Read drafts and say what I think")),
        (service.Kind.GROUP, _("Take part in a group of men who advise")),
        (service.Kind.INTERVIEW, _("Talk with a researcher, once")),
        (service.Kind.PANEL, _("Rate drafts in a panel, over some months")),
    )


def _words(fields: Fields, name: str) -> str:
    return surveys.clean((fields.get(name) or [""])[0])


def marks() -> dict[str, str]:
    """How widely something was said, as a sentence."""
    return {"many": _("Many said this."), "some": _("Some said this."), "few": _("A few said this.")}
