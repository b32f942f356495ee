"""Long patterns out of short named parts. Spaces stand for themselves, so they are no `re.VERBOSE` patterns."""

from __future__ import annotations


def any_word(said: str) -> str:
    """Any of the words, for the inside of a group: "a b" is `a|b`."""
    return "|".join(said.split())


def any_of(*patterns: str) -> str:
    """Any of the patterns, for the inside of a group."""
    return "|".join(patterns)
