"""Splits a message into its questions: "How deep is the pool? And do you open on Sundays?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.llm.builtin.question.asks import topic_words, wanted_kinds
from agents.llm.builtin.question.beside_contact import apart_from_contact
from agents.llm.builtin.question.followups import is_about_company, is_follow_up, search_query
from agents.llm.builtin.question.wishes import wants_person
from agents.llm.request import Passage, PastMessage
from language.words import content_words, words

MAX_QUESTIONS = 4  # a message with more is not split
MAX_CONTINUATION_WORDS = 3  # as in "A blue one?", which only adds to the question before
MAX_CHOICE_WORDS = 3  # as in "which costs less"

_ASKING = r"(?:what|which|who|whose|whom|where|when|why|how)(?:['’]s)?\b"
_VERB = (
    r"(?:do|does|did|can|could|is|are|was|were|will|would|should|may|must|have|has)(?:n['’]t)?"
    r" (?:you|u|i|we|they|there|it|this|that|these|those|my|your|the|an?|any|all|\w+s)\b"
)
# Where a question may begin: after the end of a sentence, or after "and" or a comma within one.
_SENTENCE_END = re.compile(r"(?<=[?!])\s*(?=\w)|(?<=[a-z0-9)]\.)\s+(?=[A-Z])|\s*\n+\s*")
_JOINED = re.compile(
    rf",?\s+(?:and|also|plus|&)\s+(?:(?:also|then|if so)\s+)?(?={_ASKING}|{_VERB})|,\s+(?={_ASKING}|{_VERB})",
    re.IGNORECASE,
)
_LEAD = r"^\W*(?:(?:hi|hello|hey|ok(?:ay)?|please|thanks|also|and|so|but|then|plus|secondly|finally)\b\W*)*"
_LEADS = re.compile(_LEAD, re.IGNORECASE)
_ASKS = re.compile(
    rf"(?:{_LEAD}|,\s)(?:{_ASKING}|{_VERB})|\b(?:how (?:much|many|long|do|can)|can (?:i|you|we)|do you)\b",
    re.IGNORECASE,
)
# Clauses that depend on the next one: "what if I lose it, do I pay?", "when we cancel, what ...".
_CLAUSE = re.compile(
    rf"{_LEAD}(?:what if|if|because|since|as|while|"
    r"(?:when|where|why|how)(?:ever)? (?:i|we|you|they|he|she|it|my|our|the)\b)",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"^\W*(?:an?|the|or|like|maybe|for|with|in|on|at|if|even|not|only|just|any)\b|\bones?\b", re.I)
_ASKS_TO_ASK = re.compile(
    r"^\W*(?:(?:can|could|may) (?:i|we) (?:please )?ask\b.{0,30}"
    r"|(?:can|could) (?:you|anyone|somebody) (?:please )?help\b.{0,12}"
    r"|i have (?:a|some|two|three|a few) (?:quick )?questions?)\W*$",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\W*which\b", re.IGNORECASE)
_COMPARES = re.compile(r"\b(?:differ\w*|compar\w+|versus|vs)\b", re.IGNORECASE)


def questions_in(message: str) -> tuple[str, ...]:
    """The questions of a message, in order, each with what is told before it; () if there is only one.

    A question that depends on the one before stays with it: "do you have a sauna and what does it cost".
    """
    found: list[str] = []
    told = ""
    for piece in _pieces(message):
        if not words(piece) or _ASKS_TO_ASK.match(piece):
            continue
        if _asks(piece) and not (found and _leans(piece)):
            found.append(f"{told} {_LEADS.sub('', piece)}".strip())
            told = ""
        elif found:
            found[-1] = f"{found[-1]} {piece}"
        elif content_words(piece):
            told = f"{told} {piece}".strip()
    return tuple(found) if 2 <= len(found) <= MAX_QUESTIONS else ()


def _pieces(message: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(message.strip()):
        yield from _clauses(sentence)


def _clauses(sentence: str) -> Iterator[str]:
    """Cuts the sentence where a second question follows a first one. A comparison is not cut."""
    begin = 0
    for cut in () if _COMPARES.search(sentence) else _JOINED.finditer(sentence):
        before = sentence[begin : cut.start()]
        if _stands_alone(before) and not _CLAUSE.match(before) and _stands_alone(sentence[cut.end() :]):
            yield before
            begin = cut.end()
    yield sentence[begin:]


def _stands_alone(clause: str) -> bool:
    """Whether a clause is a complete question; "how" in "how and when do I pay" is not."""
    return bool(_ASKS.search(clause)) and len(words(clause)) > 1 and bool(content_words(clause) or wants_person(clause))


def _asks(piece: str) -> bool:
    if _ASKS.search(piece):
        return len(words(piece)) > 1
    is_more = bool(_CONTINUES.search(_LEADS.sub("", piece))) and len(words(piece)) <= MAX_CONTINUATION_WORDS
    return piece.rstrip().endswith("?") and bool(content_words(piece)) and not is_more


def _leans(piece: str) -> bool:
    """Whether a piece names no topic of its own: "which one costs less", "and is it heated"."""
    bare = _LEADS.sub("", piece)
    if is_about_company(bare) or wants_person(bare):
        return False
    is_choice = bool(_WHICH.match(bare)) and len(words(bare)) <= MAX_CHOICE_WORDS
    return is_choice or is_follow_up(bare) or not topic_words(bare, wanted_kinds(bare))


def search_queries(history: Sequence[PastMessage]) -> tuple[str, ...]:
    """The search queries, one for each question of the last message."""
    last = history[-1].text if history else ""
    asked = apart_from_contact(last)
    parts = questions_in(asked or last) or ((asked,) if asked else ())
    if not parts:
        return (search_query(history),)
    return tuple(search_query((*history[:-1], replace(history[-1], text=part))) for part in parts)


def in_turn(found: Sequence[Sequence[Passage]]) -> tuple[Passage, ...]:
    """The passages of several searches, the best of each first; each passage once, with its best score."""
    if len(found) == 1:
        return tuple(found[0])
    kept: dict[tuple[str, str, str], Passage] = {}
    for at in range(max(map(len, found), default=0)):
        for passage in (passages[at] for passages in found if at < len(passages)):
            key = (passage.document_id, passage.heading, passage.text)
            if key not in kept or kept[key].score < passage.score:
                kept[key] = passage
    return tuple(kept.values())
