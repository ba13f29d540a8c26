"""Keys, rows and words that the tests of the vault share: plain functions, nothing patched."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from consult.vault import receipts, serverkeys
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import SealedRow, WorkbenchVault
from consult.vault.passphrases import Cost
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import Binding, IntakeVault, Recipient, SealedResponse

PEPPER = b"\x22" * 32
CONSULTATION = b"\x55" * 16
FINGERPRINT = b"\x66" * 32
RESPONSE = b"\x77" * 16
PLACE: dict[str, Any] = {
    "consultation_id": CONSULTATION,
    "definition_id": "demo",
    "fingerprint": FINGERPRINT,
}
"""Where a draft belongs, but for its code."""
QUICK = Cost(memory_kib=64, passes=1)
PASSPHRASE = "four slow boats on a canal"
CONTENT: dict[str, Any] = {"answers": {"q1": "yes", "q2": "Clause 4.2 is unclear"}, "lang": "cy"}


def make_binding(**changes: Any) -> Binding:
    """The place of one response."""
    fields: dict[str, Any] = PLACE | {"response_id": RESPONSE, "rev": 1} | changes
    return Binding(**fields)


def make_receipt_keys() -> ReceiptKeys:
    """Keys of some code, without the slow hash."""
    return receipts.keys_from(os.urandom(32))


@dataclass(frozen=True, kw_only=True)
class House:
    """Both vaults of one installation, and one consultation with keys."""

    intake: IntakeVault
    workbench: WorkbenchVault
    keys: ConsultationKeys
    recipient: Recipient

    def seal(self, binding: Binding | None = None, content: dict[str, Any] | None = None) -> SealedResponse:
        """A sent response."""
        return self.intake.seal_response(binding or make_binding(), content or CONTENT, self.recipient)

    def row(self, binding: Binding | None = None) -> SealedRow:
        """A sent response as the table holds it."""
        binding = binding or make_binding()
        sealed = self.seal(binding)
        return SealedRow(binding=binding, epoch=1, body=sealed.body, slot=sealed.slot)

    def read(self, row: SealedRow) -> dict[str, Any]:
        """What the team reads."""
        return self.workbench.open_response(self.keys, row.binding, row.epoch, row.body, row.slot)


def make_house(pepper: bytes = PEPPER, consultation_id: bytes = CONSULTATION) -> House:
    """An installation with a consultation of one epoch."""
    server = serverkeys.derive(pepper)
    workbench = WorkbenchVault(server.workbench, QUICK)
    made = workbench.new_consultation_keys(1)
    recipient = Recipient(
        owner_table="consultation",
        owner_id=consultation_id,
        epoch=1,
        public=made.public,
        mac=workbench.public_key_mac("consultation", consultation_id, 1, made.public),
    )
    return House(intake=IntakeVault(server.intake), workbench=workbench, keys=made.keys, recipient=recipient)
