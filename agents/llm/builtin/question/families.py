"""Reads what a question asks about a family of things: the cheapest, all under a limit, how many. See `compare`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from agents.llm.builtin.question.asks import asked_set, is_idle, topic_words, wanted_kinds
from language.measures import WORD_NUMBERS, Dimension, Measure, measures, number
from language.words import STOP_WORDS, content_words, stem, words


@dataclass(frozen=True, slots=True)
class Extreme:
    """Asks for the member with the least (`sign` -1) or most (+1) of something."""

    sign: Literal[-1, 1]
    dimensions: tuple[Dimension, ...]  # what may be compared, the likeliest first; empty for any
    subject: tuple[str, ...]  # stems of the thing that is asked for, without the superlative
    between: tuple[frozenset[str], ...] = ()  # for "A or B", the stems of each; both must be members
    of_size: bool = False  # "the largest" by size, and not by discount, price or waiting time


@dataclass(frozen=True, slots=True)
class Limit:
    """Asks for all members between low and high in one dimension."""

    low: float
    high: float
    dimension: Dimension
    unit: str
    subject: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """A number of people or things that must be served."""

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
# "which takes longer", "what is made fastest": compares times, not lengths.
_TAKES_TIME = re.compile(
    r"\b(?:takes?|took|made|ready|finished|arrives?|delivered|wait(?:ing)?|lasts?) (?:the )?"
    r"(?P<degree>(?:long|short|fast|quick)(?:er|est))\b"
)
_OF_SIZE = frozenset(("biggest", "largest", "greatest", "smallest", "tiniest"))
_PHRASED: tuple[tuple[str, Literal[-1, 1], tuple[Dimension, ...]], ...] = (
    (r"\b(?:costs? less|less expensive)\b(?=.*\bor\b)", -1, ("money",)),
    (r"\b(?:costs? more|more expensive)\b(?=.*\bor\b)", 1, ("money",)),
    (r"\b(?:least expensive|lowest[- ]price[d]?|lowest cost|least costly|costs? (?:the )?least)\b", -1, ("money",)),
    (r"\b(?:most expensive|most costly|highest price[d]?|costs? (?:the )?most)\b", 1, ("money",)),
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
    r"\b\w{2,}est\b|\b(?:most|least|max(?:imum)?|min(?:imum)?|limits?|up to|at most|no more than|latest|top)\b"
    r"|\bonly\b(?! (?:when|if|on|in|at|for|after)\b)",
    re.IGNORECASE,
)
# The nouns after a superlative: "the smallest | furniture order | is ...".
_NAMED_AFTER = re.compile(
    r"(?:\s+(?!(?:is|are|was|were|has|have|costs?|of|in|on|at|for|to|from|with|by|and|or|one|ones|that|which|we|you|it|"
    r"possible|available|ever|all|only|known|way|time|day|price)\b)[a-z][a-z-]*){0,2}"
)
_ASKS_FOR_MEMBERS = re.compile(
    r"\b(?:which|what|any|anything|something|list|show|all|do you (?:have|sell|offer)|are there|got)\b", re.IGNORECASE
)
_BELOW = re.compile(r"\b(?:under|below|less than|cheaper than|up to|at most|no more than|max(?:imum)?(?: of)?)\s*$")
_ABOVE = re.compile(r"\b(?:over|above|more than|at least|from|dearer than|min(?:imum)?(?: of)?)\s*$")
_INCLUSIVE = re.compile(r"\b(?:up to|at most|no more than|at least|from|max\w*|min\w*)(?: of)?\s*$")
_HAIR = 1e-6  # makes "under 8" exclude 8 itself
_BETWEEN = re.compile(r"\bbetween\b", re.IGNORECASE)
_COUNT = re.compile(r"\bhow many(?: different| kinds of| types of| sorts of)? ([\w' -]+?) (?:are there|do you)\b", re.I)
_ALL = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,3}\w+s (?:are there|do you (?:have|offer|sell|make)|can i (?:choose|pick))"
    r"|\b(?:list|all) (?:of )?(?:your|the)\b|\b(?:difference|compare[sd]?|comparison|versus|vs)\b",
    re.IGNORECASE,
)

AMOUNT = rf"\d[\d,.]*\d|\d|{'|'.join(word for word in WORD_NUMBERS if word not in ('a', 'an', 'half', 'zero'))}"
_NEED = re.compile(
    r"(?:\b(?:for|of|with|have|has|are|take|takes|carry|carries|carrying|serve|serves|hold|holds|handle|about|around|"
    r"roughly|need|make|makes|suits?|fits?|seats?|sleeps?|feeds?|drinks?|use|uses|to|up to)\s+|['’]re\s+|^\W*)"
    rf"(?P<amount>{AMOUNT})\s+(?P<noun>[a-z][\w'’-]*)(?:\s+(?P<next>[a-z][\w'’-]*))?",
    re.IGNORECASE,
)
# The group that must be served, which is not the thing to choose: "an office of 30 people".
_GROUP = re.compile(
    r"\b(?P<who>office|team|company|firm|business|staff|group|party|family|crew|class|school|department|workplace|agency|"
    rf"studio|club|office space|household)s? of (?=(?:about |around |roughly |some )?(?:{AMOUNT})\b)",
    re.IGNORECASE,
)
_GROUP_ALONE = re.compile(
    rf"{_GROUP.pattern}(?:about |around |roughly |some )?(?P<amount>{AMOUNT})(?=\W|$)", re.IGNORECASE
)
_CHOOSES = re.compile(
    r"\b(?:which|what (?!does|do|is|are|about|if)\w+|enough|suits?|suitable|right for|best|recommend\w*|suggest\w*|"
    r"fits?|should (?:i|we)|do (?:i|we) need|is there (?:a|an|something|anything)|something for|anything for|need a|"
    r"big enough)\b",
    re.IGNORECASE,
)
_HAVE = re.compile(r"\bdo you (?:have|sell|offer|make) (?!to\b)", re.IGNORECASE)
# Amounts of these units are not a number to be served: "for 3 days", "14 days".
_NO_NEEDS = (
    "year years yr yrs month months week weeks day days hour hours minute minutes euros dollars pounds of to or and"
)
_NO_NEED = frozenset(_NO_NEEDS.split())


_STATED = re.compile(
    rf"^\W*(?:(?:we|there|it|they|i|that)(?:['’](?:re|s|ve|d|m))?\s+)?(?:(?:are|is|have|need|would be|be|will be|for|"
    rf"about|around|roughly|approximately|some|say|maybe|probably|only|just|up to|nearly|almost|with)\s+)*"
    rf"(?P<amount>{AMOUNT})\b\+?(?:\s+(?P<noun>[a-z][\w'’-]*)(?P<us>\s+us\b)?)?",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow many ([a-z][\w'’-]*)|\b(?:number|amount) of ([a-z][\w'’-]*)", re.IGNORECASE)
_PEOPLE_WORDS = "people person user employee staff colleague worker member seat head team coworker guest pax"
PEOPLE = frozenset(stem(word) for word in _PEOPLE_WORDS.split())
_CHOICE_WORDS = """
recommend recommended recommendation suggest suggested suggestion advise best suit suits suited suitable right enough
fit fits good ideal perfect need needs carry carries carrying take takes hold holds serve serves seat seats sleep
sleeps handle
"""
_CHOICE = frozenset(_CHOICE_WORDS.split())


def extreme(question: str) -> Extreme | None:
    """The superlative of a question, or None. "cheaper, A or B" counts as one, between those two."""
    text = _NO_SUPERLATIVE.sub(" ", question.casefold())
    of_time = bool(_TAKES_TIME.search(text))
    text = _TAKES_TIME.sub(r"\g<degree>", text)
    for pattern, sign, dimensions in _PHRASES:
        if pattern.search(text):
            return Extreme(sign, dimensions, _subject(pattern.sub(" ", text), ()))
    for word in words(text):
        if word in _SUPERLATIVES:
            sign, dimensions = _SUPERLATIVES[word]
            dimensions = ("duration",) if of_time else dimensions
            return Extreme(sign, dimensions, _subject(text, (word,)), of_size=word in _OF_SIZE)
    if (match := _COMPARED.search(text)) and re.search(r"\b(?:or|which|than)\b", text):
        sign, dimensions = _SUPERLATIVES[_COMPARED_TO[match[1]]]
        dimensions = ("duration",) if of_time else dimensions
        is_of_size = _COMPARED_TO[match[1]] in _OF_SIZE
        return Extreme(sign, dimensions, _subject(text, (match[1],)), _alternatives(text, match[1]), is_of_size)
    return None


_OR = re.compile(r"(?P<one>[\w'’&+ -]+?)(?:,)? (?:or|vs\.?|versus) (?P<other>[\w'’&+ -]+)")
_THAN = re.compile(r"\b(?:is|are|does|do|was)(?P<one>[\w'’&+ -]+?) (?:cost )?(?:\w+ )?than(?P<other>[\w'’&+ -]+)")


def _alternatives(text: str, comparative: str) -> tuple[frozenset[str], ...]:
    """What is compared in "which is cheaper, the small van or the large one", "is A cheaper than B"."""
    found = _THAN.search(text) or _OR.search(text.replace(comparative, ",", 1))
    if not found:
        return ()
    leave_out = (comparative, "way", "go", "book", "buy", "take", "get", "pay")
    sides = (frozenset(_subject(found[side], leave_out)) for side in ("one", "other"))
    pair = tuple(sides)
    return pair if all(pair) and pair[0] != pair[1] else ()


def says_extreme(text: str, subject: Sequence[str] = ()) -> bool:
    """Whether a sentence has a superlative; if not, it may be about any member of the family.

    With the stems of a `subject`, superlatives of other things do not count: "the smallest order" is not about a tent.
    """
    if not subject:
        return bool(_SAYS_EXTREME.search(text))
    return any(not _is_of_other(match.group(), text[match.end() :], subject) for match in _SAYS_EXTREME.finditer(text))


def _is_of_other(extreme_word: str, after: str, subject: Sequence[str]) -> bool:
    """Whether a superlative stands directly before the name of something other than the subject."""
    if not extreme_word.casefold().endswith("est"):
        return False
    found = _NAMED_AFTER.match(after)
    named = [stem(word) for word in words(found.group())] if found else []
    return bool(named) and not set(named) & set(subject)


def limit(question: str) -> Limit | None:
    """The range of a question such as "anything under 50 euros"; None if it names no range or no members."""
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
    """The number to be served, if the question asks which thing is enough for it; else None."""
    found = _first_need(question)
    if found is None or _CHOOSES.search(question) or extreme(question):
        return found
    return found if _HAVE.search(question) and stem(found.noun) in PEOPLE else None


def people_told(messages: Iterable[str]) -> Need | None:
    """How many people the thing is for, by the last of these messages that says so: "we are 40 people"."""
    found = (told for message in messages if (told := _first_need(message)) and stem(told.noun) in PEOPLE)
    return next(found, None)


def _first_need(question: str) -> Need | None:
    for match in _NEED.finditer(question):
        noun = match["noun"].casefold()
        if noun == "of" and (match["next"] or "").casefold() == "us":
            noun = "people"
        if noun not in _NO_NEED and noun not in STOP_WORDS and match["amount"].casefold() not in ("one",):
            return Need(amount_of(match["amount"]), noun, f"{match['amount']} {noun}")
    if found := _GROUP_ALONE.search(question):
        return Need(amount_of(found["amount"]), "people", f"{found['amount']} people")
    return None


def chooses(question: str) -> bool:
    """Whether the question asks which thing is the right one."""
    return bool(_CHOOSES.search(question))


def beside_choice(question: str) -> str:
    """Words of such a question that need no search: "suits", and the group in "an office of 30 people"."""
    found = _GROUP.search(question)
    who = [found["who"]] if found else []
    return " ".join([*who, *(match.group() for match in _CHOOSES.finditer(question))]).casefold()


def without_choice(question: str, need_of: Need | None) -> tuple[str, ...]:
    """Content words of the things to choose from, without the superlative and the number to be served."""
    left_out = {stem(word) for word in words(need_of.written)} if need_of else set()
    question = _GROUP.sub(" ", question)
    kept = (word for word in topic_words(question, wanted_kinds(question)) if word not in _SUPERLATIVES)
    kept = (
        word for word in kept if word not in _CHOICE and stem(word) not in left_out | PEOPLE and not word[0].isdigit()
    )
    return tuple(word for word in kept if word not in WORD_NUMBERS and word not in _NO_NEED)


def stated_amount(message: str, said: str) -> Need | None:
    """The number to be served that a message states: "12 of us", "about 30 people".

    A bare number counts what the agent asked for in `said`.
    """
    match = _STATED.match(message.strip().rstrip(".! "))
    if not match or match["amount"].casefold() in ("one", "a"):
        return None
    noun = (match["noun"] or "").casefold()
    if noun in _NO_NEED and noun != "of":
        return None
    if noun in ("", "of"):
        asked = _HOW_MANY.search(said)
        noun = "people" if match["us"] else (asked[1] or asked[2]).casefold() if asked else ""
    return Need(amount_of(match["amount"]), noun, f"{match['amount']} {noun}") if noun else None


def amount_of(written: str) -> float:
    return float(WORD_NUMBERS.get(written.casefold()) or number(written.rstrip(".,")))


def counted(question: str) -> tuple[str, ...]:
    """Stems of what "how many ... are there" counts; empty when the question does not count."""
    match = _COUNT.search(question)
    return tuple(stem(word) for word in content_words(match[1])) if match else ()


def asks_about_family(question: str) -> bool:
    """Whether the answer needs all members of a family, not only the passage that fits best."""
    asked = extreme(question) or limit(question) or counted(question) or asked_set(question) or need(question)
    return bool(asked or _ALL.search(question))


_NOT_SUBJECT = "price cost fee money time way option choice kind type number"
_MEASURE_WORDS = frozenset(stem(word) for word in _NOT_SUBJECT.split())


def _subject(text: str, leave_out: tuple[str, ...]) -> tuple[str, ...]:
    found = (stem(word) for word in content_words(text) if word not in leave_out and not is_idle(word))
    return tuple(word for word in found if word not in _MEASURE_WORDS)
