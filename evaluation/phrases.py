"""Phrases and /patterns/ that an answer must or must not contain."""

from __future__ import annotations

import unicodedata

import regex
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from language.blocks import plain

MAX_CHARS = 300
MAX_PATTERN_S = 0.1  # a pattern that needs longer for 20,000 characters probably never ends
SEARCHED_CHARS = 20_000  # of an answer; the longest that models give has some 8,000
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})


class PatternTooSlow(Exception):
    """A pattern took too long, so it is unknown whether the text contains it."""


def is_pattern(phrase: str) -> bool:
    return len(phrase) > 2 and phrase.startswith("/") and phrase.endswith("/")


def validate_phrase(phrase: str) -> None:
    """Raises ValidationError for a phrase that no answer can contain."""
    if not phrase.strip():
        raise ValidationError(_("A phrase is empty."))
    if len(phrase) > MAX_CHARS:
        raise ValidationError(_("A phrase has more than %(most)s characters."), params={"most": MAX_CHARS})
    if not is_pattern(phrase):
        return
    try:
        regex.compile(phrase[1:-1])
    except regex.error as error:
        words = _("“%(phrase)s” is no pattern that can be searched for: %(why)s.")
        raise ValidationError(words, params={"phrase": phrase, "why": error.msg}) from None


def is_in(phrase: str, answer: str) -> bool:
    """Whether an answer (Markdown) contains the phrase as a reader sees it, ignoring case.

    A pattern is also tried on the Markdown itself. Raises PatternTooSlow.
    """
    text = answer[:SEARCHED_CHARS]
    if is_pattern(phrase):
        return _matches(phrase[1:-1], plain(text)) or _matches(phrase[1:-1], text)
    return folded(phrase) in folded(plain(text))


def folded(text: str) -> str:
    """The text without differences that do not matter: case, kinds of quotes, dashes and blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY).casefold().split())


def _matches(pattern: str, text: str) -> bool:
    try:
        return bool(regex.search(pattern, text, regex.IGNORECASE, timeout=MAX_PATTERN_S))
    except TimeoutError:
        raise PatternTooSlow from None
