"""The measurement of the suggester."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import themes


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[dict[str, Any], str]:
    monkeypatch.setattr(sys, "argv", ["themes", *arguments])
    themes.main()
    said = capsys.readouterr()
    return json.loads(said.out), said.err


def test_without_the_sets_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report, said = run(monkeypatch, capsys)
    assert report["runs"] == []
    assert report["skipped"] == ["nhs_px"]
    assert "skipped" in said


def test_every_method_gives_its_figures(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    answers: pd.DataFrame,
    truths: list[list[str]],
) -> None:
    home = tmp_path / "nhs_px"
    home.mkdir()
    split = ["train" if place < 160 else "test" for place in range(240)]
    rows = answers.assign(labels=["|".join(labels) for labels in truths], split=split)
    rows.to_csv(home / "data.csv", index=False)
    book = {theme: {"definition": f"About {theme}."} for theme in ("waiting", "privacy", "hours", "staff")}
    (home / "codebook.json").write_text(json.dumps(book), encoding="utf-8")
    report, _ = run(
        monkeypatch,
        capsys,
        "--data",
        str(tmp_path),
        "--coded",
        "0,60",
        "--seeds",
        "2",
        "--method",
        "ours,tfidf_lr",
        "--out",
        str(tmp_path / "out.json"),
    )
    assert [(r["method"], r["coded"], r["seed"]) for r in report["runs"]] == [
        ("ours", 0, 0),
        ("ours", 60, 0),
        ("ours", 60, 1),
        ("tfidf_lr", 60, 0),
        ("tfidf_lr", 60, 1),
    ]
    assert report["runs"][1]["metrics"]["micro_f1"] > 0.8
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == report
