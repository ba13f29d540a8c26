"""Whoever is to code an answer as its second coder reads nothing of the first one's findings here either."""

from __future__ import annotations

from flask import Flask

from consult.coding import service as coding
from consult.evidence import service
from consult.records import voices
from consult.records.unlocking import Unlocked
from tests.builders import TODAY
from tests.consult.evidence.scene import make_scene


def test_evidence_and_trail_leave_out_what_a_first_coder_found_until_the_second_is_done(app: Flask) -> None:
    scene = make_scene(app)
    scene.link("1.1")
    people = sorted(scene.coded(["quote", "quote"]))
    first, second = scene.unlocked(), scene.unlocked(scene.colleague())

    def shown(by: Unlocked) -> list[set[str]]:
        (told,), said = service.page(by, "DS1").themes, service.trail(by, scene.theme.key).said
        assert said is not None
        assert len(voices.hear(by).raised[scene.theme.id, voices.SURVEYED[0]]) == 2  # counted for everybody
        by_id = {note.hex(): each.response_id for note, each in voices.hear(by).codings.items()}
        return [{by_id[each.coding].hex() for each in theme.excerpts} for theme in (told, said)]

    both = {each.hex() for each in people}
    assert shown(second) == [both, both]
    coding.sample(first, seed=1, actor="sam", today=TODAY)
    scene.team.session.commit()
    assert shown(first) == [both, both]
    assert shown(second) == [set(), set()]
    coding.finish(second, "small", "helped_words", people[0].hex())
    scene.team.session.commit()
    assert shown(second) == [{people[0].hex()}] * 2
