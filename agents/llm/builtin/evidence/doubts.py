"""Reasons not to be sure of a quote: words of the question that the passage lacks, or that it is about the opposite."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from agents.llm.builtin.evidence.narrowed import is_for_others
from agents.llm.builtin.evidence.numbers import (
    beyond_limit,
    has_other_share,
    is_price_of_other_number,
    other_model,
    other_number,
    other_variant,
)
from agents.llm.builtin.question.asks import GENERIC_NOUNS, holds_exactly, noun, wanted_kinds
from agents.llm.builtin.question.question import story
from language.days import lacks_time_asked, with_small_times
from language.measures import measures
from language.places import lacks_country_asked, with_small_countries
from language.shorthand import written_out
from language.words import STOP_WORDS, codes, content_words, plain_word, rarity, stem, word_share, words

if TYPE_CHECKING:
    from agents.llm.builtin.question.question import AskedQuestion

NEAR_WORD = 0.6  # token similarity from which a word counts as present in another form

# Asked for one, quoted the other: "back tooth" is not answered by the front one's price. General English only.
_OPPOSITE_WORDS = """
front / back rear
small smaller / large larger big
adult adults / child children kids
monthly month / yearly annual annually year
indoor indoors inside / outdoor outdoors outside
left / right
new / used refurbished
new / old
men male / women female
cat cats kitten kittens feline / dog dogs puppy puppies canine
weekday weekdays / weekend weekends
morning / evening afternoon
single / double
short / long
first / last
top upper / bottom lower
hot / cold
import / export
upload / download
inbound incoming / outbound outgoing
domestic / international abroad overseas
online / offline
checkin / checkout
arrival / departure
signin login / signout logout
movein / moveout
mobile phone / desktop
minimum / maximum
rent rental rented / own
"""
_OPPOSITES = tuple(
    tuple(frozenset(stem(word) for word in side.split()) for side in line.split("/"))
    for line in _OPPOSITE_WORDS.strip().splitlines()
)
_OPPOSED = frozenset(word for pair in _OPPOSITES for side in pair for word in side)
_ASKED_NOUN = re.compile(
    r"\b(?:what|which|whose|how many)\s+(?:(?:kinds?|types?|sorts?)\s+of\s+|(?:is|are|was)\s+(?:the|your)\s+)?"
    r"([\w'’-]+)(\s+of\b)?",
    re.IGNORECASE,
)
_ASKED_QUALITY = re.compile(r"\bhow (loud|noisy|heavy|tall|wide|high|deep|big|large|hot|strong|bright|thick)\b")
_MEASURED_AS: dict[str, str] = {
    **dict.fromkeys(("high", "tall", "wide", "deep", "thick"), "length"),
    "heavy": "weight",
}
_NAME = re.compile(r"(?<=[a-z,;] )([A-Z][\w'’-]+)")
_CURRENCIES = {
    "dollars": "$",
    "dollar": "$",
    "usd": "$",
    "euros": "€",
    "euro": "€",
    "eur": "€",
    "pounds": "£",
    "gbp": "£",
}
_NO_NOUNS = "if about happens happen time kind else way ways thing things one ones"
_NO_NOUN = frozenset(_NO_NOUNS.split())


def missing(own: Sequence[str], text: str) -> list[str]:
    """Content words of the question that the text has in no form."""
    held = {stem(word) for word in words(text)}
    return [word for word in own if word_share(word, held) == 0.0]


def conflict(question: str, quoted: str) -> bool:
    """Whether the quote is about the opposite of something the question names."""
    asked = {stem(word) for word in words(_with_particles(question))}
    held = {stem(word) for word in words(_with_particles(quoted))}
    return any(
        asked & one and not asked & other and held & other and not held & one
        for left, right in _OPPOSITES
        for one, other in ((left, right), (right, left))
    )


_PARTICLE = re.compile(r"\b(?P<verb>check|sign|log|move)(?:ing|s)?[ -](?P<particle>in|out)\b", re.IGNORECASE)


def _with_particles(text: str) -> str:
    """What is in and what is out is one word: "check in", "check-in" and "checkin"."""
    return _PARTICLE.sub(r"\g<verb>\g<particle>", text)


def absent_names(asked: str, text: str) -> list[str]:
    """Names in a question, told by a capital within a sentence, that the text does not hold. Days, months and countries
    are none of them: a text speaks of July where it says "June to August"."""
    if asked.isupper() or asked.istitle():
        return []
    held = {stem(word) for word in words(text)}
    names = (
        plain_word(match[1]) for match in _NAME.finditer(with_small_countries(with_small_times(written_out(asked))))
    )
    return [name for name in names if name not in STOP_WORDS and word_share(stem(name), held) == 0.0]


def other_currency(question: str, text: str) -> bool:
    """Whether prices are wanted in a currency in which the text has none."""
    named = {_CURRENCIES[word] for word in words(question) if word in _CURRENCIES}
    held = {measure.unit for measure in measures(text) if measure.dimension == "money"}
    return bool(named) and bool(held) and not named & held


_WANTED_THING = re.compile(
    r"^\W*(?:so |and |also |hi |hello )*(?:do|does|have|can|could|is|are|got) (?:you|u|i|we|they|there)? ?"
    r"(?:(?:have|got|offer|sell|do|provide|run|serve|rent|accept|take|get|buy|book|hire|"
    r"bring|put|use|support) )?(?:(?:an?|any|some|my|our|your) )?"
    r"(?P<thing>(?:[\w'’-]+ ){0,2}?[\w'’-]+)\W*(?:$|\b(?:in|at|on|for|with|near|of|to|from|that|which|and|or|there|too|"
    r"available|as well|please|here|nearby|outside|anywhere|welcome|allowed|permitted|accepted|"
    r"needed|required|necessary|ok|okay|fine)\b)"
)
_FREE_OF = re.compile(r"\b(?:without|no charge|for nothing|includ(?:ed|es))\b", re.IGNORECASE)  # other words for free
ALIKE = 0.8  # token similarity from which a thing wanted counts as the one quoted: "court" is near "table tennis"


def lacks_what_is_wanted(question: str, text: str, near: Mapping[str, float]) -> bool:
    """Whether "do you have a tennis court" asks for a thing whose own noun the passage never says."""
    match = _WANTED_THING.match(question.casefold())
    own = content_words(match["thing"]) if match else ()
    if not own:
        return False
    written = set(words(text))
    held = {stem(word) for word in written}
    held |= {stem("free")} if _FREE_OF.search(text) else set()
    if word_share(own[-1], held) > 0.0:  # there are rooms, but is there a single one
        return any(word_share(word, held) == 0.0 and near.get(word, 0.0) < NEAR_WORD for word in own[:-1]) or any(
            f"{word}s" in written and word not in written
            for word in own[:-1]
            if stem(word) in _OPPOSED  # two singles are no single; "gift cards" are sold as a gift card
        )
    if wanted_kinds(question):
        return False
    return near.get(own[-1], 0.0) < (ALIKE if rarity(own[-1]) >= TELLING else NEAR_WORD)


def only_in_plural(question: str, text: str) -> bool:
    """Whether what tells the thing wanted from others of its kind is there in the plural alone: two singles are no
    single room."""
    match = _WANTED_THING.match(question.casefold())
    written = set(words(text))
    told = content_words(match["thing"])[:-1] if match else ()
    return any(f"{word}s" in written and word not in written for word in told if stem(word) in _OPPOSED)


def lacks_what_is_asked(question: str, text: str, near: Mapping[str, float]) -> bool:
    """Whether "which <noun>", "how many <noun>" or "how loud" names something the passage never does."""
    held = {stem(word) for word in words(text)}
    quality = _ASKED_QUALITY.search(question.casefold())
    dimension = _MEASURED_AS.get(quality[1]) if quality and "money" not in wanted_kinds(question) else None
    if dimension and not any(measure.dimension == dimension for measure in measures(text)):
        return True  # a wall named high says nothing of its height
    if quality and word_share(quality[1], held) == 0.0 and near.get(quality[1], 0.0) < NEAR_WORD:
        return True
    if lacks_what_is_wanted(question, text, near):
        return True
    named = "" if _says_kind_exactly(question, text) else question.casefold()
    for match in _ASKED_NOUN.finditer(named):
        named_noun = (words(match[1]) or ("",))[0]
        if not named_noun or named_noun in _NO_NOUN or (named_noun in STOP_WORDS and not match[2]):
            continue
        if word_share(named_noun, held) == 0.0 and near.get(named_noun, 0.0) < NEAR_WORD:
            return True
    return False


_WHICH_OF = re.compile(r"\bwhich ([a-z][\w'’-]+)\b", re.IGNORECASE)


def is_of_other_family(question: str, text: str) -> bool:
    """Whether "which region" is asked and what is compared is named for something else: machines."""
    held = {stem(word) for word in words(text)}
    asked = (word for match in _WHICH_OF.finditer(question) for word in words(match[1])[:1])
    return any(
        word not in STOP_WORDS
        and word not in _NO_NOUN
        and noun(word) not in GENERIC_NOUNS
        and not word_share(word, held)
        for word in asked
    )


def _says_kind_exactly(question: str, text: str) -> bool:
    """Whether what is asked for needs no name where it stands: a street is an address."""
    wants = wanted_kinds(question) & {"place", "phone", "email"}
    return bool(wants) and all(holds_exactly(kind, text) for kind in wants)


_ASKS_TO_DO = re.compile(
    r"^\W*(?:and |so |but )?(?:can|could|may|might) (?:i|we|my \w+|visitors|guests|customers)\b(?P<rest>.*)",
    re.IGNORECASE,
)
_WE = re.compile(r"\b(?:we|our \w+)\b", re.IGNORECASE)
_YOU = re.compile(
    r"\b(?:you|your|yours|visitors?|guests?|customers?|members?|clients?|patients?|anyone|everyone|nobody|people|is|are|be|can|may)\b",
    re.IGNORECASE,
)


def others_do_it(question: str, quoted: str) -> bool:
    """Whether "can I visit the garden" finds only what the company does itself: "we visit each of them"."""
    match = _ASKS_TO_DO.match(question)
    if not match or not _WE.search(quoted) or _YOU.search(quoted):
        return False
    asked = {stem(word) for word in content_words(match["rest"])}
    done = {
        stem(found)
        for found in re.findall(r"\bwe (?:\w+ly |also )?(\w+)|\band (\w+)", quoted.casefold())
        for found in found
    }
    return bool(asked & done)


_COLOURS = "black white red green blue yellow orange purple pink brown grey gray beige navy silver gold turquoise"
_COLOUR = frozenset(_COLOURS.split())


def other_colour(question: str, text: str) -> bool:
    """Whether a colour is named that the text does not have."""
    return bool((_COLOUR & set(words(question))) - set(words(text)))


_ASKS_MEMBERS = re.compile(
    r"\b(?:which|what) (?:[a-z]+ ){0,2}?[a-z]{2,}[^su\W]s (?:exactly|are|do|does|can|have)\b", re.IGNORECASE
)
_NAMES_ONE = re.compile(r"(?<=[a-z,;:] )[A-Z][\w'’-]+|\d|[^,.]+,[^,.]+(?:,| and | or )[^,.]+")


def lacks_members(question: str, text: str) -> bool:
    """Whether "which insurers exactly" is asked and the text sentence names none: no name, number or enumeration."""
    return bool(_ASKS_MEMBERS.search(question)) and not _NAMES_ONE.search(text)


# "to spain", "in winter", "near york": a place or a time is named without an article.
_WHERE = re.compile(
    r"\b(?:to|in|near|from|at|around|outside)\s+((?!(?:the|an?|my|our|your|this|that|advance|general|total|full|person)\b)"
    r"[a-z][\w'’-]+)(?=\s*(?:$|[?.!,]|\b(?:and|or|too|as well|please|on|by|for)\b))",
    re.IGNORECASE,
)
TELLING = 0.6  # rarity from which a word is likely a name


def other_place(question: str, text: str) -> bool:
    """Whether the question names a place or a time, told by its preposition, that the text does not hold."""
    held = {stem(word) for word in words(text)}
    named = (plain_word(match[1]) for match in _WHERE.finditer(question.casefold()))
    return any(
        word not in STOP_WORDS and not word[0].isdigit() and rarity(word) >= TELLING and word_share(word, held) == 0.0
        for word in named
    )


FAINTLY_NEAR = 0.5  # token similarity below which a telling word is not meant by anything in the passage


def lacks_telling_word(question: AskedQuestion, text: str, near: Mapping[str, float]) -> bool:
    """Whether a telling word of what the question is about stands nowhere in the text, nor anything near it."""
    telling = [
        word for word in question.own if rarity(word) >= TELLING and word in question.topic and word not in _NO_NOUN
    ]
    return any(near.get(word, 0.0) < FAINTLY_NEAR for word in missing(telling, text))


def lacks_what_was_told(question: AskedQuestion, text: str, near: Mapping[str, float]) -> bool:
    """Whether the message tells, before it asks, of something that the text does not speak of: a wheelchair."""
    told = [word for word in content_words(story(question.last)) if rarity(word) >= TELLING]
    return any(near.get(word, 0.0) < NEAR_WORD for word in missing(told, text))


# Of people, whoever says it.
_PEOPLE = frozenset({"people", "persons", "person", "guests", "adults"})
_FOR_SO_MANY = re.compile(r"\b(?:feeds?|serves|servings|sleeps|seats|capacity)\b", re.IGNORECASE)
_COUNTS = re.compile(r"\bhow many ([a-z][\w'’-]*)", re.IGNORECASE)
_LOWER = re.compile(r"(?<![\w'’-])[a-z][\w'’-]*")


def lacks_what_is_counted(question: str, text: str) -> bool:
    """Whether "how many people" is asked and only a name sounds like it: a plan called Team is no number of people."""
    match = _COUNTS.search(question)
    thing = (words(match[1]) or ("",))[0] if match else ""
    if not thing or thing in STOP_WORDS or thing == "times" or (thing in _PEOPLE and _FOR_SO_MANY.search(text)):
        return False
    if word_share(thing, {stem(word) for word in words(text)}) == 1.0:
        return False
    written = {stem(word) for found in _LOWER.findall(text) for word in words(found)}
    return word_share(thing, written) == 0.0


# What also has a length of time or a price, and is not meant where it is not named.
_ATTRIBUTES = {
    "duration": "guarantee guaranteed warranty notice trial",
    "money": "deposit joining late cancellation fine penalty damage lost induction",
}
_ATTRIBUTE = {kind: frozenset(stem(word) for word in text.split()) for kind, text in _ATTRIBUTES.items()}


def other_attribute(question: str, quoted: str) -> bool:
    """Whether "how long does a repair take" finds how long it is guaranteed, or a price what has to be left as
    deposit."""
    asked, held = frozenset(stem(word) for word in words(question)), {stem(word) for word in words(quoted)}
    others = frozenset().union(*(_ATTRIBUTE.get(kind, frozenset()) for kind in wanted_kinds(question)))
    return any(word in held and not word_share(word, asked) for word in others)


# Doubts that hold for any answer, by name: each asks of a question and all that was quoted.
FOR_ALL: tuple[tuple[str, Callable[[AskedQuestion, str], bool]], ...] = (
    ("name", lambda question, text: bool(absent_names(question.asked, text))),
    ("code", lambda question, text: bool(question.codes - codes(text))),
    ("currency", lambda question, text: other_currency(question.last, text)),
    ("place", lambda question, text: other_place(question.last, text)),
    ("country", lambda question, text: lacks_country_asked(question.last, text)),
    ("count", lambda question, text: lacks_what_is_counted(question.last, text)),
    ("time", lambda question, text: lacks_time_asked(question.last, text)),
    ("number", lambda question, text: other_number(question.last, text)),
    ("variant", lambda question, text: other_variant(question.last, text)),
    ("model", lambda question, text: other_model(question.last, text)),
    ("other number", lambda question, text: is_price_of_other_number(question.last, text)),
    ("share", lambda question, text: has_other_share(question.last, text)),
    ("limit", lambda question, text: beyond_limit(question.last, text)),
    ("colour", lambda question, text: other_colour(question.last, text)),
    ("for whom", lambda question, text: is_for_others(question.last, text)),
)


def first_doubt(
    question: AskedQuestion, text: str, doubts: Sequence[tuple[str, Callable[[AskedQuestion, str], bool]]]
) -> str | None:
    """The name of the first doubt that holds."""
    return next((name for name, holds in doubts if holds(question, text)), None)


def worst_gap(absent: Sequence[str], near: Mapping[str, float]) -> float:
    """How much the most telling absent word tells, less how near the passage comes to it."""
    return max((rarity(word) * (1 - near.get(word, 0.5)) for word in absent), default=0.0)
