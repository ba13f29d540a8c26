"""Lists of references as they come: four kinds, well made and from hell. Nothing breaks, nothing is done."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.literature.service import reading
from consult.literature.service.reading import Code, ListError, Shape
from consult.literature.service.references import Reference, doi_of, new_key

RIS = """TY  - JOUR
AU  - Ash, Bethan
AU  - Oak, Carys
TI  - Tŷ diogel i ddynion
T2  - Journal of Examples
PY  - 2021/03/04
VL  - 12
IS  - 3
SP  - 45
EP  - 67
DO  - https://doi.org/10.1000/ABC.1
AB  - First line
 and the second.
ER  -
"""
NBIB = """PMID- 12345678
TI  - Being believed by services: a study whose title is so long
      that it goes on.
FAU - Ash, Bethan
FAU - Oak, Carys
DP  - 2021 Mar 4
JT  - Journal of Examples
VI  - 12
IP  - 3
PG  - 45-67
LID - 10.1000/abc.1 [doi]
AB  - First line.

PMID- 2
TI  - Another
"""
BIBTEX = r"""
@article{ash, title = {Caf{\'e} talk \& more: 100% {UK}}, author = {Ash, Bethan and {\"O}ak, Carys},
  journal = "Journal of Examples", year = 2021, volume = 12, number = 3, pages = {45--67},
  doi = {10.1000/abc.1}}
"""
CSV = """Title,Authors,Publication Year,Journal,DOI
"A, B and ""C"" said","Ash, B; Oak, C",2021,Examples,10.1000/abc.1
"""


def only(text: str) -> Reference:
    (found,) = reading.read(text.encode()).references
    return found


def test_ris_is_read_with_accents_pages_and_lines_that_go_on() -> None:
    found = only(RIS)
    assert found == Reference(
        title="Tŷ diogel i ddynion",
        authors="Ash, Bethan; Oak, Carys",
        year="2021",
        container="Journal of Examples, 12(3), 45\u201367",
        doi="10.1000/abc.1",
        abstract="First line and the second.",
    )
    assert found.surname == "Ash"
    assert found.citation.startswith(
        "Ash, Bethan; Oak, Carys. (2021). Tŷ diogel i ddynion. Journal of Examples"
    )


def test_pubmed_is_read() -> None:
    first, second = reading.read(NBIB.encode()).references
    assert first.title == "Being believed by services: a study whose title is so long that it goes on."
    assert (first.authors, first.year, first.doi) == ("Ash, Bethan; Oak, Carys", "2021", "10.1000/abc.1")
    assert first.container == "Journal of Examples, 12(3), 45-67"
    assert second.title == "Another"


def test_bibtex_is_read_and_its_commands_become_letters() -> None:
    found = only(BIBTEX)
    assert found.title == "Café talk & more: 100% UK"
    assert found.authors == "Ash, Bethan; Öak, Carys"
    assert found.container == "Journal of Examples, 12(3), 45\u201367"


def test_a_table_is_read_by_comma_semicolon_or_tab() -> None:
    found = only(CSV)
    assert (found.title, found.authors, found.year) == ('A, B and "C" said', "Ash, B; Oak, C", "2021")
    for sign in (";", "\t"):
        assert only(f"DOI{sign}Title\n10.1000/abc.1{sign}A title\n").title == "A title"


def test_a_reference_without_an_end_takes_no_other_along() -> None:
    text = "TY  - JOUR\nTI  - One\n\nTY  - JOUR\nTI  - Two\nER  - \nTY  -BOOK\nTI  -Three\n"
    assert [each.title for each in reading.read(text.encode()).references] == ["One", "Two", "Three"]


def test_a_broken_bibtex_file_gives_what_can_be_read_and_counts_the_rest() -> None:
    text = """@article{a, title={Unclosed, author="x"
        @article{b, title={Fine}}
        @article{b, title={Same key}}
        @book{c, title="q}"""
    brought = reading.read(text.encode())
    assert [each.title for each in brought.references] == ["Fine", "Same key"]
    assert [remark.code for remark in brought.remarks] == [Code.UNREADABLE, Code.UNREADABLE]
    assert brought.shape is Shape.BIBTEX


def test_braces_in_braces_and_commands_that_read_files_do_nothing() -> None:
    deep = "@article{a, title=" + "{" * 5000 + "x" + "}" * 5000 + "}"
    assert only(deep).title == "x"
    found = only("@article{a, title={Before \\input{/etc/hostname} \\write18{ls} after}}")
    assert found.title.startswith("Before")
    assert found.title.endswith("after")


@pytest.mark.parametrize(
    "words",
    [
        "🙂 emoji 👩🏽‍⚕️",
        "Ŵy ŷ ô",
        "עברית وعربي",
        '=HYPERLINK("http://example.org")',
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
    ],
)
def test_any_letters_come_through_as_they_are(words: str) -> None:
    """S26: words of a list are text, whatever they look like."""
    assert only(f"TY  - JOUR\nTI  - {words}\nER  - \n").title == words


def test_control_characters_are_left_out_and_other_encodings_are_told() -> None:
    assert only("TY  - JOUR\nTI  - a\x00b\x07c\nER  - \n").title == "a b c"
    assert only("﻿" + RIS).title == "Tŷ diogel i ddynion"
    assert reading.read(RIS.encode("utf-16")).references[0].title == "Tŷ diogel i ddynion"
    old = reading.read("TY  - JOUR\nTI  - Caf\xe9\nER  - \n".encode("cp1252"))
    assert (old.references[0].title, old.guessed) == ("Café", True)


def test_a_field_of_twenty_thousand_characters_is_kept_and_a_longer_one_cut_and_told() -> None:
    whole = reading.read(f"TY  - JOUR\nTI  - T\nAB  - {'x' * 20_000}\nER  - \n".encode())
    assert len(whole.references[0].abstract) == 20_000
    assert whole.remarks == ()
    longer = reading.read(f"TY  - JOUR\nTI  - T\nAB  - {'x' * 20_001}\nER  - \n".encode())
    assert longer.references[0].abstract.endswith("x…")
    assert [remark.code for remark in longer.remarks] == [Code.CUT]


def test_five_thousand_references_are_read_in_seconds() -> None:
    text = "".join(
        f"TY  - JOUR\nAU  - Ash, B\nTI  - Study {n} of support\nPY  - 2020\nER  - \n\n" for n in range(5000)
    )
    begun = time.process_time()
    brought = reading.read(text.encode())
    assert len(brought.references) == 5000
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"hello", b"PK\x03\x04 not a list", b"a,b\n1,2\n"])
def test_what_is_no_list_is_refused_with_a_way_on(content: bytes) -> None:
    with pytest.raises(ListError, match="please"):
        reading.read(content)


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=300), st.sampled_from(["TY  - JOUR\n", "PMID- 1\n", "@article{a, title={", "title\n"])
)
def test_no_text_breaks_the_reader(text: str, before: str) -> None:
    try:
        brought = reading.read((before + text).encode("utf-8", "surrogatepass"))
    except ListError:
        return
    assert all(each.title and "\x00" not in each.title for each in brought.references)


@pytest.mark.parametrize(
    ("typed", "doi"),
    [
        ("10.1000/182", "10.1000/182"),
        ("https://doi.org/10.1000/ABC", "10.1000/abc"),
        ("doi:10.1186/s13033-024-00631-z.", "10.1186/s13033-024-00631-z"),
        ("(10.1016/S0140-6736(05)66987-4)", "10.1016/s0140-6736(05)66987-4"),
        ("10.12/too-few-digits", ""),
        ("11.1000/182", ""),
        ("10.1000/", ""),
        ("", ""),
    ],
)
def test_a_doi_is_known_by_its_form_alone(typed: str, doi: str) -> None:
    assert doi_of(typed) == doi


def test_keys_say_who_and_when_and_never_clash() -> None:
    taken: set[str] = set()
    for _ in range(60):
        key = new_key(Reference(title="x", authors="Ôak, C", year="2020"), taken)
        assert key not in taken
        taken.add(key)
    assert {"Oak-2020", "Oak-2020b", "Oak-2020z", "Oak-2020-27"} <= taken
    assert new_key(Reference(title="x"), ()) == "Work-nd"
