"""Faults that change nothing anybody could notice, each with its reason: they count for nothing."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {
    "consult.vault.cookies: '=' -> '=x' in "
    '`return base64.urlsafe_b64encode(os.urandom(_SECRET)).decode().rstrip("=")`': (
        "the last letter of 32 bytes carries four bits, so that it is never an x"
    ),
    "consult.vault.cookies: len(cookie) != _LETTERS or len(secret) != _SECRET -> len(secret) != _SECRET in "
    "`if len(cookie) != _LETTERS or len(secret) != _SECRET:`": (
        "with strict decoding nothing but 43 letters holds 32 bytes; the length is asked for all the same"
    ),
    "consult.vault.cookies: True -> False in "
    '`secret = binascii.a2b_base64(cookie.encode("ascii").translate(_TO_BASE64) + b"=", strict_mode=True)`': (
        "43 signs of which one is passed over hold less than 32 bytes, and the length is asked for"
    ),
    "consult.vault.shares: 8 -> 9 in `for _ in range(8):`": (
        "a byte has eight bits: what is multiplied in a ninth round is nought"
    ),
    "consult.vault.receipts: 1 -> 2 in "
    "`return _number(plain, place + 1) == words.find(spelled.split()[place])`": (
        "the place stands only in the words of an error that is not shown here"
    ),
    "consult.vault.receipts: place + 1 -> place - 1 in "
    "`return _number(plain, place + 1) == words.find(spelled.split()[place])`": (
        "the place stands only in the words of an error that is not shown here"
    ),
}
