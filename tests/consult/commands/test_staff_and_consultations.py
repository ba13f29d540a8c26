"""The commands for people and consultations, run as a shell runs them: words, exit code, no trace."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from consult.models.account import Account
from consult.models.audit import AuditEvent
from consult.models.consultation import Consultation
from consult.records import accounts
from consult.web.extensions import db
from tests.consult.commands.running import Run
from tests.consult.entering import vault_of


def test_a_person_is_added_with_a_passphrase_that_is_printed_once_and_works(app: Flask, run: Run) -> None:
    done = run("staff", "add", "ada", "--display-name", "Ada", "--administrator")

    assert done.code == 0
    passphrase = done.said.strip().rsplit(": ", 1)[1]
    assert len(passphrase.split()) == 6
    account = accounts.named(db.session(), "ada")
    assert account.administrator
    assert accounts.unlock(vault_of(app), account, passphrase)
    assert passphrase not in run("staff", "list").said


def test_a_passphrase_can_be_typed_unseen(app: Flask, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "four green ladders in the rain"
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: typed)

    done = run("staff", "add", "ada", "--display-name", "Ada", "--ask")

    assert done.code == 0
    assert typed not in done.said
    assert accounts.unlock(vault_of(app), accounts.named(db.session(), "ada"), typed)


def test_a_weak_passphrase_is_refused_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: "short")

    refused = run("staff", "add", "ada", "--display-name", "Ada", "--ask")

    assert refused.code == 1
    assert "at least 14 characters" in refused.refused
    assert "Traceback" not in refused.refused


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("staff", "add", "Ada!", "--display-name", "Ada"), "small letters"),
        (("staff", "add", "ada", "--display-name", " "), "1 to 100 characters"),
        (("staff", "disable", "nobody"), "no account named 'nobody'"),
        (("staff", "role", "nobody", "spring", "lead"), "no consultation named 'spring'"),
        (
            ("consultation", "add", "spring", "--title", "Spring", "--grant", "nobody"),
            "no account named 'nobody'",
        ),
        (("consultation", "add", "New", "--title", "Spring", "--grant", "nobody"), "small letters"),
        (("consultation", "add", "people", "--title", "Spring", "--grant", "nobody"), "our own addresses"),
        (("consultation", "suggestions", "absent", "on"), "no consultation named 'absent'"),
    ],
)
def test_what_cannot_be_done_is_one_calm_line_and_exit_code_one(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    refused = run(*words)

    assert refused.code == 1
    assert refused.refused.startswith("consult: ")
    assert said in refused.refused
    assert len(refused.refused.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("staff", "add", "ada"),
        ("staff", "role", "ada", "spring", "king"),
        ("consultation", "add", "spring", "--title", "Spring"),
        ("consultation", "add", "spring", "--title", "Spring", "--grant", "sam", "--freeze-date", "June"),
        ("consultation", "add", "spring", "--title", "Spring", "--grant", "sam", "--release-min", "few"),
        ("consultation", "suggestions", "spring", "perhaps"),
    ],
)
def test_a_command_that_is_not_understood_ends_with_exit_code_two(run: Run, words: tuple[str, ...]) -> None:
    misused = run(*words)

    assert misused.code == 2
    assert "Traceback" not in misused.refused


@pytest.mark.parametrize("group", ["staff", "consultation"])
def test_help_needs_no_settings_and_names_every_command(
    run: Run, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.delenv("CONSULT_DATABASE_URL")

    shown = run(group, "--help")

    assert shown.code == 0
    assert "add" in shown.said
    assert "list" in shown.said


def test_a_consultation_is_made_with_keys_for_those_who_are_named(run: Run) -> None:
    run("staff", "add", "ada", "--display-name", "Ada")
    run("staff", "add", "sam", "--display-name", "Sam")

    made = run(
        *("consultation", "add", "spring", "--title", "Spring", "--grant", "ada", "--grant", "sam"),
        *("--lead", "ada", "--freeze-date", "2027-06-01", "--release-min", "8"),
    )

    assert made.code == 0
    assert made.said == "spring is made; ada, sam can open its answers\n"
    found = db.session.scalars(select(Consultation)).one()
    assert found.release_min == 8
    assert str(found.freeze_date) == "2027-06-01"
    assert run("consultation", "list").said == "spring\tpreparing\tSpring\n"


def test_a_taken_name_is_refused(run: Run) -> None:
    run("staff", "add", "ada", "--display-name", "Ada")
    run("consultation", "add", "spring", "--title", "Spring", "--grant", "ada")

    assert run("staff", "add", "ada", "--display-name", "Ada").code == 1
    assert run("consultation", "add", "spring", "--title", "Spring", "--grant", "ada").code == 1


def test_roles_are_given_and_accounts_disabled_from_the_command_line(run: Run) -> None:
    run("staff", "add", "ada", "--display-name", "Ada", "--administrator")
    run("staff", "add", "sam", "--display-name", "Sam")
    run("consultation", "add", "spring", "--title", "Spring", "--grant", "sam")

    assert run("staff", "role", "sam", "spring", "lead").said == "sam is lead in spring\n"
    assert run("staff", "disable", "sam").code == 0
    last = run("staff", "disable", "ada")

    assert last.code == 1
    assert "last administrator" in last.refused
    assert run("staff", "list").said == "ada\tAda\tactive\tadministrator\nsam\tSam\tdisabled\n"
    assert not db.session.scalars(select(Account).where(Account.name == "sam")).one().active


def test_help_with_themes_is_switched_from_the_command_line_and_written_down(run: Run) -> None:
    run("staff", "add", "ada", "--display-name", "Ada")
    run("consultation", "add", "spring", "--title", "Spring", "--grant", "ada")

    assert run("consultation", "suggestions", "spring", "on").code == 0

    assert db.session.scalars(select(Consultation)).one().suggestions
    entries = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert (entries[-1].action, entries[-1].detail, entries[-1].actor) == (
        "suggestions",
        "on",
        "command line",
    )
