"""The pictures that easy read may show: name -> what it shows, in words for whoever chooses one.

All are drawn by us, of things and of plain figures; none shows harm, or anybody in distress. A person looks
at each before easy read is offered. The files are in `consult/static/easy/`; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Mapping

PICTURES: Mapping[str, str] = {
    "arrows": "two arrows that change places",
    "bubbles": "two speech bubbles",
    "building": "a building with an open door",
    "cake": "a cake with a candle",
    "calendar": "a calendar with one day marked",
    "card": "a card that says 18 and a plus sign",
    "chart": "three columns, each taller",
    "choice": "one way that becomes two",
    "cross": "a first-aid case",
    "cup": "a cup with something warm in it",
    "door": "a door that stands open",
    "ear": "an ear",
    "figure": "one plain figure",
    "figures": "two plain figures side by side",
    "gap": "a list with one empty line",
    "heart": "a heart",
    "house": "a house",
    "letter": "an envelope",
    "lock": "a padlock",
    "magnifier": "a magnifying glass",
    "map": "a marker on a map",
    "mat": "a door mat before a door",
    "pen": "a pen that writes a line",
    "phone": "a phone",
    "quotes": "two quotation marks",
    "same": "two rings that overlap",
    "shield": "a shield with a tick",
    "sign": "a signpost",
    "star": "a star",
    "table": "three figures around a table",
    "tag": "a name tag without a name",
    "wall": "a wall across a way",
}
