"""Findings and the themes that they are coded with."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.models.consultation import Consultation
from consult.models.literature import SourceStatus
from consult.records import findings, standards
from tests.builders import TODAY
from tests.consult.evidence.scene import Scene, make_scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


def test_a_finding_is_coded_with_the_frame_that_words_are_coded_with(scene: Scene) -> None:
    session, consultation = scene.team.session, scene.team.consultation
    source = standards.add_source(session, consultation, "Ash", "Ash 2020", status=SourceStatus.CHECKED)
    finding = standards.add_finding(session, source, "Men who are believed come back.", "12")
    for _twice in range(2):
        findings.code(session, finding, scene.theme, account_id=scene.team.account.id, today=TODAY)
    (coded,) = findings.by_theme(session, consultation)[scene.theme.id]
    assert (coded.statement, coded.page, coded.source) == ("Men who are believed come back.", "12", "Ash")
    assert findings.themes_of(session, consultation) == {finding.id: [scene.theme]}
    findings.uncode(session, finding, scene.theme)
    assert findings.by_theme(session, consultation) == {}


def test_a_finding_of_another_consultation_is_not_there(scene: Scene) -> None:
    session = scene.team.session
    source = standards.add_source(
        session, scene.team.consultation, "Ash", "Ash 2020", status=SourceStatus.CHECKED
    )
    finding = standards.add_finding(session, source, "Men who are believed come back.")
    other = Consultation(name="other", title="Other", min_grants=1)
    session.add(other)
    session.flush()
    with pytest.raises(findings.UnknownFindingError):
        findings.of(session, other, finding.id)
