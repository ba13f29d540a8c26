"""The statements that store, replace and take back sent responses, made once. What is in them is sealed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, exists, select, update

from consult.models.consultation import Consultation, Survey
from consult.models.heard import HeardQuote
from consult.models.meaning import Meaning
from consult.models.response import Receipt, Response, Tombstone
from consult.records.prepared import Insert, Lookup, Statement


def _pointing(insert: Insert) -> Any:
    statement = insert(Receipt)
    return statement.on_conflict_do_update(index_elements=["lookup"], set_={"ptr": statement.excluded.ptr})


FIRST = Statement(lambda insert: insert(Response).on_conflict_do_nothing())
REPLACED = ("rev", "body", "slot", "epoch", "fingerprint", "batch_id")
REPLACE = Statement(
    update(Response).where(Response.id == bindparam("of"), Response.rev == bindparam("previous")),
    columns=REPLACED,
)
RECEIPT = Lookup(select(Receipt.__table__).where(Receipt.lookup == bindparam("of")))
WHOLE = Lookup(select(Response.__table__).where(Response.id == bindparam("of")))
REV = Lookup(select(Response.rev).where(Response.id == bindparam("of")))
POINT = Statement(_pointing)
# Whoever changes or takes back an answer takes its words off the public page, too.
UNQUOTE = Statement(delete(HeardQuote).where(HeardQuote.response_hash == bindparam("of")))
# Vectors of the words before the change. With a response that goes the database lets them go itself.
FORGET = Statement(delete(Meaning).where(Meaning.response_id == bindparam("of")))
TOMBSTONE = Statement(lambda insert: insert(Tombstone).on_conflict_do_nothing())
# The survey was not closed and has no new key since the answers were sealed; and whether they were withdrawn.
STILL_SO = Lookup(
    select(exists().where(Tombstone.response_hash == bindparam("response_hash")).label("withdrawn"))
    .select_from(Survey)
    .join(Consultation, Survey.consultation_id == Consultation.id)
    .where(
        Survey.id == bindparam("of"),
        Survey.fingerprint == bindparam("fingerprint"),
        Survey.state == bindparam("survey_state"),
        Consultation.epoch == bindparam("epoch"),
        Consultation.state == bindparam("consultation_state"),
    )
)
