"""Rules for plain text, the same for everything that comes in."""

from __future__ import annotations

import re

# Everything below space but tab and newline: never typed, and PostgreSQL refuses NUL outright.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

# What shows nothing, for a class of characters in patterns of Python, JavaScript and Rust: controls, spaces, joiners,
# marks of direction, fillers of Hangul, the blank of braille, selectors of variants.
INVISIBLE = (
    r"\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
_SHOWN = re.compile(f"[^{INVISIBLE}]")


def clean(text: str) -> str:
    """Text in a form that can be stored: `\\n` line ends, no control characters or lone surrogates, stripped; "" if
    nothing of it is visible."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return text if _SHOWN.search(text) else ""


def shorten(text: str, limit: int) -> str:
    """One line of at most `limit` characters, cut between words if possible, with an ellipsis if it was cut."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: limit + 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > 0 else line[:limit]).rstrip(" ,;:.–-") + "…"
