"""Recognises invisible text, which models sometimes send and which is no answer."""

from __future__ import annotations

import unicodedata

# Letters and symbols that show nothing: fillers of Hangul, the blank of braille.
_SHOWS_NOTHING = "\u115f\u1160\u3164\uffa0\u2800"


def is_blank(text: str) -> bool:
    """Whether the text is invisible: spaces, line ends, zero-width characters."""
    return all(char in _SHOWS_NOTHING or unicodedata.category(char)[0] in "ZCM" for char in text)
