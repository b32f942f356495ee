"""Doubts about answers that ignore what narrows the question: for whom, where, whose, how many, which measure."""

from __future__ import annotations

import re

from agents.llm.builtin.evidence.features import stems_of
from agents.llm.builtin.question.asks import noun, wanted_kinds
from language.blocks import Unit
from language.measures import WORD_NUMBERS
from language.words import STOP_WORDS, content_words, word_share, words

_PEOPLE_WORDS = """
student students pupil pupils senior seniors pensioner pensioners veteran veterans military soldier soldiers nurse
nurses teacher teachers disabled unemployed carer carers couple couples family families group groups beginner beginners
teenager teenagers teen teens baby babies toddler toddlers kid kids child children charity charities nonprofit
nonprofits school schools business businesses
"""
_WHO = "|".join(sorted(_PEOPLE_WORDS.split(), key=len, reverse=True))
_FOR_WHOM = re.compile(
    rf"\b(?:for|to) (?:an? |the |my |our |[a-z]+ )?(?P<who>{_WHO})\b"
    rf"|\b(?P<whose>{_WHO})(?:['’]?s?['’]?)? (?:discounts?|prices?|rates?|tickets?|pass|passes|fares?|offers?)\b",
    re.IGNORECASE,
)


def is_for_others(question: str, text: str) -> bool:
    """Whether the question is about people whom the text does not mention: a discount for students."""
    held = stems_of(text)
    asked = [(match["who"] or match["whose"]).casefold() for match in _FOR_WHOM.finditer(question)]
    return any(not word_share(who, held) and not word_share(noun(who), held) for who in asked)


_AT_THE = re.compile(r"\b(?:at|near|in|from) the (?P<place>[a-z]+)\b", re.IGNORECASE)


def is_price_elsewhere(question: str, quoted: str) -> bool:
    """Whether the question asks for a price at a place that the quote does not name: parking at the library."""
    if "money" not in wanted_kinds(question):
        return False
    held = stems_of(quoted)
    places = (match["place"].casefold() for match in _AT_THE.finditer(question))
    return any(place not in STOP_WORDS and not word_share(place, held) for place in places)


_THE_PLACE_OPENS = re.compile(
    r"\b(?:does|do|is|are|when(?:['’]s| is| does| are)) (?:the|your) (?P<place>[\w' -]+?) (?:open|close|closed|shut)\b",
    re.IGNORECASE,
)
_OURS_WORDS = "company business firm shop store office place clinic practice gym school museum premises doors"
_OURS = frozenset(_OURS_WORDS.split())


def opens_elsewhere(question: str, text: str) -> bool:
    """Whether the question asks when a place is open that the text, its page and headings do not mention."""
    match = _THE_PLACE_OPENS.search(question)
    named = [word for word in content_words(match["place"]) if word not in _OURS] if match else []
    held = stems_of(text)
    return bool(named) and not any(word_share(word, held) for word in named)


_NUMBER = "|".join(word for word in WORD_NUMBERS if word not in ("a", "an", "half", "one", "hundred"))
_WHICH_SO_MANY = re.compile(rf"\b(?:which|what) (?:\d+|{_NUMBER}) [a-z]+s\b", re.IGNORECASE)
_ENUMERATION = re.compile(r"[^,;.:]+,[^,;.:]+(?:,| and | or )[^,;.:]+")


def only_counts_them(question: str, unit: Unit) -> bool:
    """Whether the question asks "which 12 drinks", and the sentence or row only says that there are 12."""
    return (
        unit.kind in ("sentence", "row")
        and bool(_WHICH_SO_MANY.search(question))
        and not _ENUMERATION.search(unit.text)
    )


_MEASURES = tuple(
    frozenset(names.split())
    for names in ("wide width", "tall high height", "deep depth", "long length", "heavy weigh weighs weight")
)


def other_measure(question: str, quoted: str) -> bool:
    """Whether the question asks for one measure of a thing (its height), and the quote has only others (its width)."""
    asked, held = set(words(question)), set(words(quoted))
    named = [names for names in _MEASURES if asked & names]
    told = [names for names in _MEASURES if held & names]
    return len(named) == 1 and bool(told) and named[0] not in told
