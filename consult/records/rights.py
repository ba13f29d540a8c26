"""What each of the two applications may do with each table: one list, and the same in PostgreSQL's words.

The intake needs what people who answer leave behind, and to know what is asked; it needs nothing of the team.
The workbench reads no receipt, no draft and no visit; receipts and drafts it deletes with a whole
consultation, and sees of them only which one they are of. Whoever adds a table puts it on a side here.
Tables belong to a third role, which migrates, runs the night's work and makes backups.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from consult.faults import RefusedError

_ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
_READ = ("SELECT",)
_ENDING = ("SELECT", "DELETE")


class NoRolesError(RefusedError):
    """The database is not PostgreSQL: an SQLite file knows no roles."""


class RoleError(RefusedError):
    """A role is absent, or could do everything whatever is granted to it."""


class NotOwnerError(RefusedError):
    """Only the owner of the tables can do this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the two applications may do with one table; the columns narrow what each may select."""

    intake: tuple[str, ...] = ()
    workbench: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    workbench_columns: tuple[str, ...] = ()

    def narrowed(self, application: str) -> tuple[str, ...]:
        """The columns that "intake" or "workbench" may select; none when it may select all."""
        return self.columns if application == "intake" else self.workbench_columns


TABLES = {
    # What people who answer leave behind.
    "response": Rights(intake=_ALL, workbench=_ALL),
    "receipt": Rights(intake=_ALL, workbench=_ENDING, workbench_columns=("consultation_id",)),
    "draft": Rights(intake=_ALL, workbench=_ENDING, workbench_columns=("consultation_id",)),
    "tombstone": Rights(intake=_ALL, workbench=("SELECT", "INSERT")),
    "visit": Rights(intake=_ALL),
    "total": Rights(intake=("SELECT", "INSERT", "UPDATE"), workbench=_ALL),
    # Left and taken back without ever being read there.
    "interest": Rights(intake=("SELECT", "INSERT", "DELETE"), columns=("lookup",), workbench=_ALL),
    # Withdrawing takes the team's notes along; reading them is not the intake's business.
    "note": Rights(intake=("SELECT", "DELETE"), columns=("response_id",), workbench=_ALL),
    # The same of vectors that were made of an answer: when its author changes it, they go.
    "meaning": Rights(intake=("SELECT", "DELETE"), columns=("response_id",), workbench=_ALL),
    # What the intake must know: what is asked, until when, under which public key, counted since which day.
    "consultation": Rights(intake=_READ, workbench=_ALL),
    "survey": Rights(intake=_READ, workbench=_ALL),
    "definition": Rights(intake=_READ, workbench=("SELECT", "INSERT", "DELETE")),
    "public_key": Rights(intake=_READ, workbench=_ALL),
    "support_service": Rights(intake=_READ, workbench=_ALL),
    "support_check": Rights(intake=_READ, workbench=_ALL),
    "restoration": Rights(intake=_READ, workbench=_READ),
    "batch": Rights(intake=_READ, workbench=_ALL),
    # What two people published; the intake shows it, and takes words off it with the answer they come from.
    "heard_entry": Rights(intake=_READ, workbench=_ALL),
    "heard_version": Rights(intake=_READ, workbench=_ALL),
    "heard_quote": Rights(intake=("SELECT", "DELETE"), workbench=_ALL),
    "edition": Rights(intake=_READ, workbench=_ALL),
    # The team's own.
    "batch_leaf": Rights(workbench=("SELECT", "INSERT", "DELETE")),
    "export_file": Rights(workbench=("SELECT", "INSERT", "DELETE")),
    "export_quote": Rights(workbench=("SELECT", "INSERT", "DELETE")),
    "key_grant": Rights(workbench=_ALL),
    "account": Rights(workbench=_ALL),
    "membership": Rights(workbench=_ALL),
    "second_factor": Rights(workbench=_ALL),
    "spare_code": Rights(workbench=_ALL),
    "approval": Rights(workbench=_ALL),
    # Signed once and never changed; it goes with its consultation.
    "sign_off": Rights(workbench=("SELECT", "INSERT", "DELETE")),
    "staff_session": Rights(workbench=_ALL),
    "reading": Rights(workbench=_ALL),
    # Nobody who serves pages can write the log of staff acts anew.
    "audit_event": Rights(workbench=("SELECT", "INSERT")),
    "audit_chain": Rights(workbench=("SELECT", "INSERT")),
    "audit_key": Rights(workbench=("SELECT", "INSERT", "UPDATE")),
    "survey_version": Rights(workbench=_ALL),
    "working_copy": Rights(workbench=_ALL),
    "working_step": Rights(workbench=_ALL),
    # The panel signs in on the workbench; the intake knows nothing of it.
    "panel_protocol": Rights(workbench=_ALL),
    "panel_member": Rights(workbench=_ALL),
    "panel_key": Rights(workbench=_ALL),
    "panel_round": Rights(workbench=_ALL),
    "panel_item": Rights(workbench=_ALL),
    "panel_part": Rights(workbench=_ALL),
    "panel_sheet": Rights(workbench=_ALL),
    "panel_comment": Rights(workbench=_ALL),
    "theme": Rights(workbench=_ALL),
    "draft_standard": Rights(workbench=_ALL),
    "wording_version": Rights(workbench=_ALL),
    "clause": Rights(workbench=_ALL),
    "evidence_link": Rights(workbench=_ALL),
    "source": Rights(workbench=_ALL),
    "finding": Rights(workbench=_ALL),
    "finding_theme": Rights(workbench=_ALL),
    "search": Rights(workbench=_ALL),
    "source_record": Rights(workbench=_ALL),
    "screening": Rights(workbench=_ALL),
    "kept_apart": Rights(workbench=_ALL),
    "appraisal": Rights(workbench=_ALL),
    "row_judgement": Rights(workbench=_ALL),
    "confidence_judgement": Rights(workbench=_ALL),
    "equity_note": Rights(workbench=_ALL),
    # Decided once and never changed; it goes with its consultation.
    "decision": Rights(workbench=("SELECT", "INSERT", "DELETE")),
    "link_refusal": Rights(workbench=_ALL),
    "reply": Rights(workbench=_ALL),
    "answered_comment": Rights(workbench=_ALL),
}
"""Every table, and what each application may do with it. A table that is not here may be used by neither."""


def statements(*, database: str, intake: str, workbench: str) -> list[str]:
    """The statements that give two roles these rights and no others, for the owner to run at any time."""
    named = _quoted(intake), _quoted(workbench)
    both = ", ".join(named)
    made = [
        f"REVOKE ALL ON DATABASE {_quoted(database)} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {both}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {both}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {both}",
    ]
    for table, rights in TABLES.items():
        for role, verbs in zip(named, (rights.intake, rights.workbench), strict=True):
            if verbs:
                narrowed = rights.narrowed("intake" if role == named[0] else "workbench")
                made.append(f"GRANT {_verbs(verbs, narrowed)} ON TABLE {_quoted(table)} TO {role}")
    return made


def apply(connection: Connection, *, intake: str, workbench: str) -> int:
    """Run the statements in the caller's transaction; returns how many.

    Raises NoRolesError, NotOwnerError, or RoleError when a role is absent, is the same twice, or is a
    superuser or a member of the tables' owner: then nothing that is granted or refused would hold.
    """
    require_postgresql(connection)
    require_owner(connection, tuple(TABLES))
    if intake == workbench:
        raise RoleError("the two applications need a role each")
    for role in (intake, workbench):
        _require_narrow(connection, role)
    database = str(connection.execute(text("SELECT current_database()")).scalar_one())
    made = statements(database=database, intake=intake, workbench=workbench)
    for statement in made:
        connection.exec_driver_sql(statement)
    return len(made)


def require_postgresql(connection: Connection) -> None:
    """Raise NoRolesError for a database that knows no roles."""
    if connection.dialect.name != "postgresql":
        raise NoRolesError("only PostgreSQL has roles: with an SQLite file two key halves are what separates")


def require_owner(connection: Connection, tables: tuple[str, ...]) -> None:
    """Raise NotOwnerError unless the role of this connection may act as the owner of every table."""
    owned = connection.execute(
        text(
            "SELECT bool_and(pg_has_role(current_user, relowner, 'USAGE')) FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relname = ANY(:tables)"
        ),
        {"tables": list(tables)},
    )
    mine = owned.scalar()
    if mine is None:
        raise NotOwnerError("there are no tables yet: run `consult db upgrade`")
    if not mine:
        raise NotOwnerError("this is for the role that owns the tables: run it with that role's address")


def _require_narrow(connection: Connection, role: str) -> None:
    found = connection.execute(
        text(
            "SELECT rolsuper OR EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relname = ANY(:tables) AND pg_has_role(pg_roles.oid, relowner, 'MEMBER')) "
            "FROM pg_roles WHERE rolname = :role"
        ),
        {"role": role, "tables": list(TABLES)},
    ).one_or_none()
    if found is None:
        raise RoleError(f"there is no role {role}: make it first (createuser {role})")
    if found[0]:
        raise RoleError(f"{role} may do everything already, as the owner or its member: take another role")


def _verbs(verbs: tuple[str, ...], columns: tuple[str, ...]) -> str:
    narrowed = f" ({', '.join(_quoted(column) for column in columns)})" if columns else ""
    return ", ".join(verb + (narrowed if verb == "SELECT" else "") for verb in verbs)


def _quoted(name: str) -> str:
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - nothing that a server needs

    return postgresql.dialect().identifier_preparer.quote_identifier(name)  # type: ignore[no-untyped-call]
