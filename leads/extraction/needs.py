"""Yes or no to "Do you need …?" where a sentence says it unasked: "we need single sign-on", "no invoice needed"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from language.words import STOP_WORDS, is_english_word
from leads.extraction import certainty, slips
from leads.extraction.message import Token, VisitorText
from leads.terms import QuestionData

MAX_PLACES = 10  # of one message
_SHORTEST_SLIP = 5  # letters
_ASKS_NEED = re.compile(r"\b(?:need|want|require|brauchen|benotigen|avez-vous besoin|necesit\w+)\b")
_NEED = re.compile(
    r"\b(?:need(?:s|ed|ing)?|requir\w+|wants?|must(?:-have)?|essential|mandatory|necessary|insists?|count (?:us|me) in|"
    r"important|brauch\w*|benotig\w*|faut|besoin|necesit\w*|requer\w*)\b"
)
# "No single sign-on" needs no other word.
_WITHOUT = re.compile(r"(?:^|[^a-z])(?:no|without|do without|kein\w{0,2}|ohne|sans|sin|pas d[e']) ?(?:an? |the )?$")
_DENIED = re.compile(r"\b(?:not|dont|never|nicht|kein\w{0,2}|pas|no|without|neither|nor|ohne)\b|n't\b")
_UNKNOWN = re.compile(
    r"\b(?:if|whether|know|ask(?:ed)?|about|how|what|which|why|when|where|sure|depends|help|trouble|support|ob|wie|si)\b"
)
_CLAUSE_ENDS = re.compile(r"[.,;!?)\n]|\b(?:and|but|so|because|aber|und|mais|et|pero|y)\b")
_ALL_SAID = re.compile(
    r"\s{0,3}(?:[,;.!)\n]|$|(?:is )?(?:needed|required|necessary|please|pls|thanks|for us|at all|either|as well|too|"
    r"with|because|since|from|by|and|but|und|aber|et|mais|y|pero)\b)"
)


def needed(message: VisitorText, question: QuestionData) -> tuple[bool, int, int] | None:
    """Whether visitors say that they need what the question names, and where the words stand; None where they say
    neither, or say both."""
    if not _ASKS_NEED.search(VisitorText(question.ask).plain):
        return None
    said = [each for start, end in _places(message, question) if (each := _said(message, start, end))]
    return said[0] if len({is_needed for is_needed, _, _ in said}) == 1 else None


def _said(message: VisitorText, start: int, end: int) -> tuple[bool, int, int] | None:
    if message.sentence_at(start).is_question or certainty.is_supposed(message, start):
        return None
    if certainty.is_of_others(message, start):
        return None
    before = message.before(start, 80)
    if _WITHOUT.search(before):
        return (False, start, end) if _ALL_SAID.match(message.plain, end) else None
    after = message.after(end, 80)
    clause_end = _CLAUSE_ENDS.search(after)
    behind = after[: clause_end.start()] if clause_end else after
    if not (_ALL_SAID.match(message.plain, end) or _NEED.search(behind)) or _UNKNOWN.search(before):
        return None
    if certainty.is_past(message, start, end) or not (_NEED.search(before) or _NEED.search(behind)):
        return None
    is_denied = _DENIED.search(certainty.clause_before(message, start)) or _DENIED.search(behind)
    return not is_denied, start, end


def _places(message: VisitorText, question: QuestionData) -> Iterator[tuple[int, int]]:
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
    names = {tuple(re.findall(r"[a-z0-9]+", VisitorText(each).plain)) for each in written}
    return tuple(sorted((each for each in names if set(each) - STOP_WORDS), key=len, reverse=True))
