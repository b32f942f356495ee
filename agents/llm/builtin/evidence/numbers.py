"""Doubts about numbers: so many of a thing were asked for, and the text has others, or ends before."""

from __future__ import annotations

import re

from agents.llm.builtin.question.asks import noun, wanted_kinds
from language.measures import WORD_NUMBERS, measures
from language.words import STOP_WORDS, stem, words

_NUMBERS = rf"\d+|{'|'.join(word for word in WORD_NUMBERS if word not in ('a', 'an', 'half', 'hundred'))}"
_NUMBERED = re.compile(rf"\b(?P<number>{_NUMBERS})[ -](?P<noun>[a-z]{{3,}})\b", re.IGNORECASE)
_RANGE = re.compile(
    rf"(?:{_NUMBERS})(?: ?[-–—] ?| to | or | and )(?:{_NUMBERS})\b|\b(?:{_NUMBERS})(?: (?:or|and) more\b|\+)",
    re.IGNORECASE,
)
# Pages say how many of these fit or may come, which is no number of them.
_UNCOUNTED_WORDS = (
    "people person guest adult child children kid student user seat place day night week month year hour minute time of"
)
_UNCOUNTED = frozenset(stem(word) for word in _UNCOUNTED_WORDS.split())
_UNSIZED_WORDS = "old ago away notice ahead late later early earlier left long before"
_UNSIZED = STOP_WORDS | frozenset(_UNSIZED_WORDS.split())


def _amount(written: str) -> float:
    return float(written) if written.isdigit() else WORD_NUMBERS[written.casefold()]


def other_number(question: str, text: str) -> bool:
    """Whether the question names so many of something ("a five bedroom house") that the text has in other numbers
    only: "four bedrooms". Where the text gives ranges, or the thing is counted in money or time, nothing is known."""
    for match in _NUMBERED.finditer(question):
        noun, number = stem(match["noun"].casefold()), _amount(match["number"])
        if noun in _UNCOUNTED or any(measure.dimension != "count" for measure in measures(match.group())):
            continue
        held = [found for found in _NUMBERED.finditer(text) if stem(found["noun"].casefold()) == noun]
        counts = {_amount(found["number"]) for found in held}
        if len(counts) > 1 and number not in counts and not _RANGE.search(text):
            return True
    return False


_OF_VARIANT = re.compile(r"[ -](?P<noun>[a-z]{3,})")


def other_variant(question: str, text: str) -> bool:
    """Whether a variant is named by its length, weight or size ("the 15 year loan") that the text gives in other sizes
    only. Where the text gives ranges nothing is known."""
    for asked in measures(question):
        after = _OF_VARIANT.match(question.casefold(), asked.end)
        if asked.dimension in ("money", "clock", "count") or not after or after["noun"] in _UNSIZED:
            continue
        sizes = {round(one.value, 3) for one in measures(text) if one.dimension == asked.dimension}
        if len(sizes) > 1 and round(asked.value, 3) not in sizes and not _RANGE.search(text):
            return stem(after["noun"]) in {stem(word) for word in words(text)}
    return False


_GONE_ON = re.compile(
    r"\b(?:up to|within|no (?:more|further) than|at most|less than|under) (?P<amount>.{1,20})", re.IGNORECASE
)


def beyond_limit(question: str, text: str) -> bool:
    """Whether a price is asked for more than the text gives it for: 200 miles, where it says "within 25 miles"."""
    if "money" not in wanted_kinds(question):
        return False
    asked = [one for one in measures(question) if one.dimension in ("length", "weight", "volume", "area")]
    limits = [one for found in _GONE_ON.finditer(text) for one in measures(found["amount"])[:1]]
    return any(one.dimension == most.dimension and one.value > most.value for one in asked for most in limits)


_MODEL = re.compile(
    r"\b(?P<name>[a-z][a-z'’-]{2,}) (?P<number>\d+(?:\.\d+)?)\b(?![.,:/]\d|\s?(?:[ap]m\b|[%€$£°]|(?:st|nd|rd|th)\b))",
    re.I,
)
# Before a number these name no model of something: "over 65" is answered by "over 60".
_NO_NAMES = (
    "over under above below about around roughly nearly almost least most than until till before after since between "
    "within from past only just another next last first age aged ages year years day days week weeks person people "
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_NO_NAME = STOP_WORDS | frozenset(_NO_NAMES.split())
_RANGE_OF_MODELS = r"\b{name}s? \d+(?:\.\d+)? ?(?:to|[-–—]) ?(?:{name} )?\d"
_OR_LATER = re.compile(
    r"\d\s*(?:\+|(?:or|and) (?:later|newer|above|over|up|upwards|higher|older|younger|below|under)\b)", re.I
)


def other_model(question: str, text: str) -> bool:
    """Whether a thing is named by its number ("Beck 500") and the text has that name with other numbers only. Where
    the text gives ranges nothing is known."""
    held: dict[str, set[float]] = {}
    for found in _MODEL.finditer(text):
        held.setdefault(stem(found["name"].casefold()), set()).add(float(found["number"]))
    for asked in _MODEL.finditer(question):
        name = asked["name"].casefold()
        numbers = held.get(stem(name), set())
        if name not in _NO_NAME and numbers and float(asked["number"]) not in numbers:
            has_range = re.search(_RANGE_OF_MODELS.format(name=re.escape(name)), text, re.IGNORECASE)
            return not has_range and not _OR_LATER.search(text)
    return False


_PACK = re.compile(
    r"\b(?P<name>block|pack|packet|box|set|bag|bundle|case|book|batch|group|crate|carton|tray|team) "
    r"of (?P<number>\w+)\b",
    re.IGNORECASE,
)
_SO_MANY = re.compile(
    rf"\b(?P<number>{_NUMBERS})[ -](?P<name>nights?|people|persons?|days?|weeks?|months?|adults?|children|guests)\b",
    re.IGNORECASE,
)
_FOR_ANY_NUMBER = (
    r"\b(?:per|an?|each|every|extra|additional|further|or more|up to|from|at least|more than|over|between|minimum"
    r"|maximum)\b[^.|]{{0,12}}\b{name}|\d\s*(?:to|[–-])\s*\d+ {name}|\+"
)


def is_price_of_other_number(question: str, text: str) -> bool:
    """Whether a price is asked for four nights or a block of 16, and the text has those of other numbers only."""
    if "money" not in wanted_kinds(question):
        return False
    packs, counts = _numbers_of(_PACK, text), _numbers_of(_SO_MANY, text)
    if any(name in packs and not asked & packs[name] for name, asked in _numbers_of(_PACK, question).items()):
        return True
    return any(
        name in counts
        and not asked & counts[name]
        and not re.search(_FOR_ANY_NUMBER.format(name=name), text, re.IGNORECASE)
        for name, asked in _numbers_of(_SO_MANY, question).items()
    )


def _numbers_of(pattern: re.Pattern[str], text: str) -> dict[str, set[float]]:
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
