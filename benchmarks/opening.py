"""Opening answers through the product: what one process, and each of two, does. Prints rows and seconds.

Run by `benchmarks.open` as `python -m benchmarks.opening`, with settings in the environment and a request in
JSON on standard input; begins when a second line arrives, so that two can begin together.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator

from sqlalchemy.orm import Session

from consult import intake
from consult.models.base import writing
from consult.models.consultation import Consultation
from consult.records import accounts, consultations, opened
from consult.records.opened import Opened, Page
from consult.records.settling import Gathered, gathering
from consult.settings import Settings
from consult.vault import serverkeys
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey
from consult.web.extensions import db


class Door:
    """An analyst's way to the words: session, vault, consultation and keys."""

    def __init__(self, session: Session, vault: WorkbenchVault, name: str, key: StaffKey) -> None:
        self._session, self._vault = session, vault
        self.consultation: Consultation = consultations.named(session, name)
        self.keys: ConsultationKeys = accounts.opened_keys(session, vault, self.consultation, key)

    def rows(self, *, after: bytes = b"", limit: int) -> Iterator[Opened]:
        """Released responses, opened one by one."""
        page = Page(after, limit)
        return opened.released(self._session, self._vault, self.consultation, self.keys, page=page)

    def count(self, *, after: bytes = b"", limit: int) -> int:
        """Open them and say how many there were."""
        return sum(1 for _ in self.rows(after=after, limit=limit))

    def gathered(self, *, after: bytes = b"", limit: int) -> Gathered:
        """Open them as a page does, and return the slots that would open faster."""
        gathered = Gathered()
        token = gathering.set(gathered)
        self.count(after=after, limit=limit)
        gathering.reset(token)
        return gathered


def main() -> None:
    """Open one range of responses."""
    wanted = json.loads(sys.stdin.readline())
    settings = Settings.from_env(os.environ)
    app = intake.create_app(settings)
    writing.set(False)  # as in a request that only reads: two may read at once
    with app.app_context():
        vault = WorkbenchVault(serverkeys.read(settings.key_file).workbench)
        key = StaffKey(
            account_id=bytes.fromhex(wanted["account_id"]), private=bytes.fromhex(wanted["private"])
        )
        door = Door(db.session(), vault, wanted["name"], key)
        door.count(limit=1)
        print("ready", flush=True)
        sys.stdin.readline()
        begun, spent = time.perf_counter(), time.process_time()
        rows = door.count(after=bytes.fromhex(wanted["after"]), limit=wanted["limit"])
        took = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - spent}
        print(json.dumps({"rows": rows, **took}), flush=True)


if __name__ == "__main__":
    main()
