"""Recognises a visitor who has decided ("we'd take two then", "book me in"), not one who asks how or how much."""

from __future__ import annotations

import re

from language.words import words

MAX_WORDS = 16
QUERY = "How do I book or order?"
QUESTIONS = ("How do I book?", "How do I order?")  # a page may answer one of them

_WE = r"(?:i|we)(?:['’]d|['’]ll| will| would|['’]m going to| am going to| are going to|['’]re going to)?"
_SOFTLY = r"(?: (?:like|love|want|wanna|need|just|then|definitely|probably|also) (?:to )?| to | )*"
_THINGS = r"(?:it|them|that|this|those|these|both|one|two|three|four|five|six|ten|a dozen|\d+|the|an?|all|your|some)\b"
_OPENED = (
    r"^\W*(?:(?:ok(?:ay)?|k+|alright|right|great|fine|good|perfect|cool|yes|yeah|yep|yup|so|then|and|sounds good|"
    r"deal)\b\W*)*"
)
_DECIDED = re.compile(
    rf"{_OPENED}{_WE}{_SOFTLY}(?:take|go (?:for|with|ahead with)|order|book|reserve) {_THINGS}"
    # A visitor who wants "a bike" has not chosen one yet.
    rf"|{_OPENED}{_WE}{_SOFTLY}(?:buy|hire|rent) (?!an? |some ){_THINGS}"
    rf"|{_OPENED}(?:let['’]?s|let us) (?:go (?:for|with|ahead)|book|order|do) ?(?:{_THINGS})?"
    rf"|{_OPENED}(?:please )?(?:book|sign|put|pencil|count) (?:me|us) (?:in|up|down)\b"
    rf"|{_OPENED}(?:please )?(?:book|order|reserve) (?:it|them|that|those|(?:me |us )?(?:one|two|three|\d+))\b"
    rf"|{_OPENED}(?:actually |please )*make (?:it|that) (?:a |an )?(?:\d+|one|two|three|four|five|six|ten)\b"
    rf"|{_OPENED}(?:just |only )*(?:\d+|one|two|three|four|five|six|ten|a dozen) of (?:the|your) \w[\w-]*"
    rf"(?:\W+(?:then|please|ok|thanks))*\W*$"
    rf"|{_OPENED}(?:just |only )*(?:\d+|one|two|three|four|five|six|ten|a dozen) (?:of )?(?:them|those|these|that)\b"
    rf"(?:\W+(?:then|please|ok|thanks))*\W*$"
    rf"|{_OPENED}(?:it['’]s|that['’]s) a deal\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|\b(?:what|which|who|when|where|why|how|if|can|could|should|do (?:i|we|you)|is (?:it|that|there))\b",
    re.IGNORECASE,
)
# "I'll take a look" is not a decision.
_NOT_YET = re.compile(
    r"\b(?:(?:a )?(?:look|think|moment|minute|second|break|closer|while)|think about|get back|as a (?:no|yes)|not|"
    r"don['’]t|n['’]t|never|(?<!-)back|care|part|place|photos?|pictures?|the (?:bus|train|car))\b",
    re.IGNORECASE,
)


def decides(message: str) -> bool:
    """Whether the visitor says that they take something, without asking anything."""
    return (
        len(words(message)) <= MAX_WORDS
        and bool(_DECIDED.search(message))
        and not _ASKS.search(message)
        and not _NOT_YET.search(message)
    )
