"""Closed answers for programs of statistics: labels and codes, and neither words nor time."""

from __future__ import annotations

import io
import re
import zipfile

import pyreadstat
import pytest
from flask import Flask
from lxml import etree

from consult.reports import service
from consult.reports.writers import statistics
from tests.consult.evidence.scene import Scene, make_scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = make_scene(app)
    made.coded([""] * 19)
    made.coded([""] * 7, survey=made.practitioners)
    made.team.session.commit()
    return made


def test_closed_answers_go_to_spss_with_labels_and_without_words_or_time(
    scene: Scene, tmp_path: object
) -> None:
    made = service.answers_sav(scene.unlocked())
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = archive.namelist()
        content = archive.read("small.sav")
        ddi = etree.fromstring(archive.read("small-ddi.xml"))
        assert b"They believed me" not in b"".join(archive.read(name) for name in names)
    assert {"small.sav", "small-ddi.xml", "about.txt", "checking.txt"} <= set(names)
    path = f"{tmp_path}/small.sav"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(content)
    table, about = pyreadstat.read_sav(path)
    assert list(table.columns) == ["looked", "words_use"]
    assert about.variable_value_labels["looked"] == {1.0: "Yes", 2.0: "No"}
    assert str(about.creation_time).startswith("2000-01-01")
    assert len(table) == 19
    space = {"d": "ddi:codebook:2_5"}
    assert ddi.xpath("//d:var/@name", namespaces=space) == ["looked", "words_use"]
    assert ddi.xpath("//d:var[1]/d:catgry/d:labl/text()", namespaces=space) == ["Yes", "No"]
    assert len(made.used) == 26


def test_names_that_spss_does_not_take_are_made_so_and_stay_apart() -> None:
    made = statistics.variable_names(["1a", "a.b", "a-b", "a_b", "ŵ", "", "x" * 80, "A.B"])
    assert len({name.casefold() for name in made}) == 8
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]{0,63}", name) for name in made)
