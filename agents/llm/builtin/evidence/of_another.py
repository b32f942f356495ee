"""Facts that the text tells of another thing than the one asked about: another age group, variant, pack or case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from agents.llm.builtin.evidence.features import label_of, stems_of
from agents.llm.builtin.evidence.untold import NUMBERS
from agents.llm.builtin.question.asks import asks_yes_or_no, has_kind, noun
from agents.llm.builtin.question.question import AskedQuestion
from language.blocks import Unit
from language.measures import WORD_NUMBERS, Dimension, Measure, measures
from language.words import rarity, stem, word_share, words

TELLS = {"money": 0.3, "number": 0.4, "frequency": 0.4}  # by the kind asked for, rarity from which a word names a thing
_LEANS_BACK = re.compile(r"^(?:it|its|they|their|this|these|those|both|each|he|she|his|her|all|one)\b", re.IGNORECASE)


def with_what_they_lean_on(told: Sequence[Unit]) -> Iterator[str]:
    """Each sentence with its lead-in and its label, or that of its paragraph; one that begins with "it" with the
    sentence before, too."""
    before, label, block = "", "", -1
    for unit in told:
        if unit.block != block or unit.kind != "sentence":
            label, block = label_of(unit), unit.block
        text = f"{label} {unit.context} {unit.text}"
        before = f"{before} {text}" if _LEANS_BACK.match(unit.text) else text
        yield before


def is_fact_of_another(question: AskedQuestion, told: Sequence[Unit], headings: str) -> bool:
    """Whether a price, number or frequency is asked of a thing that the passage names, and no sentence that holds such
    a fact names it."""
    if asks_yes_or_no(question.last):
        return False
    asked = {(one.dimension, one.value) for one in measures(question.last)}
    said = [(text, stems_of(text)) for text in with_what_they_lean_on(told)]
    above = stems_of(headings)
    for kind in question.wants & TELLS.keys():
        facts = [stems for text, stems in said if _holds(kind, text, asked)]
        named = (
            word
            for word in question.own
            if word in question.topic and rarity(word) >= TELLS[kind] and not word_share(word, above)
        )
        things = (word for word in named if any(word_share(word, stems) for _, stems in said))
        if facts and any(not any(word_share(word, stems) for stems in facts) for word in things):
            return True
    return False


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
    said = [(text, stems_of(text)) for text in with_what_they_lean_on(told)]
    facts = [stems for text, stems in said if _AGE.search(text)]
    above = stems_of(headings) | _AGE_WORDS
    named = (word for word in question.own if rarity(word) >= NAMES and not word_share(word, above))
    things = (word for word in named if any(word_share(word, stems) for _, stems in said))
    return bool(facts) and any(not any(word_share(word, stems) for stems in facts) for word in things)


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


_PACK = re.compile(
    r"\b(?P<name>block|pack|packet|box|set|bag|bundle|case|book|batch|group|crate|carton|tray|team) "
    r"of (?P<number>\w+)\b",
    re.IGNORECASE,
)
_SO_MANY = re.compile(
    rf"\b(?P<number>{NUMBERS})[ -](?P<name>nights?|people|persons?|days?|weeks?|months?|adults?|children|guests)\b",
    re.IGNORECASE,
)
_FOR_ANY_NUMBER = (
    r"\b(?:per|an?|each|every|extra|additional|further|or more|up to|from|at least|more than|over|between|minimum"
    r"|maximum)\b[^.|]{{0,12}}\b{name}|\d\s*(?:to|[–-])\s*\d+ {name}|\+"
)


def is_price_of_other_number(question: AskedQuestion, text: str) -> bool:
    """Whether a price is asked for four nights or a block of 16, and the text has those of other numbers only."""
    if "money" not in question.wants:
        return False
    packs, counts = _numbers(_PACK, text), _numbers(_SO_MANY, text)
    if any(name in packs and not asked & packs[name] for name, asked in _numbers(_PACK, question.last).items()):
        return True
    return any(
        name in counts
        and not asked & counts[name]
        and not re.search(_FOR_ANY_NUMBER.format(name=name), text, re.IGNORECASE)
        for name, asked in _numbers(_SO_MANY, question.last).items()
    )


def _numbers(pattern: re.Pattern[str], text: str) -> dict[str, set[float]]:
    found: dict[str, set[float]] = {}
    for match in pattern.finditer(text):
        written = match["number"].casefold()
        value = float(written) if written.isdigit() else WORD_NUMBERS.get(written)
        if value is not None and written not in ("a", "an", "half"):
            found.setdefault(noun(match["name"].casefold()), set()).add(value)
    return found


_SHARE = re.compile(r"\b(?P<number>\d+) ?(?:%|percent|per cent)", re.IGNORECASE)


def has_other_share(question: str, text: str) -> bool:
    """Whether a percentage is asked about that the text does not hold."""
    asked = {match["number"] for match in _SHARE.finditer(question)}
    return bool(asked) and not asked & {match["number"] for match in _SHARE.finditer(text)}
