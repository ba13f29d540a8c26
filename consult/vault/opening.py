"""Opening, for the team's application: with the key of a person who has unlocked, and never without one."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from consult.vault import envelope, grants, interest, meaning, padding, passphrases, slots
from consult.vault.envelope import EnvelopeError, H, PrivateKey, PublicKey, Type, X, u32
from consult.vault.grants import ConsultationKeys, EpochKeys
from consult.vault.interest import InterestBinding
from consult.vault.meaning import MeaningBinding
from consult.vault.panel import PanelVault
from consult.vault.passphrases import AccountKey, Cost, StaffKey
from consult.vault.peppers import WorkbenchKeys, public_key_mac
from consult.vault.sealing import Binding, Sealer, sealed_to, slot_place
from consult.vault.shares import GRANTEE

_NO_RESPONSE = bytes(16)
_SECRETS_LABEL = "consult/v1/secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBinding:
    """The place that a note of the team belongs to."""

    consultation_id: bytes
    epoch: int
    note_id: bytes
    response_id: bytes | None
    response_rev: int

    def fields(self) -> tuple[bytes | str, ...]:
        """What is bound, in the order of the specification."""
        return (
            "note",
            self.consultation_id,
            u32(self.epoch),
            self.note_id,
            self.response_id or _NO_RESPONSE,
            u32(self.response_rev),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsultationKeys:
    """A consultation's first keys, and the public half to store."""

    public: bytes
    keys: ConsultationKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRow:
    """A response as stored, with its place."""

    binding: Binding
    epoch: int
    body: bytes
    slot: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRow:
    """A response opened; `content` is None when the stored row was changed, moved, or sealed for others."""

    binding: Binding
    content: dict[str, Any] | None


class WorkbenchVault(Sealer):
    """The vault of the team. `cost` is stored with each account; tests may make it cheaper."""

    def __init__(self, keys: WorkbenchKeys, cost: Cost | None = None) -> None:
        super().__init__(keys.integrity)
        self._keys = keys
        self._cost = cost or Cost()
        self._secret = X(keys.staff, _SECRETS_LABEL)
        self.panel = PanelVault(keys, self._cost)

    @property
    def pepper(self) -> int:
        """The number of the server's present secret: what is made now is made with it."""
        return self._keys.number

    def new_account_key(self, passphrase: str, account_id: bytes, private: bytes | None = None) -> AccountKey:
        """An account's key pair, or an existing private key under a new passphrase. WeakPassphraseError."""
        passphrases.require_strong(passphrase)
        return self.wrapped_anew(passphrase, account_id, private)

    def wrapped_anew(self, passphrase: str, account_id: bytes, private: bytes | None) -> AccountKey:
        """A private key under the passphrase that it has already, with the server's present secret."""
        pepper = self._keys.number, self._keys.staff
        return passphrases.new_account_key(passphrase, account_id, pepper, self._cost, private)

    def unlock(
        self,
        passphrase: str,
        *,
        account_id: bytes,
        pepper: int,
        salt: bytes,
        memory_kib: int,
        passes: int,
        verifier: bytes,
        wrapped_private: bytes,
    ) -> StaffKey:
        """A person's private key. Raises WrongPassphraseError; KeyFileError without the secret `pepper`."""
        cost = Cost(memory_kib=memory_kib, passes=passes)
        staff = self._keys.staff_of(pepper)
        return passphrases.unlock(passphrase, account_id, salt, verifier, wrapped_private, staff, cost)

    def refuse_unknown(self, passphrase: str, name: str) -> None:
        """The same work as `unlock` for a name that nobody has. Always raises WrongPassphraseError."""
        passphrases.refuse_unknown(passphrase, name, self._keys.staff, self._cost)

    def public_key_mac(self, table: str, owner_id: bytes, epoch: int, public: bytes) -> bytes:
        """The mac to store beside a public key."""
        return public_key_mac(self._keys.integrity, table, owner_id, epoch, public)

    def new_consultation_keys(self, epoch: int) -> NewConsultationKeys:
        """Fresh keys for one epoch."""
        made = grants.new_epoch()
        return NewConsultationKeys(public=made.private.public, keys=ConsultationKeys(epochs={epoch: made}))

    def genuine(self, table: str, owner_id: bytes, epoch: int, public: bytes, mac: bytes) -> PublicKey:
        """A stored public key. Raises EnvelopeError when the service did not put it there itself."""
        if not hmac.compare_digest(self.public_key_mac(table, owner_id, epoch, public), mac):
            raise EnvelopeError("the stored public key is not the one that the service made")
        return PublicKey(public)

    def grant(
        self, keys: ConsultationKeys, consultation_id: bytes, grantee_id: bytes, public: bytes, mac: bytes
    ) -> dict[int, bytes]:
        """All epochs that the giver holds, sealed to another person.

        Raises EnvelopeError when the stored key of that person is not the one the service put there.
        """
        parsed = self.genuine("account", grantee_id, 0, public, mac)
        return _granted(keys, consultation_id, grantee_id, parsed)

    def grant_to_recovery(
        self, keys: ConsultationKeys, consultation_id: bytes, public: bytes, mac: bytes
    ) -> dict[int, bytes]:
        """All epochs that the giver holds, sealed to the recovery key. Raises EnvelopeError as `grant`."""
        parsed = self.genuine("recovery", consultation_id, 0, public, mac)
        return _granted(keys, consultation_id, GRANTEE, parsed)

    def try_out(
        self, keys: ConsultationKeys, consultation_id: bytes, epoch: int, public: bytes, mac: bytes
    ) -> None:
        """Seal an invented answer to the stored public key and open it with the keys held; keeps nothing.

        Raises EnvelopeError when what people send would not open.
        """
        binding = Binding(
            consultation_id=consultation_id,
            definition_id="try-out",
            fingerprint=os.urandom(32),
            response_id=os.urandom(16),
            rev=1,
        )
        content = {"answers": {"probe": os.urandom(16).hex()}}
        made = sealed_to(self.genuine("consultation", consultation_id, epoch, public, mac), binding, content)
        if self.open_response(keys, binding, epoch, made.body, made.slot) != content:
            raise EnvelopeError(envelope.SHUT)

    def open_grants(
        self, holder: StaffKey, consultation_id: bytes, blobs: Mapping[int, bytes]
    ) -> ConsultationKeys:
        """The consultation's keys of a person who has unlocked. Raises EnvelopeError."""
        private = PrivateKey(holder.private)
        return ConsultationKeys(
            epochs={
                epoch: grants.open_grant(private, epoch, consultation_id, holder.account_id, blob)
                for epoch, blob in blobs.items()
            }
        )

    def open_response(
        self, keys: ConsultationKeys, binding: Binding, epoch: int, body: bytes, slot: bytes
    ) -> dict[str, Any]:
        """One response. Raises EnvelopeError when it was changed, moved, or belongs to another wording."""
        return _open(keys.of(epoch), binding.place(), body, slot)

    def open_settled(
        self, keys: ConsultationKeys, place: bytes, epoch: int, body: bytes, slot: bytes, batch_id: bytes
    ) -> tuple[dict[str, Any], bytes | None]:
        """One response at a place that is written out, and the slot that would open faster, if there is one.

        The new slot is under the key of the batch, and was opened again. Raises EnvelopeError.
        """
        held = keys.of(epoch)
        sealed_place = slot_place(place, H(body))
        dek = slots.opened(held, slot, sealed_place)
        content = padding.unpad(envelope.unseal_at(Type.BODY, dek, body, place), padding.BODIES)
        faster = None if slots.of_batch(slot) else slots.under_batch(held, batch_id, dek, sealed_place)
        return content, faster

    def open_at(
        self, keys: ConsultationKeys, place: bytes, epoch: int, body: bytes, slot: bytes
    ) -> dict[str, Any]:
        """One response at a place that is written out: `sealing.place_of`. Raises EnvelopeError."""
        return _open(keys.of(epoch), place, body, slot)

    def open_many(self, keys: ConsultationKeys, rows: Iterable[SealedRow]) -> Iterator[OpenedRow]:
        """Many responses, one by one and in order; a row that stays shut has no content.

        One changed row must be told, and must not keep the team from all the others.
        """
        for row in rows:
            content: dict[str, Any] | None
            try:
                content = _open(keys.of(row.epoch), row.binding.place(), row.body, row.slot)
            except EnvelopeError:
                content = None
            yield OpenedRow(binding=row.binding, content=content)

    def seal_note(self, keys: ConsultationKeys, binding: NoteBinding, content: Mapping[str, Any]) -> bytes:
        """A note of the team under the workspace key. Raises TooLargeError."""
        plain = padding.pad(content, padding.NOTES)
        return envelope.seal(Type.NOTE, keys.of(binding.epoch).workspace, plain, *binding.fields())

    def open_note(self, keys: ConsultationKeys, binding: NoteBinding, blob: bytes) -> dict[str, Any]:
        """The note again. Raises EnvelopeError."""
        plain = envelope.unseal(Type.NOTE, keys.of(binding.epoch).workspace, blob, *binding.fields())
        return padding.unpad(plain, padding.NOTES)

    def seal_meaning(self, keys: ConsultationKeys, binding: MeaningBinding, vectors: bytes) -> bytes:
        """Vectors of a response's words under the workspace key. Raises TooLargeError."""
        return meaning.sealed(keys.of(binding.epoch).workspace, binding, vectors)

    def open_meaning(self, keys: ConsultationKeys, binding: MeaningBinding, blob: bytes) -> bytes:
        """The vectors again, as bytes. Raises EnvelopeError."""
        return meaning.opened(keys.of(binding.epoch).workspace, binding, blob)

    def open_interest(self, keys: ConsultationKeys, binding: InterestBinding, blob: bytes) -> dict[str, Any]:
        """How somebody who would like to hear more can be reached. Raises EnvelopeError."""
        private = keys.of(binding.epoch).private
        plain = envelope.unseal_with(Type.INTEREST, private, blob, *binding.fields())
        return padding.unpad(plain, interest.SIZES)

    def seal_secret(self, column: str, row_id: bytes, plain: bytes) -> bytes:
        """A secret of the server itself, such as the audit key, bound to its column and row."""
        return envelope.seal(Type.SECRET, self._secret, plain, column, row_id)

    def remade_mac(self, table: str, owner_id: bytes, epoch: int, public: bytes, mac: bytes) -> bytes:
        """The mac of a public key under the present secret, from one under any secret of a whole key file.

        Raises EnvelopeError when none of them made it: the key came by way of the database alone.
        """
        for integrity in self._keys.integrities.values():
            if hmac.compare_digest(public_key_mac(integrity, table, owner_id, epoch, public), mac):
                return self.public_key_mac(table, owner_id, epoch, public)
        raise EnvelopeError("the stored public key is not one that the service made")

    def resealed_secret(self, column: str, row_id: bytes, blob: bytes) -> bytes:
        """A secret of the server under its present secret, from one under any. Raises EnvelopeError."""
        for number in sorted(self._keys.staffs, reverse=True):
            key = X(self._keys.staff_of(number), _SECRETS_LABEL)
            try:
                plain = envelope.unseal(Type.SECRET, key, blob, column, row_id)
            except EnvelopeError:
                continue
            return blob if number == self._keys.number else self.seal_secret(column, row_id, plain)
        raise EnvelopeError(envelope.SHUT)

    def open_secret(self, column: str, row_id: bytes, blob: bytes) -> bytes:
        """The secret again. Raises EnvelopeError."""
        return envelope.unseal(Type.SECRET, self._secret, blob, column, row_id)


def _granted(
    keys: ConsultationKeys, consultation_id: bytes, grantee_id: bytes, public: PublicKey
) -> dict[int, bytes]:
    return {
        epoch: grants.grant(held, epoch, consultation_id, grantee_id, public)
        for epoch, held in keys.epochs.items()
    }


def _open(held: EpochKeys, place: bytes, body: bytes, slot: bytes) -> dict[str, Any]:
    # The place is written out once and serves slot and body: this runs for every answer of a list.
    dek = slots.opened(held, slot, slot_place(place, H(body)))
    return padding.unpad(envelope.unseal_at(Type.BODY, dek, body, place), padding.BODIES)
