"""Writes English as it is said. Everything that a voice might misread is put in words, because voices differ in what
they read correctly. `voice/reading/said` has a module for each kind of thing.
"""

from __future__ import annotations

import re

from voice.reading.said import calendar, codes, money, phones, places, signs, units


def read(text: str, *, is_day_first: bool = False) -> str:
    """The text with its numbers, signs and abbreviations in words. With `is_day_first` 03/04/2026 is 3 April."""
    text = signs.abbreviations(text)
    text = places.read(text)
    text = calendar.read(text, is_day_first=is_day_first)
    text = phones.read(text, plus="plus ")
    text = codes.extensions(text)
    text = signs.sums(text)
    text = money.read(text)
    text = signs.thousands(text)
    text = units.read(text)
    text = codes.read(text)
    return signs.read(re.sub(r" {2,}", " ", text))
