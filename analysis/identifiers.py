"""What can be told by its shape: addresses, numbers, dates, references, and institutions by name.

Knows patterns of the United Kingdom. Gives (start, end, kind, rule) with the kinds of `analysis.redaction`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.lists import Lists, fold

Found = tuple[int, int, str, str]

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_FEAST = (
    r"(?:christmas (?:day|eve)|boxing day|new year'?s (?:day|eve)|good friday|easter (?:sunday|monday)"
    r"|halloween|bonfire night|valentine'?s day|(?:mother|father)'?s'? day)"
)
_STREET = (
    r"(?:street|st|road|rd|lane|avenue|ave|close|drive|way|crescent|terrace|place|gardens|grove|square|mews|walk"
    r"|row|rise|parade|court|hill|park|green)"
)
_HANDLES = r"(?:snapchat|snap|instagram|insta|twitter|facebook|discord|kik|telegram|grindr|tiktok)"
_ENDS = r"(?:co\.uk|org\.uk|ac\.uk|gov\.uk|nhs\.uk|com|org|net|info|uk)"
_FILES = r"(?:crime|case|court|incident|log|custody|urn|claim|reference|ref)"
# Three digits or more, however they are mixed with letters.
_NUMBER = r"(?P<only>(?=[\w/-]*\d[\w/-]*\d[\w/-]*\d)[A-Z0-9][A-Z0-9/-]{3,})"

# In this order: what comes first keeps its place.
_SHAPES: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (kind, rule, re.compile(pattern, flags))
    for kind, rule, pattern, flags in (
        ("email", "email", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", 0),
        (
            "web",
            "web",
            rf"(?:https?://|www\.)[^\s<>\"]*[\w/]|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.{_ENDS}\b(?:/[^\s<>\"]*[\w/])?",
            re.IGNORECASE,
        ),
        ("handle", "handle", r"(?<![\w@])@[A-Za-z_][\w.]+\b", 0),
        (
            "handle",
            "handle_named",
            rf"\b{_HANDLES}(?: (?:name|id|handle))? ?(?:is|was|:) ?(?P<only>(?=\S*[\d_.]\S)[\w.]+\w)",
            re.IGNORECASE,
        ),
        ("phone", "phone", r"(?<![\w+])(?:\+44|0044)[ -]?(?:\(0\)[ -]?)?\d(?:[ -]?\d){8,9}(?!\w)", 0),
        ("phone", "phone", r"(?<![\w/])\(?0[1-9]\d{1,4}\)?[ -]?(?:\d[ -]?){4,8}\d(?!\w)", 0),
        (
            "case",
            "case_reference",
            rf"\b{_FILES}\.?(?: (?:ref(?:erence)?|no|number))*\.?(?: is| was)? ?[:#]? ?{_NUMBER}",
            re.IGNORECASE,
        ),
        (
            "case",
            "case_shape",
            r"\b(?:[A-Z]{1,4}/\d{3,}/\d{2,4}|\d{2}[A-Z]{2}/\d{3,}/\d{2}|[TSA]20\d{6,7})\b",
            0,
        ),
        (
            "national_insurance",
            "national_insurance",
            r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
            re.IGNORECASE,
        ),
        ("date", "date_day_first", rf"\b{_DAY}(?: of)? {_MONTH}\b(?:,? \d{{4}}\b)?", re.IGNORECASE),
        ("date", "date_month_first", rf"\b{_MONTH} {_DAY}\b(?:,? \d{{4}}\b)?", re.IGNORECASE),
        ("date", "date_in_numbers", r"(?<![\d/])\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})(?![\d/])", 0),
        ("date", "date_in_numbers", r"\b\d{4}-\d{2}-\d{2}\b", 0),
        ("date", "feast", rf"\b{_FEAST},? (?:in |of )?(?:19|20)\d\d\b", re.IGNORECASE),
        (
            "postcode",
            "postcode",
            r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})\b",
            re.IGNORECASE,
        ),
        ("vehicle", "number_plate", r"\b(?:[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]\d{1,3} [A-Z]{3})\b", 0),
        (
            "address",
            "street_with_number",
            rf"\b(?:flat \w{{1,4}},? )?\d{{1,4}}[a-z]?,? (?:[a-z][\w'-]* ){{1,3}}{_STREET}\b",
            re.IGNORECASE,
        ),
        ("address", "street", rf"\b(?:[A-Z][\w'-]+ ){{1,3}}{_STREET.title()}\b", 0),
    )
)
_TEN_DIGITS = re.compile(r"(?<![\d-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d-])")

_BODY = (
    r"(?:Hospital|Infirmary|Hospice|School|College|University|Academy|Prison|Church|Cathedral|Chapel|Mosque"
    r"|Temple|Synagogue|Parish|Clinic|Surgery|Centre|Center|Trust|Council|Constabulary|Police|Barracks"
    r"|Regiment|Battalion|Club|Rovers|Wanderers|Scouts|Foundation|Charity|Refuge|Hostel|Rugby|FC|SARC"
    r"|Crown Court|Magistrates'? Court|County Court|Children'?s Home|Care Home|Health Centre|Medical Centre"
    r"|Sports Centre|Police Station|Primary|Secondary|Grammar|Rape Crisis|Services?|Project|House)"
)
_WORD = r"[A-Z][\w'\u2019-]*\.?"
_LINK = r"(?: (?:of|and|the|for|on|upon|in|&))?"
_BY_NAME = re.compile(rf"\b{_WORD}(?:{_LINK} {_WORD}){{0,5}}? {_BODY}(?: {_BODY})*(?![\w'])")
_BODIES = (
    (
        "body_of",
        re.compile(
            rf"\b(?:University|College|School|Church|Diocese|Archdiocese|Bank) of {_WORD}(?: {_WORD})?"
        ),
    ),
    ("prison", re.compile(rf"\b(?:HMP|HMYOI|YOI|RAF|HMS) {_WORD}(?: {_WORD})?")),
    (
        "saint",
        re.compile(
            r"\b(?:St|Saint)\.? [A-Z]\w+['\u2019]?s?(?: (?:and|&) St\.? [A-Z]\w+['\u2019]?s?)?(?! [A-Z]\w)"
        ),
    ),
)


def identifiers(text: str) -> Iterator[Found]:
    """Everything with a shape of its own. Of a match with a part named `only`, that part."""
    for match in _TEN_DIGITS.finditer(text):
        if _is_nhs_number(match.group()):
            yield match.start(), match.end(), "nhs_number", "nhs_number"
    for kind, rule, pattern in _SHAPES:
        for match in pattern.finditer(text):
            start, end = match.span("only" if "only" in pattern.groupindex else 0)
            yield start, end, kind, rule


def organisations(text: str, lists: Lists) -> Iterator[Found]:
    """Institutions by name. A name made of usual words alone ("The Health Centre") is not one."""
    for match in _BY_NAME.finditer(text):
        start, words = match.start(), match.group().split(" ")
        while len(words) > 1 and _says_nothing(words[0], lists):
            start += len(words.pop(0)) + 1
        if any(not _says_nothing(word, lists) for word in words[:-1]):
            yield start, match.end(), "organisation", "body_by_name"
    for rule, pattern in _BODIES:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), "organisation", rule


def _says_nothing(word: str, lists: Lists) -> bool:
    plain = fold(word).strip(".")
    return plain in lists.common or plain in lists.capitals or plain in lists.said


def _is_nhs_number(written: str) -> bool:
    """The check digit of an NHS number: weights 10 to 2, modulo 11 (NHS Data Dictionary)."""
    digits = [int(sign) for sign in written if sign.isdigit()]
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == digits[9]
