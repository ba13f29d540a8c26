"""Marks for what could tell who somebody is, on invented sentences with the spans to find written into them.

`{person:Sam Tully}` is to be found; anything else that is marked is a false alarm. Rules and sentences have
one author, so the figures are kinder than life.
"""

from __future__ import annotations

import re
import socket
import time
from typing import Any

import pytest

from analysis.lists import Lists, load
from analysis.redaction import Kind, Mark, marks, redacted
from analysis.text import normalise

WRITTEN = """
My worker {person:Sarah Penrose} never rushed me.
I rang {person:Dave} twice and nobody rang back.
DC {person:Hollins} took my statement at home.
They asked Dr {person:Okonkwo} to see me, and {person:Priya} came too.
My brother {person:Tom} drove me there.
my brother {person:dave} drove me there every week
my name is {person:gareth} and i am 54
I was seen by a man called {person:Alun Bevan}.
It was Father {person:Michael} who ran the youth club.
My mum and {person:Karen} waited outside.
{person:Jamal} from the helpline was kind.
{person:Grace} listened when nobody else did, and {person:Will} did too.
Mrs {person:Abernathy-Cole} ran the group.
I told my partner {person:Siân} after ten years.
Coach {person:Redfern} told us to keep quiet.
The counsellor, {person:Mohammed Iqbal}, was calm.
Ask for {person:Bronwen} or {person:Idris} at the desk.
I spoke to {person:Marek Kowalczyk} and {person:Zofia}.
The centre in {place:Wrexham} closed two years ago.
I had to travel to {place:Stoke-on-Trent} for a session.
i live near {place:aberystwyth} and there is nothing here
We moved from {place:Leeds} so that I could start again.
There is no service outside {place:Merthyr Tydfil} at all.
In {place:Reading} the wait was four months.
It happened in {place:Bath} when I was nine.
The office near {place:Kidderminster} has steps.
People in {place:Cornwall} wait longest.
The {place:Hackney} service answered at once.
I was at {place:Llanfairpwll} for the summer.
I live in {place:Newport} and work in {place:Cardiff}.
Between {place:Derby} and {place:Nottingham} there is one worker.
The town of {place:Pontefract} has nothing.
He took me to {place:Skegness} every year.
My number is {phone:07700 900123} and evenings are best.
Ring me on {phone:+44 7700 900456} please.
The line was {phone:(0161) 496 0321} and nobody answered.
My address is {address:14 Larkspur Road}, {postcode:LS6 2AB}.
They sent letters to {address:Flat 3, 22 Old Mill Lane} by mistake.
Letters went to {address:Haversham Street} instead.
Write to {email:sam.tully@example.org} if you need more.
I posted about it as {handle:@quiet_tiger84} that night.
My snapchat is {handle:tiger_84} if you want to talk.
See {web:www.example.org/help} for the page I mean.
My NHS number is {nhs_number:943 476 5919} as you asked.
National insurance {national_insurance:QQ 12 34 56 C} was on the form.
It was on {date:12 March 2019} and I remember all of it.
On {date:03/04/1987} I told the school.
It started on {date:Christmas Day 2004} at home.
I was seen on {date:May 3rd} at last.
The crime number is {case:CR/20145/19} and nothing came of it.
Court reference: {case:T20197123}.
His car was {vehicle:LK14 XYZ} and it was outside every week.
I was a pupil at {organisation:St Cuthbert's} then.
It was at {organisation:Hallam Grange School} in the eighties.
{organisation:Eastmoor Infirmary} kept me for a night.
He was moved to {organisation:HMP Wexcombe} after that.
The {organisation:University of Westhaven} told nobody.
I served in the Third {organisation:Ferrars Regiment} at the time.
Nobody at {organisation:Thornbury Rovers} believed us, and {person:Callum} left.
Worker {person:Nkechi} and Mr {person:White} met me at the door.
Reading helped me more than anything.
I will say it again: a quiet room matters.
May I bring a friend? The letter did not say.
Hope is what kept me going. Faith came later.
The NHS sent me to my GP, and my GP sent me back.
I waited from March to June. On Monday it opened.
Being Welsh and a Catholic, I was ashamed.
Mark each answer from 1 to 9. Then send it.
A bath, a cup of tea and a quiet hour would help.
Young men need a space of their own. So do old men.
The police were fair. Counselling was not offered.
Support should be free, and open on Saturday.
I phoned 3 times in 2019 and got 12 letters.
I have PTSD and use Zoom because the train is hard.
It took 10 weeks, 2 forms and 3 calls; I was 43.
Staff explained each step. Nobody told me why.
Evening sessions help. Weekends too. Please keep them.
""".strip().splitlines()
SPAN = re.compile(r"\{(\w+):([^}]*)\}")


@pytest.fixture(scope="module")
def lists() -> Lists:
    return load().knowing(SPAN.sub(r"\2", line) for line in WRITTEN)


def read(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The sentence, and the spans that are to be found in it."""
    text, spans, at = "", [], 0
    for match in SPAN.finditer(line):
        text += line[at : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text, at = text + match[2], match.end()
    return normalise(text + line[at:]), spans


def found(span: tuple[int, int, str], marked: list[Mark]) -> bool:
    """Four fifths of the span are under marks."""
    covered = sum(max(0, min(span[1], mark.end) - max(span[0], mark.start)) for mark in marked)
    return covered >= 0.8 * (span[1] - span[0])


def test_nearly_everything_that_could_tell_is_marked_and_most_marks_are_right(lists: Lists) -> None:
    missed, alarms, right, wanted = [], [], 0, 0
    for line in WRITTEN:
        text, spans = read(line)
        marked = marks(text, lists)
        wanted += len(spans)
        missed += [text[start:end] for start, end, _ in spans if not found((start, end, _), marked)]
        for mark in marked:
            true = any(mark.start < end and start < mark.end for start, end, _ in spans)
            right += true
            if not true:
                alarms.append(text[mark.start : mark.end])
    assert wanted >= 60
    assert 1 - len(missed) / wanted >= 0.95, missed
    assert right / (right + len(alarms)) >= 0.85, alarms


@pytest.mark.parametrize("line", [line for line in WRITTEN if line.count("{") == 1 and "person" not in line])
def test_a_mark_says_what_it_is_about(line: str, lists: Lists) -> None:
    text, [(start, end, kind)] = read(line)
    assert [mark.kind for mark in marks(text, lists) if mark.start < end and start < mark.end] == [Kind(kind)]


def test_it_takes_less_than_a_millisecond_an_answer_and_no_network(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    texts = [read(line)[0] for line in WRITTEN]
    started = time.process_time()
    for text in texts:
        marks(text, lists)
    assert (time.process_time() - started) / len(texts) < 0.001


def test_words_that_the_answers_write_small_are_not_taken_for_names() -> None:
    text = "We met Harrowgate twice."
    (mark,) = marks(text, load())
    assert (mark.kind, mark.rule) == (Kind.MAYBE_NAME, "unknown_capital")
    assert marks(text, load().knowing(["the harrowgate is a thing here"])) == []


@pytest.mark.parametrize("number", ["943 476 5918", "94347659191", "123 456 7890"])
def test_ten_digits_with_a_wrong_check_digit_are_no_nhs_number(number: str, lists: Lists) -> None:
    assert Kind.NHS_NUMBER not in [mark.kind for mark in marks(f"It said {number} there", lists)]


def test_the_same_words_get_the_same_tag_and_others_another(lists: Lists) -> None:
    text = "I told Dave. Dave told Priya in Leeds, and dave was right."
    confirmed = marks(text, lists)
    assert (
        redacted(text, confirmed)
        == "I told [person 1]. [person 1] told [person 2] in [place 1], and dave was right."
    )
    assert redacted(text, []) == text


def test_marks_over_one_another_are_refused() -> None:
    with pytest.raises(ValueError, match="over one another"):
        redacted("I told Dave Penrose.", [Mark(7, 19, Kind.PERSON, "x"), Mark(12, 19, Kind.PERSON, "x")])


@pytest.mark.parametrize("text", ["", " ", "\n\n", "HELP ME", "ß é ż", "Ⅷ \u0661\u0662", "A" * 5000])
def test_any_text_is_read_and_marks_lie_within_it_in_order(text: str, lists: Lists) -> None:
    marked = marks(text, lists)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marked)
    assert marked == sorted(marked)
