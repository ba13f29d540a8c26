"""Easy read: another view of the same survey, in pictures and easy words; its answers are never mixed up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import surveys
from surveys import FACES, PICTURES, AnswerValue, Depth, Scale, Survey, load, parse
from surveys.advice import Rule, advise, must_be_signed
from surveys.cells import from_cells
from surveys.check import check
from surveys.codebook import ColumnKind, columns, value_in
from surveys.easy_check import note_easy
from surveys.fields import Notes
from surveys.reading import reading_age, sentences, words_of
from surveys.writing import write
from tests.surveys import small

STATIC = Path(surveys.__file__).parents[1] / "consult" / "static" / "easy"

ORDINARY = """
id = "two"
strand = "practitioners"
title = "A title"
summary = ["One.", "Two."]

[[sections]]
id = "part"
title = "A part"
note = "A note."

[[sections.questions]]
id = "ways"
kind = "choices"
lead = "Read this first."
text = "Which ways would be suitable?"
hint = "Several can be chosen."
options = [{ id = "phone", text = "Telephone" }, { id = "letter", text = "Correspondence" }]

[[sections.questions]]
id = "rating"
kind = "scale"
text = "How important is it?"
label_low = "Unimportant"
label_high = "Critical"
thirds = ["Low", "Middle", "High"]
cannot_rate = "Unable to say"

[[sections.questions]]
id = "again"
like = "rating"
text = "How achievable is it?"

[[endings]]
id = "over"
title = "The end"
paragraphs = ["All done."]
"""
SHEET = """
[easy.en]
title = "Our title"
summary = ["Easy one.", "Easy two."]

[easy.en.sections.part]
title = "The part"
note = "Look here."

[easy.en.questions.ways]
lead = "Read me."
text = "Which ways are good?"
hint = "You can choose more than one."
picture = "phone"
options = { phone = "Phone", letter = "Letter" }

[easy.en.questions.rating]
text = "Does it matter?"
label_low = "No"
label_high = "Yes"
thirds = ["Not much", "A bit", "A lot"]
cannot_rate = "I cannot say"
picture = "star"

[easy.en.questions.again]
text = "Can it be done?"
picture = "table"

[easy.en.endings.over]
title = "This is the end"
paragraphs = ["We are done."]
"""
BOTH = ORDINARY + SHEET


def easy_faults(survey: Survey) -> list[tuple[str, str]]:
    notes = Notes(file="two.toml")
    note_easy(survey, notes)
    return [(fault.where, fault.message) for fault in notes.faults]


def test_a_sheet_says_the_same_as_easy_words_inside_each_text() -> None:
    """T43: easy read is a variant of the same definition, however its author lays it out."""
    survey = parse(BOTH)
    assert survey.easy == ("en",)
    assert survey.question("ways").text.read("en", variant="easy").words == "Which ways are good?"
    assert survey.question("ways").text.read("en").words == "Which ways would be suitable?"
    assert parse(write(survey)) == survey
    assert surveys.fingerprint(parse(write(survey))) == surveys.fingerprint(survey)
    assert check(survey) == []


def test_a_definition_without_easy_read_keeps_its_fingerprint() -> None:
    plain = parse(ORDINARY)
    assert plain.easy == ()
    assert b"easy" not in surveys.canonical(plain)
    assert b"picture" not in surveys.canonical(plain)
    assert b"faces" not in surveys.canonical(plain)


def test_whoever_is_like_another_question_takes_over_its_easy_words() -> None:
    again = surveys.easy_read(parse(BOTH)).question("again")
    assert isinstance(again, Scale)
    assert [each.read("en").words for each in again.three] == ["Not much", "A bit", "A lot"]
    assert again.cannot_rate.read("en").words == "I cannot say"


def test_the_view_asks_one_question_a_page_with_the_words_that_stood_above_them_all() -> None:
    view = surveys.easy_read(parse(BOTH))
    pages = surveys.pages(view, {}, Depth.FULL)
    assert [[question.id for question in page.questions] for page in pages] == [
        ["ways"],
        ["rating"],
        ["again"],
    ]
    assert [page.questions[0].lead.read("en").words for page in pages] == ["Read me."] * 3
    assert view.title.read("en").words == "Our title"
    assert view.sections[0].note.read("en").words == "Look here."


@small.unhurried
@given(small.surveys().flatmap(lambda survey: st.tuples(st.just(survey), small.answers_to(survey))))
def test_in_both_views_the_same_questions_are_asked_and_the_same_answers_kept(
    drawn: tuple[Survey, dict[str, AnswerValue]],
) -> None:
    """T43, T42: easy read is another view of the same definition, so switching loses and adds nothing."""
    survey, answers = drawn
    view = surveys.easy_read(survey)
    assert surveys.stored(view, answers) == surveys.stored(survey, answers)
    for depth in Depth:
        ordinary, easy = surveys.pages(survey, answers, depth), surveys.pages(view, answers, depth)
        assert [each.id for page in easy for each in page.questions] == [
            each.id for page in ordinary for each in page.questions
        ]
        for page in ordinary:
            there = surveys.same_page(survey, view, answers, depth, page.id)
            assert there is not None
            assert there.questions == tuple(
                each for each in view.questions if each.id == page.questions[0].id
            )
            assert surveys.same_page(view, survey, answers, depth, there.id) == page
        for page in easy:
            there = surveys.same_page(view, survey, answers, depth, page.id)
            assert there is not None
            assert page.questions[0].id in {each.id for each in there.questions}


def test_a_page_that_is_not_asked_any_more_has_no_other_side() -> None:
    survey = parse(BOTH)
    assert surveys.same_page(survey, surveys.easy_read(survey), {}, Depth.FULL, "gone") is None


@pytest.mark.parametrize("face", FACES)
def test_an_answer_from_three_faces_says_so_and_is_no_number(face: str) -> None:
    """T43: three faces in place of 1 to 9 give an answer of their own kind."""
    survey = parse(BOTH)
    reading = surveys.read(survey.questions, {"rating": [face]})
    assert reading.values == {"rating": face}
    assert reading.problems == ()


def test_a_scale_without_words_for_faces_takes_none() -> None:
    survey = parse(
        BOTH.replace('thirds = ["Low", "Middle", "High"]\n', "").replace(
            'thirds = ["Not much", "A bit", "A lot"]\n', ""
        )
    )
    assert [each.code for each in surveys.read(survey.questions, {"rating": ["face_low"]}).problems] == [
        surveys.ProblemCode.NOT_A_NUMBER
    ]


def test_faces_have_a_column_of_their_own_so_that_nothing_reckons_them_with_numbers() -> None:
    """T43: "not comparable": in the table of answers a mark and a face never stand in one column."""
    survey = parse(BOTH)
    found = {column.name: column for column in columns(survey)}
    assert list(found) == ["ways", "rating", "rating.face", "again", "again.face"]
    marks, faces = found["rating"], found["rating.face"]
    assert (marks.kind, faces.kind) == (ColumnKind.SCALE, ColumnKind.FACES)
    assert [value for value, _ in faces.values] == list(FACES)
    assert not {value for value, _ in marks.values} & set(FACES)
    assert value_in(marks, {"rating": 8}) == 8
    assert value_in(faces, {"rating": 8}) is None
    assert value_in(marks, {"rating": "face_high"}) is None
    assert value_in(faces, {"rating": "face_high"}) == "face_high"
    assert value_in(marks, {"rating": surveys.CANNOT_RATE}) == surveys.CANNOT_RATE


def test_what_was_exported_can_be_read_in_again() -> None:
    survey = parse(BOTH)
    row = {column.name: "" for column in columns(survey)} | {"rating.face": "face_low", "again": "9"}
    assert from_cells(survey, row).values == {"rating": "face_low", "again": 9}


def test_a_survey_without_easy_read_has_no_column_for_faces() -> None:
    assert [column.name for column in columns(parse(ORDINARY))] == ["ways", "rating", "again"]


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        (
            'text = "Which ways are good?"\n',
            "",
            "ways",
            "easy read is offered in 'en' and this text has none",
        ),
        ('hint = "You can choose more than one."\n', "", "ways", "this text has none: 'Several can be"),
        (', letter = "Letter"', "", "ways.letter", "this text has none: 'Correspondence'"),
        ('note = "Look here."\n', "", "part", "this text has none: 'A note.'"),
        ('title = "Our title"\n', "", "title", "this text has none: 'A title'"),
        ('paragraphs = ["We are done."]\n', "", "over", "this text has none: 'All done.'"),
        ('picture = "phone"\n', "", "ways", "this one names none"),
        ('picture = "phone"', 'picture = "fist"', "ways", "there is no picture 'fist'"),
        ("[easy.en", "[easy.cy", "easy", "offered in 'cy', and the survey is not"),
    ],
)
def test_easy_read_that_is_not_whole_is_a_fault_with_a_name(
    old: str, new: str, where: str, said: str
) -> None:
    """T43: the variant is complete: every question, option and note, and a picture with each question."""
    assert old in SHEET
    found = easy_faults(parse(ORDINARY + SHEET.replace(old, new)))
    assert any(place == where and said in message for place, message in found), found
    assert check(parse(ORDINARY + SHEET.replace(old, new))) != []


@pytest.mark.parametrize(
    ("more", "where", "said"),
    [
        ("[easy.en.questions.nobody]\ntext = 'x'", "nobody", "there is no such table"),
        ("[easy.en.sections.nobody]\ntitle = 'x'", "nobody", "there is no such table"),
        ("[easy.en.questions.ways.options]\nfax = 'x'", "ways", "the option 'fax', which does not exist"),
        ("[easy.en.questions.rating]\nhint = 'x'", "rating", "the ordinary text has none"),
        ("[easy.en]\nsummary = ['One.']", "easy", "'summary' has 2 texts, and 1 in easy read"),
        ("[easy]\nen = 'x'", "easy", "must be a table of texts"),
        ("[easy.en]\nquestions = 'x'", "easy", "must hold a table for each id"),
    ],
)
def test_words_for_what_is_not_there_are_a_fault_of_form(more: str, where: str, said: str) -> None:
    with pytest.raises(surveys.DefinitionError) as raised:
        parse(f"{ORDINARY}\n{more}\n")
    assert any(fault.where == where and said in fault.message for fault in raised.value.faults)


def test_a_scale_needs_words_for_three_faces_once_there_is_easy_read() -> None:
    bare = BOTH.replace('thirds = ["Low", "Middle", "High"]\n', "").replace(
        'thirds = ["Not much", "A bit", "A lot"]\n', ""
    )
    assert (
        "rating",
        "easy read asks a scale by three faces: name the words of each in 'faces'",
    ) in easy_faults(parse(bare))
    own = bare.replace(
        'label_low = "Unimportant"', 'label_low = "Unimportant"\nfaces = ["No", "A bit", "Yes"]'
    )
    assert check(parse(own)) == []
    assert ("rating", "'faces' names all three faces or none, not 2") in [
        (fault.where, fault.message)
        for fault in check(parse(own.replace('["No", "A bit", "Yes"]', '["No", "Yes"]')))
    ]


@pytest.mark.parametrize(
    ("compared", "faults"),
    [
        ("in = [7, 8, 9]", 1),
        ("equals = 9", 1),
        ('in = [7, 8, 9, "face_high"]', 0),
        ('equals = "cannot_rate"', 0),
        ("answered = true", 0),
    ],
)
def test_a_way_that_hangs_on_numbers_names_the_faces_too(compared: str, faults: int) -> None:
    """Else somebody in easy read would be led another way than somebody who thinks the same."""
    more = f"""
[[sections]]
id = "last"
title = {{ en = "Last", en-easy = "Last" }}
when = {{ question = "rating", {compared} }}
[[sections.questions]]
id = "end"
kind = "free_text"
text = {{ en = "More?", en-easy = "More?" }}
picture = "pen"
"""
    found = check(parse(BOTH.replace("[[endings]]", f"{more}\n[[endings]]")))
    assert len(found) == faults, found


def test_reviewed_easy_read_is_named_like_its_texts() -> None:
    survey = parse(f'reviewed = ["en"]{BOTH}')
    assert surveys.offered(survey, survey.reviewed) == ("en",)
    assert surveys.offered(survey, survey.reviewed, drafts=True) == ("en", "en-easy")
    read = parse(f'reviewed = ["en", "en-easy"]{BOTH}')
    assert surveys.offered(read, read.reviewed) == ("en", "en-easy")
    assert check(read) == []
    assert surveys.fingerprint(read) == surveys.fingerprint(survey)


def test_hard_words_and_long_sentences_of_easy_read_are_pointed_out() -> None:
    hard = BOTH.replace(
        "Which ways are good?", "Which of all these many ways that there are would be good for you and him?"
    )
    assert [each.where for each in advise(parse(hard)) if each.rule is Rule.HARD_EASY_READ] == ["ways"]
    prying = BOTH.replace("Which ways are good?", "What happened to you?")
    assert [each.where for each in must_be_signed(parse(prying))] == ["ways"]


def test_every_picture_has_a_file_and_every_file_is_listed_for_a_person_to_look_at() -> None:
    """T39: images are listed; `ideas` holds the small ones of our own pages."""
    files = {path.stem for path in STATIC.glob("*")}
    assert files == {*PICTURES, "ideas"}
    for path in STATIC.glob("*"):
        assert path.suffix == ".png"
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size < 3000
    words = " ".join(PICTURES.values()).lower()
    for unwanted in ("distress", "cry", "hurt", "harm", "weep", "blood", "weapon", "hand over"):
        assert unwanted not in words


def test_the_survivors_survey_is_whole_and_easy_to_read() -> None:
    """T43, T31: sentences of 12 words at most, a reading age under 9, a picture with each question."""
    survey = load("survivors")
    assert survey.easy == ("en",)
    assert "en-easy" not in survey.reviewed  # nobody has read it yet
    assert [each for each in advise(survey) if each.rule is Rule.HARD_EASY_READ] == []
    view = surveys.easy_read(survey)
    for where, text in surveys.every_text(view):
        words = text.read("en").words
        assert max((len(words_of(each)) for each in sentences(words)), default=0) <= 12, (where, words)
    for question in view.questions:
        assert question.picture in PICTURES
        parts = [question.text, question.hint, *(option.text for option in surveys.options_of(question))]
        assert reading_age(". ".join(part.read("en").words for part in parts)) < 9, question.id
