"""A small survey in two languages, and random surveys, answers and forms, for the tests of `surveys`."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from surveys import (
    CANNOT_RATE,
    AllIn,
    And,
    Answered,
    AnswerValue,
    AnyIn,
    Choice,
    Choices,
    Condition,
    CountAtLeast,
    Depth,
    Empty,
    Equals,
    FreeText,
    In,
    Not,
    Number,
    Option,
    Or,
    Question,
    Scale,
    Section,
    Strand,
    Survey,
    fields_of,
    options_of,
    text,
)

# A busy machine is no fault of the code: what is slow is measured by the benchmarks.
unhurried = settings(deadline=None, max_examples=60)

SMALL = """
id = "small"
strand = "survivors"
languages = ["en", "cy"]
title = { en = "A small survey", cy = "Arolwg bach" }
reassurance = [{ en = "You do not need to describe what happened to you.", cy = "Geiriau Cymraeg." }]
thanks = [{ en = "We write again on {results_date}.", cy = "Diolch {results_date}." }]

[[sections]]
id = "first"
title = { en = "First", cy = "Cyntaf" }

[[sections.questions]]
id = "adult"
kind = "choice"
text = { en = "Are you 18 or over?", cy = "Ydych chi'n 18 oed neu'n hŷn?" }
stored = false
buttons = true
options = [
  { id = "yes", text = { en = "I am", cy = "Ydw" } },
  { id = "no", text = { en = "I am not", cy = "Nac ydw" }, ends = "young" },
]

[[sections.questions]]
id = "went"
kind = "choice"
text = { en = "Did you go?", cy = "Aethoch chi?", en-easy = "Did you go there?" }
starts_page = true
options = [
  { id = "yes", text = { en = "Yes", cy = "Do" } },
  { id = "no", text = { en = "No", cy = "Naddo" } },
]

[[sections]]
id = "second"
title = { en = "Second", cy = "Ail" }
when = { or = [{ question = "went", equals = "yes" }, { question = "went", empty = true }] }

[[sections.questions]]
id = "ways"
kind = "choices"
text = { en = "Which ways?", cy = "Pa ffyrdd?" }
options = [
  { id = "by_phone", text = { en = "By phone", cy = "Dros y ffôn" } },
  { id = "by_letter", text = { en = "By letter; posted", cy = "Trwy lythyr" } },
  { id = "none", text = { en = "None", cy = "Dim un" }, exclusive = true },
  { id = "another", text = { en = "In another way", cy = "Ffordd arall" }, detail = true },
]

[[sections.questions]]
id = "rating"
kind = "scale"
text = { en = "How was it?", cy = "Sut oedd?" }
depth = "standard"
label_low = { en = "Bad", cy = "Drwg" }
label_high = { en = "Good", cy = "Da" }
cannot_rate = { en = "I cannot say", cy = "Alla i ddim dweud" }

[[sections.questions]]
id = "visits"
kind = "number"
text = { en = "How many times?", cy = "Sawl gwaith?" }
least = 1
most = 50
depth = "full"
starts_page = true

[[sections]]
id = "third"
title = { en = "Third", cy = "Trydydd" }

[[sections.questions]]
id = "words"
kind = "free_text"
text = { en = "Anything else?", cy = "Unrhyw beth arall?" }
max_length = 20
when = { not = { question = "ways", any_in = ["none"] } }

[[endings]]
id = "young"
title = { en = "For young people", cy = "I bobl ifanc" }
paragraphs = [{ en = "Call 999 in danger.", cy = "Ffoniwch 999." }]
"""

_OPTIONS = tuple(Option(id=name, text=text(name)) for name in ("a", "b", "c"))


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """A random survey whose conditions look back at earlier pages only."""
    earlier: list[Question] = []
    sections: list[Section] = []
    for place in range(draw(st.integers(1, 4))):
        when = draw(conditions(earlier))
        questions: list[Question] = []
        page: list[Question] = []
        for number in range(draw(st.integers(1, 4))):
            starts_page = draw(st.booleans())
            if starts_page:
                earlier, page = [*earlier, *page], []
            page.append(draw(_questions(f"q{place}_{number}", starts_page, draw(conditions(earlier)))))
            questions.append(page[-1])
        earlier = [*earlier, *page]
        name = f"s{place}"
        counted = draw(st.booleans())
        sections.append(
            Section(id=name, title=text(name), questions=tuple(questions), when=when, counted=counted)
        )
    return Survey(id="random", strand=Strand.PRACTITIONERS, title=text("Random"), sections=tuple(sections))


def _questions(name: str, starts_page: bool, when: Condition | None) -> st.SearchStrategy[Question]:
    depths = st.sampled_from(Depth)
    stored = st.booleans()
    return st.one_of(
        st.builds(
            Choice, id=st.just(name), text=st.just(text(name)), options=st.just(_OPTIONS), depth=depths,
            stored=stored, starts_page=st.just(starts_page), when=st.just(when), hint=st.just(text("h")),
            lead=st.just(text("l")), sensitive=st.booleans(), buttons=st.just(False),
        ),
        st.builds(
            Choices, id=st.just(name), text=st.just(text(name)), options=st.just(_OPTIONS), depth=depths,
            stored=stored, starts_page=st.just(starts_page), when=st.just(when), hint=st.just(text("h")),
            lead=st.just(text("l")), sensitive=st.booleans(),
        ),
        st.builds(
            FreeText, id=st.just(name), text=st.just(text(name)), depth=depths, max_length=st.just(9),
            stored=stored, starts_page=st.just(starts_page), when=st.just(when), hint=st.just(text("h")),
            lead=st.just(text("l")), sensitive=st.booleans(),
        ),
    )  # fmt: skip


def conditions(earlier: list[Question]) -> st.SearchStrategy[Condition | None]:
    """A condition on questions of earlier pages, or none."""
    if not earlier:
        return st.none()
    names = st.sampled_from([question.id for question in earlier])
    ids = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=2).map(tuple)
    single: st.SearchStrategy[Condition] = st.one_of(
        st.builds(Equals, question=names, value=st.sampled_from(["a", "b"])),
        st.builds(In, question=names, values=ids),
        st.builds(AnyIn, question=names, values=ids),
        st.builds(AllIn, question=names, values=ids),
        st.builds(CountAtLeast, question=names, count=st.integers(1, 3)),
        st.builds(Answered, question=names),
        st.builds(Empty, question=names),
    )
    joined: st.SearchStrategy[Condition] = st.recursive(
        single,
        lambda inner: st.one_of(
            st.builds(Not, condition=inner),
            st.builds(And, conditions=st.lists(inner, min_size=1, max_size=2).map(tuple)),
            st.builds(Or, conditions=st.lists(inner, min_size=1, max_size=2).map(tuple)),
        ),
        max_leaves=4,
    )
    return st.none() | joined


def answers_to(survey: Survey) -> st.SearchStrategy[dict[str, AnswerValue]]:
    """Valid answers to some of the questions, on the way or off it."""
    return st.fixed_dictionaries({}, optional={each.id: _valid(each) for each in survey.questions})


def _valid(question: Question) -> st.SearchStrategy[AnswerValue]:
    ids = [option.id for option in options_of(question)]
    match question:
        case Choice():
            return st.sampled_from(ids)
        case Choices():
            chosen = st.lists(st.sampled_from(ids), min_size=1, unique=True)
            return chosen.map(lambda some: [each for each in ids if each in some])
        case Scale():
            return st.integers(question.low, question.high) | st.just(CANNOT_RATE)
        case Number():
            return st.integers(question.least, question.most)
    return st.text("abc", min_size=1, max_size=9)


ANY_CHARACTERS = st.characters(exclude_categories=())


def forms_for(survey: Survey) -> st.SearchStrategy[dict[str, list[str]]]:
    """Anything that could be sent: our fields and others, with ids, numbers and any text at all."""
    names = [name for question in survey.questions for name in fields_of(question)]
    ids = sorted({option.id for question in survey.questions for option in options_of(question)})
    numbers = st.integers(-10, 100).map(str) | st.just("9" * 5000)
    sent = st.sampled_from([*ids, CANNOT_RATE, ""]) | numbers | st.text(ANY_CHARACTERS, max_size=30)
    fields = st.sampled_from(names) | st.text(ANY_CHARACTERS, max_size=8)
    return st.dictionaries(fields, st.lists(sent, max_size=4), max_size=12)
