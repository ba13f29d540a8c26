"""`consult db roles`, and commands that run with a half of the keys or with a role that owns nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from consult.settings import Settings
from consult.vault import serverkeys
from consult.web.extensions import db
from tests.consult.commands.running import Run
from tests.consult.halves import Roles

ROLES = ("db", "roles")


def names(roles: Roles) -> tuple[str, ...]:
    return ("--intake", roles.intake, "--workbench", roles.workbench)


def test_where_there_are_no_roles_it_says_so_in_one_line(run: Run, roles: Roles | None) -> None:
    done = run(*ROLES)
    if roles is None:
        assert done.code == 1
        assert "only PostgreSQL has roles" in done.refused
    else:
        assert done.code == 0
        assert 'GRANT SELECT ("response_id"), DELETE ON TABLE "note" TO "consult_intake";' in done.said
        assert '"key_grant" TO "consult_intake"' not in done.said
        assert all(line.endswith(";") for line in done.said.splitlines())


def test_the_owner_gives_the_rights_again_at_will(run: Run, roles: Roles | None) -> None:
    if roles is None:
        assert run(*ROLES, "--apply").code == 1
        return
    with db.engine.begin() as connection:
        connection.execute(text(f"GRANT SELECT ON account TO {roles.intake}"))
    done = run(*ROLES, "--apply", *names(roles))
    assert done.code == 0
    assert "have their rights" in done.said
    with db.engine.begin() as connection:
        held = connection.execute(
            text("SELECT has_table_privilege(:role, 'account', 'SELECT')"), {"role": roles.intake}
        )
        assert held.scalar() is False


def test_a_role_that_is_absent_or_may_do_everything_is_refused(run: Run, roles: Roles | None) -> None:
    if roles is None:
        return
    owner = db.engine.url.username
    for wrong, why in (("nobody_here", "there is no role"), (str(owner), "everything already")):
        done = run(*ROLES, "--apply", "--intake", wrong, "--workbench", roles.workbench)
        assert done.code == 1
        assert why in done.refused
    done = run(*ROLES, "--apply", "--intake", roles.workbench, "--workbench", roles.workbench)
    assert "a role each" in done.refused


def test_a_role_that_owns_nothing_is_told_so_before_anything_is_done(
    run: Run, roles: Roles | None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL itself would skip the tables with a warning, and the order of arrival would stay."""
    if roles is None:
        return

    def as_workbench(*words: str) -> str:
        monkeypatch.setenv("CONSULT_DATABASE_URL", roles.url(settings.database_url, "workbench"))
        done = run(*words)
        assert done.code == 1
        return done.refused

    assert "owns the tables" in as_workbench("jobs", "run")
    assert "owns the tables" in as_workbench(*ROLES, "--apply", *names(roles))
    assert "does not allow this" in as_workbench("db", "current")


def test_a_command_does_with_the_workbenchs_half_of_the_keys(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    keys, folder = serverkeys.read(settings.key_file), tmp_path_factory.mktemp("halves")
    for half in ("workbench", "intake"):
        serverkeys.write_half(folder / half, keys, half)
    monkeypatch.setenv("CONSULT_KEY_FILE", str(folder / "workbench"))
    assert run("jobs", "run").code == 0
    assert run("db", "current").code == 0
    monkeypatch.setenv("CONSULT_KEY_FILE", str(folder / "intake"))
    done = run("jobs", "run")
    assert done.code == 1
    assert "does not hold the staff key" in done.refused


def test_sealing_by_command_wants_the_whole_key_file(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    half = tmp_path_factory.mktemp("halves") / "workbench"
    serverkeys.write_half(half, serverkeys.read(settings.key_file), "workbench")
    monkeypatch.setenv("CONSULT_KEY_FILE", str(half))
    done = run("demo")
    assert done.code == 1
    assert "whole key file" in done.refused
