"""S9: the code of eight words, and the list that it is written with."""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable
from importlib import resources
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.vault import receipts, words
from consult.vault.receipts import Code, UnreadableCodeError

LIST_HASH = "b786c9e89160c4cd224e8f507e3a3aabf40342831f487e7791eb9f6db778d690"
"""A word's line is its value for ever: another list would make other codes of the words people wrote down."""

UNWANTED = set((Path(__file__).parent / "unwanted.txt").read_text(encoding="ascii").split())
"""Words, and openings of words, that nobody should have to read in a code."""


def test_the_list_is_the_one_that_codes_were_given_out_with() -> None:
    text = (resources.files("consult.vault") / "words.txt").read_bytes()
    assert hashlib.sha256(text).hexdigest() == LIST_HASH


def test_there_are_2048_different_words_of_three_to_eight_plain_letters() -> None:
    assert len(words.LIST) == len(set(words.LIST)) == 2048
    assert all(re.fullmatch("[a-z]{3,8}", word) for word in words.LIST)


def test_four_letters_tell_every_word_from_every_other() -> None:
    assert len({word[:4] for word in words.LIST}) == 2048


def test_no_word_is_the_beginning_of_another() -> None:
    ordered = sorted(words.LIST)
    assert not [pair for pair in pairwise(ordered) if pair[1].startswith(pair[0])]


def test_no_word_and_no_four_letters_are_among_the_unwanted() -> None:
    shown = set(words.LIST) | {word[:4] for word in words.LIST}
    assert shown & UNWANTED == set()


def test_one_wrong_added_or_missing_letter_never_makes_another_word() -> None:
    known = set(words.LIST)
    opened: dict[str, str] = {}
    for word in words.LIST:
        for at in range(len(word)):
            assert word[:at] + word[at + 1 :] not in known, word
            form = word[:at] + "?" + word[at + 1 :]
            assert opened.setdefault(form, word) == word, (word, opened[form])


def test_no_two_words_are_written_alike_by_ear() -> None:
    heard = Counter(_by_ear(word) for word in words.LIST)
    assert [form for form, times in heard.items() if times > 1] == []


def _by_ear(word: str) -> str:
    """A plain English spelling by sound: letters that sound alike become one, silent ones go."""
    for pattern, sound in (
        (r"^(kn|gn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"^wh", "w"), (r"ph", "f"), (r"(tch|ch)", "C"),
        (r"sh|(?<=.)[ts]ion", "S"), (r"th", "T"), (r"dge?", "j"), (r"ght?", "t"), (r"c(?=[eiy])", "s"),
        (r"[ckq]+u?", "k"), (r"x", "ks"), (r"z", "s"), (r"mb$", "m"), (r"e$", ""),
        (r"(.)\1+", r"\1"), (r"(?:ai|ay|ei|ey)", "e"), (r"(?:ee|ea|ie)", "i"), (r"(?:oo|ou|ow|ew)", "u"),
        (r"(?:oa|oe|au|aw)", "o"), (r"y", "i"), (r"(?:er|or|ar|re|our)$", "r"),
    ):  # fmt: skip
        word = re.sub(pattern, sound, word)
    return word


def test_a_code_reads_back_from_words_beginnings_and_digits() -> None:
    for _ in range(50):
        code = receipts.new()
        shown = code.words.split()
        assert len(shown) == 8
        for typed in (
            code.words,
            code.words.upper(),
            ", ".join(shown),
            "\n".join(f"{place}. "[2:] + word for place, word in enumerate(shown)),
            "-".join(word[:4] for word in shown),
            code.digits,
            code.digits.replace(" ", ""),
            code.digits.replace(" ", "-"),
            "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in code.digits),
            " ".join(shown[:4]) + "\u00a0" + " ".join(shown[4:]),
            " ".join(shown[:3] + code.digits.split()[3:]),
        ):
            assert receipts.parse(typed) == code


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "this has 0"),
        ("abacus ability", "this has 2"),
        ("abacus " * 9, "this has 9"),
        ("abacus ability nowhere " + "abacus " * 5, "word 3"),
        ("2048 " * 8, "word 1"),
        ("0000 " * 8, "not the right one"),
    ],
)
def test_a_code_that_cannot_be_read_says_why_in_words(typed: str, reason: str) -> None:
    with pytest.raises(UnreadableCodeError, match=reason):
        receipts.parse(typed)


def test_a_code_that_cannot_be_read_is_not_repeated_in_the_reason() -> None:
    with pytest.raises(UnreadableCodeError) as caught:
        receipts.parse("abacus ability canary " + "zoo " * 5)
    assert "canary" not in str(caught.value)


def test_nothing_shows_the_bytes_of_a_code_or_its_keys() -> None:
    code = Code(bytes(range(10)))
    keys = receipts.keys_from(bytes(32))
    assert repr(code) == "Code()"
    assert repr(keys) == "ReceiptKeys()"


def test_a_code_holds_eighty_random_bits(figure: Callable[[str, object], None]) -> None:
    made = {receipts.new().raw for _ in range(500)}
    assert len(made) == 500
    assert {len(raw) for raw in made} == {10}
    figure("bits", 80)


def test_the_check_finds_nearly_every_wrong_word(figure: Callable[[str, object], None]) -> None:
    chance = random.Random(7)  # noqa: S311 - a fixed course of codes, not a secret
    missed = tried = 0
    for _ in range(30):
        raw = chance.randbytes(10)
        numbers = words.numbers(raw + bytes([receipts.check_byte(raw)]))
        for place in range(8):
            for number in range(2048):
                if number != numbers[place]:
                    tried += 1
                    missed += _holds([*numbers[:place], number, *numbers[place + 1 :]])
    assert tried == 30 * 8 * 2047
    assert missed * 1000 <= tried * 5
    figure("wrong words caught", f"{100 - 100 * missed / tried:.2f} % of {tried:,}")


def test_the_check_finds_nearly_every_pair_of_words_exchanged(
    figure: Callable[[str, object], None],
) -> None:
    chance = random.Random(8)  # noqa: S311 - a fixed course of codes, not a secret
    pairs, missed, tried = list(combinations(range(8), 2)), 0, 0
    while tried < 60_000:
        raw = chance.randbytes(10)
        numbers = words.numbers(raw + bytes([receipts.check_byte(raw)]))
        for first, second in pairs:
            if numbers[first] != numbers[second]:
                mixed = list(numbers)
                mixed[first], mixed[second] = mixed[second], mixed[first]
                tried += 1
                missed += _holds(mixed)
    assert missed * 1000 <= tried * 5
    figure("swaps caught", f"{100 - 100 * missed / tried:.2f} % of {tried:,}")


def _holds(numbers: list[int]) -> bool:
    whole = 0
    for number in numbers:
        whole = whole << 11 | number
    value = 0xFF
    for byte in (whole >> 8).to_bytes(10, "big"):
        value = STEP[value ^ byte]
    return value == whole & 0xFF


def _step(value: int) -> int:
    """What the check makes of one byte, asked of the real one, so that both stay the same."""
    return receipts.check_byte(bytes([value ^ 0xFF]))


STEP = [_step(value) for value in range(256)]


@given(st.binary(min_size=10, max_size=10))
def test_the_quick_check_of_these_tests_is_the_real_one(raw: bytes) -> None:
    assert _holds(words.numbers(raw + bytes([receipts.check_byte(raw)])))


def test_words_numbers_are_cut_from_the_top() -> None:
    assert words.numbers(bytes.fromhex("ffe0")) == [2047]
    assert words.numbers(bytes.fromhex("001002")) == [0, 1024 + 0]
    assert words.numbers(b"\x80" + bytes(10)) == [1024, 0, 0, 0, 0, 0, 0, 0]
