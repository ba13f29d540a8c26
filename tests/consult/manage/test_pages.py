"""The pages of those who run a consultation, read as a person with a browser reads them."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.models.account import Account, Role
from consult.models.consultation import Consultation, State, Survey
from consult.records import accounts, batches, kept_versions
from consult.web.extensions import db
from tests.builders import (
    PASSPHRASE,
    SMALL,
    TODAY,
    confirm_shares,
    ensure_signed,
    make_account,
    make_response,
    make_team,
)
from tests.consult.entering import make_administrator, make_consultation, sign_in, unlock, vault_of
from tests.visitor import Visitor


def with_survey(consultation: Consultation) -> Survey:
    survey = kept_versions.load(db.session(), consultation, SMALL, name="small.toml", today=TODAY)
    db.session.commit()
    return survey


def lead(app: Flask, consultation: Consultation) -> Account:
    return make_account(app, "lea", consultation, Role.LEAD)


def test_who_has_no_role_is_told_what_to_do(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")

    sign_in(visitor, "sam")

    assert "You have no role in a consultation yet." in visitor.words


def test_the_first_administrator_is_shown_the_way_to_the_first_answers(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)

    sign_in(visitor, "ada")

    assert "These five steps lead to the first answers" in visitor.words
    assert visitor.page.find("a", string="Make a consultation.")


def test_home_lists_what_a_person_has_a_role_in_and_nothing_else(app: Flask, visitor: Visitor) -> None:
    spring = make_consultation(app)
    make_consultation(app, name="autumn", title="Autumn")
    make_account(app, "sam", spring, Role.ANALYST)

    sign_in(visitor, "sam")

    assert "Spring" in visitor.words
    assert "Next: make a survey." in visitor.words
    assert "Autumn" not in visitor.words


def test_an_absent_and_a_forbidden_consultation_look_the_same(app: Flask, visitor: Visitor) -> None:
    """S6: the same page."""
    make_consultation(app, name="spring")
    make_account(app, "sam")
    sign_in(visitor, "sam")

    pages = []
    for name in ("spring", "absent"):
        visitor.visit(f"/team/{name}/")
        assert visitor.response is not None
        pages.append((visitor.status, visitor.response.text.replace(name, "?")))

    assert pages[0] == pages[1]
    assert pages[0][0] == 404


@pytest.mark.parametrize(
    "path", ["/team/new", "/team/people", "/team/spring/people/sam", "/team/spring/settings"]
)
def test_an_analyst_finds_no_page_of_an_administrator_or_lead(
    app: Flask, visitor: Visitor, path: str
) -> None:
    make_account(app, "sam", make_consultation(app), Role.ANALYST)
    sign_in(visitor, "sam")

    visitor.visit(path)

    assert visitor.status == 404


def test_the_overview_shows_where_everything_stands(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    for _ in range(6):
        make_response(team, {"looked": "yes"})
    batches.release(team.session, team.consultation, team.survey, today=TODAY)
    make_response(team, {"looked": "no"})
    db.session.commit()
    sign_in(visitor, "sam")

    visitor.visit("/team/trial/")

    assert visitor.heading == "Trial"
    assert f"/about/{team.survey.slug}" in visitor.words
    assert "About, at the last release: 5 sent, a few taken back, a few started." in visitor.words
    assert "4 January 2027 6" in visitor.words
    assert "These can open the answers: Sam." in visitor.words
    assert "7 sent" not in visitor.words


def test_a_survey_without_enough_keys_is_refused_with_its_reason(app: Flask, visitor: Visitor) -> None:
    consultation = make_consultation(app, make_account(app, "sam"))
    survey = with_survey(consultation)
    lead(app, consultation)
    sign_in(visitor, "lea")
    visitor.visit("/team/spring/")
    assert "one more person must be able to open the answers" in visitor.words

    visitor.visit("/team/spring/surveys/small/ready")
    visitor.press("Open")

    assert visitor.status == 409
    assert "needs 2 people who can open answers and has 1" in visitor.words
    db.session.refresh(survey)
    assert survey.state == State.PREPARING


def test_a_lead_opens_closes_and_opens_a_survey_again(app: Flask, visitor: Visitor) -> None:
    sam = make_account(app, "sam")
    consultation = make_consultation(app, sam, min_grants=1)
    confirm_shares(app, consultation, accounts.unlock(vault_of(app), sam, PASSPHRASE))
    ensure_signed(db.session(), vault_of(app), with_survey(consultation), sam)
    lead(app, consultation)
    sign_in(visitor, "lea")
    visitor.visit("/team/spring/surveys/small/ready")

    visitor.press("Open")
    assert "The survey is open." in visitor.words
    visitor.press("Close")
    assert "The survey is closed." in visitor.words
    visitor.visit("/team/spring/surveys/small/ready")
    visitor.press("Open again")

    assert "The survey is open." in visitor.words


def test_an_adviser_sees_the_overview_and_no_button_that_acts(app: Flask, visitor: Visitor) -> None:
    consultation = make_consultation(app, make_account(app, "sam"))
    with_survey(consultation)
    make_account(app, "kim", consultation, Role.ADVISER)
    sign_in(visitor, "kim")

    visitor.visit("/team/spring/")

    acts = [button.get_text(strip=True) for button in visitor.page.find_all("button", hidden=False)]
    assert acts == ["Sign out"]


def test_with_too_few_waiting_nothing_is_released_and_nobody_learns_how_many(
    app: Flask, visitor: Visitor
) -> None:
    """S32: the button that releases."""
    team = make_team(app)
    sign_in(visitor, "sam")
    said = []
    for waiting in (0, 4):
        for _ in range(waiting):
            make_response(team, {"looked": "yes"})
        visitor.visit("/team/trial/")
        visitor.press("Release now")
        said.append(visitor.words)

    assert said[0] == said[1]
    assert "Nothing was released" in said[0]


def test_enough_waiting_answers_are_released_by_the_button(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    for _ in range(5):
        make_response(team, {"looked": "yes"})
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/")

    visitor.press("Release now")

    assert "Answers were released." in visitor.words
    assert "5 sent" in visitor.words


def test_an_administrator_makes_a_consultation(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)
    make_account(app, "sam")
    sign_in(visitor, "ada")
    visitor.visit("/team/new")

    visitor.press(
        "Make the consultation and its keys",
        {"title": "Spring", "name": "spring", "grantees": ["ada", "sam"], "freeze_date": "2027-06-01"},
    )

    assert visitor.heading == "Spring"
    assert "These can open the answers: Ada, Sam." in visitor.words
    assert "1 June 2027" in visitor.words


def test_what_was_typed_for_a_new_consultation_is_kept_with_what_to_mend(
    app: Flask, visitor: Visitor
) -> None:
    make_administrator(app)
    sign_in(visitor, "ada")
    visitor.visit("/team/new")

    visitor.press(
        "Make the consultation and its keys",
        {"title": "Spring", "name": "Spring!", "release_min": "two", "freeze_date": "June"},
    )

    assert visitor.status == 422
    for said in (
        "whole number",
        "year-month-day",
        "small letters, digits and hyphens",
        "at least one person",
    ):
        assert said in visitor.words
    values = {field.get("name"): field.get("value") for field in visitor.page.find_all("input")}
    assert (values["title"], values["name"]) == ("Spring", "Spring!")
    assert (values["release_min"], values["freeze_date"]) == ("two", "June")


def test_a_looser_threshold_is_refused_beside_its_field(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/settings")

    visitor.press("Save", {"published_k": "6"})

    assert visitor.status == 422
    assert "so the least count published stays 10 or more." in visitor.words
    db.session.refresh(team.consultation)
    assert team.consultation.published_k == 10


def test_a_stricter_threshold_is_saved(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/settings")

    visitor.press("Save", {"published_k": "15"})

    assert "Saved." in visitor.words
    db.session.refresh(team.consultation)
    assert team.consultation.published_k == 15


def test_help_with_themes_is_switched_on_and_off(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/")

    visitor.press("Switch help with themes on")
    db.session.refresh(team.consultation)
    assert team.consultation.suggestions
    visitor.press("Switch help with themes off")

    db.session.refresh(team.consultation)
    assert not team.consultation.suggestions


def test_a_new_account_is_shown_its_passphrase_once_and_can_sign_in(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)
    sign_in(visitor, "ada")
    visitor.visit("/team/people")

    visitor.press("Add", {"display_name": "Kim", "name": "kim"})

    shown = visitor.page.find(class_="app-code")
    assert shown is not None
    passphrase = shown.get_text(strip=True)
    visitor.visit("/team/people")
    assert passphrase not in visitor.words
    newcomer = Visitor(app.test_client())
    sign_in(newcomer, "kim", passphrase)
    assert newcomer.heading == "Consultations"


def test_a_name_that_is_taken_is_said_beside_the_field(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)
    sign_in(visitor, "ada")
    visitor.visit("/team/people")

    visitor.press("Add", {"display_name": "Another Ada", "name": "ada"})

    assert visitor.status == 409
    assert "There is an account named" in visitor.words
    assert visitor.page.find("input", {"name": "display_name"})["value"] == "Another Ada"  # type: ignore[index]


def test_an_account_is_disabled_and_enabled(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)
    make_account(app, "sam")
    sign_in(visitor, "ada")
    visitor.visit("/team/people")

    visitor.press("Disable")
    assert "The account is disabled." in visitor.words
    visitor.press("Enable")

    assert "The account can be used again." in visitor.words


def test_roles_are_given_on_the_page_of_a_person(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)
    make_consultation(app, make_account(app, "sam"))
    sign_in(visitor, "ada")
    visitor.visit("/team/spring/people/sam")

    visitor.press("Save", {"roles": ["lead", "adviser"]})

    assert "adviser, lead" in visitor.words


def test_a_key_is_given_only_by_who_holds_one_and_has_unlocked(app: Flask, visitor: Visitor) -> None:
    sam = make_account(app, "sam")
    consultation = make_consultation(app, sam)
    accounts.join(db.session(), sam, consultation, Role.ANALYST)
    make_account(app, "kim")
    make_administrator(app)
    sign_in(visitor, "ada")
    unlock(visitor)
    visitor.visit("/team/spring/keys/give")
    visitor.press("Give the key", {"person": "kim"})
    assert visitor.status == 409
    assert "You hold no key to the answers of this consultation." in visitor.words

    holder = Visitor(app.test_client())
    sign_in(holder, "sam")
    holder.visit("/team/spring/keys/give")
    assert holder.heading == "Unlock answers"
    holder.press("Unlock", {"passphrase": PASSPHRASE})
    holder.press("Give the key", {"person": "kim"})

    assert "The key was given." in holder.words
    assert "Kim, Sam" in holder.words
    db.session.rollback()
    kim = accounts.named(db.session(), "kim")
    key = accounts.unlock(vault_of(app), kim, PASSPHRASE)
    assert accounts.opened_keys(db.session(), vault_of(app), consultation, key)
