"""Where a message names the choices of a question: whole or by a word of theirs, through slips, and not denied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from language.words import STOP_WORDS, is_english_word, stem
from leads.extraction import certainty, slips
from leads.extraction.choices.synonyms import synonyms
from leads.extraction.message import VisitorText
from leads.terms import QuestionData

_ALIASES = {"bday": "birthday", "birthdays": "birthday", "marriage": "wedding", "weddings": "wedding"}
_LONG_WORD = 5  # letters from which a slip is told from another word


@lru_cache(maxsize=1024)
def stems_of(choice: str) -> tuple[str, ...]:
    words = re.findall(r"[^\W_]+", VisitorText(choice).plain)
    return tuple(stem(word) for word in words if word not in STOP_WORDS) or tuple(map(stem, words))


def mentions(
    message: VisitorText, question: QuestionData, *, is_whole: bool, is_each: bool = False, is_asked: bool = False
) -> list[tuple[str, int, int]]:
    """Choices that are named and not denied, with where their words stand: the first place, or `is_each` of them."""
    words = [token for token in message.tokens if token.plain[0].isalnum()]
    said = [_choice_word(token.plain, question) for token in words]
    shared = _shared(question)
    found: list[tuple[str, int, int]] = []
    for choice in question.choices:
        needed = [each for each in stems_of(choice) if is_whole or each not in shared]
        for place in range(len(words)):
            run = _run(said, place, needed) if is_whole else int(said[place] in needed)
            if run and not certainty.is_negated(message, words[place].start, words[place + run - 1].end):
                found.append((choice, words[place].start, words[place + run - 1].end))
                if not is_each:
                    break
    found += _by_other_words(message, question, found, is_each=is_each, is_asked=is_asked)
    found = [(choice, _begin_of(message, choice, start, end), end) for choice, start, end in found]
    longest = [each for each in found if not any(other[1] <= each[1] and each[2] < other[2] for other in found)]
    return longest


def _by_other_words(
    message: VisitorText,
    question: QuestionData,
    found: Sequence[tuple[str, int, int]],
    *,
    is_each: bool,
    is_asked: bool,
) -> list[tuple[str, int, int]]:
    """Choices that are named by a synonym: all of them, or the first of each choice not named by its own words."""
    named = {choice for choice, _, _ in found}
    more: list[tuple[str, int, int]] = []
    for choice in question.choices:
        said = [
            (choice, *place)
            for place in synonyms(message, choice, is_asked=is_asked)
            if not certainty.is_negated(message, *place)
        ]
        more += said if is_each else said[: choice not in named]
    return more


def _begin_of(message: VisitorText, choice: str, start: int, end: int) -> int:
    """Where a choice begins that has a small word in front: "on site"."""
    whole = VisitorText(choice).plain
    return min(start, end - len(whole)) if message.plain[:end].endswith(whole) else start


def _choice_word(word: str, question: QuestionData) -> str:
    """The stem of the choice's word that is meant, where letters are swapped, missing or wrong: "begginer". "" where
    a word has the stem of a choice's and is no form of it: who starts is no "Starter"."""
    word = _ALIASES.get(word, word).removesuffix("'s")
    said = stem(word)
    own = next((each for each in _words(question) if stem(each) == said), "")
    is_form = word.startswith(own.removesuffix("s")) and word.endswith("ly") == own.endswith("ly")
    if own and not is_form and not slips.is_slip(word, own):
        return ""
    if len(said) < _LONG_WORD or is_english_word(said):
        return said
    return next((each for each in _long_words(question) if slips.is_slip(said, each)), said)


@lru_cache(maxsize=1024)
def _words(question: QuestionData) -> tuple[str, ...]:
    return tuple({each for choice in question.choices for each in re.findall(r"[^\W_]+", VisitorText(choice).plain)})


@lru_cache(maxsize=1024)
def _long_words(question: QuestionData) -> tuple[str, ...]:
    return tuple({each for choice in question.choices for each in stems_of(choice) if len(each) >= _LONG_WORD})


def _shared(question: QuestionData) -> frozenset[str]:
    """Stems that several choices have: they tell none from another."""
    every = [each for choice in question.choices for each in set(stems_of(choice))]
    return frozenset(each for each in every if every.count(each) > 1)


def _run(said: list[str], place: int, needed: Sequence[str]) -> int:
    """How many words from a place on make up a whole choice, small words between them skipped; 0 where they do not."""
    at = place
    if not needed or said[place] != needed[0]:
        return 0
    for each in needed:
        while at < len(said) and at - place < 2 * len(needed) and said[at] != each and said[at] in STOP_WORDS:
            at += 1
        if at >= len(said) or said[at] != each:
            return 0
        at += 1
    return at - place
