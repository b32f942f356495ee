"""Facts that the text tells of another thing than the one asked about: another course, variant or case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agents.llm.builtin.evidence.features import stems_of, with_what_they_lean_on
from agents.llm.builtin.evidence.untold import NUMBERS
from agents.llm.builtin.question.asks import asks_yes_or_no, has_kind
from agents.llm.builtin.question.question import AskedQuestion
from language.blocks import Unit
from language.measures import Dimension, Measure, measures
from language.words import rarity, stem, word_share, words

TELLS = {"money": 0.3, "number": 0.4, "frequency": 0.4}  # by the kind asked for, rarity from which a word names a thing


def is_fact_of_another(question: AskedQuestion, told: Sequence[Unit], headings: str) -> bool:
    """Whether a price, number or frequency is asked of a thing that the passage names, and no sentence that holds such
    a fact names it."""
    if asks_yes_or_no(question.last):
        return False
    asked = {(one.dimension, one.value) for one in measures(question.last)}
    said = list(with_what_they_lean_on(told))
    return any(
        _lacks_a_thing(question, least, stems_of(headings), said, [text for text in said if _holds(kind, text, asked)])
        for kind, least in TELLS.items()
        if kind in question.wants
    )


def _lacks_a_thing(
    question: AskedQuestion, least: float, known: frozenset[str], said: Sequence[str], facts: Sequence[str]
) -> bool:
    """Whether something `said` names a word of the question of at least that rarity, and none of the `facts` does;
    `known` are stems that need not be named."""
    things = (
        word
        for word in question.own
        if word in question.topic
        and rarity(word) >= least
        and not word_share(word, known)
        and any(word_share(word, stems_of(text)) for text in said)
    )
    return bool(facts) and any(not any(word_share(word, stems_of(text)) for text in facts) for word in things)


def _holds(kind: str, text: str, asked: set[tuple[Dimension, float]]) -> bool:
    if kind == "frequency":
        return has_kind("often", text)
    if kind == "money":
        return has_kind("money", text)
    new = [one for one in measures(text) if (one.dimension, one.value) not in asked]
    return bool(new) or bool(re.search(rf"\b(?:{NUMBERS})\b", text, re.IGNORECASE))


_ASKS_AGE = re.compile(
    r"\b(?:minimum|maximum|min|max|what|which) age\b|\bage limit\b|\bhow (?:old|young) (?:do|must|does|should|can)\b",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\bage[ds]?\b|\byears? old\b|\byear-olds?\b|\b\d{1,2}\+|\(\d{1,2} to \d{1,2}\)"
    r"|\b(?:over|under|from) \d{1,2}\b(?! ?(?:%|km|kg|miles|£|\$|€|people|units|minutes|days|hours|cm|mm))",
    re.IGNORECASE,
)
_AGE_WORDS = frozenset(stem(word) for word in ("age", "old", "young", "minimum", "maximum", "limit"))
NAMES = 0.35  # rarity from which a word of a question about an age names what it is asked of


def is_age_of_another(question: AskedQuestion, told: Sequence[Unit], headings: str) -> bool:
    """Whether an age is asked of one course, and the passage tells that of another."""
    if not _ASKS_AGE.search(question.last):
        return False
    said = list(with_what_they_lean_on(told))
    facts = [text for text in said if _AGE.search(text)]
    return _lacks_a_thing(question, NAMES, stems_of(headings) | _AGE_WORDS, said, facts)


_QUALITIES = (
    "wide width", "tall high height", "deep depth", "long length", "heavy weigh weighs weight", "run runs", "tank",
    "battery", "capacity",
)  # fmt: skip
_QUALITY_OF: Mapping[str, frozenset[str]] = {
    word: frozenset(stem(other) for other in group.split()) for group in _QUALITIES for word in group.split()
}


def is_quality_of_another(question: str, told: Sequence[Unit]) -> bool:
    """Whether "how wide is the 1.5 tonne digger" finds only how wide the other one is, or nothing of any width."""
    qualities = [_QUALITY_OF[word] for word in words(question) if word in _QUALITY_OF]
    said = list(with_what_they_lean_on(told))
    for asked in measures(question):
        if asked.dimension not in ("weight", "length", "volume", "power"):
            continue
        own = [stems_of(text) for text in said if any(_is_same(asked, one) for one in measures(text))]
        for names in qualities if own else ():
            if not any(names & stems for stems in own):
                return True
    return False


def _is_same(one: Measure, other: Measure) -> bool:
    return one.dimension == other.dimension and abs(one.value - other.value) < 1e-6


_WITHOUT = re.compile(
    r"\bwithout (?:an? |the |any |my |our |having )?(?:[a-z]+ )?(?P<thing>[a-z][\w'’-]+)", re.IGNORECASE
)
_DENIES = re.compile(r"\b(?:without|not|no|own|only)\b|n['’]t\b", re.IGNORECASE)


def is_told_with_it(question: str, quoted: str) -> bool:
    """Whether something is asked without a thing, and the text tells of it with that thing only."""
    match = _WITHOUT.search(question)
    if not match or _DENIES.search(quoted):
        return False
    return bool(re.search(rf"\bwith (?:\w+ ){{0,3}}{re.escape(match['thing'])}\b", quoted, re.IGNORECASE))
