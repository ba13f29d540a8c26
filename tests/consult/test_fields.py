"""Fields: questions of a survey and forms of the team, as markup that works without script."""

from __future__ import annotations

import pytest
from wtforms import BooleanField, Form, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail the library

import surveys
from tests.consult.rendering import ask, read, the

CHOICES = surveys.Choices(
    id="helped",
    text=surveys.text("What made it easier?"),
    options=(
        surveys.Option(id="men", text=surveys.text("Knowing it was for men")),
        surveys.Option(id="another", text=surveys.text("In another way"), detail=True),
        surveys.Option(id="none", text=surveys.text("Nothing"), exclusive=True),
    ),
)
CHOICE = surveys.Choice(id="looked", text=surveys.text("Have you looked?"), options=CHOICES.options[:1])
SCALE = surveys.Scale(
    id="rating",
    text=surveys.text("How important is it?"),
    label_low=surveys.text("not important"),
    label_high=surveys.text("very important"),
    thirds=tuple(surveys.text(words) for words in ("low", "middle", "high")),
    cannot_rate=surveys.text("I do not know enough to say"),
)
WORDS = surveys.FreeText(id="words", text=surveys.text("Is there more?"), max_length=5000)


def test_a_page_with_problems_says_so_in_its_title_and_links_to_the_field() -> None:
    page = ask(
        CHOICES, {"helped.another": "too long"}, problems={"helped.another": "Shorten this."}, has_errors=True
    )
    assert page.title is not None
    assert page.title.get_text(strip=True) == "Error: Standards consultation"
    summary = the(page, ".govuk-error-summary")
    assert summary["tabindex"] == "-1"
    assert summary.has_attr("autofocus")
    field = the(page, the(summary, "a")["href"].replace(".", "\\."))  # type: ignore[union-attr]
    assert field.get_text() == "too long"


def test_typed_text_comes_back_to_the_letter() -> None:
    typed = "\n  first line\n    <script>alert(1)</script> & more\n\nlast"
    assert the(ask(CHOICES, {"helped.another": typed}), "textarea").get_text() == typed
    assert the(ask(WORDS, {"words": typed.lstrip("\n")}), "textarea").get_text() == typed.lstrip("\n")


def test_answers_are_shown_as_chosen_however_they_were_kept() -> None:
    assert [box["value"] for box in ask(CHOICES, {"helped": ["men", "none"]}).select("[checked]")] == [
        "men",
        "none",
    ]
    assert [box["value"] for box in ask(CHOICE, {"looked": "men"}).select("[checked]")] == ["men"]
    assert [box["value"] for box in ask(SCALE, {"rating": 7}).select("[checked]")] == ["7"]
    assert [box["value"] for box in ask(SCALE, {"rating": "cannot_rate"}).select("[checked]")] == [
        "cannot_rate"
    ]


@pytest.mark.parametrize("question", [CHOICE, CHOICES, SCALE, WORDS])
def test_nothing_is_required_or_preselected(question: surveys.Question) -> None:
    page = ask(question)
    assert page.select("main [checked], main [required], main [aria-required], main [maxlength]") == []


@pytest.mark.parametrize("question", [CHOICE, CHOICES, SCALE])
def test_what_is_chosen_can_be_cleared_without_script(question: surveys.Question) -> None:
    """Always there: a choice not sent yet can be taken back, too; a style hides it beside nothing."""
    assert the(ask(question), "button[name=clear]")["value"] == question.id


def test_a_scale_is_real_radios_with_words_at_its_ends_and_thirds() -> None:
    page = ask(SCALE)
    radios = page.select("fieldset input[type=radio]")
    assert [radio["value"] for radio in radios] == [*"123456789", "cannot_rate"]
    names = [label.get_text(" ", strip=True) for label in page.select("fieldset label")]
    assert (names[0], names[4], names[8]) == ("1 , not important", "5", "9 , very important")
    assert "From 1, not important, to 9, very important." in the(page, "legend").get_text()
    assert [span.get_text() for span in page.select(".app-scale__thirds span")] == ["low", "middle", "high"]


def test_words_in_another_language_than_the_page_say_so() -> None:
    welsh = surveys.FreeText(id="words", text=surveys.text("Oes mwy?", "cy"))
    assert the(ask(welsh), "main label")["lang"] == "cy"
    assert not the(ask(WORDS), "main label").has_attr("lang")


def test_two_ways_on_stand_in_place_of_radios() -> None:
    adult = surveys.Choice(
        id="adult", text=surveys.text("Are you 18?"), buttons=True, options=CHOICES.options[:2]
    )
    page = ask(adult)
    buttons = page.select("main button")
    assert [(button["name"], button["value"]) for button in buttons] == [
        ("adult", "men"),
        ("adult", "another"),
    ]
    assert len({tuple(button["class"]) for button in buttons}) == 1


class TeamForm(Form):
    """One field of each common kind."""

    name = StringField("Name", description="As colleagues know it")
    secret = PasswordField("Passphrase")
    note = TextAreaField("Note")
    role = SelectField(
        "Role", choices=[SelectChoice(value="a", label="A"), SelectChoice(value="b", label="B")]
    )
    verdict = RadioField("Verdict", choices=[SelectChoice(value="keep", label="Keep")])
    agree = BooleanField("I have read this")


def test_a_team_form_keeps_values_escapes_them_and_links_its_problems() -> None:
    form = TeamForm(data={"name": '"><b>', "role": "b", "verdict": "keep", "agree": True, "note": "a\n  b"})
    form.name.errors = ["Write a name."]
    form.form_errors = ["These do not fit together."]
    source = """
      {% extends "layouts/staff.html" %}
      {% from "macros/fields.html" import field, submit %}
      {% from "macros/errors.html" import form_errors %}
      {% block main %}
        <h1>Person</h1>{{ form_errors(form) }}
        <form>{% for f in form %}{{ field(f) }}{% endfor %}{{ submit("Save") }}</form>
      {% endblock main %}
    """
    page = read(source, form=form)
    assert the(page, "#name")["value"] == '"><b>'
    assert the(page, "#note").get_text() == "a\n  b"
    assert the(page, "option[selected]")["value"] == "b"
    assert the(page, "#secret")["type"] == "password"
    assert [box["value"] for box in page.select("[checked]")] == ["keep", "y"]
    listed = the(page, ".govuk-error-summary__list")
    assert [entry.get_text(strip=True) for entry in listed.select("li")] == [
        "These do not fit together.",
        "Write a name.",
    ]
    assert [link["href"] for link in listed.select("a")] == ["#name"]
