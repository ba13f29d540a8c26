"""The suggester, against a plain refit and against what a page needs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from analysis.coded import UnknownCodingError, read_codings
from analysis.codeframe import CodeFrame
from analysis.excerpts import best_phrases, choose, phrase_under
from analysis.prepared import Prepared, Space, prepare
from analysis.quality import Refused, Stated, assigned, micro_f1
from analysis.suggest import Options, StaleError, Suggester, TooLittleError, fit
from analysis.tables import CODINGS, SUGGESTIONS, ColumnsError
from analysis.text import Span
from analysis.training import train
from analysis.vectors import Backend, Vectors

MakeCodings = Callable[..., pd.DataFrame]
OPTIONS = Options(seed=4)


def invented_vectors(prepared: Prepared, frame: CodeFrame) -> Vectors:
    rng = np.random.default_rng(2)

    def unit(rows: int) -> np.ndarray:
        made = rng.normal(size=(rows, 8)).astype(np.float32)
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))

    return Vectors(
        backend=Backend(name="invented", digest="aa", size=8),
        answers=unit(len(prepared.answers)),
        phrases=unit(int(prepared.first[-1])),
        wordings=unit(len(frame.wordings())),
    )


@pytest.fixture(scope="module")
def model(prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings) -> Suggester:
    return fit(prepared, None, frame, make_codings(list(range(160))), OPTIONS)


@pytest.mark.parametrize("with_meaning", [False, True])
def test_leaving_out_is_the_same_as_fitting_again_without(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings, *, with_meaning: bool
) -> None:
    vectors = invented_vectors(prepared, frame) if with_meaning else None
    coded = read_codings(make_codings(list(range(40))), prepared, frame)
    space = Space.of(prepared, vectors)
    trained = train(prepared, space, vectors, frame, coded, OPTIONS)
    kernel = trained.training.rows.kernel(trained.training.rows)
    assert len(kernel) > 40 + 2 * 4  # phrases were chosen
    for row, place in enumerate(coded.places.tolist()):
        keep = np.setdiff1d(np.arange(len(kernel)), trained.training.blocks[row])
        dual = np.linalg.solve(kernel[np.ix_(keep, keep)] + np.eye(len(keep)), trained.training.targets[keep])
        taught = trained.training.rows.take(keep)
        score = (space.answers.take(np.array([place])).kernel(taught) @ dual)[0]
        parts = np.arange(prepared.first[place], prepared.first[place + 1])
        if len(parts):
            score = (score + (space.phrases.take(parts).kernel(taught) @ dual).max(axis=0)) / 2
        np.testing.assert_allclose(trained.left_out[row], score, atol=1e-8)


@pytest.mark.parametrize("with_meaning", [False, True])
def test_over_features_leaving_out_is_the_same_as_fitting_again_without(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings, *, with_meaning: bool
) -> None:
    """The primal form, against scikit-learn's ridge on the rows that are left (the intercept shrunk, too)."""
    vectors = invented_vectors(prepared, frame) if with_meaning else None
    coded = read_codings(make_codings(list(range(30))), prepared, frame)
    space = Space.of(prepared, vectors)
    trained = train(prepared, space, vectors, frame, coded, OPTIONS, primal_from=10)
    squeeze = prepared.squeeze
    rows = squeeze.dense(trained.training.rows)
    assert rows.shape == (len(trained.training.rows), 200 + 1 + (8 if with_meaning else 0))
    for row, place in enumerate(coded.places.tolist()[:12]):
        keep = np.setdiff1d(np.arange(len(rows)), trained.training.blocks[row])
        again = Ridge(alpha=1.0, fit_intercept=False).fit(rows[keep], trained.training.targets[keep])
        score = again.predict(squeeze.dense(space.answers.take(np.array([place]))))[0]
        parts = np.arange(prepared.first[place], prepared.first[place + 1])
        if len(parts):
            score = (score + again.predict(squeeze.dense(space.phrases.take(parts))).max(axis=0)) / 2
        np.testing.assert_allclose(trained.left_out[row], score, atol=1e-7)


def test_both_forms_give_the_same_scores_where_nothing_is_squeezed_away(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    vectors = invented_vectors(prepared, frame)
    coded = read_codings(make_codings(list(range(60))), prepared, frame)
    space = Space.of(prepared, vectors)
    dual = train(prepared, space, vectors, frame, coded, OPTIONS)
    primal = train(prepared, space, vectors, frame, coded, OPTIONS, primal_from=10)
    both = [each.weights.score(space.answers) for each in (dual, primal)]
    assert np.corrcoef(both[0].ravel(), both[1].ravel())[0, 1] > 0.999
    assert np.abs(both[0] - both[1]).max() < 0.1
    first = len(coded)
    assert np.abs(dual.solution.dual[:first] - primal.solution.dual[:first]).max() < 0.1


def test_scores_are_half_the_answer_and_half_its_best_phrase(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    codings = make_codings(list(range(30)))
    model = fit(prepared, None, frame, codings, OPTIONS)
    coded = read_codings(codings, prepared, frame)
    space = Space.of(prepared, None)
    trained = train(prepared, space, None, frame, coded, OPTIONS)
    own = space.answers.kernel(trained.training.rows) @ trained.solution.dual
    spoken = space.phrases.kernel(trained.training.rows) @ trained.solution.dual
    for place in range(len(prepared.answers)):
        first, last = prepared.first[place], prepared.first[place + 1]
        expected = own[place] if first == last else (own[place] + spoken[first:last].max(axis=0)) / 2
        np.testing.assert_allclose(model.scores[place], expected, atol=1e-5)


def test_each_theme_of_a_coded_answer_chooses_its_best_phrase() -> None:
    found = (Span(0, 10), Span(11, 20))
    scores = np.array([[0.2, 0.9], [0.8, 0.9]])
    assert choose(np.array([1.0, 1.0]), [(), ()], found, 20, scores) == {0: [1], 1: [0]}


def test_an_excerpt_that_a_person_marked_decides_over_the_guess() -> None:
    found = (Span(0, 10), Span(11, 20))
    scores = np.array([[0.2], [0.8]])
    assert choose(np.array([1.0]), [(Span(2, 13),)], found, 20, scores) == {0: [0]}
    assert choose(np.array([1.0]), [(Span(0, 20),)], found, 20, scores) == {
        1: [0]
    }  # the whole answer: a guess
    assert choose(np.array([1.0]), [(Span(10, 11),)], found, 20, scores) == {}  # between the phrases
    assert phrase_under(Span(9, 13), found, 20) == 1


def test_the_best_phrase_is_the_first_of_equals_and_answers_without_phrases_have_none() -> None:
    scores = np.array([[1.0, 5.0], [1.0, 6.0], [2.0, 2.0]])
    best, chosen = best_phrases(scores, np.array([0, 2, 2, 3]))
    assert best.tolist() == [[1.0, 6.0], [-np.inf, -np.inf], [2.0, 2.0]]
    assert chosen.tolist() == [[0, 1], [-1, -1], [0, 0]]


def test_it_finds_the_themes_of_answers_nobody_coded(model: Suggester, truths: list[list[str]]) -> None:
    rest = np.arange(160, 240)
    wanted = np.array(
        [[theme in truths[place] for theme in model.fitted.themes] for place in rest], dtype=float
    )
    assert micro_f1(wanted, assigned(model.scores[rest], model.fitted.cuts)) > 0.9


def test_it_works_from_definitions_alone(prepared: Prepared, frame: CodeFrame) -> None:
    model = fit(prepared, None, frame, CODINGS.empty(), OPTIONS)
    found = model.suggest(["a000"])
    assert len(found) == 4
    assert found["likelihood"].isna().all()
    assert not found["reaches_cut"].any()  # how common a theme is, nobody knows yet
    assert isinstance(model.stated(), Refused)
    assert set(model.bands()["band"]) == {"needs_person"}
    assert (model.uncertainty()["uncertainty"] == 1).all()
    waiting = fit(
        prepare(
            pd.DataFrame({"answer": ["x"], "text": ["a long wait for an appointment"], "language": "en"})
        ),
        None,
        frame,
        CODINGS.empty(),
        OPTIONS,
    )
    assert waiting.suggest()["theme"][0] == "waiting"


def test_with_neither_codings_nor_definitions_there_is_too_little(
    prepared: Prepared, bare_frame: CodeFrame
) -> None:
    with pytest.raises(TooLittleError):
        fit(prepared, None, bare_frame, CODINGS.empty(), OPTIONS)
    with pytest.raises(TooLittleError):
        fit(prepared, None, CodeFrame(version="1", themes=()), CODINGS.empty(), OPTIONS)


def test_codings_alone_suffice(prepared: Prepared, bare_frame: CodeFrame, make_codings: MakeCodings) -> None:
    found = fit(prepared, None, bare_frame, make_codings(list(range(40))), OPTIONS).suggest(["a200"])
    assert found["likelihood"].notna().all()


def test_a_shortlist_is_ranked_and_points_into_the_text(model: Suggester, prepared: Prepared) -> None:
    found = model.suggest()
    assert tuple(found.columns) == SUGGESTIONS.names
    assert found["answer"].nunique() <= len(prepared.answers)
    for answer, rows in found.groupby("answer"):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
        assert rows["score"].is_monotonic_decreasing
        place = prepared.places[str(answer)]
        spans = {Span(start, end) for start, end in zip(rows["start"], rows["end"], strict=True)}
        allowed = prepared.phrases[place] or (Span(0, len(prepared.texts[place])),)
        assert spans <= set(allowed)


def test_the_best_phrase_for_a_theme_is_the_excerpt(model: Suggester, prepared: Prepared) -> None:
    place = next(
        at for at, text in enumerate(prepared.texts) if "close at five" in text and prepared.phrases[at]
    )
    rows = model.suggest([prepared.answers[place]])
    hours = rows[rows["theme"] == "hours"]
    excerpt = Span(int(hours["start"].iloc[0]), int(hours["end"].iloc[0])).of(prepared.texts[place])
    assert "close at five" in excerpt


def test_the_list_is_the_first_eight_until_150_answers_were_drawn_at_random(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings, model: Suggester
) -> None:
    assert fit(prepared, None, frame, make_codings(list(range(149))), OPTIONS).fitted.listed_from is None
    assert model.fitted.listed_from is not None
    many = CodeFrame(
        version="9",
        themes=(*frame.themes, *(type(frame.themes[0])(key=f"t{n}", name=f"theme {n}") for n in range(9))),
    )
    assert len(fit(prepared, None, many, CODINGS.empty(), OPTIONS).suggest(["a001"])) == 8


def test_the_list_holds_what_it_promises_on_new_answers(model: Suggester, truths: list[list[str]]) -> None:
    found = model.suggest([f"a{place:03d}" for place in range(160, 240)])
    listed = found.groupby("answer")["theme"].agg(set)
    missed = [len(set(truths[p]) - listed.get(f"a{p:03d}", set())) / len(truths[p]) for p in range(160, 240)]
    assert np.mean(missed) <= 0.15


def test_answers_sought_out_do_not_bend_cuts_likelihood_or_stated_figures(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    fair = make_codings(list(range(120)))
    rare = make_codings(list(range(120, 150)), stream="rare", blind=False)
    model = fit(prepared, None, frame, pd.concat([fair, rare]), OPTIONS)
    shares = [(fair["theme"] == theme).sum() for theme in frame.keys]
    # Coded answers (the first 150) stand among the others with their scores without themselves.
    ranked = np.vstack([model.fitted.left_out.astype(float), model.scores[150:]])
    for theme, positives in enumerate(shares):
        k = round((positives + 0.5) / 121 * 240) - 1
        assert model.fitted.cuts[theme] == pytest.approx(np.sort(ranked[:, theme])[::-1][k], abs=1e-6)
    stated = model.stated()
    assert isinstance(stated, Stated)
    assert stated.n_blind == 120


def test_codings_made_with_suggestions_in_view_are_never_stated(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    seen = fit(prepared, None, frame, make_codings(list(range(120)), blind=False), OPTIONS).stated()
    assert isinstance(seen, Refused)
    assert "0 answers" in seen.reason


def test_an_answer_read_and_found_without_a_theme_counts_as_coded(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    none = pd.DataFrame(
        [("a050", None, None, None, "coder", "person", "random", True)], columns=list(CODINGS.names)
    )
    coded = read_codings(pd.concat([make_codings([1]), none]), prepared, frame)
    assert len(coded) == 2
    assert coded.targets[1].sum() == 0


def test_codings_that_name_strangers_are_refused_without_naming_them(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    with pytest.raises(UnknownCodingError, match="1 answers and 1 themes") as refused:
        read_codings(make_codings([1]).assign(answer="gone", theme="old"), prepared, frame)
    assert "gone" not in str(refused.value)
    with pytest.raises(ColumnsError, match="blind"):
        read_codings(make_codings([1]).drop(columns="blind"), prepared, frame)


def test_the_order_of_codings_changes_nothing(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings, model: Suggester
) -> None:
    shuffled = make_codings(list(range(160))).sample(frac=1, random_state=1)
    assert fit(prepared, None, frame, shuffled, OPTIONS).to_bytes() == model.to_bytes()


def test_bands_name_answers_without_content_and_answers_that_need_a_person(
    answers: pd.DataFrame, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    more = pd.DataFrame({"answer": ["n", "z"], "text": ["N/A", "purple zebra umbrella"], "language": "en"})
    model = fit(prepare(pd.concat([answers, more])), None, frame, make_codings(list(range(160))), OPTIONS)
    bands = model.bands().set_index("answer")["band"]
    assert bands["n"] == "no_content"
    assert bands["z"] == "needs_person"
    assert {"confident", "suggested"} & set(bands)
    sure = model.uncertainty(["a000"])["uncertainty"][0]
    assert sure < model.uncertainty(["z"])["uncertainty"][0]


def test_answers_in_welsh_wait_until_a_hundred_are_coded(
    answers: pd.DataFrame, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    welsh = prepare(answers.assign(language=["cy" if place < 120 else "en" for place in range(240)]))
    few = fit(welsh, None, frame, make_codings(list(range(60, 160))), OPTIONS)
    assert few.suggest(["a001"]).empty
    assert few.bands(["a001"])["band"].tolist() == ["needs_person"]
    assert len(few.suggest(["a200"])) > 0
    enough = fit(welsh, None, frame, make_codings(list(range(100))), OPTIONS)
    assert len(enough.suggest(["a001"])) > 0


def test_a_model_that_reads_english_gives_welsh_answers_words_only(
    prepared: Prepared, frame: CodeFrame
) -> None:
    vectors = invented_vectors(prepared, frame)
    welsh = prepare(pd.DataFrame({"answer": prepared.answers, "text": prepared.texts, "language": "cy"}))
    assert not Space.of(welsh, vectors).answers.meaning.any()  # type: ignore[union-attr]  # set with vectors


def test_a_reason_gives_phrase_words_and_answers_alike(model: Suggester, prepared: Prepared) -> None:
    place = next(at for at, text in enumerate(prepared.texts) if at >= 160 and "side entrance" in text)
    reason = model.explain(prepared.answers[place], "privacy")
    assert "side entrance" in prepared.texts[place][reason.start : reason.end].lower()
    assert 0 < len(reason.words_for) <= 3
    assert len(reason.words_against) <= 2
    assert 0 < len(reason.alike) <= 3
    assert set(reason.alike) <= {f"a{coded:03d}" for coded in range(160)}
    assert reason.definition.startswith("Whether the entrance")
    own = model.explain("a000", model.fitted.themes[0])
    assert "a000" not in own.alike


def test_a_kept_fit_suggests_the_same(model: Suggester, prepared: Prepared, frame: CodeFrame) -> None:
    again = Suggester.from_bytes(model.to_bytes(), prepared, None, frame)
    pd.testing.assert_frame_equal(again.suggest(), model.suggest())
    assert again.stated() == model.stated()
    assert again.explain("a007", "staff") == model.explain("a007", "staff")
    assert again.to_bytes() == model.to_bytes()


def test_a_kept_fit_reads_answers_that_came_later(
    model: Suggester, answers: pd.DataFrame, frame: CodeFrame
) -> None:
    later = pd.DataFrame(
        {"answer": ["new"], "text": ["A side entrance would feel more private"], "language": "en"}
    )
    again = Suggester.from_bytes(model.to_bytes(), prepare(pd.concat([answers, later])), None, frame)
    assert again.suggest(["new"])["theme"][0] == "privacy"
    np.testing.assert_array_equal(again.scores[:240], model.scores)


def test_a_kept_fit_with_meaning_comes_back_only_to_the_same_back_end(
    prepared: Prepared, frame: CodeFrame, make_codings: MakeCodings
) -> None:
    vectors = invented_vectors(prepared, frame)
    model = fit(prepared, vectors, frame, make_codings(list(range(50))), OPTIONS)
    blob = model.to_bytes()
    again = Suggester.from_bytes(blob, prepared, vectors, frame)
    pd.testing.assert_frame_equal(again.suggest(), model.suggest())
    with pytest.raises(StaleError):
        Suggester.from_bytes(blob, prepared, None, frame)


@pytest.mark.parametrize("spoil", ["version", "themes", "format", "short", "other"])
def test_a_stale_or_broken_fit_is_refused(
    model: Suggester, prepared: Prepared, frame: CodeFrame, spoil: str
) -> None:
    blob, wanted = model.to_bytes(), frame
    match spoil:
        case "version":
            wanted = CodeFrame(version="4", themes=frame.themes)
        case "themes":
            wanted = CodeFrame(version="3", themes=frame.themes[:2])
        case "format":
            blob = blob.replace(b'"format": 2', b'"format": 1')
        case "short":
            blob = blob[:-40]
        case _:
            blob = b"\x00\x00\x00\x02[]"
    with pytest.raises(StaleError):
        Suggester.from_bytes(blob, prepared, None, wanted)


def test_no_answers_at_all_give_no_suggestions(frame: CodeFrame) -> None:
    nobody = prepare(pd.DataFrame({"answer": [], "text": [], "language": []}, dtype=object))
    model = fit(nobody, None, frame, CODINGS.empty(), OPTIONS)
    assert model.suggest().empty
    assert model.bands().empty
