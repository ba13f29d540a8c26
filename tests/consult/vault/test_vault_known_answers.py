"""S34: byte-exact known answers: a program written from the specification must open what this one seals."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from consult.vault import (
    audit,
    backup,
    batches,
    cookies,
    envelope,
    padding,
    passphrases,
    receipts,
    serverkeys,
    shares,
    words,
)
from consult.vault.envelope import LP, H, J, PrivateKey, Type, X, u32
from consult.vault.grants import open_grant
from consult.vault.opening import NoteBinding, WorkbenchVault
from consult.vault.receipts import Code, ReceiptKeys
from consult.vault.sealing import IntakeVault, slot_place
from tests.consult.vault.made import CONSULTATION, FINGERPRINT, PEPPER, PLACE, RESPONSE, make_binding

KEYS = serverkeys.derive(PEPPER)
CODE = Code(bytes(range(10)))
DEK = b"\x33" * 32
XWING = bytes.fromhex("5c2e2f2f5e5c")
"""The label of X-Wing's combiner."""
FROZEN = json.loads((Path(__file__).parent / "frozen.json").read_text(encoding="ascii"))


def code_keys() -> ReceiptKeys:
    return receipts.derive(CODE, b"\x11" * 16, KEYS.intake.receipt)


def body_a() -> bytes:
    content = {"answers": {"q1": "yes"}, "lang": "cy"}
    plain = padding.pad(content, padding.BODIES)
    return envelope.seal(Type.BODY, DEK, plain, *response_fields(), nonce=b"\x44" * 12)


def response_fields() -> tuple[bytes | str, ...]:
    return ("response", CONSULTATION, "demo", FINGERPRINT, RESPONSE, u32(1))


def recovery() -> PrivateKey:
    return PrivateKey(shares.recovery_private(b"\x99" * 32, CONSULTATION))


def test_the_code_of_ten_known_bytes_has_these_digits() -> None:
    assert receipts.check_byte(CODE.raw) == 0xAB
    assert CODE.digits == "0000 0064 1030 0064 0643 0028 0257 0427"


def test_the_keys_of_that_code_are_these() -> None:
    keys = code_keys()
    assert keys.lookup.hex() == "88ad6910b5476ad58f495025a4e7a8a3930654e30cf96f8ef7cb8d4fb2c41af0"
    assert keys.draft.hex() == "358df7973b04030753b55b9bc8136af2796b3ab56ec4c438c9be6dc8340f5ab6"
    assert keys.pointer.hex() == "fb8b0c229b4e73083777b1dd78c7232be36c419c502b378ae942e0a89da1642a"


def test_the_body_is_bound_and_sealed_to_these_bytes() -> None:
    bound = envelope.bound(envelope.header(Type.BODY), response_fields())
    assert H(bound).hex() == "3affea4c0544ee43313d3ff557e69f047c3a7e691b4372933ea15d52e8ed5818"
    assert len(body_a()) == 4146
    assert H(body_a()).hex() == "daee38292adf38c1ca2ee7ab308d43ad561fcb65d5cea5b013e162c5068dc91b"


def test_a_binding_writes_its_place_as_the_specification_lists_it() -> None:
    assert make_binding().place() == LP(*response_fields())


def test_the_pointer_to_that_body_has_these_bytes() -> None:
    plain = RESPONSE + DEK + u32(1) + H(body_a())
    fields = ("receipt", CONSULTATION, code_keys().lookup)
    blob = envelope.seal(Type.POINTER, code_keys().pointer, plain, *fields, nonce=b"\x88" * 12)
    assert len(blob) == 134
    assert H(blob).hex() == "6e68fdfd76d63e779a8c93f817f67526859d52249bdc1500211886bd84df85fa"
    pointer = IntakeVault(KEYS.intake).open_pointer(
        code_keys().pointer, blob, CONSULTATION, code_keys().lookup
    )
    assert (pointer.response_id, pointer.dek, pointer.rev) == (RESPONSE, DEK, 1)
    assert pointer.matches(1, body_a())


def test_the_recovery_key_and_the_slot_to_it_are_bound_to_these_bytes() -> None:
    assert recovery().id.hex() == "555ea90bb380e41c29adeff6ae520d59"
    info = LP("consult/v1", envelope.header(Type.SLOT, recovery().id)) + slot_place(
        LP(*response_fields()), H(body_a())
    )
    assert H(info).hex() == "2099c5d4b7f338bbba87e254a45d39e6be79fbdc6731efdafec39bbdb6e2e4c1"


def test_the_second_of_three_shares_reads_like_this() -> None:
    made = shares.split_with(b"\x99" * 32, recovery().id, 3, [b"\xaa" * 32])
    assert made[1].text == ("AFKV-4AQC-23LN-NVWW-23LN-NVWW-23LN-NVWW-23LN-NVWW-23LN-NVWW-23LN-NVWW-23LL-V6SX")


def test_a_known_passphrase_gives_this_verifier_at_the_stored_default_cost() -> None:
    vault = WorkbenchVault(KEYS.workbench)
    cost = passphrases.Cost()
    assert (cost.memory_kib, cost.passes) == (65536, 3)
    verifier = bytes.fromhex("363fc814c09acbe708d0292639c8985181d9a6d72de6e4f28eb723c2cd13f29a")
    holder = vault.unlock(
        "kettle harbour plum",
        account_id=b"\xa1" * 16,
        pepper=1,
        salt=b"\xdd" * 16,
        memory_kib=cost.memory_kib,
        passes=cost.passes,
        verifier=verifier,
        wrapped_private=_frozen("wrapped_key"),
    )
    assert holder.private == b"\x5a" * 96


def test_a_known_cookie_finds_this_row() -> None:
    row = "f6b32c65dd6de5753f2e233b231f16a93217d3323190193d6f1b37e104b2d283"
    assert cookies.Secret(_cookie()).row.hex() == row


def test_a_panellists_secret_gives_this_lookup_in_a_round() -> None:
    lookup = "ceb6d3371cdb151a0256c81395f79d8713a358919242c3b7a6f48e58d58e885b"
    assert receipts.round_keys(b"\xee" * 32, b"\x01" * 16).lookup.hex() == lookup


def test_two_known_acts_have_this_head() -> None:
    # The specification prints f9f8 for f9e8. That is a misprint: hashes do not come this close by chance.
    head = _audit_rows()[1].hash
    assert head.hex() == "d629b30e6129e96895ce0e524c98699a63afc206c319ca256700f9e814daee00"
    numbers = [f"{words.LIST.index(word):04d}" for word in audit.spoken(head).split()]
    assert " ".join(numbers) == "1713 0620 1564 1554 1268 1442 0697 1550"


def test_three_known_responses_have_this_root() -> None:
    leaves = [batches.leaf(H(bytes([i]) * 16), 1, H(bytes([i]) * 40)) for i in (1, 2, 3)]
    root = "59025992aa00522155c5fa32879277a63760b16fb983addac17f4877f622fd0e"
    assert batches.root(leaves).hex() == root
    assert batches.root(leaves[::-1]).hex() == root


def test_expansion_gives_the_published_answer_of_rfc_5869() -> None:
    key = bytes.fromhex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
    published = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    info = bytes.fromhex("f0f1f2f3f4f5f6f7f8f9")
    # Up to 32 bytes are one block, made in a shorter way: they are the beginning of the longer answers.
    assert [X(key, info, length).hex() for length in range(1, 43)] == [
        published[: 2 * length] for length in range(1, 43)
    ]


def test_the_slow_hash_gives_the_published_answer_of_rfc_9106() -> None:
    made = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    ).derive(b"\x01" * 32)
    assert made.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_json_is_written_in_one_way_only() -> None:
    assert J({"b": [1, None, True], "a": "Siân"}) == '{"a":"Siân","b":[1,null,true]}'.encode()


def test_text_is_bound_in_one_spelling_of_its_letters() -> None:
    assert LP("Sia\u0302n", b"") == LP("Siân", b"") == b"\0\0\0\x05Si\xc3\xa2n\0\0\0\0"


def test_every_frozen_record_still_opens() -> None:
    """S35: records of an earlier day."""
    vault = WorkbenchVault(KEYS.workbench)
    intake = IntakeVault(KEYS.intake)
    lookup = code_keys().lookup
    assert envelope.unseal_with(
        Type.SLOT,
        recovery(),
        _frozen("slot"),
        *response_fields(),
        H(envelope.bound(envelope.header(Type.BODY), response_fields())),
        H(body_a()),
    ) == DEK  # fmt: skip
    held = open_grant(recovery(), 1, CONSULTATION, bytes(16), _frozen("grant"))
    assert (held.private_bytes, held.workspace) == (b"\x5a" * 96, b"\x5b" * 32)
    draft = intake.open_draft(code_keys().draft, _frozen("draft"), **PLACE, lookup=lookup, rev=2)
    assert draft == {"answers": {"q1": "no"}}
    note = NoteBinding(
        consultation_id=CONSULTATION, epoch=1, note_id=b"\x0e" * 16, response_id=RESPONSE, response_rev=1
    )
    assert padding.unpad(
        envelope.unseal(Type.NOTE, held.workspace, _frozen("note"), *note.fields()), padding.NOTES
    ) == {"themes": ["waiting"]}
    assert cookies.Secret(_cookie()).open("staff", _frozen("session")) == {"name": "a1"}
    assert vault.open_secret("audit_key.blob", bytes(16), _frozen("secret")) == b"\xbb" * 32
    installation = PrivateKey(shares.recovery_private(b"\x99" * 32, shares.INSTALLATION))
    assert audit.open_first_key(installation, b"\x0c" * 16, _frozen("audit_key")) == b"\xbb" * 32
    file = io.BytesIO(_frozen("backup"))
    assert b"".join(backup.open_(installation, "keys", "2027-01-04", file)) == b"sealed as a file"


def test_a_frozen_slot_opens_without_the_library_that_sealed_it() -> None:
    """HPKE (RFC 9180, base mode) and X-Wing written out from their primitives."""
    slot = _frozen("slot")
    private = shares.recovery_private(b"\x99" * 32, CONSULTATION)
    info = LP("consult/v1", slot[:22]) + slot_place(LP(*response_fields()), H(body_a()))
    assert _open_by_hand(private, slot[22:], info) == DEK


def _open_by_hand(private: bytes, sealed: bytes, info: bytes) -> bytes:
    kem, x = (
        MLKEM768PrivateKey.from_seed_bytes(private[:64]),
        X25519PrivateKey.from_private_bytes(private[64:]),
    )
    from_kem = kem.decapsulate(sealed[:1088])
    from_x = x.exchange(X25519PublicKey.from_public_bytes(sealed[1088:1120]))
    shared = hashlib.sha3_256(
        from_kem + from_x + sealed[1088:1120] + x.public_key().public_bytes_raw() + XWING
    ).digest()
    suite = b"HPKE" + (0x647A).to_bytes(2, "big") + b"\0\x01\0\x02"

    def extract(salt: bytes, label: bytes, key: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + key, "sha256")

    def expand(key: bytes, label: bytes, context: bytes, length: int) -> bytes:
        return X(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context, length)

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key, nonce = expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, sealed[1120:], b"")


def _audit_rows() -> list[audit.Link]:
    links: list[audit.Link] = []
    previous, key = audit.FIRST, b"\xbb" * 32
    for seq, action, detail in ((1, "unlock", ""), (2, "export", "table 3")):
        entry = audit.Entry(seq=seq, date="2027-01-04", actor="a1", action=action, object="c1", detail=detail)
        links.append(audit.append(previous, key, entry))
        previous, key = links[-1].hash, links[-1].next_key
    return links


def _cookie() -> str:
    return base64.urlsafe_b64encode(b"\xcc" * 32).decode().rstrip("=")


def _frozen(name: str) -> bytes:
    return base64.b64decode(FROZEN[name])
