"""How a day is said. A few words: the tables of all that is said of dates are megabytes in each process."""

from __future__ import annotations

from datetime import date

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "cy": "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr",
}


def day_in_words(day: date, language: str = "en") -> str:
    """A day as people read it, such as "4 January 2027"; in English where we know nothing of the language."""
    months = _MONTHS.get(language, _MONTHS["en"]).split()
    return f"{day.day} {months[day.month - 1]} {day.year}"
