"""Whether a choice that a message names is the visitor's own: what speaks for it and against it, weighed.

There is no end to the ways in which visitors say what they want, but few in which a choice is named and not wanted. So
a name counts until enough speaks against it. `python -m bench.leads.choices` fits the weights, and says what they are
worth on messages of other writers and on questions that they were not fitted to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import exp

from language.words import STOP_WORDS, stem
from leads.extraction import certainty
from leads.extraction.choices.names import stems_of
from leads.extraction.message import VisitorText, word_set
from leads.terms import QuestionData

LEAST = 0.6
WEIGHTS = {
    "is_named": 3.45,
    "is_asked": -1.39,
    "begins_question": -1.40,
    "is_wished": 1.19,
    "is_near_matter": 1.23,
    "answers_other": -0.75,
    "is_compound": -1.67,
    "is_alone": -3.59,
    "is_of_offer": -0.42,
    "follows_past": -1.03,
    "asks_cost": 0.22,
    "suits": 1.48,
    "is_what_it_is": 1.13,
    "wishes_something": 0.19,
    "speaks_of_self": 1.43,
    "is_whole_clause": 1.18,
    "is_what_they_are": -1.67,
    "does_something": -0.77,
}
_ASKS = re.compile(
    r"\W*(?:(?:hi|hello|hey|and|so|but|ok|also|well)\W+)*(?:what|how|when|where|which|who|why|do|does|did|is|are|can|"
    r"could|will|would|have|has|should|any|was|wie|wo|gibt|ist|haben|kann|combien|est-ce|avez|cuanto|tienen|puede)\b"
)
_WISHED = (
    r"(?:want|need|like|love|prefer|rather(?! than)|decided? on|settled on|opt(?:ed)? for|pick(?:ed)?|chosen?|"
    r"go(?:ing)? (?:for|with)|choose|take|interested in|looking (?:for|at)|(?:we're|we are|i'm|i am) after|"
    r"plan(?:ning)?|book(?:ing)?|organi[sz]\w+|celebrat(?:e|ing)|host(?:ing)?|postpone|move|thinking of|order|"
    r"upgrade to|suchen?|mochten?|wollen|nehmen|brauchen?|hatten? gerne?|feiern|planen|cherch\w+|voulons|voudrions|"
    r"prefer\w*|besoin|faut|fetons|organisons|queremos|quiero|buscamos|busco|necesit\w+|celebramos)"
)
_WISHES = re.compile(rf"\b{_WISHED}\b")
_WISH = re.compile(rf"\b{_WISHED}\b[^.;!?]{{0,40}}$")
_CLAUSE_BEGINS = re.compile(r"(?:^|[,;/|\n])\s{0,3}(?:[-*•]\s{1,2}|\d{1,2}[.)]\s{1,2})?(?:an?|the)?\s?$")
_SUITS = re.compile(
    r"[ a-z]{0,10}(?:\b(?:is|would be|will be|should be|might be|could be|sounds|seems|looks) (?:fine|ok|okay|good|"
    r"great|right|perfect|ideal|plenty|best|enough|all (?:we|i) need|what (?:we|i) (?:want|need))|"
    r"\b(?:will|would|'ll|should) do\b|\b(?:suits|fits|works for) (?:us|me)|"
    r"(?<= )(?:please|pls|then|after all|instead|for us|for me)\b)"
)
_IS_WHAT = re.compile(
    r"\b(?:i'm|im|i am|we're|we are|it's|it is|its|this is|that's|make (?:it|that)|both|all|as|for|"
    r"would be|will be|could be|ich bin|wir sind|c'est|je suis|es|soy)"
    r"(?: (?:an?|all|still|mostly|only|just|complete|absolute|total|real|both|our|my|for|the|eine?|une?|una?|big|own|"
    r"[a-z]+'s|[a-z0-9]+(?:th|st|nd|rd)))*\s$"
)
_ON_MY = re.compile(r"\bon (?:my|our|your|his|her|their) $")
_CLAUSE_FOLLOWS = re.compile(r" (?:the|we|i|our|my|it|they|he|she|you|that|this|everything|everyone)\b(?! week| month)")
_GROUPS = frozenset(("family", "team", "group"))
_OF_SO_MANY = re.compile(r" of (?:about |around )?(?:\d|two|three|four|five|six|seven|eight|nine|ten|twelve)")
_SELF = re.compile(r"\b(?:we|i|my|our|we're|i'm|wir|nous|on|nos)\b")
_CLAUSE_ENDS = re.compile(r"\s{0,2}(?:[,;/|\n.!)]|$|(?:please|pls|thanks)\b)")
_DENIED = re.compile(
    r"\b(?:not|no|never|hardly|nicht|kein\w*|pas|ni)\b(?! (?:only|just|sure|least|more|less))|"
    r"n't\b|\b(?:dont|hate|hated|without)\b"
)
_DOES = re.compile(r" (?:is|are|has|have|does|do|says?|said|\w{2,}ed|insists|needs|wants|meets?|will)\b")
_PAST_DEED = re.compile(r"\b(?!need|decid|interest|pick)\w{3,}ed\b|\b(?:went|held|saw|did|was|were)\b")
_COST = re.compile(r"\b(?:costs?|price|quote|how much|kostet|cout\w*|cuesta|cuanto)\b")
_WAS = re.compile(r" (?:was|were|went|took place|(?:is|are) (?:done|over|behind us|past|off|cancelled))\b")
# "A 14-person team", "the sales team" is who they are.
_OF_SELVES = re.compile(
    r"(?:-| )(?:person|man|head|strong|people)[ -]$|\bthe (?:sales|support|whole|entire|marketing|finance|it|hr|"
    r"product) $"
)
_ADDRESSED = re.compile(r"\b(?:hi|hello|hey|dear|regards|cheers|hallo|danke|morning)[ ,!]{0,3}$")
_FOR_THEIRS = re.compile(
    r" (?:for|fur|pour|para) (?:our|my|unsere|notre|nuestra|mi) (?!team|group|company|party)[a-z]+\b"
)
_OWNED = re.compile(r"\b(?:the|my|our|your)\s$")
_OFFERED = re.compile(r"\b(?:your|the)[\s-]$")
# Feelings and faults are told of what somebody has or had, not of what they would like.
_FELT = re.compile(
    r"\b(?:thanks|thank you|happy|loved|hated?|tried|saw|error|broken|broke|leaks?|stale|terrible|"
    r"return|kaputt|alles gute)\b"
)
_NEAR = 3  # words
# What visitors call themselves may be a plan's name as well: "our team is small", "the Team plan".
_CALLED_SELVES = word_set("team family group company business firm office home house shop school practice club")
# What visitors are asked is not always their wish.
_NO_THING = word_set(
    "option version tier package edition kind type next this please pls thanks instead maybe soon "
    "fur mit und bis bei pour avec dans para con por"
)
_ASKING = word_set("would prefer like want need which what kind suit suits best have does choose")


def chance(found: Mapping[str, bool]) -> float:
    """How likely it is that people take the choice for the visitor's, 0 to 1."""
    return 1 / (1 + exp(-sum(WEIGHTS[name] for name, holds in found.items() if holds)))


def is_excluded(message: VisitorText, question: QuestionData, start: int, end: int) -> bool:
    """What no other evidence outweighs: it is denied, past, supposed, somebody else's, or what is felt about it."""
    sentence = message.sentence_at(start)
    return bool(
        certainty.is_past(message, start, end)
        or certainty.is_supposed(message, start)
        or certainty.is_of_others(message, start, end)
        or _WAS.match(message.plain, end)
        or _is_small_word(message, start, end)
        or (message.plain[start:end] in _CALLED_SELVES and _ADDRESSED.search(message.before(start, 20)))
        or (message.plain[start:end] in _CALLED_SELVES and _OF_SELVES.search(message.before(start, 30)))
        or _FOR_THEIRS.match(message.plain, end)
        or _DENIED.search(certainty.clause_before(message, start))
        or _FELT.search(message.plain[sentence.start : sentence.end])
    )


def _is_small_word(message: VisitorText, start: int, end: int) -> bool:
    """ "On my own", "once the builders are out", "family of four": the word of a choice in another sense."""
    said = message.plain[start:end]
    return bool(
        (said == "own" and _ON_MY.search(message.before(start, 12)))
        or (said == "once" and _CLAUSE_FOLLOWS.match(message.plain, end))
        or (said in _GROUPS and _OF_SO_MANY.match(message.plain, end))
    )


def evidence(
    message: VisitorText, question: QuestionData, start: int, end: int, *, answers_other: bool, is_alone: bool
) -> dict[str, bool]:
    """What speaks for or against it, by the names of WEIGHTS.

    `answers_other`: another question was asked that the words may answer instead; `is_alone`: the message tells nothing
    else that the sale asks for.
    """
    sentence = message.sentence_at(start)
    said = message.plain[sentence.start : sentence.end]
    before = message.before(start, 80)
    is_wished = bool(_WISH.search(before))
    suits = _suits(message, question, start, end)
    following = _word_behind(message, end)
    return {
        "is_named": True,
        "is_asked": said.rstrip().endswith("?"),
        "begins_question": bool(_ASKS.match(said)),
        "is_wished": is_wished,
        "is_near_matter": _is_near_matter(message, question, start, end),
        "answers_other": answers_other,
        "is_compound": _is_other_thing(following, question),
        "is_alone": is_alone,
        "is_of_offer": bool(_OFFERED.search(before)),
        "follows_past": bool(_PAST_DEED.search(certainty.without_present(certainty.clause_before(message, start)))),
        "asks_cost": not is_alone and bool(_COST.search(said)),
        "suits": suits,
        "is_what_it_is": bool(_IS_WHAT.search(before)),
        "wishes_something": not is_wished and bool(_WISHES.search(said)),
        "speaks_of_self": bool(_SELF.search(message.plain[start:end])),
        "is_whole_clause": _is_whole_clause(message, start, end),
        "is_what_they_are": message.plain[start:end] in _CALLED_SELVES
        and not _is_called(message, question, start, end),
        "does_something": not suits and bool(_DOES.match(message.after(end))),
    }


def _is_other_thing(word: str, question: QuestionData) -> bool:
    """Whether a choice in front of the word only says which thing it is: "wedding planner", "filter paper"."""
    is_thing = len(word) > 2 and word not in STOP_WORDS and word not in _NO_THING
    return is_thing and stem(word) not in matter(question)


def _word_behind(message: VisitorText, end: int) -> str:
    match = re.match(r"[\s-]([a-z']+)", message.after(end, 40))
    return match[1] if match else ""


def _is_near_matter(message: VisitorText, question: QuestionData, start: int, end: int) -> bool:
    words = [
        *re.findall(r"[a-z]+", message.before(start, 80))[-_NEAR:],
        *re.findall(r"[a-z]+", message.after(end, 40))[:_NEAR],
    ]
    return any(stem(word) in matter(question) for word in words)


def _suits(message: VisitorText, question: QuestionData, start: int, end: int) -> bool:
    """ "Team is fine", "the Starter plan will do"; but not "our team is great", which is no opinion on a plan."""
    is_of_matter = stem(_word_behind(message, end)) in matter(question)
    is_thing = _OWNED.search(message.before(start, 10)) and not is_of_matter
    return not is_thing and bool(_SUITS.match(message.after(end)))


def _is_whole_clause(message: VisitorText, start: int, end: int) -> bool:
    """Whether the choice is all that stands between two signs, as in a list of wishes."""
    is_begin = bool(_CLAUSE_BEGINS.search(message.plain[max(0, start - 20) : start]))
    return is_begin and bool(_CLAUSE_ENDS.match(message.plain, end))


def _is_called(message: VisitorText, question: QuestionData, start: int, end: int) -> bool:
    """Whether it is named as one of several: "the Team plan", "Team" between commas, with its capital in a sentence."""
    is_of_matter = stem(_word_behind(message, end)) in matter(question)
    is_capital = message.text[start].isupper() and start > message.sentence_at(start).start + 1
    return is_of_matter or _suits(message, question, start, end) or is_capital or _is_whole_clause(message, start, end)


@lru_cache(maxsize=1024)
def matter(question: QuestionData) -> frozenset[str]:
    """Stems of what the question is about: "house" of "Do you own the house or rent it?"."""
    named = {each for choice in question.choices for each in stems_of(choice)}
    asked = (word for word in re.findall(r"[a-z]{4,}", question.ask.lower()) if word not in STOP_WORDS | _ASKING)
    label = re.findall(r"[a-z]{3,}", f"{question.key} {question.label}".replace("_", " ").lower())
    return frozenset(map(stem, asked)) - named | {stem(word) for word in label if word not in STOP_WORDS}
