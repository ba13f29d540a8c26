"""How a second person of the invented team coded a sample, blind, and where the two differ.

Through the services that a real team uses. The second coder leaves out a theme now and then and adds none, so
that what people of the demonstration are counted for stays as it was designed. Nobody has settled it yet.
"""

from __future__ import annotations

from datetime import date

from consult.coding import service
from consult.coding.service import Press
from consult.coding.service.reading import read
from consult.records import themes
from consult.records.unlocking import Unlocked

_LEFT_OUT = 9
"""The second coder leaves out each ninth coding."""


def build(first: Unlocked, second: Unlocked, *, actor: str, today: date) -> None:
    """Draw the sample, and code what the first coder is done with."""
    service.sample(first, seed=1, actor=actor, today=today)
    keys = {theme.id: theme.key for theme in themes.of(first.session, first.consultation)}
    place = 0
    for row in service.pairs(second):
        definition_id, box = row.box.definition_id, row.box.key
        found = read(first, definition_id).coded(box)
        for _ in range(row.mine):
            response = service.next_second(second, definition_id, box, seed=place)
            for coding in found[bytes.fromhex(response)]:
                place += 1
                if place % _LEFT_OUT:
                    span = (coding.start, coding.end)
                    press = Press(
                        definition_id=definition_id,
                        box=box,
                        response=response,
                        rev=coding.response_rev,
                        theme=keys[coding.theme_id],
                        marked=span,
                        blind=True,
                    )
                    service.code(second, press)
            service.finish(second, definition_id, box, response)
