"""Tables of answers from other tools: known by their heads, read whole, rid of whatever tells on people."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import detail_key, parse
from surveys.cells import from_cells, option_key
from surveys.interchange.results import Shape, TableError, Telling, decoded, read, telling
from tests.surveys import small

# Made up, each in the layout that the tool writes.
LIMESURVEY = (
    '"id. Response ID","submitdate. Date submitted","lastpage. Last page","startlanguage. Start language",'
    '"seed. Seed","ipaddr. IP address","refurl. Referrer URL","went. Did you go?",'
    '"ways[by_phone]. Which ways? [By phone]","ways[another]. Which ways? [In another way]",'
    '"words. Anything else?"\n'
    '"1","2027-01-04 10:00:00","3","en","99","192.0.2.7","https://example.org",'
    '"Yes","Yes","","Kind, and calm"\n'
)
LIMESURVEY_CODES = "id,submitdate,lastpage,startlanguage,token,went,words\n1,2027-01-04,3,en,abc,yes,Kind\n"
MICROSOFT_FORMS = (
    "ID,Start time,Completion time,Email,Name,Last modified time,Did you go?,Which ways?\n"
    "1,1/4/27 10:00:00,1/4/27 10:05:00,anonymous,,,Yes,By phone;In another way;\n"
)
QUALTRICS = (
    "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,"
    "RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,LocationLatitude,"
    "LocationLongitude,DistributionChannel,UserLanguage,Q1,Q2\n"
    "Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,Recorded Date,"
    "Response ID,Recipient Last Name,Recipient First Name,Recipient Email,External Data Reference,"
    "Location Latitude,Location Longitude,Distribution Channel,User Language,Did you go?,Which ways?\n"
    + ",".join('"{""ImportId"":""x' + str(place) + '""}"' for place in range(19))
    + "\n"
    "2027-01-04 10:00,2027-01-04 10:05,IP Address,192.0.2.7,100,300,True,2027-01-04 10:05,R_1,,,,,51.1,-1.2,"
    'anonymous,EN,Yes,"By phone,In another way"\n'
)
CITIZEN_SPACE = (
    "Response ID,Submitted Date,What is your name?,What is your email address?,Did you go?\n"
    "ANON-1,2027-01-04,A. Person,a@example.org,Yes\n"
)
PLAIN = "went,words\nyes,Kind\n"


@pytest.mark.parametrize(
    ("text", "shape", "usable", "first_row"),
    [
        (LIMESURVEY, Shape.LIMESURVEY, ["went", "ways[by_phone]", "ways[another]", "words"], 2),
        (LIMESURVEY_CODES, Shape.LIMESURVEY, ["went", "words"], 2),
        (MICROSOFT_FORMS, Shape.MICROSOFT_FORMS, ["Did you go?", "Which ways?"], 2),
        (QUALTRICS, Shape.QUALTRICS, ["Q1", "Q2"], 4),
        (CITIZEN_SPACE, Shape.CITIZEN_SPACE, ["Did you go?"], 2),
        (PLAIN, Shape.PLAIN, ["went", "words"], 2),
    ],
)
def test_each_layout_is_known_by_its_heads_and_rid_of_what_tells_on_people(
    text: str, shape: Shape, usable: list[str], first_row: int
) -> None:
    table = read(text)
    assert table.shape is shape
    assert [column.name for column in table.usable] == usable
    assert table.first_row == first_row
    assert len(table.rows) == 1
    assert table.rows[0].keys() == set(usable), "cells of telling columns are gone"
    for told in ("192.0.2.7", "a@example.org", "A. Person", "10:05", "R_1", "ANON-1"):
        assert told not in repr(table.rows)


def test_labels_of_qualtrics_stand_in_the_second_line() -> None:
    assert [column.label for column in read(QUALTRICS).usable] == ["Did you go?", "Which ways?"]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("Email", Telling.WHO),
        ("E-mail address:", Telling.WHO),
        ("First Name", Telling.WHO),
        ("What is your name?", Telling.WHO),
        ("ResponseId", Telling.WHO),
        ("response_id", Telling.WHO),
        ("Postcode", Telling.WHO),
        ("StartDate", Telling.WHEN),
        ("Completion time", Telling.WHEN),
        ("Timestamp", Telling.WHEN),
        ("groupTime12", Telling.WHEN),
        ("IPAddress", Telling.WHERE),
        ("Location Latitude", Telling.WHERE),
        ("User-Agent", Telling.WHERE),
        ("Progress", Telling.HOW),
        ("Did you go at a good time?", None),
        ("What would you name as most important?", None),
        ("looked", None),
    ],
)
def test_a_head_says_whether_a_column_tells_on_people(head: str, why: Telling | None) -> None:
    assert telling(head) is why


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["a@example.org", "b@example.org", ""], Telling.WHO),
        (["192.0.2.1", "2001:db8::1"], Telling.WHERE),
        (["2027-01-04 10:00", "04/01/2027 11:15"], Telling.WHEN),
        (["25-34", "35-44"], None),
        (["1", "9"], None),
        (["I wrote to a@example.org, and then", "nothing"], None),
    ],
)
def test_cells_tell_where_a_head_does_not(cells: list[str], why: Telling | None) -> None:
    table = read("\n".join(["mine,other", *(f'"{cell}",x' for cell in cells)]))
    assert table.columns[0].telling is why


def test_a_file_may_begin_with_a_mark_or_be_utf_16_and_be_cut_by_other_signs() -> None:
    for content in (
        "\ufeffwent;words\nyes;\u05d8\u05d5\u05d1\n".encode(),
        "went\twords\nyes\t\u05d8\u05d5\u05d1\n".encode("utf-16"),
        'went,words\r\nyes,"\u05d8\u05d5\u05d1"\r\n'.encode(),
    ):
        assert read(decoded(content)).rows == ({"went": "yes", "words": "\u05d8\u05d5\u05d1"},)


def test_quotes_new_lines_and_formulas_stay_as_they_are() -> None:
    table = read('went,words\nyes,"He said ""wait"",\nand waited; =1+1"\nno,=1+1\n')
    assert [row["words"] for row in table.rows] == ['He said "wait",\nand waited; =1+1', "=1+1"]


def test_empty_rows_keep_their_place_and_short_rows_are_filled_up() -> None:
    table = read("went,words\n\n,\nyes\n")
    assert table.rows == ({"went": "", "words": ""}, {"went": "", "words": ""}, {"went": "yes", "words": ""})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("went,went\nyes,no\n", "two columns are called 'went'"),
        ("went,words\nyes,Kind,more\n", "row 2 has more cells than there are columns"),
        ('went,words\nyes,"never closed\n', "not well-formed CSV"),
        ("sep=;\nwent;words\n", "take that line out"),
        ("a," * 600 + "\n", "more than 500 columns"),
        ("went,words\nyes," + "x" * 100_001, "more than 100000 characters"),
        ("went\n" + "yes\n" * 50_001, "more than 50000 rows"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(text: str, said: str) -> None:
    with pytest.raises(TableError, match=said):
        read(text)


@pytest.mark.parametrize("content", [b"caf\xe9", b"\x00\x01\x02", b"PK\x03\x04\xff\xfe\xfd"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(TableError, match="save it as CSV UTF-8"):
        read(decoded(content))


@settings(deadline=None, max_examples=200)
@given(st.text())
def test_any_text_is_a_table_or_refused(text: str) -> None:
    try:
        table = read(text)
    except TableError:
        return
    assert all(row.keys() == {column.name for column in table.usable} for row in table.rows)


SURVEY = parse(small.SMALL)


def test_a_column_for_each_option_says_yes_no_or_what_somebody_wrote_beside_it() -> None:
    row = {
        "went": "yes",
        option_key("ways", "by_phone"): "Y",
        option_key("ways", "by_letter"): "No",
        option_key("ways", "another"): "through a friend",
    }
    values = from_cells(SURVEY, row).values
    assert values["ways"] == ["by_phone", "another"]
    assert values[detail_key("ways", "another")] == "through a friend"
    problems = from_cells(SURVEY, {"went": "yes", option_key("ways", "by_phone"): "perhaps"}).problems
    assert [problem.question_id for problem in problems] == ["ways"]


def test_options_between_commas_are_told_from_labels_that_hold_one() -> None:
    assert from_cells(SURVEY, {"went": "yes", "ways": "By phone,In another way"}).values["ways"] == [
        "by_phone",
        "another",
    ]
    assert from_cells(SURVEY, {"went": "yes", "ways": "By phone,elsewhere"}).problems
