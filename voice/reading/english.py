"""English as it is said, where that is not how it is written. Everything a voice could take for something else is put
in words, since the voices at hand differ in what they read right; what each kind needs is in `voice/reading/said`.
"""

from __future__ import annotations

import re

from voice.reading.said import calendar, codes, money, phones, places, signs, units


def read(text: str, *, is_day_first: bool = False) -> str:
    """The text with its numbers, signs and abbreviations in words. `is_day_first` tells what 03/04/2026 is."""
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
