"""What a visitor's message is a sign of, told by the lists in `phrases`."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from agents.llm.builtin.question.smalltalk import small_talk
from leads.dialogue.phrases import NEGATIONS, NO_QUESTION_BEHIND, OPENERS, PHRASES, Sign

LONGEST = 1500  # characters that are looked at; a sign in the middle of an essay is none
_NEGATION_SPAN = 3  # words before a sign of buying in which one takes it back: "we do not yet want to buy"
_WORD = re.compile(r"[^\W_]+")
_QUESTION_MARKS = frozenset("?？؟¿")


def normalised(text: str) -> tuple[str, ...]:
    """The words of a text as phrases are compared: no capitals, accents or apostrophes, "ß" as "ss"."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST].casefold().replace("’", "").replace("'", ""))
    return tuple(_WORD.findall("".join(char for char in plain if not unicodedata.combining(char))))


def _listed() -> Iterator[tuple[Sign, str]]:
    for sign, text in PHRASES.items():
        for phrase in re.split(r"[,\n]", text):
            if phrase.strip():
                yield sign, phrase.strip()


def _indexed() -> tuple[dict[str, list[tuple[tuple[str, ...], Sign]]], dict[tuple[str, ...], frozenset[Sign]]]:
    """Phrases by their first word, so that a message costs no more than its words; and whole messages."""
    phrases: dict[str, list[tuple[tuple[str, ...], Sign]]] = defaultdict(list)
    whole: dict[tuple[str, ...], set[Sign]] = defaultdict(set)
    for sign, phrase in _listed():
        words = normalised(phrase.removeprefix("="))
        if phrase.startswith("="):
            whole[words].add(sign)
        else:
            phrases[words[0]].append((words, sign))
    return dict(phrases), {words: frozenset(found) for words, found in whole.items()}


_BY_FIRST_WORD, _WHOLE = _indexed()


def signs_of(text: str) -> frozenset[Sign]:
    """What the message is a sign of."""
    words = normalised(text)
    found = set(_WHOLE.get(words, ()))
    for at, word in enumerate(words):
        for phrase, sign in _BY_FIRST_WORD.get(word, ()):
            if words[at : at + len(phrase)] == phrase and not (sign is Sign.BUYING and _is_negated(words, at)):
                found.add(sign)
    if _asks(text, words):
        found.add(Sign.QUESTION)
    return frozenset(found)


def _is_negated(words: tuple[str, ...], at: int) -> bool:
    return not NEGATIONS.isdisjoint(words[max(0, at - _NEGATION_SPAN) : at])


def _asks(text: str, words: tuple[str, ...]) -> bool:
    if not _QUESTION_MARKS.isdisjoint(text[:LONGEST]):
        return True
    return len(words) > 1 and words[0] in OPENERS and words[1] not in NO_QUESTION_BEHIND


def is_small_talk(text: str, signs: frozenset[Sign]) -> bool:
    """Whether the whole message is a greeting, thanks, "ok" or the like, of which nothing is to be learned."""
    return Sign.SMALL_TALK in signs or small_talk(text[:LONGEST]) is not None


def told(text: str) -> str:
    """The sentences of a message that ask nothing: "About 40. Is that a lot?" tells "About 40."."""
    sentences = re.split(r"(?<=[.!?？؟])\s+|\n+", text[:LONGEST])
    return " ".join(each for each in sentences if not asks(each))


def asks(text: str) -> bool:
    """Whether the visitor asks for something to be told."""
    return Sign.QUESTION in signs_of(text)
