"""The measurement of the suggester, on invented answers: its keys, its figures, and what it leaves out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks import learning, text, themes
from benchmarks.theme_figures import Said, calibration_gap, figures

PROMISED = {
    "micro_f1",
    "macro_f1",
    "samples_f1",
    "macro_ap",
    "stated_micro_f1",
    "ece",
    "auto_precision",
    "auto_share",
    "shortlist_size",
    "shortlist_missed",
    "cpu_seconds",
    "peak_mib",
}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[dict[str, Any], str]:
    themes.main(arguments)
    said = capsys.readouterr()
    return json.loads(said.out), said.err


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, answers: pd.DataFrame, truths: list[list[str]]) -> Path:
    home = tmp_path_factory.mktemp("sets") / "invented"
    home.mkdir()
    split = ["train" if place < 160 else "test" for place in range(240)]
    labels = ["|".join(given) for given in truths]
    rows = answers.rename(columns={"answer": "id"}).assign(labels=labels, split=split, question="q")
    pd.concat([rows, rows.head(3).assign(question="other", labels="")]).to_csv(home / "data.csv", index=False)
    book = {theme: {"definition": f"About {theme}."} for theme in ("waiting", "privacy", "hours", "staff")}
    (home / "codebook.json").write_text(json.dumps(book), encoding="utf-8")
    return home


def test_without_the_text_it_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for arguments in ([], ["--data", str(tmp_path)], ["--linking", "--data", str(tmp_path)]):
        report, said = run(capsys, *arguments)
        assert report["skipped"] is True
        assert "skipped" in said


def test_ours_and_peers_give_every_promised_figure_in_one_run(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "vectors"
    given = ["--data", str(folder), "--question", "q", "--coded", "60,0", "--seeds", "2", "--kept", str(kept)]
    report, _ = run(capsys, *given, "--out", str(tmp_path / "out.json"))
    assert set(report) >= PROMISED
    assert set(report["peers"]) == {"tfidf_lr", "minilm_lr"}
    assert all(set(peer) >= PROMISED for peer in report["peers"].values())
    assert [entry["coded"] for entry in report["curve"]] == [60, 0]
    assert report["curve"][1]["peers"] == {}
    assert report["micro_f1"] > 0.8
    assert abs(report["stated_micro_f1"] - report["micro_f1"]) < 0.15
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == report
    again, _ = run(capsys, *given, "--peers", "")
    assert again["micro_f1"] == report["micro_f1"]


def test_a_queue_that_seeks_rare_themes_is_measured_against_random_draws(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "LAST", 75)
    given = ["--data", str(folder), "--question", "q", "--seeds", "1", "--backend", "tfidf", "--learning"]
    report, _ = run(capsys, *given)
    assert list(report["random"]) == ["25", "50", "75"]
    assert list(report["mixed"]) == ["25", "50", "75"]
    assert report["random"]["25"] == report["mixed"]["25"]  # the first are the same draw
    assert report["random"]["75"] != report["mixed"]["75"]
    assert set(report["share_needed"]) == {"micro_f1", "macro_f1", "macro_ap"}


def test_key_points_are_ranked_and_learnt_from(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    points = {
        "wait": "People wait too long",
        "door": "The entrance is private",
        "time": "Evening opening hours",
    }
    said = {
        "wait": "we wait for months, too long",
        "door": "a private entrance at the side",
        "time": "evening hours after work",
    }
    common = {"topic": "t", "stance": "1", "split": "dev"}
    rows = [
        {"id": f"{key}{n}", "text": f"{text} {n}", "labels": key, "judged": "|".join(points), **common}
        for n in range(6)
        for key, text in said.items()
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "data.csv", index=False)
    pd.DataFrame(
        [{"key_point_id": key, "key_point": words, **common} for key, words in points.items()]
    ).to_csv(tmp_path / "key_points.csv", index=False)
    report, _ = run(capsys, "--linking", "--data", str(tmp_path), "--seeds", "1", "--backend", "tfidf")
    assert (report["sides"], report["texts"]) == (1, 18)
    assert report["p_at_1"] == report["mrr"] == report["map_strict"] == 1.0
    assert report["confirmed_a_side"]["10"]["p_at_1"] == 1.0
    assert set(report["peers"]["tfidf"]) == {"p_at_1", "mrr", "r_at_3", "map_strict"}


def test_figures_of_a_small_table_are_those_worked_out_by_hand() -> None:
    truths = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    likelihood = np.array([[0.95, 0.05], [0.15, 0.55], [0.95, 0.25], [0.05, 0.05]])
    said = Said(
        scores=likelihood,
        given=likelihood >= 0.5,
        likelihood=likelihood,
        listed=likelihood >= 0.2,
        sure=likelihood >= 0.9,
        stated=None,
    )
    found = figures(truths, said)
    assert found["micro_f1"] == pytest.approx(2 * 3 / (3 + 4))
    assert found["macro_f1"] == pytest.approx((1 + 2 / 3) / 2)
    assert (found["auto_precision"], found["auto_share"]) == (1.0, 0.5)
    assert (found["shortlist_size"], found["shortlist_missed"]) == (1.0, 0.0)
    gaps = abs(3 * 0.05) + 0.15 + abs(1 - 0.25) + abs(1 - 0.55) + abs(2 - 1.9)
    assert calibration_gap(truths, likelihood) == pytest.approx(gaps / 8)


def test_invented_text_is_refreshed_suggested_and_grouped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "DECISIONS", 2)
    monkeypatch.setattr(text, "CODED", 60)
    given = text.invented(150)
    model, prepared, spent = text.refreshed(given)
    assert spent > 0
    assert {len(found) for found in prepared.phrases} == {2}
    assert len(text.next_suggestion(model, given.codings)) == text.DECISIONS
    assert text.candidates(prepared, given.vectors) > 0
    monkeypatch.setattr(text, "CANDIDATES", 4)
    assert text.factorised(prepared) > 0
