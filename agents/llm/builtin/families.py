"""What a question asks of a family of things: the cheapest, all under a limit, how many. Words only; see `compare`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from agents.llm.builtin.asks import asked_set
from agents.llm.builtin.measures import WORD_NUMBERS, Dimension, Measure, measures, number
from agents.llm.builtin.words import STOP_WORDS, content_words, stem, words


@dataclass(frozen=True, slots=True)
class Extreme:
    """Asks for the member with the least (`sign` -1) or most (+1) of something."""

    sign: Literal[-1, 1]
    dimensions: tuple[Dimension, ...]  # what may be compared, the likeliest first; empty: any
    subject: tuple[str, ...]  # stems that say of what, without the superlative itself


@dataclass(frozen=True, slots=True)
class Limit:
    """Asks for all members within low..high of one dimension."""

    low: float
    high: float
    dimension: Dimension
    unit: str
    subject: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """So many of something have to be served."""

    amount: float
    noun: str  # as written
    written: str  # "30 people"


_ANY: tuple[Dimension, ...] = ()
_SUPERLATIVES: dict[str, tuple[Literal[-1, 1], tuple[Dimension, ...]]] = {
    **dict.fromkeys(("cheapest", "lowest-priced"), (-1, ("money",))),
    **dict.fromkeys(("priciest", "dearest", "costliest"), (1, ("money",))),
    **dict.fromkeys(("fastest", "quickest", "soonest", "shortest", "speediest"), (-1, ("duration", "length"))),
    **dict.fromkeys(("slowest",), (1, ("duration",))),
    **dict.fromkeys(("longest",), (1, ("duration", "length"))),
    **dict.fromkeys(("lightest",), (-1, ("weight",))),
    **dict.fromkeys(("heaviest",), (1, ("weight",))),
    **dict.fromkeys(("tallest", "widest", "deepest", "furthest", "farthest", "highest-up"), (1, ("length",))),
    **dict.fromkeys(("narrowest", "slimmest", "thinnest", "nearest", "closest"), (-1, ("length",))),
    **dict.fromkeys(("earliest",), (-1, ("clock",))),
    **dict.fromkeys(("latest",), (1, ("clock",))),
    **dict.fromkeys(("smallest", "lowest", "least", "fewest", "tiniest", "minimum"), (-1, _ANY)),
    **dict.fromkeys(("biggest", "largest", "highest", "most", "greatest", "maximum"), (1, _ANY)),
}
_PHRASED: tuple[tuple[str, Literal[-1, 1], tuple[Dimension, ...]], ...] = (
    (r"\b(?:least expensive|lowest[- ]price[d]?|lowest cost|least costly)\b", -1, ("money",)),
    (r"\b(?:most expensive|most costly|highest price[d]?)\b", 1, ("money",)),
    (r"\b(?:least|shortest) (?:amount of )?time\b", -1, ("duration",)),
    (r"\b(?:the )?most time\b", 1, ("duration",)),
)
_PHRASES = tuple((re.compile(pattern, re.IGNORECASE), sign, dims) for pattern, sign, dims in _PHRASED)
_NO_SUPERLATIVE = re.compile(
    r"\b(?:at (?:the )?(?:least|most|latest|earliest)|most of|the most of|latest (?:version|release|news|update)|"
    r"as soon|most (?:people|customers|banks|cases))\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\b(cheaper|dearer|faster|quicker|lighter|heavier|bigger|larger|smaller|longer|shorter)\b")
_COMPARED_TO = {"cheaper": "cheapest", "dearer": "dearest", "faster": "fastest", "quicker": "quickest",
                "lighter": "lightest", "heavier": "heaviest", "bigger": "biggest", "larger": "largest",
                "smaller": "smallest", "longer": "longest", "shorter": "shortest"}  # fmt: skip
_SAYS_EXTREME = re.compile(
    r"\b\w{2,}est\b|\b(?:most|least|max(?:imum)?|min(?:imum)?|limits?|up to|at most|no more than|only|latest|top)\b",
    re.IGNORECASE,
)
_ASKS_FOR_MEMBERS = re.compile(
    r"\b(?:which|what|any|anything|something|list|show|all|do you (?:have|sell|offer)|are there|got)\b", re.IGNORECASE
)
_BELOW = re.compile(r"\b(?:under|below|less than|cheaper than|up to|at most|no more than|max(?:imum)?(?: of)?)\s*$")
_ABOVE = re.compile(r"\b(?:over|above|more than|at least|from|dearer than|min(?:imum)?(?: of)?)\s*$")
_INCLUSIVE = re.compile(r"\b(?:up to|at most|no more than|at least|from|max\w*|min\w*)(?: of)?\s*$")
_HAIR = 1e-6  # "under 8" leaves out what costs 8
_BETWEEN = re.compile(r"\bbetween\b", re.IGNORECASE)
_COUNT = re.compile(r"\bhow many(?: different| kinds of| types of| sorts of)? ([\w' -]+?) (?:are there|do you)\b", re.I)
_ALL = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,3}\w+s (?:are there|do you (?:have|offer|sell|make)|can i (?:choose|pick))"
    r"|\b(?:list|all) (?:of )?(?:your|the)\b|\b(?:difference|compare[sd]?|comparison|versus|vs)\b",
    re.IGNORECASE,
)

AMOUNT = rf"\d[\d,.]*\d|\d|{'|'.join(word for word in WORD_NUMBERS if word not in ('a', 'an', 'half', 'zero'))}"
_NEED = re.compile(
    rf"(?:\b(?:for|of|with|have|has|are|take|takes|carry|carries|carrying|serve|serves|hold|holds|handle|about|around|"
    rf"roughly|need|make|makes)\s+|^\W*)(?P<amount>{AMOUNT})\s+(?P<noun>[a-z][\w'’-]*)(?:\s+(?P<next>[a-z][\w'’-]*))?",
    re.IGNORECASE,
)
_CHOOSES = re.compile(
    r"\b(?:which|what (?!does|do|is|are|about|if)\w+|enough|suits?|suitable|right for|best|recommend\w*|fits?|"
    r"should (?:i|we)|do (?:i|we) need|is there (?:a|an|something|anything)|something for|anything for|need a|"
    r"big enough)\b",
    re.IGNORECASE,
)
# Amounts of these are no size of a member: "for 3 days", "14 days".
_NO_NEEDS = (
    "year years yr yrs month months week weeks day days hour hours minute minutes euros dollars pounds of to or and"
)
_NO_NEED = frozenset(_NO_NEEDS.split())


def extreme(question: str) -> Extreme | None:
    """The superlative of a question, or None. "cheaper, A or B" counts as one."""
    text = _NO_SUPERLATIVE.sub(" ", question.casefold())
    for pattern, sign, dimensions in _PHRASES:
        if pattern.search(text):
            return Extreme(sign, dimensions, _subject(pattern.sub(" ", text), ()))
    for word in words(text):
        if word in _SUPERLATIVES:
            sign, dimensions = _SUPERLATIVES[word]
            return Extreme(sign, dimensions, _subject(text, (word,)))
    if (match := _COMPARED.search(text)) and re.search(r"\b(?:or|which|than)\b", text):
        sign, dimensions = _SUPERLATIVES[_COMPARED_TO[match[1]]]
        return Extreme(sign, dimensions, _subject(text, (match[1],)))
    return None


def says_extreme(text: str) -> bool:
    """Whether a sentence itself names an extreme; if not, it may be about any member of the family."""
    return bool(_SAYS_EXTREME.search(text))


def limit(question: str) -> Limit | None:
    """The range of a question such as "anything under 50 euros", or None when it names no range or no members."""
    if not _ASKS_FOR_MEMBERS.search(question):
        return None
    amounts = [measure for measure in measures(question) if measure.dimension not in ("count", "clock")]
    for at, amount in enumerate(amounts):
        before = question[: amount.start].casefold()
        bounds = _bounds(before, amount, amounts[at + 1 :])
        if bounds:
            rest = content_words(before + " " + question[amount.end :])
            subject = tuple(stem(word) for word in rest if not word[0].isdigit())
            return Limit(*bounds, amount.dimension, amount.unit, subject)
    return None


def _bounds(before: str, amount: Measure, later: list[Measure]) -> tuple[float, float] | None:
    if later and later[0].dimension == amount.dimension and _BETWEEN.search(before):
        return min(amount.value, later[0].value), max(amount.value, later[0].value)
    if _BELOW.search(before):
        return 0.0, amount.value if _INCLUSIVE.search(before) else amount.value - _HAIR
    if _ABOVE.search(before):
        return amount.value if _INCLUSIVE.search(before) else amount.value + _HAIR, float("inf")
    return None


def need(question: str) -> Need | None:
    """What has to be enough, where the question asks which thing is."""
    if not _CHOOSES.search(question):
        return None
    for match in _NEED.finditer(question):
        noun = match["noun"].casefold()
        if noun not in _NO_NEED and noun not in STOP_WORDS and match["amount"].casefold() not in ("one",):
            return Need(amount_of(match["amount"]), noun, f"{match['amount']} {match['noun']}")
    return None


def amount_of(written: str) -> float:
    return float(WORD_NUMBERS.get(written.casefold()) or number(written.rstrip(".,")))


def counted(question: str) -> tuple[str, ...]:
    """Stems of what "how many ... are there" counts; empty when the question does not count."""
    match = _COUNT.search(question)
    return tuple(stem(word) for word in content_words(match[1])) if match else ()


def asks_about_family(question: str) -> bool:
    """Whether the answer needs all members of a family, not the passage that fits best."""
    asked = extreme(question) or limit(question) or counted(question) or asked_set(question) or need(question)
    return bool(asked or _ALL.search(question))


_NOT_SUBJECT = "price cost fee money time way option choice kind type number"
_MEASURE_WORDS = frozenset(stem(word) for word in _NOT_SUBJECT.split())


def _subject(text: str, leave_out: tuple[str, ...]) -> tuple[str, ...]:
    found = (stem(word) for word in content_words(text) if word not in leave_out)
    return tuple(word for word in found if word not in _MEASURE_WORDS)
