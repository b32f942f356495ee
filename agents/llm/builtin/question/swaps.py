"""Replaces a detail of a question with another of its kind: "30 people" with "50 people", "on Saturdays" with "on
Sundays", "the Harbour" with "the Ridge"."""

from __future__ import annotations

import re
from itertools import pairwise

from agents.llm.builtin.question.asks import topic_words, wanted_kinds
from agents.llm.builtin.question.families import AMOUNT
from language.days import DAY, MONTH
from language.words import WORD, content_words, is_english_word, plain_word, stem, words

_COUNTED = re.compile(rf"\b(?P<amount>{AMOUNT})\s+(?P<noun>[a-z][\w'’-]*)", re.IGNORECASE)
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_PREPOSITION = re.compile(
    r"^(?P<word>on|at|in|to|from|for|with|without|near|by|under|over|after|before|during)\b", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:the|an?|your|my|our|any|some)\s+", re.IGNORECASE)
_TAIL = r"(?:(?!\b(?:on|at|in|to|from|for|with|near|by|and|or|if|cost|costs|open|close)\b)[^?.!,])+"

_ABOUT = re.compile(r"\b(?:about|regarding|concerning) (?P<thing>(?:(?:the|your) )?[\w'’-]+)$", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:to|in|from|at) ([\w'’-]+)", re.IGNORECASE)


def swapped(question: str, rest: str) -> str | None:
    """The question with the detail in `rest` in place of its own of the same kind, or added to it; None if it is not
    clear which detail is meant."""
    question, rest = question.strip().rstrip("?!. "), rest.strip()
    for pattern in (DAY, MONTH):
        if pattern.search(rest):
            return _replaced(question, pattern, rest) or f"{question} {rest}"
    number = _number_swapped(question, rest)
    if number:
        return number
    at = _PREPOSITION.match(rest)
    if at:
        same = re.search(rf"\b{at['word']}\s+{_TAIL}", question, re.IGNORECASE)
        return f"{question[: same.start()]}{rest} {question[same.end() :]}".strip() if same else f"{question} {rest}"
    return _thing_swapped(question, rest)


def other_amount(question: str, rest: str) -> str:
    """The question with the amount in `rest`: "30 days?" after "what if I cancel 100 days before".

    "" if `rest` says more, or the question counts something else.
    """
    new, own = _COUNTED.fullmatch(rest.strip(" ?!.")), _COUNTED.search(question)
    if not new or not own or stem(new["noun"]) != stem(own["noun"]):
        return ""
    return f"{question[: own.start()]}{new.group()}{question[own.end() :]}"


def _replaced(question: str, pattern: re.Pattern[str], rest: str) -> str | None:
    own, new = pattern.search(question), pattern.search(rest)
    return f"{question[: own.start()]}{new.group()}{question[own.end() :]}" if own and new else None


def _number_swapped(question: str, rest: str) -> str | None:
    new, own = _COUNTED.search(rest), _COUNTED.search(question)
    if new:
        if own:
            return f"{question[: own.start()]}{new.group()}{question[own.end() :]}"
        return f"{question} {rest if _PREPOSITION.match(rest) else f'for {rest}'}"
    bare, old = _NUMBER.search(rest), list(_NUMBER.finditer(question))
    if bare and len(old) == 1 and not content_words(_NUMBER.sub("", rest)):
        return f"{question[: old[0].start()]}{bare.group()}{question[old[0].end() :]}"
    return None


def _thing_swapped(question: str, rest: str) -> str | None:
    """Replaces the only thing that the question is about; a name replaces the only name of a place."""
    thing = _ARTICLE.sub("", rest)
    name = _PLACE.findall(question)
    if len(name) == 1 and not (is_english_word(plain_word(name[0])) or is_english_word(plain_word(thing))):
        return question.replace(name[0], thing) if len(words(thing)) == 1 else None
    topic = set(topic_words(question, wanted_kinds(question)))
    if not topic or topic & set(words(thing)):
        return None
    if about := _ABOUT.search(question):
        return f"{question[: about.start('thing')]}{thing}"
    spots = [match for match in WORD.finditer(question) if plain_word(match.group()) in topic]
    if not spots or any(question[one.end() : two.start()].strip() for one, two in pairwise(spots)):
        return None
    return f"{question[: spots[0].start()]}{thing}{question[spots[-1].end() :]}"
