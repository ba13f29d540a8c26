"""The meaning of answers is worked out beside the pages, can be seen and stopped, and goes with its shelf."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import delete

from analysis import embedding, pool
from consult import logs
from consult.coding import service
from consult.coding.service import fitting, meaning
from consult.coding.service.held import Shelf, shelves
from consult.coding.service.meaning import AT_ONCE, BLOCK, Basis
from consult.coding.service.reading import read
from consult.models.response import Response
from consult.records import themes, unlocking
from tests.cluster import of_two
from tests.consult.coding.workbench import BOX, DEFINITION, Workbench, make_workbench, sign_in
from tests.visitor import Visitor

MORE = tuple(f"It took {number} weeks before anybody could fit me in." for number in range(2 * BLOCK + 3))
FEW = tuple(f"It took {number} weeks before anybody could fit me in." for number in range(AT_ONCE))


@pytest.fixture(autouse=True)
def _allowed() -> Iterator[None]:
    yield
    meaning.allow(on=False)


def make(app: Flask, texts: tuple[str, ...]) -> Workbench:
    """With meaning allowed, as an installation has it."""
    made = make_workbench(app, texts, suggestions=True)
    meaning.allow(on=True)
    return made


def shelf_of(bench: Workbench) -> Shelf:
    unlocked = bench.unlocked()
    return shelves.at(unlocked.account_id, unlocked.consultation.id, DEFINITION).value


def fit(bench: Workbench) -> fitting.Fit:
    unlocked = bench.unlocked()
    return fitting.fitted(read(unlocked, DEFINITION), BOX, themes.of(unlocked.session, unlocked.consultation))


def basis(bench: Workbench) -> Basis:
    found = bench.page(0).basis
    assert found is not None
    return found


def until(done: Callable[[], bool]) -> None:
    """Wait for what goes on beside the pages; two minutes, on a machine that has other things to do."""
    for _ in range(2400):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The model waits at each block until this is set: so that a test sees it half-way."""
    opened = threading.Event()
    embed_texts = embedding.embed_texts

    def waiting(*given: object, **named: object) -> object:
        assert opened.wait(60)
        return embed_texts(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(embedding, "embed_texts", waiting)
    return opened


def test_a_few_answers_are_worked_out_at_once_and_the_page_says_so(app: Flask) -> None:
    bench = make(app, FEW)
    page = bench.page(0)
    assert page.suggestions[0].theme == "Waiting"
    assert page.basis is not None
    assert "meaning" in page.basis.says
    assert fit(bench).vectors is not None
    assert len(shelf_of(bench).meaning) == len(FEW)


def test_many_are_worked_out_beside_the_pages_which_go_by_words_until_then(
    app: Flask, gate: threading.Event
) -> None:
    bench = make(app, MORE)
    assert bench.page(0).suggestions  # by words
    assert basis(bench) == Basis(total=len(MORE), runs=True)
    assert fit(bench).vectors is None
    gate.set()
    until(lambda: not shelf_of(bench).works[BOX].runs)
    assert "meaning" in basis(bench).says
    assert fit(bench).vectors is not None


def test_it_stops_when_told_keeps_what_is_done_and_goes_on_when_told(
    app: Flask, gate: threading.Event
) -> None:
    bench = make(app, MORE)
    bench.page(0)
    service.decide_meaning(bench.unlocked(), DEFINITION, BOX, go_on=False)
    thread = shelf_of(bench).works[BOX].thread
    assert thread is not None
    gate.set()
    thread.join(60)
    stopped = basis(bench)
    assert (stopped.runs, stopped.stopped, stopped.total) == (False, True, len(MORE))
    assert stopped.done < len(MORE)
    assert fit(bench).vectors is None
    service.decide_meaning(bench.unlocked(), DEFINITION, BOX, go_on=True)
    bench.page(0)
    until(lambda: basis(bench).says != "")
    assert fit(bench).vectors is not None


def test_what_breaks_is_told_as_stopped_and_can_be_begun_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make(app, MORE)

    def broken(*_: object, **__: object) -> None:
        raise ValueError("It took 3 weeks")

    with monkeypatch.context() as patched:
        patched.setattr(embedding, "embed_texts", broken)
        bench.page(0)
        until(lambda: shelf_of(bench).works[BOX].failed)
    assert basis(bench).stopped
    service.decide_meaning(bench.unlocked(), DEFINITION, BOX, go_on=True)
    bench.page(0)
    until(lambda: basis(bench).says != "")


def test_locking_ends_the_work_and_lets_go_of_every_vector(app: Flask, gate: threading.Event) -> None:
    bench = make(app, MORE)
    bench.page(0)
    thread = shelf_of(bench).works[BOX].thread
    assert thread is not None
    unlocking.lock(bench.unlocked().account_id)
    gc.collect()
    gate.set()
    thread.join(60)
    assert not thread.is_alive()
    assert shelf_of(bench).meaning == {}


def test_a_withdrawn_answer_takes_its_vectors_along(app: Flask) -> None:
    bench = make(app, FEW)
    bench.page(0)
    gone = bench.responses[3]
    bench.team.session.execute(delete(Response).where(Response.id == gone))
    bench.team.session.commit()
    bench.page(0)
    assert len(fit(bench).answers) == len(FEW) - 1
    assert gone not in {response for _, response, _ in shelf_of(bench).meaning}
    assert len(shelf_of(bench).meaning) == len(FEW) - 1


def test_with_many_answers_the_page_never_waits_for_the_next_fit(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "BESIDE_FROM", 3)
    bench = make_workbench(app, MORE, suggestions=True)
    first = fit(bench)
    for place in range(5):
        bench.press("waiting", place)
    assert fit(bench) is first
    until(lambda: fit(bench) is not first)
    assert fit(bench).decisions == 5


def test_a_person_sees_how_far_it_is_stops_it_and_lets_it_go_on(
    app: Flask, visitor: Visitor, gate: threading.Event
) -> None:
    bench = make(app, MORE)
    sign_in(visitor)
    bench.page(0)
    here = f"/team/trial/answers/{DEFINITION}/{BOX}"
    visitor.visit(here)
    assert f"0 of {len(MORE)}" in visitor.words
    visitor.press("Stop")
    thread = shelf_of(bench).works[BOX].thread
    assert thread is not None
    gate.set()
    thread.join(60)
    visitor.visit(here)
    assert "has stopped" in visitor.words
    visitor.press("Go on")
    bench.page(0)
    until(lambda: basis(bench).says != "")
    visitor.visit(here)
    assert "worked out" not in visitor.words


def test_the_page_of_an_answer_has_the_same_button_and_comes_back_to_it(
    app: Flask, visitor: Visitor, gate: threading.Event
) -> None:
    bench = make(app, MORE)
    sign_in(visitor)
    answer = f"/team/trial/answers/{DEFINITION}/{BOX}/{bench.responses[0].hex()}"
    visitor.visit(answer)
    visitor.press("Open it")
    assert f"0 of {len(MORE)}" in visitor.words
    visitor.press("Stop")
    assert "Suggestions go by words alone" in visitor.words
    assert visitor.heading == "Code an answer"
    gate.set()


def here_nothing_is_worked_out(*_: object, **__: object) -> None:
    raise AssertionError("the cluster should do it")


@pytest.mark.filterwarnings("ignore")
def test_a_refresh_goes_through_the_cluster_of_the_organisation(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make(app, MORE)
    with of_two() as scheduler, monkeypatch.context() as patched:
        patched.setattr(meaning, "_work_out", here_nothing_is_worked_out)
        meaning.allow(on=True, scheduler=scheduler)
        bench.page(0)
        until(lambda: not shelf_of(bench).works[BOX].runs)
        assert not shelf_of(bench).works[BOX].failed
    assert "meaning" in basis(bench).says
    found = fit(bench).vectors
    assert found is not None
    alone = embedding.embed(fit(bench).prepared, found.backend)
    assert (np.sum(found.answers.astype(float) * alone.answers.astype(float), axis=1) > 0.99).all()


def test_where_the_cluster_does_not_answer_the_work_is_done_here(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: object) -> None:
        raise OSError("It took 3 weeks")

    monkeypatch.setattr(pool, "executor", gone)
    bench = make(app, MORE)
    meaning.allow(on=True, scheduler="tcp://127.0.0.1:9")
    bench.page(0)
    until(lambda: basis(bench).says != "")
    assert fit(bench).vectors is not None
    (line,) = [logs.AllowListFormatter().format(each) for each in caplog.records]
    assert "the cluster failed: meaning is worked out here OSError at" in line
    assert "weeks" not in line
