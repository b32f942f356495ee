"""Reads a message together with those before it: "and the large one?", "how much is it?", "40" as an answer to the
agent's question. Done once, before the search; `said` finds out what the last answer was about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.llm.builtin.question import decisions
from agents.llm.builtin.question.asks import GENERIC_NOUNS, asked_set, asks_yes_or_no, noun, topic_words, wanted_kinds
from agents.llm.builtin.question.beside_contact import beside_contact
from agents.llm.builtin.question.decisions import decides
from agents.llm.builtin.question.everyday import in_pages_words
from agents.llm.builtin.question.families import (
    Extreme,
    Need,
    chooses,
    extreme,
    need,
    people_told,
    stated_amount,
    without_choice,
)
from agents.llm.builtin.question.said import asks_visitor, leaves_open, names_in
from agents.llm.builtin.question.swaps import other_amount, swapped
from agents.llm.builtin.question.wishes import QUERY, wants_person
from agents.llm.request import PastMessage
from language.phones import holds_contact
from language.words import content_words, stem, words

MAX_WORDS = 12  # longer questions name their topic
MAX_ANSWER_WORDS = 8  # a longer message does more than answer the agent's question
_OPENED = r"^\W*(?:(?:ok(?:ay)?|and|but|so|also|or|then|what about|how about|what if|same for)\b\W*)+"
_FILLER = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|right|alright|great|good|fine|cool|nice|perfect|well|so|thanks|thank you|yes|yeah)\b"
    r"[\s,.!:;-]+)+",
    re.IGNORECASE,
)
_OPENING = re.compile(rf"{_OPENED}|^\W*(?:which one|which of|why|why not)\b", re.IGNORECASE)
_LEAD = re.compile(_OPENED, re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:it|its|that|this|they|them|their|those|these|one|ones|he|she|him|his|her|there|then|both|either|the same|"
    r"the other|the (?:small|large|big|cheap|expensive)(?:er|est)? one)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]*(?: (?:[A-Z][\w'’-]*|\d[\w-]*))*")
_ARTICLE = re.compile(r"^(?:the|its|their)\s+", re.IGNORECASE)
_ONE_THING = re.compile(r"\b(?:it|its|that one|this one|that|this)\b", re.IGNORECASE)
_ONE = re.compile(r"\b(?:(?:that|this|the) one|(?:is|does|much is|about) (?:it|that)\b)", re.IGNORECASE)
_OF_IT = re.compile(r"\b(?:in|on|into|inside|under|with|for|of) it\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:they|them|their|those|these|both)\b", re.IGNORECASE)
_DO_THAT = re.compile(r"\bdo (?:that|this|it|so)\b", re.IGNORECASE)
# "is it possible", "is there": these words do not point to anything said before.
_EMPTY_POINTER = re.compile(
    r"\b(?:is|are|was|were|isn't|aren't)\s+there\b|\b(?:is|would|was) it (?:possible|ok|okay|true|safe|legal)\b"
    r"|\b(?:that|which|this) (?:day|week|month|year|time)\b|\bit (?:is|was|would be|takes?|comes?) to\b"
    r"|\bwhen (?:is|was) it (?:\w+est|least|most|busy|quiet|less|usually)\b"
    r"|\bin there\b|\bthere (?:is|are)\b|\bone of\b",
    re.IGNORECASE,
)
# "a machine if we don't like it": "it" points to the clause before.
_NAMED_BEFORE = re.compile(
    r"\b(?:an?|the|my|our|your|any|some|each|every|\d+)\s+\w+.*"
    r"(?:\b(?:if|when|because|since|after|before|once|until|unless|while|and|but|or|so)\b|,)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|^\W*(?:what|which|who|whom|whose|when|where|why|how|can|could|do|does|did|is|are|was|will|would|should|may|"
    r"have|has|am)\b|\b(?:what|which|how (?:much|many|long|do|can)|can (?:i|you|we)|do you|i want to know)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OtherOne:
    """ "And the bigger one?": the question before is asked of another of its kin; `degree` is None for "the other"."""

    question: str
    degree: Extreme | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A message completed from those before it. `query` is what to search for, `question` what is asked; `said` is the
    answer before, if the message depends on it."""

    query: str
    question: str
    need: Need | None = None
    said: str = ""
    is_open: bool = False  # it points to a thing that was not named before
    instead: OtherOne | None = None


def search_query(history: Sequence[PastMessage]) -> str:
    """What to search the knowledge for: the visitor's question, completed from the messages before; ways to reach the
    team if the visitor asks for a person."""
    return resolved(history).query


def resolved(history: Sequence[PastMessage]) -> Resolved:
    """The visitor's last message, completed from those before it if necessary."""
    asked = [
        (at, in_pages_words(turn.text.strip()))
        for at, turn in enumerate(history)
        if turn.role == "user" and turn.text.strip()
    ]
    if not asked:
        return Resolved("", "")
    place, message = asked[-1]
    if wants_person(message):
        return Resolved(QUERY, message)
    if decides(message):
        return Resolved(decisions.QUERY, decisions.QUERY)
    said = next((turn.text for turn in reversed(history[:place]) if turn.role == "assistant"), "")
    earlier = [at for at, text in asked[:-1] if not _asks_nothing(text)]
    if earlier:
        before = history[: earlier[-1] + 1]
        if is_bare_answer(message, said):
            return _answering(message, said, resolved(before))
        if _is_detail(message):
            return _with_detail(message, said, resolved(before))
        if text := other_amount(history[earlier[-1]].text, message):
            return Resolved(text, text, need(text), said)
        if chooses(message) and not need(message) and (told := people_told(text for _, text in reversed(asked[:-1]))):
            return _for_those(message, said, told, resolved(before))
        if is_follow_up(message) or _chooses_anything(message):
            lent = resolved(before)
            said = next((turn.text for turn in history[earlier[-1] + 1 :] if turn.role == "assistant"), said)
            return replace(_leaning(message, said, lent), instead=_other_one(message, lent))
    own = content_words(message)
    extra = [word for word in _said_by_pages(message) if word not in own]
    # "we are 40 people" asks which thing is enough for them.
    told = None if _ASKS.search(message) else people_told([message])
    extra += ["people"] if told else []  # pages say "people", even if the visitor has another word
    return Resolved(" ".join([*extra, message]), message, need(message) or told)


def _asks_nothing(message: str) -> bool:
    """Whether the message only leaves contact details or a decision, so that the next one refers to what was asked
    before it."""
    return decides(message) or (holds_contact(message) and not beside_contact(message))


def tells_something(message: str) -> bool:
    """Whether the message asks nothing and tells more than a word: "There are six of us, it's for a birthday"."""
    return not _ASKS.search(message) and len(content_words(message)) > 1


def is_follow_up(question: str) -> bool:
    """Whether the question depends on what was said before."""
    question = _FILLER.sub("", question)  # "ok, when do you open?" does not depend on anything
    if not content_words(question):
        return True
    if len(words(question)) > MAX_WORDS:
        return False
    if _OPENING.match(question):
        return True
    pointer = _POINTING.search(bare := _EMPTY_POINTER.sub(" ", question))
    if pointer:
        return len(content_words(question)) <= 3 and not _NAMED_BEFORE.search(bare[: pointer.start()])
    return False


def is_bare_answer(message: str, said: str) -> bool:
    """Whether the message states a number or fact instead of asking: an answer to the agent's question, or a detail of
    the visitor's question before."""
    if _ASKS.search(message) or _LEAD.match(message) or len(words(message)) > MAX_ANSWER_WORDS:
        return False
    if chooses(message) or extreme(message):  # "the cheapest machine for 30 people" is a question of its own
        return False
    return bool(words(message)) and (asks_visitor(said) or stated_amount(message, said) is not None)


# "a cat", "my dog", "for two of us": says what kind, for whom, when. "The sauna" may be a new topic.
_DETAIL = re.compile(r"^\W*(?:(?:for|with|on|in|at)\b|(?:an?|my|our)\b)", re.IGNORECASE)
MAX_DETAIL_WORDS = 4


def _is_detail(message: str) -> bool:
    """Whether the message only adds a detail to the question before."""
    few = len(words(message)) <= MAX_DETAIL_WORDS
    return few and "?" not in message and bool(_DETAIL.match(message)) and _is_fragment(message)


def _with_detail(message: str, said: str, before: Resolved) -> Resolved:
    rest = message.strip(" .!")
    base = before.question.rstrip("?!. ")
    text = f"{base} for {rest}" if re.match(r"(?:an?|my|our)\b", rest, re.IGNORECASE) else swapped(base, rest) or base
    return Resolved(text, text, need(text) or before.need, said)


def _chooses_anything(message: str) -> bool:
    """ "We are 40 people, what do you suggest?": the thing to choose was named before."""
    return chooses(message) and not without_choice(message, need(message))


def _for_those(message: str, said: str, told: Need, before: Resolved) -> Resolved:
    """ "Which one would you take for us?", long after "we are 40 people": it is for those 40."""
    question = f"{message.rstrip('?!. ')} for {told.written}"
    if without_choice(message, None):  # it names the things to choose from
        return Resolved(question, question, told, said)
    kept = without_choice(before.query, before.need) if before.need or chooses(before.question) else ()
    return Resolved(" ".join([*kept, question]), question, told, said)


def _answering(message: str, said: str, before: Resolved) -> Resolved:
    amount = stated_amount(message, said)
    base = before.question.rstrip("?!. ")
    if amount is None:
        return Resolved(f"{base} {message}", f"{base} {message}", before.need, said)
    text = swapped(base, amount.written) or f"{base} for {amount.written}"
    return Resolved(text, text, amount, said)


_OTHER_ONE = re.compile(
    rf"{_OPENED}the (?P<degree>other|(?:more|less) expensive|[a-z]+er) (?:one|room|plan|size|model|option|version)\W*$"
    rf"|(?:{_OPENED}|^\W*)the (?P<bare>other)\W*$",
    re.IGNORECASE,
)


def _other_one(message: str, before: Resolved) -> OtherOne | None:
    match = _OTHER_ONE.match(message)
    if not match or not before.question:
        return None
    degree = (match["degree"] or match["bare"]).casefold()
    found = None if degree == "other" else extreme(f"which is {degree}")
    return OtherOne(before.question, found) if found or degree == "other" else None


def _leaning(message: str, said: str, before: Resolved) -> Resolved:
    rest = _LEAD.sub("", message).rstrip("?!. ")
    if turned := _other_extreme(before, rest):
        return Resolved(turned, turned, before.need, said)
    if _is_fragment(rest) and (name := _asked_of(before.question, rest)):
        return Resolved(f"{name} {rest}", f"{name} {rest}", None, said)
    if _is_fragment(rest) and (text := swapped(before.question, rest)):
        return Resolved(text, text, need(text) or _of_other_size(rest, before), said)
    wants = wanted_kinds(message)
    names = names_in(said, before.question) if _POINTING.search(message) else ()
    if _SEVERAL.search(message) is None:
        names = () if _ONE.search(message) and leaves_open(said, before.question) else names[:1]
    kept = _topic(before.query, wants)
    if names:  # the names replace the topic of the question before, except its kind of thing: a plan, a membership
        kept = [word for word in without_choice(before.query, before.need) if noun(word) in GENERIC_NOUNS]
    own = content_words(message)
    known = {word for name in names for word in words(name)}
    topic = [word for word in kept if word not in own and word not in known]
    query = " ".join([*names, *topic, message])
    question = message
    if names and not _DO_THAT.search(message):
        question = _ONE_THING.sub(names[0], message, count=1) if len(names) == 1 else message
    amount = need(message) or (_of_other_size(message, before) if _chooses_anything(message) else None)
    is_open = not names and bool(_ONE.search(message))
    if (is_open or (not names and _OF_IT.search(message))) and (thing := _one_thing_of(before)):
        question, is_open = _ONE_THING.sub(f"the {thing}", message, count=1), False
        query = question if asks_yes_or_no(before.question) else query
    return Resolved(query, question, amount, said, is_open)


def _asked_of(question: str, rest: str) -> str:
    """The one thing that the question before named, if `rest` is not another name.

    After "what does the Brook 90 cost", "and the warranty" asks for the warranty of the Brook 90.
    """
    name = _NAME.search(question)
    thing = _ARTICLE.match(rest)
    is_other_name = bool(re.search(r"[A-Z\d]", rest[thing.end() :] if thing else rest))
    return name.group() if name and thing and not is_other_name else ""


def _other_extreme(before: Resolved, rest: str) -> str:
    """ "And the dearest?" after "which chair is cheapest" or "what chairs do you have": asks about the same things."""
    rest = re.sub(r"\s+ones?$", "", rest)
    own, new = extreme(before.question), extreme(rest)
    if not new or len(words(rest)) > MAX_DETAIL_WORDS or (own and own.between):
        return ""
    if own is None and not asked_set(before.question):
        return ""
    said = set(words(rest))
    things = list(asked_set(before.question)) or [
        word for word in content_words(before.query) if word not in said and not extreme(f"the {word}")
    ]
    return f"{rest} {' '.join(things)}" if things and not set(content_words(rest)) - _degree_words(rest) else ""


def _degree_words(rest: str) -> set[str]:
    """The superlative or comparative words in "the most expensive one"."""
    return {word for word in content_words(rest) if extreme(f"the {word}") or extreme(f"the most {word}")}


_SAID_OF_IT = frozenset({"included", "include", "includes", "free", "allowed", "welcome", "possible", "open"})


def _one_thing_of(before: Resolved) -> str:
    """The one thing that a yes-or-no question, or one for a price, was about: "is breakfast included?", "do I need an
    induction for the laser?"."""
    if not (asks_yes_or_no(before.question) or wanted_kinds(before.question) == {"money"}) or before.need:
        return ""
    told = [word for word in topic_words(before.question, wanted_kinds(before.question)) if word not in _SAID_OF_IT]
    if len(told) == 2:
        one, other = map(re.escape, told)
        pair = rf"\b(?:an?|the|any|your)\s+({one}\s+(?:(?:for|of)\s+)?(?:(?:the|an?)\s+)?{other})\b"
        joined = re.search(pair, before.question, re.IGNORECASE)
        return joined[1] if joined else ""
    return told[0] if len(told) == 1 and noun(told[0]) not in GENERIC_NOUNS else ""


def _topic(question: str, wants: frozenset[str]) -> Sequence[str]:
    """The words to keep of the question before, without what it asked for if something else is asked for now."""
    return topic_words(question, wanted_kinds(question)) if wants else content_words(question)


def _of_other_size(message: str, before: Resolved) -> Need | None:
    return stated_amount(message, "") if before.need or chooses(before.question) else None


_CLAUSE = re.compile(r"^\W*(?:i|we|you|they|he|she|it|there|someone|somebody|nobody)\s+\w", re.IGNORECASE)


def _is_fragment(rest: str) -> bool:
    """Whether it asks nothing: "the Ridge", "50 people", "on Sundays"."""
    if not words(rest) or _CLAUSE.match(rest):
        return False
    return not (_ASKS.search(rest) or wanted_kinds(rest) or _POINTING.search(rest))


_SUBJECT = re.compile(
    r"^\W*(?:\w+ ){0,3}?(?:does|is|can|will|has|do|are|did|would) (?:it|they|this|that|these|those)\b", re.I
)


def points_back(question: str) -> bool:
    """Whether the question is about an "it" that only an earlier message can explain."""
    return bool(_SUBJECT.search(_EMPTY_POINTER.sub(" ", question))) and is_follow_up(question)


# Questions about the company itself are asked in words that its pages do not use.
_ABOUT_COMPANY = {
    "place": "address location find us",
    "contact": "contact phone e-mail",
    "phone": "contact telephone phone",
    "email": "contact e-mail write",
    "when": "opening hours",
    "founded": "founded opened started since",
}
_IDLE = frozenset(
    stem(word)
    for word in ["open", "close", "located", "location", "address", "based", "situated", "hours", "store", "office"]
)


def _said_by_pages(question: str) -> list[str]:
    """The words of pages for what is asked, if the question names nothing: "where are you"."""
    wants = wanted_kinds(question)
    if not is_about_company(question):
        return []
    return [word for kind, text in _ABOUT_COMPANY.items() if kind in wants for word in text.split()]


def is_about_company(question: str) -> bool:
    """Whether the question only asks where, when or how to reach the company."""
    wants = wanted_kinds(question)
    named = [word for word in topic_words(question, wants) if len(word) > 1]  # "where r u"
    if "founded" in wants:  # whatever else it names: "who founded the bakery"
        return len(named) < 2
    return bool(wants & set(_ABOUT_COMPANY)) and all(stem(word) in _IDLE for word in named)
