"""S15, T25: what the tables of people who answer hold, read from the database itself."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.types import Date, DateTime, Interval, Time

from consult.models.base import PAGE_SIZE, Base
from consult.web.extensions import db

# Every table that somebody who answers leaves a row in, with its columns: nothing more may come.
COLUMNS = {
    "response": {
        "id",
        "consultation_id",
        "definition_id",
        "fingerprint",
        "epoch",
        "rev",
        "body",
        "slot",
        "batch_id",
    },
    "receipt": {"lookup", "consultation_id", "ptr"},
    "tombstone": {"response_hash"},
    "draft": {"lookup", "consultation_id", "definition_id", "fingerprint", "rev", "blob", "expires"},
    "batch": {"id", "consultation_id", "definition_id", "released", "n", "merkle_root"},
    "batch_leaf": {"batch_id", "response_hash", "leaf"},
    "note": {"id", "consultation_id", "response_id", "epoch", "response_rev", "blob"},
    "meaning": {"response_id", "consultation_id", "epoch", "response_rev", "blob"},
    "interest": {"lookup", "consultation_id", "epoch", "blob", "shown"},
    "export_quote": {"export_id", "response_hash", "rev"},
    "heard_quote": {"entry_id", "quote_id", "coding_id", "response_hash", "words"},
    "panel_sheet": {"lookup", "consultation_id", "round_id", "rev", "blob"},
    "total": {"consultation_id", "definition_id", "what", "current", "shown"},
    "visit": {"id_hash", "kind", "blob", "purge_after"},
    "staff_session": {"id_hash", "kind", "blob", "purge_after"},
}
DATES = {("draft", "expires"), ("batch", "released")}
# Words of a column that would say when, from where, with what or in which language somebody came.
TELLING = re.compile(
    r"time|date|_at\b|created|updated|sent|since|last|ip\b|addr|agent|browser|device|host|referr?er|lang|locale|user|"
    r"name|mail|phone|country|seq|position|order|number"
)


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_of_people_who_answer_has_these_columns_and_no_others(app: Flask, table: str) -> None:
    assert {column["name"] for column in inspect(db.engine).get_columns(table)} == COLUMNS[table]


@pytest.mark.parametrize("table", COLUMNS)
def test_none_of_them_tells_when_where_or_in_which_language_somebody_came(app: Flask, table: str) -> None:
    for column in inspect(db.engine).get_columns(table):
        assert not TELLING.search(column["name"]), column["name"]
        assert not isinstance(column["type"], DateTime | Date | Time | Interval), column["name"]
        assert column.get("default") is None, (
            f"{table}.{column['name']}: a default of the database could be a time"
        )
        assert not column.get("identity"), column["name"]
        assert column.get("autoincrement") in {None, False, "auto"}


def test_dates_are_where_they_were_agreed_and_nowhere_else(app: Flask) -> None:
    found = {
        (table, column.name)
        for table in COLUMNS
        for column in Base.metadata.tables[table].columns
        if column.type.__class__.__name__ == "Day"
    }
    assert found == DATES


def test_every_table_is_known_here_or_belongs_to_the_team(app: Flask) -> None:
    """A new table must be put on one side: does a person who answers leave a row in it?"""
    team = {
        "account",
        "appraisal",
        "approval",
        "audit_chain",
        "audit_event",
        "audit_key",
        "clause",
        "consultation",
        "definition",
        "draft_standard",
        "edition",
        "evidence_link",
        "export_file",
        "finding",
        "finding_theme",
        "heard_entry",
        "heard_version",
        "kept_apart",
        "key_grant",
        "membership",
        "panel_comment",
        "panel_item",
        "panel_key",
        "panel_member",
        "panel_part",
        "panel_protocol",
        "panel_round",
        "public_key",
        "reading",
        "second_factor",
        "restoration",
        "screening",
        "search",
        "sign_off",
        "source",
        "source_record",
        "row_judgement",
        "confidence_judgement",
        "equity_note",
        "decision",
        "link_refusal",
        "reply",
        "answered_comment",
        "support_check",
        "support_service",
        "spare_code",
        "survey",
        "survey_version",
        "theme",
        "working_copy",
        "working_step",
        "wording_version",
        "alembic_version",
    }
    there = set(inspect(db.engine).get_table_names())
    assert there == team | set(COLUMNS)


def test_nothing_counts_rows_in_order_of_arrival(app: Flask) -> None:
    """No row number, no sequence, no table of counters: whatever the database."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
            made = {row.name: " ".join(row.sql.split()) for row in rows}
            assert "sqlite_sequence" not in made
            for table in COLUMNS:
                assert re.search(r"\) ?(STRICT|WITHOUT ROWID), ?(STRICT|WITHOUT ROWID)$", made[table]), table
            assert not [name for name, sql in made.items() if "AUTOINCREMENT" in sql.upper()]
        else:
            found = connection.execute(text("SELECT count(*) FROM information_schema.sequences")).scalar()
            assert found == 0
            assert connection.execute(text("SHOW track_commit_timestamp")).scalar() == "off"


def test_keys_of_their_rows_are_random_or_hashes(app: Flask) -> None:
    for table in (
        "response",
        "receipt",
        "tombstone",
        "draft",
        "batch",
        "note",
        "meaning",
        "interest",
        "panel_sheet",
        "visit",
        "staff_session",
    ):
        key = inspect(db.engine).get_pk_constraint(table)["constrained_columns"]
        assert key in (["id"], ["lookup"], ["response_hash"], ["response_id"], ["id_hash"]), table


def test_a_note_does_not_point_at_a_response_by_a_rule_of_the_database(app: Flask) -> None:
    pointing = [rule["referred_table"] for rule in inspect(db.engine).get_foreign_keys("note")]
    assert "response" not in pointing


def test_a_connection_is_opened_with_the_settings_that_the_promises_rest_on(app: Flask) -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            wanted = {
                "page_size": PAGE_SIZE,
                "journal_mode": "wal",
                "synchronous": 2,
                "secure_delete": 1,
                "temp_store": 2,
                "foreign_keys": 1,
                "trusted_schema": 0,
                "cell_size_check": 1,
                "busy_timeout": 5000,
            }
            found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
            assert found == wanted
        else:
            assert connection.execute(text("SHOW log_statement")).scalar() == "none"
            assert connection.execute(text("SHOW log_parameter_max_length")).scalar() == "0"


def test_a_wrong_kind_of_value_is_refused_by_the_database_too(app: Flask) -> None:
    with (
        db.engine.connect() as connection,
        pytest.raises(Exception, match=r"cannot store TEXT|invalid input syntax"),
    ):
        connection.execute(
            text(
                "INSERT INTO visit (id_hash, kind, blob, purge_after) "
                "SELECT response_hash, 'visit', response_hash, 'noon' FROM "
                "(SELECT CAST('x' AS BLOB) AS response_hash) AS made"
                if connection.dialect.name == "sqlite"
                else "INSERT INTO visit VALUES ('x', 'visit', 'x', 'noon')"
            )
        )
