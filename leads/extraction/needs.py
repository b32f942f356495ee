"""Yes or no to "Do you need …?" where a sentence says it unasked: "we need single sign-on", "no invoice needed"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from language.words import STOP_WORDS, is_english_word
from leads.extraction import certainty, slips
from leads.extraction.message import Message, Token
from leads.terms import QuestionData

MAX_PLACES = 10  # of one message
_SHORTEST_SLIP = 5  # letters
_ASKS_NEED = re.compile(r"\b(?:need|want|require|brauchen|benotigen|avez-vous besoin|necesit\w+)\b")
_ARTICLE = r"(?:(?:an?|the|also|definitely|certainly|really|to have|your|eine?n?|auch|une?|una?|le|la|el) ){0,3}"
_NEEDED = re.compile(
    r"(?:^\W{0,3}|\b(?:we|i|they|wir|ich|(?:our|the|my) (?:\w+ )?(?:team|guys?|people|department|"
    r"security|company|boss|policy)) ?)"
    r"(?:'d|'ll| would| will| do| also| really| definitely| absolutely| must)* ?"
    r"(?:needs?|requires?|insists? on|must have|have to have|can't do without|cannot do without|"
    rf"brauchen|brauche|benotigen) {_ARTICLE}$|"
    rf"\b(?:il nous faut|nous avons besoin d[eu']|on a besoin d[eu']|necesitamos|requerimos) ?{_ARTICLE}$"
)
_NEEDED_WITH_MORE = re.compile(
    r"\b(?:we|i)(?:'d| would| will| also| really)* (?:need|require)\b(?![^.;!?]*\b(?:no|not|n't|without|but)\b)"
    rf"[^.;!?]{{2,50}}(?:\band|\bplus|,) {_ARTICLE}$"
)
_NOT_NEEDED = re.compile(
    r"\b(?:don't|do not|dont|won't|wouldn't|doesn't|never)(?: really| actually| even)? (?:need|require|want) "
    r"(?:any |an? |the |your )?$|"
    r"(?:^|[,;/|\n.(]|\b(?:and|but|with|need|und|aber|mit|et|y|pero|brauch\w*|brauchn|benotig\w+|wollen))\s{0,3}"
    r"(?:no|without|kein\w{0,2}|ohne|sans|sin|pas de|pas d') ?$|"
    r"\b(?:can|could) do without (?:an? |the )?$|\b(?:pas besoin d[eu']|no necesitamos) ?$"
)
_ALL_SAID = re.compile(
    r"\s{0,3}(?:[,;.!)\n]|$|(?:is )?(?:needed|required|necessary|please|pls|thanks|for us|at all|either|and|but|und|"
    r"aber|et|mais|y|pero)\b)"
)


def needed(message: Message, question: QuestionData) -> tuple[bool, int, int] | None:
    """Whether visitors say that they need what the question names, and where the words stand; None where they say
    neither, or say both."""
    if not _ASKS_NEED.search(Message(question.ask).plain):
        return None
    said = [each for start, end in _places(message, question) if (each := _said(message, start, end))]
    return said[0] if len({is_needed for is_needed, _, _ in said}) == 1 else None


def _said(message: Message, start: int, end: int) -> tuple[bool, int, int] | None:
    if message.sentence_at(start).is_question or certainty.is_supposed(message, start):
        return None
    before = message.before(start, 80)
    denial = _NOT_NEEDED.search(before)
    if denial:
        return (False, start, end) if _ALL_SAID.match(message.plain, end) else None
    if certainty.is_past(message, start, end):
        return None
    is_needed = _NEEDED.search(before) or _NEEDED_WITH_MORE.search(before)
    return (True, start, end) if is_needed and _ALL_SAID.match(message.plain, end) else None


def _places(message: Message, question: QuestionData) -> Iterator[tuple[int, int]]:
    """Where the message names what the question is about, by its whole label or its key, through slips."""
    words = [token for token in message.tokens if token.plain[0].isalnum()]
    many = 0
    for at in range(len(words)):
        for name in _names(question):
            run = words[at : at + len(name)]
            if many < MAX_PLACES and len(run) == len(name) and all(map(_is_meant, run, name)):
                many += 1
                yield run[0].start, run[-1].end
                break


def _is_meant(token: Token, word: str) -> bool:
    said = token.plain
    if said == word:
        return True
    is_long = min(len(said), len(word)) >= _SHORTEST_SLIP
    return is_long and not is_english_word(said) and slips.is_slip(said, word)


@lru_cache(maxsize=1024)
def _names(question: QuestionData) -> tuple[tuple[str, ...], ...]:
    """What the question is about, as words: "single sign on", "sso"."""
    written = (question.label, question.key.replace("_", " "))
    names = {tuple(re.findall(r"[a-z0-9]+", Message(each).plain)) for each in written}
    return tuple(sorted((each for each in names if set(each) - STOP_WORDS), key=len, reverse=True))
