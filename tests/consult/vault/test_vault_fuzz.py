"""S25: whatever is typed or stored, a parser answers with a value or with the error it declares."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st

from consult.vault import cookies, envelope, padding, receipts, shares
from consult.vault.envelope import EnvelopeError, PrivateKey, PublicKey, Type
from consult.vault.padding import BODIES, NOTES
from consult.vault.receipts import UnreadableCodeError
from consult.vault.shares import ShareError
from tests.consult.vault.made import make_binding, make_house, make_receipt_keys

HOUSE = make_house()
KEYS = make_receipt_keys()
PRIVATE = PrivateKey(b"\x05" * 96)
HEADED = st.builds(
    lambda kind, suite, key, rest: envelope.MAGIC + bytes([kind, suite]) + key + rest,
    st.integers(0, 12),
    st.sampled_from([0, 1, 2, 3]),
    st.sampled_from([bytes(16), PRIVATE.id, HOUSE.keys.of(1).private.id]),
    st.binary(max_size=1400),
)
ANY_TEXT = st.text(st.characters(), max_size=120)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | HEADED)
@example(envelope.header(Type.SLOT, HOUSE.keys.of(1).private.id) + bytes(1168))
@example(envelope.header(Type.SLOT, HOUSE.keys.of(1).private.id) + b"\xff" * 1168)
def test_stored_bytes_that_are_no_envelope_stay_shut(raw: bytes) -> None:
    sealed = HOUSE.seal()
    binding = make_binding()
    for opener in (
        lambda: envelope.unseal(Type.BODY, bytes(32), raw, "x"),
        lambda: envelope.unseal_with(Type.SLOT, PRIVATE, raw, "x"),
        lambda: HOUSE.workbench.open_response(HOUSE.keys, binding, 1, raw, sealed.slot),
        lambda: HOUSE.workbench.open_response(HOUSE.keys, binding, 1, sealed.body, raw),
        lambda: HOUSE.intake.open_pointer(KEYS.pointer, raw, bytes(16), KEYS.lookup),
    ):
        try:
            opener()
        except EnvelopeError:
            continue
        raise AssertionError("bytes of nobody were opened")


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300)
    | st.builds(
        lambda length, rest: (length.to_bytes(4, "big") + rest).ljust(256, b"\0"),
        st.integers(0, 300),
        st.binary(max_size=252),
    )
)
def test_filling_is_read_or_refused(raw: bytes) -> None:
    for sizes in (BODIES, NOTES):
        with suppress(EnvelopeError):
            assert isinstance(padding.unpad(raw, sizes), dict)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=1300) | st.binary(min_size=1216, max_size=1216))
@example(b"\xff" * 1216)
@example(bytes(1216))
def test_bytes_are_a_key_or_refused(raw: bytes) -> None:
    with suppress(EnvelopeError):
        PublicKey(raw)
    with suppress(EnvelopeError):
        PrivateKey(raw[:96])


@settings(max_examples=300, deadline=None)
@given(
    ANY_TEXT | st.text("0123456789 -\u0663\uff13\xb2", max_size=60) | st.text("abcdefghijkl ,.", max_size=90)
)
@example("\xb2\xb2\xb2\xb2 " * 8)
@example("\u0660\u0660\u0660\u0660" * 8)
@example("\ud800 " * 8)
def test_a_typed_code_is_read_or_refused(typed: str) -> None:
    with suppress(UnreadableCodeError):
        assert len(receipts.parse(typed).raw) == 10


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=60, max_size=66))
@example("\ud800")
@example("A" * 64)
def test_a_typed_share_is_read_or_refused(typed: str) -> None:
    with suppress(ShareError):
        shares.read(typed)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT | st.text("ABCabc019-_=+/", min_size=40, max_size=46))
@example("\ud800" * 43)
def test_a_cookie_is_read_or_refused(cookie: str) -> None:
    with suppress(EnvelopeError):
        assert len(cookies.Secret(cookie).row) == 32
