"""What was worked out of answers is sealed beside them, is there again, and goes with its answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from analysis import embedding
from consult.coding import service
from consult.coding.service import Pace, meaning
from consult.coding.service.held import shelves
from consult.models.meaning import Meaning
from consult.records import epochs, meanings, responses, unlocking
from consult.vault.meaning import SIZES
from tests.builders import TODAY
from tests.consult.coding.workbench import BOX, DEFINITION, Workbench, make_workbench

TEXTS = tuple(f"It took {number} weeks before anybody could fit me in." for number in range(6))


@pytest.fixture(autouse=True)
def _allowed() -> Iterator[None]:
    yield
    meaning.allow(on=False)


@pytest.fixture
def bench(app: Flask) -> Workbench:
    """Six answers and one without a word, worked out, and one answer opened."""
    made = make_workbench(app, (*TEXTS, ""), suggestions=True)
    meaning.allow(on=True)
    made.page(0)
    open_one(made)
    return made


def open_one(bench: Workbench) -> None:
    place = (DEFINITION, BOX, bench.responses[0].hex())
    service.take_up(bench.unlocked(), place, Pace(), again=False, now=1.0, today=TODAY)
    bench.team.session.commit()


def rows(bench: Workbench) -> dict[bytes, Meaning]:
    bench.team.session.expire_all()
    return {each.response_id: each for each in bench.team.session.scalars(select(Meaning))}


def words_of_vectors(blob: bytes) -> bool:
    return b"onnx" in blob or b"backend" in blob


def test_opening_an_answer_seals_what_was_worked_out_also_of_those_without_a_word(bench: Workbench) -> None:
    kept = rows(bench)
    assert len(kept) == len(TEXTS) + 1
    assert {len(each.blob) for each in kept.values()} == {SIZES[0] + 22 + 12 + 16}
    assert not any(words_of_vectors(each.blob) for each in kept.values())


def test_at_the_next_unlock_nothing_is_worked_out_again(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bench.page(1)
    unlocking.lock(bench.unlocked().account_id)
    meant = embedding.embed_texts

    def wordings_only(texts: list[str], *given: object, **named: object) -> object:
        assert not set(texts) & set(TEXTS)
        return meant(texts, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(embedding, "embed_texts", wordings_only)
    after = bench.page(1)
    assert after.basis is not None
    assert "meaning" in after.basis.says
    assert after.suggestions == before.suggestions
    blobs = {each.blob for each in rows(bench).values()}
    open_one(bench)
    assert {each.blob for each in rows(bench).values()} == blobs


def test_an_answer_that_is_changed_leaves_no_vector_of_its_old_words(bench: Workbench) -> None:
    changed = bench.responses[2]
    team = bench.team
    content = {"answers": {BOX: "Now I say this."}, "depth": "full", "language": "en"}
    responses.send(
        team.session, team.intake, team.survey, response_id=changed, rev=2, content=content, keys=None
    )
    team.session.commit()
    assert changed not in rows(bench)


def test_what_another_model_made_is_made_anew(bench: Workbench) -> None:
    unlocked = bench.unlocked()
    strange = b'{"backend": ["onnx", "another file", 384], "boxes": {}}\n'
    assert meanings.keep(unlocked, {bench.responses[0]: (1, strange)}) == {bench.responses[0]}
    bench.team.session.commit()
    unlocking.lock(unlocked.account_id)
    assert bench.page(0).suggestions
    shelf = shelves.at(unlocked.account_id, unlocked.consultation.id, DEFINITION).value
    assert len(shelf.meaning) == len(TEXTS)
    open_one(bench)
    opened = {each.response_id: each.vectors for each in meanings.opened(bench.unlocked(), DEFINITION)}
    assert b"another file" not in opened[bench.responses[0]]


def test_a_row_that_was_moved_or_is_of_another_text_is_as_good_as_none(bench: Workbench) -> None:
    session, kept = bench.team.session, rows(bench)
    one, other = (kept[each] for each in bench.responses[:2])
    one.blob = other.blob
    session.commit()
    there = {each.response_id for each in meanings.opened(bench.unlocked(), DEFINITION)}
    assert there == set(kept) - {bench.responses[0]}
    assert meanings.keep(bench.unlocked(), {bench.responses[3]: (7, b"of a text to come")}) == frozenset()


def test_new_keys_and_the_end_of_all_keys_take_every_vector_along(bench: Workbench) -> None:
    session, unlocked = bench.team.session, bench.unlocked()
    epochs.begin(session, bench.team.vault, unlocked.consultation, unlocked.keys)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Meaning)) == 0


def test_without_suggestions_nothing_of_it_is_kept(app: Flask) -> None:
    made = make_workbench(app, TEXTS, suggestions=False)
    meaning.allow(on=True)
    made.page(0)
    open_one(made)
    assert rows(made) == {}
