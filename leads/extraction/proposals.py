"""What a language model may add to the facts of a message: names, companies and answers in free text that the rules
did not find. A model only points at words; whether they stand in the message and may be a fact is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from language import phones
from leads.extraction import certainty
from leads.extraction.message import VisitorText
from leads.extraction.people import companies, names
from leads.extraction.people.words import NOT_NAMES, PARTICLES
from leads.terms import FoundFact, Kind, QuestionData

KINDS = frozenset((Kind.NAME, Kind.COMPANY, Kind.TEXT))  # all others have a form, which rules know better
CONFIDENCE = 0.75  # below everything that a rule finds
MAX_CHARS = {Kind.NAME: 80, Kind.COMPANY: 100, Kind.TEXT: 500}
MAX_WORDS = {Kind.NAME: names.MAX_WORDS, Kind.COMPANY: companies.MAX_WORDS, Kind.TEXT: 80}
LEAST_WORDS = 4  # of a statement that may hold an answer nobody has asked for
_SPEAKS_OF_SELF = re.compile(
    r"\b(?:names?|nmae|this is|call me|speaking|here|regards|cheers|company|firm|agency|shop|cafe|restaurant|practice|"
    r"work(?:ing)? (?:for|at|with)|we're|we are|on behalf|i run|i own|i represent|founder|owner|director|ceo|manager|"
    r"ich bin|ich heiße|ich heisse|wir sind|mein name|firma|je suis|je m'appelle|nous sommes|entreprise|societe|"
    r"soy|me llamo|somos|empresa)\b"
)
_I_AM = re.compile(r"\b(?:i'm|im|i am)\s")
_GREETED = re.compile(
    r"(?:^|[.!?\n])\s{0,3}(?:hi|hello|hey|dear|thanks|thank you|good (?:morning|afternoon|evening)|hallo|liebe[r]?|"
    r"danke|bonjour|salut|merci|hola|gracias)[ ,]{1,3}$"
)
_IS_THEIRS = re.compile(r"[ ,]{1,2}(?:here|speaking|from|at|with|of|i'm|hier|von|ici|aqui)\b")
_INTRODUCED = re.compile(
    r"\s{0,3}(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|and|so|hallo|bonjour|hola|i'm|im|i am|this is|it's|"
    r"my name is|name's|ich bin|hier ist|je suis|soy|we're|we are|from|with|at)[ ,!]{1,3}){0,5}"
)


def open_questions(
    text: str, questions: Sequence[QuestionData], *, asked: str, known: Collection[str]
) -> tuple[QuestionData, ...]:
    """What a model may look for in this message: all that is open, or nothing where it can hold the answer to none.

    `known` has the keys whose facts are known or declined, those that the rules found in this message too; `asked` is
    the key of the question that stood before the message.
    """
    message = VisitorText(text)
    found = tuple(each for each in questions if each.kind in KINDS and each.key not in known)
    return found if any(_may_hold(message, each.kind, is_asked=each.key == asked) for each in found) else ()


def _may_hold(message: VisitorText, kind: Kind, *, is_asked: bool) -> bool:
    words = [token for token in message.tokens if token.is_word]
    if not words:
        return False
    if kind is Kind.TEXT:
        return any(
            not sentence.is_question and len(message.plain[sentence.start : sentence.end].split()) >= LEAST_WORDS
            for sentence in message.sentences
        )
    if is_asked:
        return not all(sentence.is_question for sentence in message.sentences)
    return bool(_SPEAKS_OF_SELF.search(message.plain)) or _is_i(message) or _has_capital(message)


def _is_i(message: VisitorText) -> bool:
    return any(
        names.name_at(message, match.end(), must_be_capital=False) for match in _I_AM.finditer(message.plain[:2000])
    )


def _has_capital(message: VisitorText) -> bool:
    """Whether a word has a capital that its sentence does not give it."""
    starts = {sentence.start + _lead(message, sentence.start) for sentence in message.sentences}
    return any(
        token.is_word
        and token.start not in starts
        and message.text[token.start].isupper()
        and token.plain not in NOT_NAMES
        and not re.fullmatch(r"i(?:'\w+)?", token.plain)
        for token in message.tokens
    )


def _lead(message: VisitorText, start: int) -> int:
    return len(message.text[start:]) - len(message.text[start:].lstrip())


def pairs(found: Iterable[Mapping[str, Any]], keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """Key and words out of a model's objects: `{"key": "name", "words": "Jo"}`, or `{"name": "Jo"}` as some write."""
    for each in found:
        key, words = each.get("key"), each.get("words", each.get("value"))
        if isinstance(key, str) and isinstance(words, str):
            yield key, words
            continue
        yield from ((key, words) for key, words in each.items() if key in keys and isinstance(words, str))


def accepted(
    text: str, proposed: Iterable[tuple[str, str]], questions: Sequence[QuestionData], *, agent_name: str = ""
) -> tuple[FoundFact, ...]:
    """The facts among what a model proposed, at most one of each of `questions`; anything else is dropped.

    Words count only as they stand in the message, letter for letter and whole; what is denied, supposed, somebody
    else's, or the name of who is greeted does not, as for the rules.
    """
    message, by_key = VisitorText(text), {each.key: each for each in questions}
    facts: dict[str, FoundFact] = {}
    for key, words in proposed:
        question = by_key.get(key)
        if question is None or key in facts or not _fits(words := words.strip(), question.kind):
            continue
        if words.casefold() in {agent_name.casefold(), *agent_name.casefold().split()}:
            continue
        place = next((at for at in _places(message, words) if _is_stated(message, at, at + len(words), question)), -1)
        if place >= 0:
            facts[key] = FoundFact(key, question.kind, words, words, place, CONFIDENCE)
    return tuple(sorted(facts.values(), key=lambda fact: fact.start))


def _fits(words: str, kind: Kind) -> bool:
    """Whether the words may be an answer of their kind, wherever they stand."""
    if not words or len(words) > MAX_CHARS[kind] or len(words.split()) > MAX_WORDS[kind]:
        return False
    plain = VisitorText(words).plain
    if kind is Kind.TEXT:
        return any(letter.isalpha() for letter in words)
    said = re.findall(r"[^\W\d_]+", plain)
    if not said or phones.EMAIL.search(words) or "://" in words or "\n" in words or "?" in words:
        return False
    if kind is Kind.NAME and (any(letter.isdecimal() for letter in words) or plain.endswith("'s")):
        return False
    return not all(word in NOT_NAMES and word not in PARTICLES for word in said)


def _places(message: VisitorText, words: str) -> Iterator[int]:
    """Where the words stand in the message as whole words."""
    at = message.text.find(words)
    while at >= 0:
        end = at + len(words)
        is_whole = not (at and message.text[at - 1].isalnum() and words[0].isalnum()) and not (
            message.text[end : end + 1].isalnum() and words[-1].isalnum()
        )
        if is_whole:
            yield at
        at = message.text.find(words, at + 1)


def _is_stated(message: VisitorText, start: int, end: int, question: QuestionData) -> bool:
    if certainty.is_negated(message, start, end) or certainty.is_supposed(message, start):
        return False
    sentence = message.sentence_at(start)
    before = message.plain[sentence.start : start]
    if question.kind is Kind.TEXT:
        return not sentence.is_question
    is_introduced = _INTRODUCED.fullmatch(before) is not None
    if certainty.is_of_others(message, start) or (sentence.is_question and not is_introduced):
        return False
    if message.plain[end : end + 2] == "'s" and question.kind is Kind.NAME:
        return False
    is_greeted = question.kind is Kind.NAME and _GREETED.search(message.plain[max(0, start - 30) : start])
    return not is_greeted or bool(_IS_THEIRS.match(message.plain, end))
