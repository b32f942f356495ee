"""The words of a clause: what it is about, and what limits it (per month, up to, in winter, on Saturdays)."""

from __future__ import annotations

import re

from knowledge.conflicts.vocabulary import (
    ATTRIBUTES,
    BOUNDS,
    FILLER,
    LIMITS,
    PER_NOUNS,
    UNSURE,
    canonical,
)
from language.days import DAY
from language.figures.reading import figures
from language.words import WORD, words

_ADVERBS = "hourly|daily|nightly|weekly|monthly|yearly|annually|monatlich|jährlich"
_ADVERB_PER = re.compile(rf"\b({_ADVERBS})\b", re.IGNORECASE)
_TWO_NOUNS = r"([^\W\d_]+)(?:\s+(?:and|und|et|,|per|/)\s*([^\W\d_]+))?"  # "per user and month"
_PER = re.compile(rf"(?:\b(?:per|pro|par|por|je|each|every)\s+|/\s?){_TWO_NOUNS}", re.IGNORECASE)
_A_PER = re.compile(rf"^\W*(?:a|an|the|al|im|in der|la|le)\s+{_TWO_NOUNS}", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]?\d)")
_SALE = re.compile(r"(?<!\bfor )(?<!\bof )\bsale\b", re.IGNORECASE)  # not "bikes for sale", "terms of sale"
_SIZE = re.compile(r"(?<![\w'’])(?:XXL|XL|XS|[SML])(?![\w'’])")
_BOUND = re.compile(
    r"(?:^|[\s(])(?:" + "|".join(f"(?P<{name}>{spoken})" for name, spoken in BOUNDS) + r")\s*[$€£]?\s*$", re.IGNORECASE
)
MAX_BOUND_CHARS = 24  # characters, with a currency
_BEGINS = frozenset(("", ".", ":", "!", "?", "–", "-", "|", "("))


def content(text: str) -> frozenset[str]:
    """What a text is about, without figures, which are compared as such, and without days, which are limits."""
    found = words(_without_figures(text))
    return frozenset(canonical(word) for word in found if canonical(word) not in FILLER and not DAY.fullmatch(word))


def names(text: str) -> frozenset[str]:
    """Words that are spelt like names: with a capital letter inside a sentence, or with digits."""
    found: set[str] = set()
    for match in WORD.finditer(text):
        begins = text[: match.start()].rstrip()[-1:] in _BEGINS
        if any(map(str.isdigit, match[0][1:])) or (match[0][0].isupper() and not begins):
            found |= content(match[0])
    return frozenset(found - ATTRIBUTES)


def is_unsure(text: str) -> bool:
    """Whether it is history, an example, about others, or negated."""
    return any(match[0].casefold().replace("’", "'") in UNSURE for match in WORD.finditer(text))


def nouns_per(text: str, behind: str) -> frozenset[str]:
    """The unit that a figure counts for each of ("a month"); `behind` is the text after the figure."""
    found = set()
    for match in _PER.finditer(f"{text} {behind}"):
        for noun in filter(None, match.groups()):
            found.add(PER_NOUNS.get(noun.casefold()) or canonical(noun.casefold()))
    follows = _A_PER.match(behind)
    for noun in follows.groups() if follows else ():
        if noun and noun.casefold() in PER_NOUNS:
            found.add(PER_NOUNS[noun.casefold()])
    return frozenset(found | {PER_NOUNS[adverb.casefold()] for adverb in _ADVERB_PER.findall(text)})


def bound(before: str) -> str:
    """ "least" behind "at least", and so on; `before` is what stands in front of a figure."""
    found = _BOUND.search(before[-MAX_BOUND_CHARS:])
    return str(found.lastgroup) if found else ""


def limits(text: str, *, years: bool = True) -> frozenset[str]:
    """Seasons, groups of people, taxes and similar limits that a text names."""
    found = content(text) & LIMITS
    return found | frozenset(f"year:{year}" for year in _YEAR.findall(text)) if years else found


def sale(heading: str) -> frozenset[str]:
    """The limit of a heading such as "Summer sale"."""
    return frozenset({"sale"}) if _SALE.search(heading) else frozenset()


def years(text: str) -> frozenset[str]:
    return frozenset(_YEAR.findall(text))


def sizes(text: str) -> frozenset[str]:
    return frozenset(f"size:{size}" for size in _SIZE.findall(text))


def _without_figures(text: str) -> str:
    pieces, at = [], 0
    for figure in figures(text):
        pieces.append(text[at : max(at, figure.start)])
        at = max(at, figure.end)
    return " ".join((*pieces, text[at:]))


def plain_days(text: str) -> str:
    """The text without words that only seem to name days, such as "24 hours"."""
    return _without_figures(text)
