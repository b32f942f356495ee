"""What somebody typed into a search of the admin, as the words that each have to be found."""

from __future__ import annotations

from django.utils.text import smart_split, unescape_string_literal

MAX_WORDS = 10  # each is a condition of its own, and SQLite ends at a thousand


def search_words(term: str) -> list[str]:
    """The words and "quoted phrases" of a search, at most MAX_WORDS."""
    words = list(smart_split(term.replace("\x00", "")))[:MAX_WORDS]
    return [
        unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] and len(word) > 1 else word
        for word in words
    ]
