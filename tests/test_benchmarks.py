"""Benchmarks measure what they say: turns, ratios, exact sends, and one JSON object of a fixed form."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import surveys
from benchmarks import harness, load, survey, yardstick
from benchmarks.goals import GOALS, Goal, Side
from surveys.check import check

HOME = Path(__file__).resolve().parent.parent
FORM = {"id", "what", "value", "unit", "yardstick", "ratio", "goal", "met"}


class Counting(ThreadingHTTPServer):
    """Remembers every address it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[str] = []
        self.lock = threading.Lock()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, Counting)
        with self.server.lock:
            self.server.asked.append(self.path)
        body = b"x" * 70_000
        self.send_response(404 if self.path == "/absent" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def counting() -> Iterator[Counting]:
    server = Counting()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_sides_take_turns_after_a_first_turn_that_is_thrown_away() -> None:
    order: list[str] = []
    sides = {"a": lambda: order.append("a"), "b": lambda: order.append("b")}
    turns = harness.in_turns(2, sides)
    assert order == ["a", "b", "a", "b", "a", "b"]
    assert [len(each) for each in turns.values()] == [2, 2]


def test_a_ratio_compares_turns_of_the_same_round() -> None:
    # A slow second round slows both sides and leaves each ratio as it was.
    made = harness.compared("P1", "page", "ms", [1.0, 10.0, 1.0], [4.0, 40.0, 4.0])
    assert (made.value, made.yardstick, made.ratio, made.met) == (1.0, 4.0, 0.25, True)


def test_a_goal_is_kept_up_to_and_with_its_bound() -> None:
    assert Goal(side=Side.AT_MOST, bound=1.1).met(1.1)
    assert not Goal(side=Side.AT_MOST, bound=1.1).met(1.1001)
    assert Goal(side=Side.AT_LEAST, bound=1.3).met(1.3)


def test_what_could_not_be_measured_keeps_no_goal() -> None:
    assert harness.figure("P4", "no server", "", value=None).met is False


def test_a_figure_without_a_goal_is_neither_kept_nor_missed() -> None:
    assert harness.figure("save.cpu", "CPU", "ms", value=3.0).met is None


def test_each_request_of_a_list_is_sent_exactly_once(counting: Counting) -> None:
    port = counting.server_address[1]
    requests = [load.message(port, "GET", f"/{number}") for number in range(50)]
    done = load.once(port, requests, connections=7, expected=200)
    assert sorted(counting.asked, key=lambda each: int(each[1:])) == [f"/{number}" for number in range(50)]
    assert (done.requests, done.errors) == (50, 0)
    assert 0 < done.p50 <= done.p95 <= done.p99


def test_an_answer_of_another_status_is_an_error(counting: Counting) -> None:
    port = counting.server_address[1]
    requests = [load.message(port, "GET", path) for path in ("/absent", "/there")]
    assert load.once(port, requests, connections=1, expected=200).errors == 1


def test_load_for_a_time_ends_in_time(counting: Counting) -> None:
    port = counting.server_address[1]
    done = load.repeated(port, load.message(port, "GET", "/"), connections=2, seconds=0.2)
    assert done.requests > 0
    assert done.seconds < 5


@pytest.mark.parametrize("source", [survey.one_page(), survey.many_pages()])
def test_the_measured_surveys_have_no_faults(source: str) -> None:
    assert check(surveys.parse(source)) == []


def test_the_one_page_survey_asks_fifteen_questions_and_takes_two_kilobytes() -> None:
    definition = surveys.parse(survey.one_page())
    typed = {
        key: [each] if isinstance(each, str) else each for key, each in survey.one_page_answers().items()
    }
    reading = surveys.read(definition.questions, typed)
    assert len(surveys.pages(definition, {}, surveys.Depth.FULL)) == 1
    assert (len(reading.values), reading.problems) == (15, ())
    assert 1900 < len(json.dumps(reading.values)) < 2300


def test_the_yardstick_takes_its_sample_and_shows_ten_kilobytes() -> None:
    app = yardstick.create_app()
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert 9_500 < len(client.get("/form").data) < 11_500
    assert client.post("/form", data=yardstick.ANSWERS).status_code == 303
    assert client.post("/form", data={**yardstick.ANSWERS, "waited": "9"}).status_code == 200


def test_a_report_is_one_json_object_without_the_name_of_the_machine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    harness.report("trial", [harness.figure("P1", "page", "ms", value=2.0, ratio=0.3)], harness.machine())
    written = json.loads(capsys.readouterr().out)
    assert written["figures"][0]["goal"] == str(GOALS["P1"])
    assert str(HOME) not in json.dumps(written)
    assert Path("/etc/hostname").read_text().strip() not in json.dumps(written["machine"])


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("name", "options", "wanted"),
    [
        (
            "intake",
            ["--seconds", "0.3", "--sends", "8", "--journeys", "1", "--submissions", "8"],
            {"P1", "P2", "P3", "P3.c1", "P3.c64", "P4", "P5", "P5b", "P6", "P8", "P9", "P10", "save.rate"},
        ),
        ("rewrap", ["--rows", "60"], {"P22", "P22.cpu", "P22.bare"}),
        ("words", ["--rows", "300"], {"P15", "P16", "P16.memory"}),
        (
            "coding",
            ["--documents", "20", "--rows", "60"],
            {"P14", "P14.memory", "P17.import", "P17.tag", "P17.export"},
        ),
        ("open", ["--rows", "60", "--few", "60", "--many", "120"], {"P11", "P11.again", "P12", "P13"}),
        (
            "panel",
            ["--items", "4", "--members", "10", "--pages", "2"],
            {
                *("P40.close.small", "P40.close.cpu.small", "P40.feedback.small", "P40.feedback.cpu.small"),
                *("P40.board.small", "P40.board.cpu.small", "P40.board.queries.small"),
            },
        ),
        (
            "evidence",
            ["--sizes", "20", "40", "--per-theme", "10", "--pages", "2"],
            {"P21.p95.40", "P21.queries", "P21.growth.small"},
        ),
    ],
)
def test_a_benchmark_prints_its_figures_at_a_tiny_size(
    name: str, options: list[str], wanted: set[str]
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--rounds", "1", *options],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    written: dict[str, Any] = json.loads(run.stdout)
    assert written["name"] == name
    assert {"cores", "python", "load"} <= written["machine"].keys()
    assert all(each.keys() == FORM for each in written["figures"])
    figures = {each["id"]: each for each in written["figures"]}
    assert wanted <= figures.keys()
    assert all(each["value"] == 0 for key, each in figures.items() if "errors" in key)
    assert all(each["met"] in {True, False} for each in figures.values() if each["goal"])
