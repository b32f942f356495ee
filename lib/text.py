"""Rules for plain text, the same for everything that comes in."""

from __future__ import annotations

import re

# Everything below space but tab and newline: never typed, and PostgreSQL refuses NUL outright.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """Text in a form that can be stored: `\\n` line ends, no control characters or lone surrogates, stripped."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def shorten(text: str, limit: int) -> str:
    """One line of at most `limit` characters, cut between words if possible, with an ellipsis if it was cut."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: limit + 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > 0 else line[:limit]).rstrip(" ,;:.–-") + "…"
