"""Recognises signs in a visitor's message by the lists in `phrases`."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from agents.llm.builtin.question.smalltalk import small_talk
from leads.dialogue.phrases import NEGATIONS, NO_QUESTION_BEHIND, OPENERS, PHRASES, Sign

BEGINNING, END = 300, 150  # characters of a long message that are searched; not its middle
MAX_CHARS = BEGINNING + END
_NEGATION_SPAN = 3  # a negation so few words before a sign of buying cancels it: "we do not yet want to buy"
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['’]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_QUESTION_MARKS = re.compile("[?？؟¿]")


def bounded(text: str) -> str:
    """The text, without the middle if it is long."""
    return text if len(text) <= MAX_CHARS else f"{text[:BEGINNING]}\n{text[-END:]}"


def normalised(text: str) -> tuple[str, ...]:
    """The text in the form in which phrases are compared: no capitals, accents or apostrophes, "ss" for "ß"."""
    plain = _APOSTROPHES.sub("", bounded(text).casefold())
    if not plain.isascii():
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    return tuple(_WORD.findall(plain))


def _listed() -> Iterator[tuple[Sign, str]]:
    for sign, text in PHRASES.items():
        for phrase in re.split(r"[,\n]", text):
            if phrase.strip():
                yield sign, phrase.strip()


def _indexed() -> tuple[dict[str, list[tuple[str, Sign]]], dict[tuple[str, ...], frozenset[Sign]]]:
    """Phrases by their first word, so that the cost depends on the message only; and whole messages."""
    phrases: dict[str, list[tuple[str, Sign]]] = defaultdict(list)
    whole: dict[tuple[str, ...], set[Sign]] = defaultdict(set)
    for sign, phrase in _listed():
        words = normalised(phrase.removeprefix("="))
        if phrase.startswith("="):
            whole[words].add(sign)
        else:
            phrases[words[0]].append((f" {' '.join(words)} ", sign))
    return dict(phrases), {words: frozenset(found) for words, found in whole.items()}


_BY_FIRST_WORD, _WHOLE = _indexed()
_FIRST_WORDS = frozenset(_BY_FIRST_WORD)


def signs_of(text: str) -> frozenset[Sign]:
    """The signs in the message."""
    words = normalised(text)
    said = f" {' '.join(words)} "
    found = set(_WHOLE.get(words, ()))
    for word in _FIRST_WORDS.intersection(words):
        for phrase, sign in _BY_FIRST_WORD[word]:
            if phrase in said and not (sign is Sign.BUYING and _is_negated(said, phrase)):
                found.add(sign)
    if _asks(text, words):
        found.add(Sign.QUESTION)
    return frozenset(found)


def _is_negated(said: str, phrase: str) -> bool:
    before = said[: said.index(phrase)].split()
    return not NEGATIONS.isdisjoint(before[-_NEGATION_SPAN:])


def _asks(text: str, words: tuple[str, ...]) -> bool:
    if _QUESTION_MARKS.search(bounded(text)):
        return True
    return len(words) > 1 and words[0] in OPENERS and words[1] not in NO_QUESTION_BEHIND


def is_small_talk(text: str, signs: frozenset[Sign]) -> bool:
    """Whether the whole message is a greeting, thanks, "ok" or similar."""
    return Sign.SMALL_TALK in signs or small_talk(bounded(text)) is not None


def told(text: str) -> str:
    """The sentences of a message that ask nothing: "About 40. Is that a lot?" tells "About 40."."""
    sentences = re.split(r"(?<=[.!?？؟])\s+|\n+", bounded(text))
    return " ".join(each for each in sentences if not asks(each))


def asks(text: str) -> bool:
    """Whether the visitor asks a question."""
    return bool(_QUESTION_MARKS.search(bounded(text))) or Sign.QUESTION in signs_of(text)
