"""What a question asks for and the text does not tell: how many, what time, which day, the last one, how it is done.

Each function says whether that is asked for and missing. They were written on near misses: questions about things
that the pages name, where the one fact asked for is missing (bench/answers/README.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agents.llm.builtin.evidence.features import stems_of
from agents.llm.builtin.question.asks import noun
from agents.llm.builtin.question.question import AskedQuestion
from language.blocks import Unit
from language.days import DAY, MONTH
from language.measures import WORD_NUMBERS, measures
from language.words import STOP_WORDS, stem, synonyms, word_share, words

NEAR = 0.6  # token similarity from which another word of the passage stands for the one asked
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
NUMBERS = "|".join([r"\d[\d,.]*", *(word for word in WORD_NUMBERS if word not in ("a", "an", "half")), *_TEENS.split()])
_HOW_MANY = re.compile(
    r"\bhow many (?:other |more )?(?:of (?:the|our|your|my|their|its) )?"
    r"(?P<things>[a-z][\w'’-]*(?: [a-z][\w'’-]*){0,2})",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf"\b(?P<number>{NUMBERS})\b(?P<after>(?:[ -][\w'’-]+){{0,4}})", re.IGNORECASE)
_UNLIMITED = re.compile(r"\b(?:no|any number of|unlimited|as many)\b", re.IGNORECASE)
_TIME_WORDS = "time times day days week weeks month months year years hour hours minute minutes"
_TIMES = frozenset(_TIME_WORDS.split())
_PEOPLE_WORDS = "people person persons guests adults kids children students pupils participants members staff visitors"
_PEOPLE = frozenset(_PEOPLE_WORDS.split())
_ROOM = re.compile(
    r"\b(?:sizes?|places?|seats?|capacity|max(?:imum)?|at most|no more than|feeds?|serves?|sleeps?)\b"
    rf"|\b(?:up to|for) (?:{NUMBERS})\b",
    re.IGNORECASE,
)


def lacks_count(question: str, told: Sequence[Unit]) -> bool:
    """Whether "how many packers" is asked and no number counts any. Numbers in the question itself are no answer."""
    match = _HOW_MANY.search(question)
    named = words(match["things"]) if match else ()
    named = named[: next((at for at, word in enumerate(named) if word in STOP_WORDS), len(named))]
    if not named or named[0] in _TIMES:
        return False
    asked = {found["number"].casefold() for found in _NUMBERED.finditer(question)}
    return not any(_counts(thing, unit, asked) for thing in named for unit in told)


def _counts(thing: str, unit: Unit, asked: set[str]) -> bool:
    text = f"{unit.context} {unit.text}"
    numbered = [found for found in _NUMBERED.finditer(text) if found["number"].casefold() not in asked]
    if thing in _PEOPLE and numbered and _ROOM.search(text):
        return True
    if unit.kind == "row" and numbered and word_share(thing, stems_of(text)):
        return True
    if _UNLIMITED.search(text) and word_share(thing, stems_of(text)):
        return True
    return any(_is_one(thing, word) for found in numbered for word in words(found["after"]))


def _is_one(thing: str, word: str) -> bool:
    same = noun(word) == noun(thing) or stem(word) in synonyms(stem(thing))
    return same or (thing in _PEOPLE and word in _PEOPLE)


_TRANSPORT = re.compile(r"\b(?:bus|train|boat|ferry|tram|sailing|tour|post|collection|delivery)\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|latest)\b(?! (?:minute|year|month|week|longer|more|time)\b)", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|earliest)\b(?! (?:time|year|month|week|visit|order|class|aid)\b)", re.IGNORECASE)
_SAYS_LAST = re.compile(
    r"\b(?:last|latest|until|till?|close[sd]?|final|ends?)\b|\b(?:to|by) \d|\d\s*(?:[ap]m)?\s*[–-]\s*\d", re.IGNORECASE
)
_SAYS_FIRST = re.compile(
    r"\b(?:first|earliest|opens?|starts?|begins?)\b|\b(?:from|between) \d|\d\s*(?:[ap]m)?\s*[–-]\s*\d", re.IGNORECASE
)


def lacks_first_or_last(question: AskedQuestion, quoted: str) -> bool:
    """Whether the first or last bus is asked for, and the text tells only how often one goes."""
    if "when" not in question.wants and not _TRANSPORT.search(question.last):
        return False
    lacks_last = _LAST.search(question.last) and not _SAYS_LAST.search(quoted)
    return bool(lacks_last or (_FIRST.search(question.last) and not _SAYS_FIRST.search(quoted)))


_WHEN_NEXT = re.compile(r"\bwhen(?:['’]s| is| are| does| do| will)\b.*\bnext\b", re.IGNORECASE)
_WHICH_DAY = re.compile(
    r"\b(?:which|what) (?:days?|evenings?|mornings?|afternoons?|nights?|weekdays?)\b(?! of the month)", re.IGNORECASE
)
_RECURS = re.compile(
    r"\b(?:daily|weekly|monthly|yearly|weekdays?|weekends?|spring|summer|autumn|winter|20\d\d"
    r"|(?:every|any|each) (?:\w+ )?(?:day|week|month))\b",
    re.IGNORECASE,
)


def lacks_date(question: str, quoted: str) -> bool:
    """Whether a day is asked for ("when is the next exam", "which evenings"), and the text has no day and no date."""
    if not (_WHEN_NEXT.search(question) or _WHICH_DAY.search(question)):
        return False
    return not (DAY.search(quoted) or MONTH.search(quoted) or _RECURS.search(quoted))


_WHAT_TIME = re.compile(r"\b(?:what|which) time\b|^\W*(?:at )?what hour\b", re.IGNORECASE)
_TIME_IN_WORDS = re.compile(
    r"\b(?:noon|midday|midnight|24/7|24 hours|all day|around the clock|any ?time|sunset|sunrise|dawn|dusk)\b|"
    r"\b(?:open|close[sd]?|shut)\b",
    re.IGNORECASE,
)


def lacks_time_of_day(question: str, quoted: str) -> bool:
    """Whether "what time does it start" finds no time of day: a Wednesday is none."""
    if not _WHAT_TIME.search(question):
        return False
    has_clock = any(measure.dimension == "clock" for measure in measures(quoted))
    return not has_clock and not _TIME_IN_WORDS.search(quoted)


_HOW_LONG = re.compile(r"\bhow long (?:is|are|does|do|will|was)\b", re.IGNORECASE)
_FROM_TO = re.compile(
    r"\d\s*(?:[ap]m)?\s*(?:[–-]|to|until|till)\s*\d|\b(?:until|till|ever|unlimited|long|ends?|stays?|lasts?)\b",
    re.IGNORECASE,
)


def lacks_length(question: str, quoted: str) -> bool:
    """Whether "how long is the trip" finds only when it begins."""
    if not _HOW_LONG.search(question) or any(one.dimension in ("duration", "length") for one in measures(quoted)):
        return False
    return not _FROM_TO.search(quoted)


_WHICH_ONE = re.compile(r"\bwhich (?P<one>[a-z][\w'’-]+)\b(?! of\b)(?= \w)", re.IGNORECASE)


def names_no_one(question: str, quoted: str) -> bool:
    """Whether "which charity" is asked and the text says only "a charity"."""
    match = _WHICH_ONE.search(question)
    if not match or match["one"].casefold() in STOP_WORDS:
        return False
    one = re.escape(noun(match["one"].casefold()))
    is_named = re.search(rf"\b{one}(?:s|es)?:? (?:[A-Z\d(“\"])", quoted)
    return not is_named and bool(
        re.search(rf"\b(?:an?|some|one of the|several) (?:[a-z'’-]+ )?{one}(?:s|es)?\b", quoted)
    )


_HOW_TO = re.compile(
    r"\bhow (?:do|can|could|would|should|does) (?:i|we|you|one|my \w+|people|guests|customers) (?:go about )?"
    r"(?P<do>[a-z]+)\b|\bhow to (?P<to>[a-z]+)\b",
    re.IGNORECASE,
)
_ANY_VERB_WORDS = (
    "get make do go find use have know see work be contact pay book order buy start need become come take reach"
)
_ANY_VERB = frozenset(_ANY_VERB_WORDS.split())


def lacks_way_to_do_it(question: str, text: str, near: Mapping[str, float]) -> bool:
    """Whether "how do I turn it back on" is asked, and the passage neither says the verb nor comes near it."""
    match = _HOW_TO.search(question)
    verb = (match["do"] or match["to"]).casefold() if match else ""
    if not verb or verb in _ANY_VERB:
        return False
    return not word_share(verb, stems_of(text)) and near.get(verb, 0.0) < NEAR


_STILL = re.compile(r"^\W*(?:is|are|does|do|was|were|has|have)\b.*\bstill\b", re.IGNORECASE)
_ONCE = re.compile(
    r"\b(?:was|were|had|used to|founded|opened|started|began|established|built|(?:19|20)\d\d)\b", re.IGNORECASE
)
_SAYS_NOW = re.compile(
    r"\b(?:still|now|today|longer|retired|currently|any ?more|until|stopped|ended|closed)\b", re.IGNORECASE
)


def lacks_today(question: str, quoted: str) -> bool:
    """Whether it is asked if something is still so, and the text tells only that it was."""
    return bool(_STILL.search(question) and _ONCE.search(quoted)) and not _SAYS_NOW.search(quoted)


_CONTENTS = re.compile(
    r"\bwhat(?:['’]?s| is| are) in(?:side)? (?:the|your|an?|my)\b|\b(?:which|what) [a-z]+s (?:are|come) in\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"[^,;.:]+,[^,;.:]+(?:,| and | or | & )[^,;.:]+|\band\b", re.IGNORECASE)


def lacks_contents(question: str, said: str) -> bool:
    """Whether "which teas are in the box" finds that there are eight, and not one of them."""
    return bool(_CONTENTS.search(question)) and not _SEVERAL.search(said)


_WHERE_DOES = re.compile(
    r"\bwhere (?:is|are|was|were|does|do|did|will)\b.*\b(?:start|begin|leave|depart|meet|held|take place|built|made)\b",
    re.IGNORECASE,
)
_SOMEWHERE = re.compile(
    r"\b(?:in|at|from|near|on|opposite|behind|beside|outside|inside|stops?|meets?) "
    r"(?:the |our |your )?(?:[a-z]+ )?[A-Z][\w'’]+"
    r"|\b(?:opposite|behind|beside|outside|inside|at|in|from) (?:the|our|your) [a-z]+"
)


def lacks_whereabouts(question: str, quoted: str) -> bool:
    """Whether "where does the cruise start" finds no place that the question does not name itself."""
    if not _WHERE_DOES.search(question):
        return False
    asked = stems_of(question)
    places = (DAY.sub(" ", MONTH.sub(" ", found.group())) for found in _SOMEWHERE.finditer(quoted))
    return not any(stems_of(place.partition(" ")[2]) - asked for place in places)
