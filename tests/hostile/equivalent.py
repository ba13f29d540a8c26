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
    "consult.vault.passphrases: LP('consult/v1/unknown-user', name) -> LP('consult/v1/unknown-user') in "
    '`salt = hmac.new(pepper, LP("consult/v1/unknown-user", name), "sha256").digest()[:16]`': (
        "what is made of the salt of a name that nobody has is thrown away"
    ),
    "consult.vault.envelope: if length <= _HASH: return hmac.digest(key, info + b'\\x01', 'sha256... -> "
    "if False: return hmac.digest(key, info + b'\\x01', 'sha256')[:length] in `if length <= _HASH: "
    "# the first block of the RFC alone, with which nearly every key is made`": (
        "the short way and the long one make the same key; the short one is quicker"
    ),
    "consult.web.access: 'administrator' -> 'administratorx' in `ADMINISTRATOR = \"administrator\"`": (
        "a name for a rule, compared with itself alone"
    ),
    "consult.web.access: 'anybody signed in' -> 'anybody signed inx' in `ANYBODY = \"anybody signed in\"`": (
        "a name for a rule, compared with itself alone"
    ),
    "consult.web.access: 'half_way' -> 'half_wayx' in `_HALF = \"half_way\"`": (
        "a name in sealed sessions, written and read under the same one"
    ),
}
