"""Questions that only make sense after the one before: told apart, and joined with it before anything is searched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.llm.builtin.asks import topic_words, wanted_kinds
from agents.llm.builtin.handover import QUERY, wants_person
from agents.llm.builtin.words import content_words, stem, words
from agents.llm.request import Turn

MAX_WORDS = 12  # longer questions say what they are about
_OPENING = re.compile(
    r"^\W*(?:and|but|so|also|or|what about|how about|what if|which one|which of|why|why not|same for|then)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:it|its|that|this|they|them|their|those|these|one|ones|he|she|him|his|her|there|then|both|either|the same|"
    r"the other|the (?:small|large|big|cheap|expensive)(?:er|est)? one)\b",
    re.IGNORECASE,
)
# "is it possible", "is there": the word points to nothing said before.
_EMPTY_POINTER = re.compile(
    r"\b(?:is|are|was|were|isn't|aren't)\s+there\b|\b(?:is|would|was) it (?:possible|ok|okay|true|safe|legal)\b"
    r"|\b(?:that|which|this) (?:day|week|month|year|time)\b|\bit (?:is|was|would be|takes?|comes?) to\b"
    r"|\bin there\b|\bthere (?:is|are)\b|\bone of\b",
    re.IGNORECASE,
)
# "a machine if we don't like it": what is pointed to stands in the clause before.
_NAMED_BEFORE = re.compile(
    r"\b(?:an?|the|my|our|your|any|some|each|every|\d+)\s+\w+.*"
    r"(?:\b(?:if|when|because|since|after|before|once|until|unless|while|and|but|or|so)\b|,)",
    re.IGNORECASE,
)


def is_follow_up(question: str) -> bool:
    """Whether the question leans on what was said before."""
    count = len(words(question))
    if count > MAX_WORDS:
        return False
    if _OPENING.match(question):
        return True
    pointer = _POINTING.search(bare := _EMPTY_POINTER.sub(" ", question))
    if pointer:
        return len(content_words(question)) <= 3 and not _NAMED_BEFORE.search(bare[: pointer.start()])
    return len(content_words(question)) == 0


_SUBJECT = re.compile(
    r"^\W*(?:\w+ ){0,3}?(?:does|is|can|will|has|do|are|did|would) (?:it|they|this|that|these|those)\b", re.I
)


def points_back(question: str) -> bool:
    """Whether the question is about an "it" that only an earlier message could name."""
    return bool(_SUBJECT.search(_EMPTY_POINTER.sub(" ", question))) and is_follow_up(question)


def search_query(history: Sequence[Turn]) -> str:
    """What to search the knowledge for: the visitor's question, joined with the one before when it is a follow-up; ways
    to reach the team when a person is asked for."""
    asked = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked:
        return ""
    if wants_person(asked[-1]):
        return QUERY
    topic: list[str] = []
    at = len(asked) - 1
    while at > 0 and is_follow_up(asked[at]):
        at -= 1
        topic[:0] = [word for word in content_words(asked[at]) if word not in topic]
    own = content_words(asked[-1])
    if not topic:
        topic = _said_by_pages(asked[-1])
    return " ".join([*(word for word in topic if word not in own), asked[-1].strip()])


# Questions about the company itself are asked in words that its pages do not use.
_ABOUT_COMPANY = {"place": "address location find us", "contact": "contact phone e-mail", "when": "opening hours"}
_IDLE = frozenset(
    stem(word)
    for word in ["open", "close", "located", "location", "address", "based", "situated", "hours", "store", "office"]
)


def _said_by_pages(question: str) -> list[str]:
    """What pages call what is asked for, when the question names nothing else: "where are you"."""
    wants = wanted_kinds(question)
    if not is_about_company(question):
        return []
    return [word for kind, text in _ABOUT_COMPANY.items() if kind in wants for word in text.split()]


def is_about_company(question: str) -> bool:
    """Whether the question is where, when or how the company can be reached, and names nothing else."""
    wants = wanted_kinds(question)
    return bool(wants & set(_ABOUT_COMPANY)) and all(stem(word) in _IDLE for word in topic_words(question, wants))
